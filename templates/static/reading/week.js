// Week: what is due now, where the browser knows today and the page does not; and where one was last.

import { element, kept, places } from "./device.js";

export function showLast(hero) {
  const place = places.all()[kept.read("last")];
  if (!place || place.done) return;
  const link = element("a", { href: `${place.path}#${place.anchor}`, textContent: `接着读 ${place.title}，${place.anchor}` });
  hero.append(element("p", { className: "resume" }, link));
}

const weekdays = "日一二三四五六";

// Today in Shanghai, wherever the device is, as a day without a time.
function today() {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(new Date()).split("-");
  return new Date(Date.UTC(parts[0], parts[1] - 1, parts[2]));
}

function thisWeek() {
  const day = today();
  const monday = day.getTime() - ((day.getUTCDay() + 6) % 7) * 864e5;
  return [0, 1, 2, 3, 4, 5, 6].map((index) => new Date(monday + index * 864e5));
}

// Whether an entry of the schedule falls due on a day: the mirror of what the engine reckons.
function isDue([kind, month, dayOfMonth], date) {
  const number = date.getUTCMonth() + 1;
  const last = new Date(Date.UTC(date.getUTCFullYear(), number, 0)).getUTCDate();
  if (date.getUTCDate() !== Math.min(dayOfMonth, last)) return false;
  if (kind === "quarter") return number % 3 === month;
  if (kind === "half-year") return number % 6 === 0;
  return kind === "month" || month === number;
}

export async function showDue(section) {
  const entries = await (await fetch(section.dataset.due)).json();
  const rows = thisWeek().flatMap((date) => entries.filter((entry) => isDue(entry, date)).map((entry) => [date, entry]));
  const list = element("ul", { className: "due" });
  for (const [date, [, , , when, what, who, address, id]] of rows.slice(0, 8)) {
    const day = `${date.getUTCMonth() + 1}月${date.getUTCDate()}日（周${weekdays[date.getUTCDay()]}）`;
    const link = element("a", { href: section.dataset.root + address, textContent: id });
    list.append(element("li", {}, element("b", { textContent: day }), ` ${what}`, element("small", {}, `${when}；${who}；`, link)));
  }
  const none = element("p", { className: "empty", textContent: "这一周没有按月、按季、按年到期的事项。" });
  section.querySelector("h2").after(rows.length ? list : none);
  if (rows.length > 8) section.querySelector(".after").prepend(`还有 ${rows.length - 8} 项。`);
}

export function markCalendar(main) {
  const week = thisWeek().map((date) => `${date.getUTCMonth() + 1}-${date.getUTCDate()}`);
  const month = document.getElementById(`${today().getUTCMonth() + 1}月`);
  if (month) month.append(element("span", { className: "now", textContent: "本月" }));
  for (const time of main.querySelectorAll("time")) {
    const day = time.dateTime.split("-").map(Number).join("-");
    if (week.includes(day)) time.after(element("span", { className: "now", textContent: "本周" }));
  }
}

export function markLate(main) {
  const now = today().toISOString().slice(0, 10);
  for (const time of main.querySelectorAll("time")) {
    if (time.dateTime < now && !time.nextElementSibling) time.after(element("span", { className: "now", textContent: "已到期" }));
  }
}
