// Panel: a search box, and what it finds while one types. On the search page the answer stands on the page and
// the query in its address; elsewhere it opens below the box, and on a phone over the whole page.

import { ask, prepare } from "./ask.js";
import { element } from "./element.js";
import { Filters } from "./filters.js";
import { countOf, listOf } from "./hits.js";
import { forget, recent, remember } from "./recent.js";
import { HAS_SERVER, pageOf } from "./site.js";

/** Hits that are asked for. */
const LIMIT = 50;
/** Milliseconds after a key before the server is asked; a worker needs none. */
const PAUSE = HAS_SERVER ? 90 : 0;
const NARROW = matchMedia("(max-width: 47.99em)");

export class Panel {
  #asked = 0;
  #timer = 0;
  #abort = null;
  #pending = null;
  #busy = false;

  /** `page` is the search page's own place for results, if this is that page; `composing` watches the box. */
  constructor(form, box, page, composing) {
    this.form = form;
    this.box = box;
    this.page = page;
    this.composing = composing;
    this.count = element("p", { class: "search-count", role: "status", "aria-live": "polite" });
    this.list = element("div", { class: "search-list" });
    this.filters = page ? new Filters(Filters.of(new URL(location.href)), () => this.askNow()) : null;
    prepare();
    if (page) this.#standOnPage();
    else this.#hangBelow();
    box.addEventListener("input", (event) => !event.isComposing && this.askSoon());
    box.addEventListener("compositionend", () => this.askSoon());
    form.addEventListener("submit", (event) => this.#submitted(event));
    form.addEventListener("keydown", (event) => this.#key(event));
    this.results.addEventListener("keydown", (event) => this.#key(event));
    this.results.addEventListener("click", (event) => event.target.closest("a") && this.#remember());
  }

  #standOnPage() {
    this.results = this.page;
    // What a server answered stays until there is something better.
    this.page.prepend(this.count, this.filters.element);
    this.page.append(this.list);
    addEventListener("popstate", () => {
      const here = new URL(location.href);
      this.box.value = here.searchParams.get("q") ?? "";
      this.filters.chosen = Filters.of(here);
      this.askNow();
    });
  }

  #hangBelow() {
    const close = element("button", { type: "button", class: "search-close" }, "关闭");
    close.addEventListener("click", () => this.close());
    this.closeButton = close;
    this.results = element("div", { class: "search-panel", role: "region", "aria-label": "检索结果", hidden: true });
    this.results.append(this.count, this.list);
    this.form.classList.add("search-form");
    this.form.append(close, this.results);
    this.box.addEventListener("click", () => this.open());
    this.form.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.isFull && relatedTarget && !this.form.contains(relatedTarget)) this.close();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!this.isFull && !this.form.contains(event.target)) this.close();
    });
    addEventListener("popstate", ({ state }) => {
      if (this.isFull && !state?.search) this.#closeNow();
    });
  }

  get isOpen() {
    return this.page !== null || !this.results.hidden;
  }

  /** Whether it covers the whole page. */
  get isFull() {
    return this.form.classList.contains("search-full");
  }

  /** Goes to the box. */
  focus() {
    this.box.focus();
    this.box.select();
    this.open();
  }

  /** Opens the results. On a phone they cover the page, and going back closes them. */
  open() {
    if (this.page || !this.results.hidden) return;
    this.results.hidden = false;
    if (NARROW.matches) {
      this.form.classList.add("search-full");
      document.documentElement.classList.add("search-covered");
      if (!history.state?.search) history.pushState({ search: true, query: this.box.value }, "");
      this.box.focus();
    }
    this.askNow();
  }

  /** Opens as it was when the reader followed a hit from it. */
  reopen(query) {
    this.box.value = query;
    this.open();
  }

  close() {
    if (this.isFull && history.state?.search) history.back();
    else this.#closeNow();
  }

  #closeNow() {
    if (this.page) return;
    this.results.hidden = true;
    this.form.classList.remove("search-full");
    document.documentElement.classList.remove("search-covered");
  }

  #remember() {
    const query = this.box.value.trim();
    if (query) remember(query);
    if (this.isFull) history.replaceState({ search: true, query }, "");
  }

  /** Asks when no further key follows at once. */
  askSoon() {
    if (!this.isOpen) this.open();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.askNow(), PAUSE);
  }

  /** Asks what stands in the box. Of several questions only the newest is answered. */
  async askNow() {
    clearTimeout(this.#timer);
    // What is being composed is no query yet; its end asks.
    if (this.composing.isOpen()) return;
    const query = this.box.value.trim();
    this.#asked += 1;
    this.#abort?.abort();
    if (this.page) this.#writeAddress(query);
    if (query === "") return this.#showRecent();
    this.#pending = { number: this.#asked, query };
    if (!this.#busy) await this.#answer();
  }

  /** Answers questions until none is newer. */
  async #answer() {
    this.#busy = true;
    while (this.#pending) {
      const { number, query } = this.#pending;
      this.#pending = null;
      this.#abort = new AbortController();
      const slow = setTimeout(() => number === this.#asked && this.#say("正在检索……"), 400);
      try {
        const answer = await ask(query, { limit: LIMIT, ...this.filters?.chosen }, this.#abort.signal);
        if (number === this.#asked) this.#show(answer);
      } catch (error) {
        if (number === this.#asked) this.#fail(error);
      }
      clearTimeout(slow);
    }
    this.#busy = false;
  }

  #writeAddress(query) {
    const here = new URL(location.href);
    here.searchParams.delete("offset");
    if (query) here.searchParams.set("q", query);
    else here.searchParams.delete("q");
    this.filters.writeTo(here);
    if (here.href !== location.href) history.replaceState(history.state, "", here);
  }

  #show(answer) {
    this.#clear();
    this.#say(countOf(answer));
    this.filters?.show(answer.facets);
    // A hit that goes away takes the focus with it.
    const isInside = this.list.contains(document.activeElement);
    this.list.replaceChildren(listOf(answer, (query) => this.#choose(query)));
    if (isInside) this.box.focus();
    if (!this.page && answer.total > 0) {
      this.list.append(element("p", {}, element("a", { href: pageOf(answer.query), class: "search-all" }, "在检索页看全部")));
    }
  }

  #fail(error) {
    this.#clear();
    this.#say("现在检索不了，请稍后再试。");
    console.warn(error);
  }

  #showRecent() {
    this.#clear();
    if (this.filters) this.filters.element.hidden = true;
    const queries = recent();
    this.#say(queries.length > 0 ? "最近找过" : "条号、词、一句话、拼音、首字母都可以");
    if (queries.length === 0) return this.list.replaceChildren();
    const items = queries.map((query) => element("li", {}, this.#button("search-recent", query, () => this.#choose(query))));
    const clear = this.#button("search-forget", "清空", () => {
      forget();
      this.box.focus();
      this.#showRecent();
    });
    this.list.replaceChildren(element("ul", { class: "search-recents" }, ...items), clear);
  }

  #button(name, text, action) {
    const button = element("button", { type: "button", class: name }, text);
    button.addEventListener("click", action);
    return button;
  }

  /** Takes away what a server wrote here before the script ran. */
  #clear() {
    const mine = [this.count, this.filters?.element, this.list];
    for (const child of [...this.results.children]) {
      if (!mine.includes(child)) child.remove();
    }
  }

  #say(words) {
    if (this.count.textContent !== words) this.count.textContent = words;
  }

  #choose(query) {
    this.box.value = query;
    this.box.focus();
    this.askNow();
  }

  #submitted(event) {
    this.#remember();
    if (!this.page) return;
    event.preventDefault();
    this.askNow();
  }

  /** Arrows go through box and hits, Escape back and out; a letter goes to the box. */
  #key(event) {
    if (this.composing.owns(event)) {
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") this.#move(event, key === "ArrowDown" ? 1 : -1);
    else if (key === "Escape") this.#escape(event);
    else if (key.length === 1 && key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey && event.target.closest("a, button")) {
      this.box.focus();
    }
  }

  #move(event, by) {
    if (event.target.closest("select")) return;
    if (!this.isOpen) this.open();
    const stops = [this.box, ...this.list.querySelectorAll("a, button")];
    const to = stops.indexOf(document.activeElement) + by;
    if (to < 0 || to >= stops.length) return;
    event.preventDefault();
    stops[to].focus();
  }

  #escape(event) {
    if (event.target !== this.box) {
      event.preventDefault();
      this.box.focus();
    } else if (!this.page && this.isOpen) {
      event.preventDefault();
      this.close();
    }
  }
}
