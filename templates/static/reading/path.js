// Path: how far one is on a reading path, and what comes next.

import { element, kept, places } from "./device.js";

export function showPath(main) {
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
