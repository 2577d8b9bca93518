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

  addDisplay();
})();
