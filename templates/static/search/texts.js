// Texts: names and text of each unit, folded and without spaces. Here is looked up what an index of pairs
// cannot tell: whether they stand one after another.

import { points } from "./text.js";
import { heard } from "./sound.js";

export class Texts {
  /** `compact` holds names and text of each unit, `groups` what each belongs to. */
  constructor(compact, groups) {
    this.compact = compact;
    const numbers = new Map();
    /** For each unit, the number of its group. */
    this.groupOf = groups.map((group) => {
      if (!numbers.has(group)) numbers.set(group, numbers.size);
      return numbers.get(group);
    });
    this.groups = numbers.size;
  }

  /** Names and text of a unit. */
  of(place) {
    return this.compact[place];
  }

  /** The first characters of a unit, as they are written and as they are heard. */
  beginning(place, most) {
    const text = Array.from(this.compact[place]).slice(0, most);
    return { written: points(text), heard: text.map(heard) };
  }
}
