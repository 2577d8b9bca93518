// Snippets: the stretch of a unit's text that shows best why it was found, with the hits marked. Offsets go
// through the folding, so traditional script and full-width letters are marked where they stand.

import { foldCharacter } from "./fold.js";
import { commonest, find, readings } from "./sound.js";
import { spellings } from "./spelling.js";
import { characters, isHan } from "./text.js";

/** Characters of a snippet. */
const LENGTH = 90;
/** Characters before the first hit, when it stands deep inside a sentence. */
const LEAD = 15;
/** Windows that are compared: a text that repeats itself thousands of times has no better one further on. */
const MOST_WINDOWS = 500;
/** The number under which everything found by sound is marked. */
const SOUND = 0;

/** The best stretch of `text` for a query, as pieces `{ text, hit }`. A text that holds nothing of it gives way to `preview`. */
export function snippet(text, preview, reading) {
  let shown = text;
  let folded = compact(shown);
  let marks = marksOf(folded, reading);
  if (preview !== "" && !marks.hit.includes(true)) {
    shown = preview;
    folded = compact(shown);
    marks = marksOf(folded, reading);
  }
  const [start, end] = bestWindow(folded.characters, marks);
  return cut(shown, folded, marks, start, end);
}

/** A text folded and without spaces, with the place of each character in the original. */
function compact(text) {
  const folded = { characters: [], starts: [] };
  let at = 0;
  for (const character of text) {
    const one = foldCharacter(character);
    if (one === "\n" || (one !== "" && !/\s/.test(one))) {
      folded.characters.push(one);
      folded.starts.push(at);
    }
    at += character.length;
  }
  return folded;
}

/** For each folded character, numbers of the looked-for things that begin there, and whether it is part of one. */
class Marks {
  constructor(size) {
    this.starts = Array.from({ length: size }, () => []);
    this.hit = new Array(size).fill(false);
  }

  mark(at, length, thing) {
    this.starts[at].push(thing);
    this.hit.fill(true, at, at + length);
  }
}

/** Marks whole words where they stand; a word that stands nowhere is marked in another form, by its pairs, or by its sound. */
function marksOf(folded, reading) {
  const marks = new Marks(folded.characters.length);
  let thing = 0;
  const markAll = (needle) => {
    thing += 1;
    const places = occurrences(folded.characters, needle);
    for (const at of places) marks.mark(at, needle.length, thing);
    return places.length > 0;
  };
  const missing = [];
  // A question that stands in the text as a whole is marked as a whole.
  const asked = reading.cut && markAll(characters(reading.folded).filter((one) => one !== " "));
  for (const word of asked ? [] : reading.words) {
    const all = characters(word.text);
    let found = markAll(all);
    for (const other of word.others) found = markAll(characters(other)) || found;
    if (found) continue;
    for (let at = 1; at < all.length; at++) {
      if (isHan(all[at - 1]) && isHan(all[at])) markAll(all.slice(at - 1, at + 1));
    }
    const sounds = commonest(all);
    if (sounds) missing.push(sounds);
  }
  const letters = reading.letters === null ? [] : spellings(reading.letters);
  markSounds(marks, folded, [...missing, ...letters]);
  return marks;
}

/** The places where some characters stand among others; they may overlap. */
function occurrences(all, needle) {
  const found = [];
  if (needle.length === 0) return found;
  for (let at = all.indexOf(needle[0]); at >= 0 && at + needle.length <= all.length; at = all.indexOf(needle[0], at + 1)) {
    if (needle.every((one, offset) => all[at + offset] === one)) found.push(at);
  }
  return found;
}

/** Marks what sounds like one of `wanted`. */
function markSounds(marks, folded, wanted) {
  const long = wanted.filter((syllables) => syllables.length > 1);
  if (long.length === 0) return;
  const all = folded.characters.map(readings);
  for (const syllables of long) {
    for (const at of find(all, syllables)) marks.mark(at, syllables.length, SOUND);
  }
}

/**
 * The best window, in folded characters: most different things first, then most marked characters, then the
 * earliest. A window begins with the sentence of a hit, or a little before the hit.
 */
function bestWindow(all, marks) {
  if (all.length <= LENGTH + LENGTH / 3) return [0, all.length];
  const hits = [...all.keys()].filter((at) => marks.starts[at].length > 0).slice(0, MOST_WINDOWS);
  let best = { start: 0, things: -1, marked: -1 };
  for (const start of new Set(hits.map((at) => lead(all, at)))) {
    const end = Math.min(start + LENGTH, all.length);
    const things = new Set(marks.starts.slice(start, end).flat()).size;
    const marked = marks.hit.slice(start, end).filter(Boolean).length;
    const better = things - best.things || marked - best.marked || best.start - start;
    if (better > 0) best = { start, things, marked };
  }
  return [best.start, endOf(all, best.start)];
}

/** The window that shows a hit begins with its sentence, or close before it when that begins too far off. */
function lead(all, hit) {
  const far = Math.max(hit - LENGTH / 2, 0);
  for (let at = hit - 1; at >= far; at--) {
    if (endsSentence(all[at])) return at + 1;
  }
  return far === 0 ? 0 : hit - LEAD;
}

/** A window ends with the last sentence that ends in it, unless that leaves little. */
function endOf(all, start) {
  const longest = Math.min(start + LENGTH, all.length);
  if (longest === all.length) return longest;
  for (let at = longest - 1; at >= start + LENGTH / 2; at--) {
    if (endsSentence(all[at])) return at + 1;
  }
  return longest;
}

const endsSentence = (folded) => "。;!?\n".includes(folded);

/** The window as pieces of the original, neighbours of one kind joined. */
function cut(text, folded, marks, start, end) {
  const startOf = (at) => folded.starts[at] ?? text.length;
  const pieces = [];
  const push = (piece, hit) => {
    if (piece === "") return;
    if (pieces.at(-1)?.hit === hit) pieces.at(-1).text += piece;
    else pieces.push({ text: piece, hit });
  };
  if (start > 0 && !endsSentence(folded.characters[start - 1])) push("…", false);
  for (let at = start; at < end; at++) {
    const original = text.slice(startOf(at), startOf(at + 1));
    const [character = ""] = original;
    push(character === "\n" ? " " : character, marks.hit[at]);
    push(original.slice(character.length), marks.hit[at] && (marks.hit[at + 1] ?? false));
  }
  if (end < folded.characters.length && !endsSentence(folded.characters[end - 1])) push("…", false);
  if (pieces.length > 0) pieces.at(-1).text = pieces.at(-1).text.trimEnd();
  return pieces.filter((piece) => piece.text !== "");
}
