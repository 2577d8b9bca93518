// Box: on every page `/` and Ctrl-K go to the search box; what answers it is fetched when the box is first
// used. The form works without scripts, too.

import { watchComposing } from "./compose.js";
import { markPage } from "./mark.js";

const page = document.getElementById("results");
const box = page?.ownerDocument.querySelector("main input[name=q]") ?? document.querySelector("form[role=search] input[name=q]");

const composing = box && watchComposing(box);

/** The panel of the box; made when first asked for. */
let panel = null;
function opened() {
  panel ??= import("./panel.js").then(({ Panel }) => {
    const made = new Panel(box.form, box, page, composing);
    // What was typed before the scripts came is answered now that they are here.
    if (!page && box.value && document.activeElement === box && !composing.isOpen()) made.askSoon();
    return made;
  });
  return panel;
}

async function focusBox() {
  box.focus();
  (await opened()).focus();
}

function isTyping({ target }) {
  return target.closest?.("input, textarea, select, [contenteditable]");
}

if (box) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const command = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!command && !(event.key === "/" && !isTyping(event) && !event.ctrlKey && !event.metaKey && !event.altKey)) return;
    event.preventDefault();
    focusBox();
  });
  box.addEventListener("focus", opened, { once: true });
  box.addEventListener("click", async () => (await opened()).open(), { once: true });
  if (page) {
    box.value = new URL(location.href).searchParams.get("q") ?? "";
    opened().then((made) => {
      made.askNow();
      if (!box.value) box.focus();
    });
  } else if (history.state?.search) {
    opened().then((made) => made.reopen(history.state.query ?? ""));
  }
}

markPage();
