// Names: what the query as a whole is to what things are called. There are few names and they are short, so
// every query is held against all of them.

import { Pattern, nearness } from "./distance.js";
import { fold } from "./fold.js";
import { letters as lettersOf, plain } from "./sound.js";
import { character, dialect, heard, spell } from "./spelling.js";
import { byPoints, characters, isAlphanumeric, points } from "./text.js";
import { W } from "./weight.js";

/** Most suggestions. */
const MOST_SUGGESTIONS = 3;
/** Fewest and most characters of a query that may be a name with a slip. */
const [SHORTEST, LONGEST] = [2, 12];
/** Fewer letters are no pinyin with a slip. */
const FEWEST_LETTERS = 5;

/** How a name matches: written so, spelled so, by initials, nearly so, or by some of its characters. */
export const By = { CHARACTERS: "characters", SOUND: "sound", INITIALS: "initials", SLIP: "slip", PART: "part" };

/** A folded name without anything but letters and digits. */
export const key = (folded) => characters(folded).filter(isAlphanumeric).join("");

/** The query as names are compared with it. */
class Typed {
  constructor(reading) {
    this.keys = [key(reading.folded), ...(reading.cut ? [key(reading.subject)] : [])].filter(Boolean);
    /** The longest key that is no question. */
    this.characters = characters(this.keys.at(-1) ?? "");
    const text = this.characters.join("");
    this.written = new Pattern(points(text));
    this.heard = new Pattern(heard(this.characters));
    /** Its letters, when it is nothing else. */
    this.letters = /^[a-z0-9]{2,}$/i.test(text) ? text : null;
    this.lettersPattern = this.letters && new Pattern(points(this.letters));
    this.hasLetters = /[a-z]/.test(text);
  }
}

/** A name of the unit at a place. */
class Name {
  constructor(unit, written) {
    this.unit = unit;
    this.written = written;
    this.key = key(fold(written));
    this.characters = characters(this.key).map(character);
    this.points = points(this.key);
    this.heard = this.characters.map((one) => plain(one.reading));
    /** Its commonest sound in letters. */
    this.letters = this.characters.map((one) => lettersOf(one.reading)).join("");
    this.letterPoints = points(this.letters);
  }

  get length() {
    return this.characters.length;
  }

  share(count) {
    return count / Math.max(this.length, 1);
  }

  writtenAs(typed) {
    let best = null;
    for (const typedKey of typed.keys) {
      if (!this.key.startsWith(typedKey)) continue;
      const whole = this.key.length === typedKey.length;
      const score = whole ? W.whole : W.beginning + W.share * this.share(characters(typedKey).length);
      if (best === null || score >= best) best = score;
    }
    return best === null ? null : { by: By.CHARACTERS, score: best, whole: false };
  }

  /** By letters, or by characters and letters. */
  spelledBy(typed) {
    if (!typed.hasLetters) return null;
    let best = null;
    for (let start = 0; start < this.length; start++) {
      // One letter begins too much to mean something inside a name.
      if (start > 0 && typed.characters.length < 2) break;
      const spelled = spell(this.characters, start, typed.characters);
      if (!spelled || spelled.written === spelled.count) continue;
      const allShort = spelled.short === spelled.count;
      const kind = allShort
        ? W.initials
        : spelled.short > (spelled.lastShort ? 1 : 0)
          ? W.mixed
          : spelled.unfinished || spelled.lastShort
            ? W.unfinished
            : W.spelled;
      const score = Math.fround(kind + (start === 0 ? W.from_beginning : 0) + W.share * this.share(spelled.count));
      const all = spelled.count === this.length && spelled.count > 1;
      const whole = all && spelled.short === 0 && !spelled.unfinished;
      if (!best || score > best.score) best = { by: allShort ? By.INITIALS : By.SOUND, score, whole };
    }
    return best;
  }

  /** With slips: in characters, in sound, or in the letters of the sound. */
  nearly(typed, sentence) {
    const longer = Math.max(typed.written.length, this.length);
    const shorter = Math.min(typed.heard.length, this.length);
    if (longer < 2) return null;
    if (typed.letters === null && nearness(longer - shorter, longer) < W.least_nearness) return null;
    const bySound = nearness(typed.heard.toWhole(this.heard), Math.max(typed.heard.length, this.length));
    const byWriting = nearness(typed.written.toWhole(this.points), longer);
    let best = { by: By.SLIP, score: Math.max(byWriting, Math.fround(bySound * W.heard)), whole: false };
    if (bySound === 1) best.by = By.SOUND;
    if (typed.letters !== null && typed.letters.length >= FEWEST_LETTERS) {
      const found = this.nearlySpelled(typed);
      if (found.score > best.score) best = found;
    }
    // A long name with a slip is no sentence.
    if (sentence && best.score < W.surely) best.score = Math.fround(best.score * W.sentence);
    if (best.by === By.SLIP && best.score < W.surely) best.by = By.PART;
    return best.score >= W.least_nearness ? { ...best, score: best.score * W.nearness } : null;
  }

  /** Letters with a slip, or as a dialect has them. */
  nearlySpelled(typed) {
    const whole = nearness(
      typed.lettersPattern.toWhole(this.letterPoints),
      Math.max(typed.letters.length, this.letters.length),
    );
    const beginning = nearness(typed.lettersPattern.toBeginning(this.letterPoints), typed.letters.length) * W.begun;
    const score = Math.fround(Math.max(whole, beginning));
    if (score > W.least_nearness && dialect(typed.letters) === dialect(this.letters)) {
      return { by: By.SOUND, score: 1, whole: false };
    }
    return { by: By.SLIP, score, whole: false };
  }

  /** By some of its characters in their order, the first of all among them or not. */
  abbreviatedAs(typed) {
    const count = typed.characters.length;
    if (count < 2 || count > 8 || typed.hasLetters || this.length <= count) return null;
    let [taken, words] = [0, 0];
    this.characters.forEach((one, at) => {
      if (taken < count && one.character === typed.characters[taken]) {
        taken += 1;
        words += at % 2 === 0 ? 1 : 0;
      }
    });
    if (taken < count) return null;
    const first = this.characters[0].character === typed.characters[0] ? W.abbreviated_first : 0;
    const score =
      W.abbreviated + first + (W.abbreviated_even * words) / count + W.abbreviated_share * this.share(count);
    return { by: By.PART, score: Math.fround(score), whole: false };
  }
}

/** All names. */
export class Names {
  constructor(units) {
    this.ofUnit = units.map((unit, place) => unit.names.map((name) => new Name(place, name)));
    this.names = this.ofUnit.flat();
  }

  /** How near a word is to some piece of a unit's names, 0 to 1. */
  nearest(unit, written, heardPattern) {
    let nearestName = 0;
    for (const name of this.ofUnit[unit]) {
      const asWritten = nearness(written.toPiece(name.points), written.length);
      const asHeard = nearness(heardPattern.toPiece(name.heard), heardPattern.length) * W.heard;
      nearestName = Math.max(nearestName, asWritten, asHeard);
    }
    return nearestName;
  }

  /** The units whose name is meant by the query as a whole, and how: place to `{ by, score, whole }`. */
  matches(reading) {
    const typed = new Typed(reading);
    const best = new Map();
    if (typed.characters.length === 0) return best;
    const sentence = reading.isSentence;
    for (const name of this.names) {
      const found = [name.writtenAs(typed), name.spelledBy(typed), name.nearly(typed, sentence)];
      if (!sentence) found.push(name.abbreviatedAs(typed));
      for (const match of found) {
        if (match && !(best.get(name.unit)?.score >= match.score)) best.set(name.unit, match);
      }
    }
    return best;
  }

  /** The names nearest to a query: those that sound the same first, then those a slip or two away. */
  near(reading) {
    const typed = new Typed(reading);
    const { length } = typed.characters;
    if ((length < SHORTEST || length > LONGEST) && typed.letters === null) return [];
    const allowed = Math.ceil(length / 4);
    const near = [];
    for (const name of this.names) {
      if (typed.keys.includes(name.key)) continue;
      const slips = slipsBetween(typed, name, allowed);
      if (slips <= allowed) near.push([slips, name.written]);
    }
    near.sort((one, other) => one[0] - other[0] || byPoints(one[1], other[1]));
    const kept = near.filter(([, name], at) => at === 0 || near[at - 1][1] !== name);
    return kept.slice(0, MOST_SUGGESTIONS).map(([, name]) => name);
  }
}

function slipsBetween(typed, name, allowed) {
  if (typed.letters !== null && name.letters !== "") return typed.lettersPattern.toWhole(name.letterPoints);
  if (Math.abs(name.length - typed.characters.length) > allowed || name.length <= allowed) return Infinity;
  if (typed.heard.toWhole(name.heard) === 0) return 0;
  return Math.max(typed.written.toWhole(name.points), 1);
}
