// Rungs: how each unit holds the query, and which rung of the ladder that is. What stands on a higher rung
// comes first, whatever the sum of its weights.

import { pairs, runs } from "./analyzer.js";
import { inAll } from "./postings.js";
import { characters } from "./text.js";

/** Tokens by which the holders of a long phrase are looked up before they are read. */
const MOST_LOOKED_UP = 24;
/** Words that are looked up. */
const MOST_WORDS = 64;

/** Marks of a unit. */
export const mark = {
  ID: 1,
  LITERAL: 2,
  /** Every word stands in it or above it, question words apart. */
  HELD: 4,
  SYNONYM: 8,
  SOUND: 16,
  /** All that was typed, in one form or another. */
  HOLDS: 15,
  /** It has pairs for all syllables; reading tells whether they stand in a row. */
  PERHAPS: 32,
};

/** What a rung adds to the score. A ranking score stays below the lowest of them. */
const rung = { ID: 32768, LITERAL: 16384, SYNONYM: 8192, SOUND: 4096 };

/** What the rung of a unit adds to its score. `whole` says that its name is what was typed, by its sound. */
export function rungOf(marks, whole) {
  if (marks & mark.ID) return rung.ID;
  if (marks & (mark.LITERAL | mark.HELD) || whole) return rung.LITERAL;
  if (marks & mark.SYNONYM) return rung.SYNONYM;
  return marks & (mark.SOUND | mark.PERHAPS) ? rung.SOUND : 0;
}

/** How each unit holds the query. */
export function marksOf(index, reading) {
  const marks = new Uint8Array(index.units.length);
  for (const id of reading.ids) marks[index.ids.get(id)] |= mark.ID;
  if (reading.ownNumber !== null) {
    for (const place of index.numbers.own(reading.ownNumber)) marks[place] |= mark.ID;
    for (const place of index.numbers.inText(reading.ordinals[0])) marks[place] |= mark.LITERAL;
  }
  const words = reading.words.slice(0, MOST_WORDS);
  if (words.length === 0) return marks;
  const many = reading.words.length > 1;
  const written = new Held(marks.length);
  const anyForm = new Held(marks.length);
  words.forEach((word, at) => {
    for (const place of holders(index, word.text)) {
      written.add(place, at);
      anyForm.add(place, at);
    }
    for (const other of word.others) {
      for (const place of holders(index, other)) anyForm.add(place, at);
    }
  });
  const above = index.paths.texts.map((text) => words.map((word) => many && text.includes(word.text)));
  for (let place = 0; place < marks.length; place++) {
    const count = written.counts[place];
    if (count === words.length) {
      // A question is answered literally only where it stands as it was asked.
      const text = index.texts.of(place);
      marks[place] |= reading.uncut.every((word) => text.includes(word)) ? mark.LITERAL : mark.HELD;
    } else {
      const path = above[index.paths.ofUnit[place]];
      if (count > 0 && many && words.every((_, at) => written.has(place, at) || path[at])) marks[place] |= mark.HELD;
      if (anyForm.counts[place] === words.length) marks[place] |= mark.SYNONYM;
    }
  }
  return marks;
}

/** For each unit, which words it holds, and how many. */
class Held {
  constructor(units) {
    this.counts = new Uint8Array(units);
    this.words = new Map();
  }

  add(place, word) {
    if (!this.words.has(word)) this.words.set(word, new Set());
    const places = this.words.get(word);
    if (places.has(place)) return;
    places.add(place);
    this.counts[place] += 1;
  }

  has(place, word) {
    return this.words.get(word)?.has(place) ?? false;
  }
}

/** The units in which a word stands as it is. */
function holders(index, word) {
  const lists = [];
  let tokens = 0;
  for (const run of runs(word)) {
    const field = run.han && characters(run.text).length === 1 ? index.characters : index.pairs;
    for (const token of pairs(run.text)) {
      tokens += 1;
      if (lists.length < MOST_LOOKED_UP) lists.push(field.holders(token));
    }
  }
  const places = inAll(lists);
  return tokens > 1 ? places.filter((place) => index.texts.of(place).includes(word)) : places;
}
