// Mark: what was searched for is marked on the page that a hit leads to, until the reader has seen enough. The
// words go with the address, and leave it as soon as the page is open.

import { element } from "./element.js";

const NAME = "mark";
/** Words that go with an address, and places that are marked. */
const [MOST_WORDS, MOST_PLACES] = [6, 200];

/** Adds to an address what a snippet marks. */
export function marked(address, snippet) {
  const words = new Set(snippet.filter((piece) => piece.hit).map((piece) => piece.text.trim()));
  for (const word of [...words].filter(Boolean).slice(0, MOST_WORDS)) address.searchParams.append(NAME, word);
}

/** Marks on this page what its address says. */
export function markPage() {
  const here = new URL(location.href);
  const words = here.searchParams.getAll(NAME).filter(Boolean).slice(0, MOST_WORDS);
  if (words.length === 0) return;
  here.searchParams.delete(NAME);
  history.replaceState(history.state, "", here);
  const main = document.querySelector("main");
  const marks = main ? markWords(main, words) : [];
  if (marks.length > 0) document.body.append(bar(marks));
}

/** The words in the texts below an element, marked; longer words first. */
function markWords(within, words) {
  const escaped = words.slice().sort((one, other) => other.length - one.length).map((word) => RegExp.escape?.(word) ?? escape(word));
  const pattern = new RegExp(escaped.join("|"), "g");
  const texts = [];
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode);
  const marks = [];
  for (const text of texts) {
    if (text.parentElement.closest("script, style, textarea, form")) continue;
    const found = [...text.data.matchAll(pattern)].slice(0, MOST_PLACES - marks.length);
    // From the end, so that places before stay where they are.
    for (const { 0: word, index } of found.reverse()) {
      const mark = element("mark", { class: "search-mark" });
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      range.surroundContents(mark);
      marks.push(mark);
    }
  }
  return marks;
}

const escape = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function bar(marks) {
  const button = element("button", { type: "button" }, "去掉标记");
  const made = element("div", { class: "search-marks", role: "status" }, `标出 ${marks.length} 处 `, button);
  const remove = () => {
    for (const mark of marks) mark.replaceWith(...mark.childNodes);
    made.remove();
    document.removeEventListener("keydown", onKey);
  };
  const onKey = (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) remove();
  };
  button.addEventListener("click", remove);
  document.addEventListener("keydown", onKey);
  return made;
}
