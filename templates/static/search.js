// Search: `/` or Ctrl-K goes to the box on every page; on the search page results are listed while one
// types, from the server's API or, without a server, from the file of all units. A server has already
// answered the question that stands in the address.
(() => {
  "use strict";
  const results = document.getElementById("results");
  const box = document.querySelector("input[name=q]");
  if (!box) return;

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const asked = (event.key === "/" && !typing) || (event.key === "k" && (event.ctrlKey || event.metaKey));
    if (asked) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
  if (!results) return;

  const { api, root, units: address } = results.dataset;
  const LIMIT = 50;
  let server = true; // until it turns out that there is none
  let units = null; // promise of the file of all units
  let asked = 0; // number of the newest question: older answers are dropped

  const fold = (text) =>
    text
      .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
      .replace(/\u3000/g, " ")
      .toLowerCase();

  async function fromServer(query) {
    const answer = await fetch(`${api}?limit=${LIMIT}&q=${encodeURIComponent(query)}`);
    const type = answer.headers.get("content-type") || "";
    if (!answer.ok || !type.includes("json")) throw new Error("no server");
    const found = await answer.json();
    return {
      total: found.total,
      hits: found.hits.map((hit) => ({
        url: root + hit.url.replace(/^\//, ""),
        title: hit.title.includes(hit.id) ? hit.title : `${hit.id} ${hit.title}`,
        crumbs: (hit.path || []).join(" › "),
        snippet: hit.snippet || [],
      })),
    };
  }

  async function fromUnits(query) {
    if (!address) throw new Error("no units");
    units = units || fetch(address).then((answer) => answer.json());
    const data = await units;
    const whole = fold(query).trim();
    const words = whole.split(/\s+/).filter(Boolean);
    const found = [];
    data.units.forEach(([group, url, title, text], place) => {
      const [id, name] = data.groups[group];
      const head = fold(id + " " + name + " " + title);
      const body = fold(text);
      const score = rank(whole, words, head, fold(title), body);
      if (score) found.push({ score, place, url, title, text, id, name });
    });
    found.sort((a, b) => b.score - a.score || a.place - b.place);
    return {
      total: found.length,
      hits: found.slice(0, LIMIT).map((hit) => ({
        url: root + hit.url,
        title: hit.title || hit.name,
        crumbs: [hit.id, hit.name].filter(Boolean).join(" "),
        snippet: snippet(hit.text, whole, words),
      })),
    };
  }

  // The query as it stands goes before all of its words, a title before text.
  function rank(whole, words, head, title, body) {
    if (title === whole || head.startsWith(whole + " ")) return 8;
    if (title.includes(whole)) return 6;
    if (head.includes(whole)) return 5;
    if (body.includes(whole)) return 4;
    if (words.length < 2) return 0;
    if (words.every((word) => title.includes(word))) return 3;
    return words.every((word) => head.includes(word) || body.includes(word)) ? 2 : 0;
  }

  // About 90 characters around the first hit, cut into stretches that are hit or not.
  function snippet(text, whole, words) {
    const folded = fold(text);
    const wanted = folded.includes(whole) ? [whole] : words;
    const first = Math.min(...wanted.map((word) => folded.indexOf(word)).filter((at) => at >= 0), text.length);
    const start = first < text.length ? Math.max(0, first - 30) : 0;
    const end = Math.min(text.length, start + 90);
    const pieces = [];
    let at = start;
    while (at < end) {
      const next = wanted
        .map((word) => [folded.indexOf(word, at), word.length])
        .filter(([from]) => from >= 0 && from < end)
        .sort((a, b) => a[0] - b[0] || b[1] - a[1])[0];
      if (!next) break;
      if (next[0] > at) pieces.push({ text: text.slice(at, next[0]), hit: false });
      pieces.push({ text: text.slice(next[0], next[0] + next[1]), hit: true });
      at = next[0] + next[1];
    }
    if (at < end) pieces.push({ text: text.slice(at, end), hit: false });
    if (start > 0) pieces.unshift({ text: "…", hit: false });
    if (end < text.length) pieces.push({ text: "…", hit: false });
    return pieces;
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function show(query, { total, hits }) {
    const words = total ? `「${query}」找到 ${total} 处` : `没有找到「${query}」。换个说法，或少打几个字。`;
    const list = element("ol", "search-hits");
    for (const hit of hits) {
      const item = element("li");
      const link = element("a", "", hit.title);
      link.href = hit.url;
      const snippet = element("p", "search-snippet");
      for (const piece of hit.snippet) snippet.append(piece.hit ? element("mark", "", piece.text) : piece.text);
      item.append(link, element("p", "search-path", hit.crumbs), snippet);
      list.append(item);
    }
    results.replaceChildren(element("p", "search-count", words), list);
  }

  async function ask() {
    const query = box.value.trim();
    const mine = ++asked;
    const here = new URL(location.href);
    if (query) here.searchParams.set("q", query);
    else here.searchParams.delete("q");
    history.replaceState(null, "", here);
    if (!query) return results.replaceChildren();
    let found;
    try {
      if (!server) throw new Error("no server");
      found = await fromServer(query);
    } catch {
      try {
        found = await fromUnits(query);
        server = false;
      } catch {
        results.replaceChildren(element("p", "search-count", "现在检索不了：取不到数据。"));
        return;
      }
    }
    if (mine === asked) show(query, found);
  }

  let timer = 0;
  const soon = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  };
  box.addEventListener("input", (event) => {
    if (!event.isComposing) soon(120);
  });
  box.addEventListener("compositionend", () => soon(0));
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    soon(0);
  });

  box.value = new URL(location.href).searchParams.get("q") || "";
  box.focus();
  if (box.value && !results.hasChildNodes()) ask();
})();
