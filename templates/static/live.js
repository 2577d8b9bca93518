// Live reload: while the handbook is being written, the open page follows it.
(() => {
  "use strict";
  const { live, path } = document.currentScript.dataset;
  const source = new EventSource(live);

  // Only the page that changed is fetched again; place and focus stay where they are.
  source.addEventListener("reload", (event) => {
    const { paths } = JSON.parse(event.data);
    if (paths.includes(path)) location.reload();
  });

  source.addEventListener("css", (event) => {
    const { href } = JSON.parse(event.data);
    const old = document.querySelector("link[data-site-css]");
    const fresh = old.cloneNode();
    fresh.href = href;
    fresh.addEventListener("load", () => old.remove());
    old.after(fresh);
  });

  source.addEventListener("diagnostics", (event) => {
    const { count, text } = JSON.parse(event.data);
    document.querySelector(".live-overlay")?.remove();
    if (!count) return;
    const overlay = document.createElement("section");
    overlay.className = "live-overlay";
    overlay.setAttribute("role", "alert");
    const title = document.createElement("h2");
    title.textContent = `${count} 处要改；页面仍是上一次无误的样子`;
    const words = document.createElement("pre");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "收起";
    close.addEventListener("click", () => overlay.remove());
    overlay.append(title, words, close);
    document.body.append(overlay);
  });
})();
