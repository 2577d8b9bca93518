// Display: the choice of theme and size of type, in the bar of every page.

import { element, kept } from "./device.js";

const root = document.documentElement;

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

export function addDisplay() {
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
