// Place: where one is in a norm, kept while reading, and the next step of the path one is on.

import { element, kept, places } from "./device.js";

/** The path that was opened last; none when there is none. */
function currentPath() {
  try { return JSON.parse(kept.read("path")); } catch { return null; }
}

export function watchReading(article) {
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
    const heading = seen.filter((mark) => !mark.matches(".clause, tr")).pop();
    for (const entry of document.querySelectorAll("nav.contents a")) {
      if (heading && decodeURIComponent(entry.hash) === `#${heading.id}`) entry.setAttribute("aria-current", "true");
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
