// What makes reading quicker: how the page is shown, links and citations of a clause, where one was.
// Everything here is also there without it, or is a comfort; nothing leaves the device.
"use strict";
(() => {
  const root = document.documentElement;

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  // A browser may keep nothing: then choices hold for the page.
  const kept = {
    read(key) {
      try { return localStorage.getItem("shouce-" + key) || ""; } catch { return ""; }
    },
    write(key, value) {
      try {
        if (value) localStorage.setItem("shouce-" + key, value);
        else localStorage.removeItem("shouce-" + key);
      } catch { /* as above */ }
    },
  };

  // ── theme and size of type ──

  const settings = [
    ["theme", "颜色", [["", "跟随系统"], ["light", "浅色"], ["dark", "深色"]]],
    ["size", "字号", [["", "标准"], ["large", "大"], ["elder", "长辈版"]]],
  ];

  function choice(name, value, label, group) {
    const button = element("button", { type: "button", className: "quiet", textContent: label });
    button.setAttribute("aria-pressed", String((root.dataset[name] || "") === value));
    button.addEventListener("click", () => {
      if (value) root.dataset[name] = value;
      else delete root.dataset[name];
      kept.write(name, value);
      for (const other of group.children) other.setAttribute("aria-pressed", String(other === button));
    });
    return button;
  }

  function addDisplay() {
    const bar = document.querySelector(".site-bar");
    if (!bar || !("popover" in HTMLElement.prototype)) return;
    const panel = element("div", { className: "display-panel", id: "site-display", popover: "auto" });
    for (const [name, title, values] of settings) {
      const group = element("div", { className: "choices" });
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", title);
      group.append(...values.map(([value, label]) => choice(name, value, label, group)));
      panel.append(element("p", { textContent: title }), group);
    }
    const button = element("button", { type: "button", className: "quiet bar-button", textContent: "显示" });
    button.popoverTargetElement = panel;
    bar.append(button, panel);
  }

  // ── a clause: link and citation ──

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Over plain http there is no clipboard: the old way still works there.
      const field = element("textarea", { value: text, className: "unseen" });
      button.after(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    button.textContent = "已复制";
  }

  let clausePanel = null;

  function closeClause() {
    if (clausePanel) clausePanel.remove();
    clausePanel = null;
  }

  function openClause(number) {
    closeClause();
    const whole = number.title || number.textContent;
    const body = number.closest(".clause > p, tr, .item > p, h2, h3") || number.parentElement;
    const words = [...body.childNodes].filter((node) => !number.isSameNode(node)).map((node) => node.textContent.trim());
    const address = new URL(number.getAttribute("href"), location.href).href;
    const cited = `${document.querySelector(".site-title").textContent.trim()} ${root.dataset.foot.match(/[^ ]+ 版/) || ""} ${whole}：${words.join(" ").trim()}`;
    const link = element("button", { type: "button", className: "quiet", textContent: "复制链接" });
    const quote = element("button", { type: "button", className: "quiet", textContent: "复制引用" });
    const close = element("button", { type: "button", className: "quiet", textContent: "关闭" });
    link.addEventListener("click", () => copy(address, link));
    quote.addEventListener("click", () => copy(`${cited} ${address}`, quote));
    close.addEventListener("click", () => { closeClause(); number.focus(); });
    clausePanel = element("div", { className: "clause-panel" }, element("p", { textContent: whole }), element("div", { className: "actions" }, link, quote, close));
    clausePanel.setAttribute("role", "group");
    clausePanel.setAttribute("aria-label", `${whole} 的链接与引用`);
    // Behind the words, so that the keyboard finds it next; a row of a table takes it into its cell.
    if (body.matches("tr")) number.after(clausePanel);
    else body.after(clausePanel);
  }

  document.addEventListener("click", (event) => {
    const number = event.target.closest("a.number");
    if (number) openClause(number);
    else if (clausePanel && !event.target.closest(".clause-panel")) closeClause();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) closeClause();
  });

  // ── where one was ──

  const places = {
    all() {
      try { return JSON.parse(kept.read("places")) || {}; } catch { return {}; }
    },
    set(id, change) {
      const all = this.all();
      all[id] = { ...all[id], ...change };
      kept.write("places", JSON.stringify(all));
    },
  };
  function currentPath() {
    try { return JSON.parse(kept.read("path")); } catch { return null; }
  }

  function watchReading(article) {
    const id = document.querySelector("h1 .id").textContent;
    const title = document.querySelector("h1").textContent.trim();
    const marks = [...article.querySelectorAll(":is(.clause, h2, h3, h4)[id], .steps tr[id]")];
    const before = places.all()[id];
    if (before && before.anchor && !location.hash && document.getElementById(before.anchor)) {
      const link = element("a", { href: `#${before.anchor}`, textContent: `接着读 ${before.anchor}` });
      article.querySelector("header").after(element("p", { className: "resume" }, before.done ? "读完过，最后停在 " : "上次没读完。", link));
    }
    let waiting = 0;
    function remember() {
      waiting = 0;
      const seen = marks.filter((mark) => mark.getBoundingClientRect().top < innerHeight * 0.4);
      const last = seen[seen.length - 1];
      if (!last) return;
      const end = article.getBoundingClientRect().bottom <= innerHeight * 1.3;
      places.set(id, { title, anchor: last.id, path: location.pathname, at: Date.now(), ...(end ? { done: true } : {}) });
      kept.write("last", id);
      for (const entry of document.querySelectorAll("nav.contents a")) {
        const heading = seen.filter((mark) => !mark.matches(".clause, tr")).pop();
        if (heading && entry.hash === `#${encodeURIComponent(heading.id)}` || heading && decodeURIComponent(entry.hash) === `#${heading.id}`) entry.setAttribute("aria-current", "true");
        else entry.removeAttribute("aria-current");
      }
    }
    addEventListener("scroll", () => { waiting = waiting || setTimeout(remember, 250); }, { passive: true });
    followPath(article, id);
  }

  // The step after this one, on the path that was opened last.
  function followPath(article, id) {
    const path = currentPath();
    const at = path ? path.steps.findIndex((step) => step.id === id) : -1;
    if (at < 0) return;
    const next = path.steps.slice(at + 1).find((step) => step.href);
    const where = element("p", { className: "resume" }, element("a", { href: path.href, textContent: path.title }), `第 ${at + 1} 篇，共 ${path.steps.length} 篇`);
    if (next) where.append(element("a", { href: next.href, textContent: `下一篇 ${next.title}` }));
    article.after(where);
  }

  function showPath(main) {
    const all = places.all();
    const steps = [...main.querySelectorAll("tbody tr")].map((row) => {
      const link = row.querySelector("td a");
      const title = (link || row.querySelector("td")).textContent.trim();
      return { row, title, id: title.split(" ")[0], href: link ? link.href : "" };
    });
    const written = steps.filter((step) => step.href);
    for (const step of written) {
      const place = all[step.id];
      if (!place) continue;
      const state = place.done ? "✓ 已读" : `读到 ${place.anchor}`;
      step.row.querySelector("td").append(element("span", { className: "now", textContent: state }));
    }
    const next = written.find((step) => !(all[step.id] && all[step.id].done));
    const done = written.filter((step) => all[step.id] && all[step.id].done).length;
    const bar = element("p", { className: "resume" }, `已读 ${done}／${written.length} 篇`);
    if (next) {
      const place = all[next.id];
      const href = place && place.anchor ? `${next.href}#${place.anchor}` : next.href;
      bar.append(element("a", { href, textContent: `${done || place ? "接着读" : "开始读"} ${next.title}` }));
    }
    main.querySelector("header").after(bar);
    const kept_steps = steps.map(({ id, title, href }) => ({ id, title, href }));
    kept.write("path", JSON.stringify({ title: main.querySelector("h1").textContent, href: location.href.split("#")[0], steps: kept_steps }));
  }

  function showLast(hero) {
    const place = places.all()[kept.read("last")];
    if (!place || place.done) return;
    const link = element("a", { href: `${place.path}#${place.anchor}`, textContent: `接着读 ${place.title}，${place.anchor}` });
    hero.append(element("p", { className: "resume" }, link));
  }

  // ── this week ──

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

  async function showDue(section) {
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

  function markCalendar(main) {
    const week = thisWeek().map((date) => `${date.getUTCMonth() + 1}-${date.getUTCDate()}`);
    const month = document.getElementById(`${today().getUTCMonth() + 1}月`);
    if (month) month.append(element("span", { className: "now", textContent: "本月" }));
    for (const time of main.querySelectorAll("time")) {
      const day = time.dateTime.split("-").map(Number).join("-");
      if (week.includes(day)) time.after(element("span", { className: "now", textContent: "本周" }));
    }
  }

  function markLate(main) {
    const now = today().toISOString().slice(0, 10);
    for (const time of main.querySelectorAll("time")) {
      if (time.dateTime < now && !time.nextElementSibling) time.after(element("span", { className: "now", textContent: "已到期" }));
    }
  }

  // ── the page at hand ──

  const main = document.getElementById("site-main");
  const kind = document.body.className;
  addDisplay();
  if (kind === "norm") watchReading(main.querySelector("article"));
  if (kind === "path") showPath(main);
  if (kind === "calendar") markCalendar(main);
  if (kind === "reviews") markLate(main);
  if (kind === "home") {
    const hero = main.querySelector("header");
    if (hero) showLast(hero);
    const section = main.querySelector("[data-due]");
    // Without the schedule the links beside it still lead there.
    if (section) showDue(section).catch(() => {});
  }
})();
