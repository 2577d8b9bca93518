// Follows what changes on the server while a page is open: reloads it, swaps its stylesheets, or shows
// what is wrong with the source over it.
"use strict";
(() => {
  let version = versionOfPage();
  let stream = null;
  let overlay = null;

  // The server tells the page's version in a header; scripts can read it where the page is a secure
  // context. Elsewhere the server takes what it has for what we show.
  function versionOfPage() {
    const entry = performance.getEntriesByType("navigation")[0];
    const timing = entry && entry.serverTiming && entry.serverTiming.find((one) => one.name === "page");
    return timing ? timing.description : "";
  }

  // A browser opens only six connections to a host: pages that nobody looks at give theirs back.
  function follow() {
    if (document.hidden) {
      if (stream) stream.close();
      stream = null;
    } else if (!stream) {
      const query = new URLSearchParams({ page: location.pathname, version });
      stream = new EventSource("/_live?" + query);
      stream.addEventListener("reload", () => location.reload());
      stream.addEventListener("style", (event) => swap(JSON.parse(event.data)));
      stream.addEventListener("problems", (event) => show(JSON.parse(event.data)));
    }
  }

  function swap(data) {
    version = data.version;
    for (const [before, after] of data.swap) {
      for (const link of document.querySelectorAll("link[rel=stylesheet]")) {
        if (link.getAttribute("href") !== before) continue;
        const next = link.cloneNode();
        next.setAttribute("href", after);
        // The old one goes when the new one is there, so that the page is never bare.
        next.addEventListener("load", () => link.remove(), { once: true });
        link.after(next);
      }
    }
  }

  function show(data) {
    if (overlay) overlay.remove();
    overlay = null;
    if (!data.bad || location.pathname === "/_diagnostics") return;
    if (!document.querySelector("link[data-live]")) {
      const style = document.createElement("link");
      style.rel = "stylesheet";
      style.href = "/_service.css";
      style.dataset.live = "";
      document.head.append(style);
    }
    overlay = document.createElement("section");
    overlay.className = "live-problems";
    overlay.setAttribute("role", "alert");
    const head = document.createElement("p");
    const link = document.createElement("a");
    link.href = "/_diagnostics";
    link.textContent = data.errors ? `手册有 ${data.errors} 处错误` : "手册读不出来";
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "收起";
    close.addEventListener("click", () => overlay.remove());
    head.append(link, "，网页仍是上一次正确的内容。", close);
    const text = document.createElement("pre");
    text.textContent = data.text + (data.more > 0 ? `……还有 ${data.more} 处` : "");
    overlay.append(head, text);
    document.body.append(overlay);
  }

  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => stream && stream.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      stream = null;
      follow();
    }
  });
  follow();
})();
