// Filters: narrow an answer by part, kind and level; each choice tells how many there are.

import { element } from "./element.js";

const SORTS = [["part", "部", "全部"], ["kind", "种类", "全部"], ["level", "层级", "各级"]];

export class Filters {
  /** `changed` is called when the reader chooses. */
  constructor(chosen, changed) {
    this.chosen = chosen;
    this.changed = changed;
    this.element = element("div", { class: "search-filters", role: "group", "aria-label": "缩小范围", hidden: true });
  }

  /** What is chosen in an address. */
  static of(address) {
    return Object.fromEntries(SORTS.map(([sort]) => [sort, address.searchParams.get(sort) ?? ""]));
  }

  /** Writes what is chosen into an address. */
  writeTo(address) {
    for (const [sort] of SORTS) {
      if (this.chosen[sort]) address.searchParams.set(sort, this.chosen[sort]);
      else address.searchParams.delete(sort);
    }
  }

  /** Shows the choices that an answer leaves. */
  show(facets) {
    const active = document.activeElement?.name;
    const selects = SORTS.map(([sort, label, all]) => this.select(sort, label, all, facets[sort] ?? []));
    this.element.replaceChildren(...selects.filter(Boolean));
    this.element.hidden = this.element.childElementCount === 0;
    this.element.querySelector(`select[name="${active}"]`)?.focus();
  }

  select(sort, label, all, counts) {
    if (counts.length < 2 && !this.chosen[sort]) return null;
    const options = counts.map(({ value, label: name, count }) => [value, `${name}（${count}）`]);
    if (this.chosen[sort] && !counts.some(({ value }) => value === this.chosen[sort])) {
      options.push([this.chosen[sort], `${this.chosen[sort]}（0）`]);
    }
    const select = element(
      "select",
      { name: sort },
      element("option", { value: "" }, all),
      ...options.map(([value, text]) => element("option", { value, selected: value === this.chosen[sort] }, text)),
    );
    select.addEventListener("change", () => {
      this.chosen[sort] = select.value;
      this.changed();
    });
    return element("label", {}, `${label} `, select);
  }
}
