// Synonyms: the handbook's own terms, in every form that people use for them.

import { fold } from "./fold.js";
import { characters } from "./text.js";

/** Most other ways to say one word of a query. */
const MOST_OTHERS = 8;

export class Synonyms {
  /** From the forms of each term. */
  constructor(terms) {
    this.terms = terms.map((forms) => forms.map(fold));
    /** For each form, the terms that have it. */
    this.byForm = new Map();
    this.longest = 0;
    this.terms.forEach((forms, term) => {
      for (const form of forms) {
        this.longest = Math.max(this.longest, characters(form).length);
        if (!this.byForm.has(form)) this.byForm.set(form, []);
        this.byForm.get(form).push(term);
      }
    });
  }

  /**
   * The text with one form of a term in it replaced by each of the term's other forms. Where forms overlap,
   * the longest counts.
   */
  rephrased(text) {
    const all = characters(text);
    const others = [];
    for (let at = 0; at < all.length; ) {
      const length = this.longestForm(all, at);
      if (length === 0) {
        at += 1;
        continue;
      }
      const form = all.slice(at, at + length).join("");
      for (const term of this.byForm.get(form)) {
        for (const other of this.terms[term]) {
          if (other === form) continue;
          const said = all.slice(0, at).join("") + other + all.slice(at + length).join("");
          if (others.length < MOST_OTHERS && !others.includes(said)) others.push(said);
        }
      }
      at += length;
    }
    return others;
  }

  /** Characters of the longest form that begins at a place; 0 when none does. */
  longestForm(all, at) {
    for (let length = Math.min(this.longest, all.length - at); length > 0; length--) {
      if (this.byForm.has(all.slice(at, at + length).join(""))) return length;
    }
    return 0;
  }
}
