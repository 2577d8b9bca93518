// Start: what makes reading quicker, by what the page is. Everything here is also there without it, or is a
// comfort.

import { addDisplay } from "./display.js";

const main = document.getElementById("site-main");
const kind = document.body.className;

addDisplay();

// Whoever chose a place from the open contents wants to see it.
document.querySelector("nav.contents")?.addEventListener("click", (event) => {
  const contents = event.currentTarget;
  if (event.target.closest("a") && contents.matches(":popover-open")) contents.hidePopover();
});

// Few of those who read a clause want to cite it.
document.addEventListener("click", async (event) => {
  const number = event.target.closest("a.number");
  if (number) (await import("./clause.js")).openClause(number);
});

if (kind === "norm") import("./place.js").then(({ watchReading }) => watchReading(main.querySelector("article")));
if (kind === "path") import("./path.js").then(({ showPath }) => showPath(main));
if (["calendar", "reviews", "home"].includes(kind)) {
  import("./week.js").then(({ markCalendar, markLate, showDue, showLast }) => {
    if (kind === "calendar") return markCalendar(main);
    if (kind === "reviews") return markLate(main);
    const hero = main.querySelector("header");
    if (hero) showLast(hero);
    const section = main.querySelector("[data-due]");
    // Without the schedule the links beside it still lead there.
    return section && showDue(section).catch(() => {});
  });
}
