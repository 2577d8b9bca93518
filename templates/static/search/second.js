// Second stage: what reading a unit tells that an index of pairs cannot.

import { Pattern, nearness } from "./distance.js";
import { key } from "./names.js";
import { heard } from "./spelling.js";
import { characters, points } from "./text.js";
import { W } from "./weight.js";

/** Characters of a unit that are compared with a word that does not stand in it. */
const MOST_CHARACTERS = 2000;
/** Words that are compared. */
const MOST_WORDS = 16;
/** Powers that make what is nearly there count for little: in names more than in texts. */
const HEADING = 6;
const NEAR = 2;

/** A word of the query as texts are compared with it. */
class Wanted {
  constructor(text) {
    const all = characters(key(text));
    this.text = text;
    this.length = all.length;
    this.written = new Pattern(points(all));
    this.heard = new Pattern(heard(all));
  }

  /** How near some piece of a unit is: by writing, and by sound. */
  inUnit(texts, place) {
    if (texts.of(place).includes(this.text)) return [1, 1];
    const beginning = texts.beginning(place, MOST_CHARACTERS);
    return [
      nearness(this.written.toPiece(beginning.written), this.written.length),
      nearness(this.heard.toPiece(beginning.heard), this.heard.length),
    ];
  }
}

export class Second {
  /** Prepares the words of a query. */
  constructor(index, reading, row) {
    this.index = index;
    this.row = row;
    const texts = reading.letters === null ? reading.words.slice(0, MOST_WORDS).map((word) => word.text) : [reading.letters];
    this.words = texts.map((text) => new Wanted(text));
    /** Characters of all words. */
    this.length = Math.max(this.words.reduce((sum, word) => sum + word.length, 0), 1);
    this.heading = reading.isSentence ? W.heading_sentence : W.heading;
  }

  /** What reading a unit adds to its score, and whether it sounds like all that was typed. */
  read(place) {
    const { texts, paths, names } = this.index;
    const path = paths.above(place);
    const pathPoints = points(path);
    let [near, heading, words, allHeard, allWritten] = [0, 0, 0, true, true];
    for (const word of this.words) {
      const share = word.length / this.length;
      const [written, heardSo] = word.inUnit(texts, place);
      allHeard &&= heardSo === 1;
      allWritten &&= written === 1;
      near += share * Math.max(written, heardSo * W.heard) ** NEAR;
      const inTitle = names.nearest(place, word.written, word.heard);
      const inPath = nearness(word.written.toPiece(pathPoints), word.written.length);
      heading += share * Math.max(inTitle ** HEADING, inPath ** HEADING * W.path);
      if (written === 1 || path.includes(word.text)) words += share;
    }
    const context = this.row.all > 0 ? this.row.groups[texts.groupOf[place]] / this.row.all : 0;
    const score = W.near * near + this.heading * heading + W.words * words + W.context * context;
    return [Math.fround(score), allHeard && !allWritten];
  }
}
