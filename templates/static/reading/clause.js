// Clause: its link and citation, offered behind its number.

import { element } from "./device.js";

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

export function openClause(number) {
  closeClause();
  const whole = number.title || number.textContent;
  const body = number.closest(".clause > p, tr, .item > p, h2, h3") || number.parentElement;
  const words = [...body.childNodes].filter((node) => !number.isSameNode(node)).map((node) => node.textContent.trim());
  const address = new URL(number.getAttribute("href"), location.href).href;
  const cited = `${document.querySelector(".site-title").textContent.trim()} ${document.documentElement.dataset.foot.match(/[^ ]+ 版/) || ""} ${whole}：${words.join(" ").trim()}`;
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
  if (clausePanel && !event.target.closest(".clause-panel, a.number")) closeClause();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) closeClause();
});
