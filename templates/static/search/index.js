// Index: the handbook's units, ready to be searched in memory. It answers like the server: same folding, same
// ranking, same reasons. See the head of `src/search/mod.rs`.

import { latinWords, pairs, singles } from "./analyzer.js";
import { Alike } from "./alike.js";
import { Facets } from "./facet.js";
import { fold } from "./fold.js";
import { Names } from "./names.js";
import { idKey } from "./number.js";
import { Numbers } from "./numbers.js";
import { Paths } from "./paths.js";
import { Postings } from "./postings.js";
import { find, holds } from "./rank.js";
import { Reading } from "./reading.js";
import { snippet } from "./snippet.js";
import { Synonyms } from "./synonym.js";
import { closed, withoutSpaces } from "./text.js";
import { Texts } from "./texts.js";
import { why } from "./why.js";

/** How often the name counts beside the text. */
const NAME_WEIGHT = 3;

export class Index {
  #alike = null;

  /** `kindWeights` tells how much each kind counts as the answer to a sentence; `questions` are question words. */
  constructor(units, kindWeights, questions) {
    this.units = units;
    this.kindWeights = kindWeights;
    this.questions = questions;
    this.synonyms = new Synonyms(units.filter((unit) => unit.kind === "term").map((unit) => unit.names));
    this.names = new Names(units);
    this.paths = new Paths(units);
    this.numbers = new Numbers(units);
    this.facets = new Facets(units);
    /** Place of the unit with this id key. */
    this.ids = new Map(units.map((unit, place) => [idKey(fold(unit.id)), place]));
    this.pairs = new Postings(units.length);
    this.characters = new Postings(units.length);
    this.latin = new Postings(units.length);
    const compact = units.map((unit) => this.#add(unit));
    for (const field of [this.pairs, this.characters, this.latin]) field.close();
    this.texts = new Texts(compact, units.map((unit) => unit.group));
  }

  /** Adds the tokens of a unit; gives its names and text, folded and without spaces. */
  #add(unit) {
    const folded = [...unit.names, unit.text].map(fold);
    const once = folded.map(closed).join("\n");
    const again = unit.names.length > 0 ? `${closed(folded[0])}\n`.repeat(NAME_WEIGHT - 1) : "";
    this.pairs.add(pairs(again + once));
    this.characters.add(singles(once));
    this.latin.add(latinWords([...unit.names, unit.text].join("\n")));
    return `\n${withoutSpaces(folded.join("\n"))}`;
  }

  /** The pairs of the index by their sound; made when first asked for. */
  get alike() {
    this.#alike ??= new Alike(this.pairs);
    return this.#alike;
  }

  /** How much the unit at a place counts as the answer to a question in a sentence. */
  kindWeight(place) {
    return this.kindWeights.get(this.units[place].kind);
  }

  /**
   * Answers a query like `/api/v1/search`. Filters are `part`, `kind`, `level`, `role`; `perGroup` limits the
   * hits of one norm or page.
   */
  search(query, { limit = 20, offset = 0, perGroup = Infinity, ...wanted } = {}) {
    const reading = this.reading(query);
    if (reading.isEmpty) return { query, total: 0, hits: [], facets: this.facets.filter({}, [])[1], suggestions: [] };
    const found = find(this, reading);
    const suggestions = holds(found) ? [] : this.names.near(reading);
    const [scored, facets] = this.facets.filter(wanted, found.scored);
    scored.sort(([one, x], [other, y]) => y - x || one - other);
    const counts = new Map();
    const kept = scored.filter(([place]) => {
      const { group } = this.units[place];
      counts.set(group, (counts.get(group) ?? 0) + 1);
      return counts.get(group) <= perGroup;
    });
    const hits = kept.slice(offset, offset + limit).map(([place, score]) => this.#hit(place, score, reading, found));
    return { query, total: scored.length, hits, facets, suggestions };
  }

  /** Why a query finds the unit with this id; nothing when it does not. */
  why(query, id) {
    const reading = this.reading(query);
    const found = find(this, reading);
    const place = this.units.findIndex((unit) => unit.id === id);
    const isFound = found.scored.some(([other]) => other === place);
    return isFound ? why(this.units[place], reading, found.marks[place], found.names.get(place)?.by) : null;
  }

  reading(query) {
    return new Reading(query, this.synonyms, this.questions, (key) => this.ids.has(key));
  }

  #hit(place, score, reading, found) {
    const { id, norm_id, group, title, path, url, kind, text, preview } = this.units[place];
    const reason = why(this.units[place], reading, found.marks[place], found.names.get(place)?.by);
    return { id, norm_id, group, title, path, url, kind, score, why: reason, snippet: snippet(text, preview, reading) };
  }
}
