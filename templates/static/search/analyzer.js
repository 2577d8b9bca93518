// Tokens: what of a folded text goes into the index. Pairs of neighbouring Han characters carry the ranking;
// a Han character that stands alone, and a word of letters or digits, is a token by itself.

import { RUNS, characters } from "./text.js";

const BEYOND = /[\ud800-\udfff]/;

/** Cuts a folded text into runs of Han characters and words: `{ text, start, han }`. */
export function runs(text) {
  const found = [];
  RUNS.lastIndex = 0;
  for (let run = RUNS.exec(text); run !== null; run = RUNS.exec(text)) {
    found.push({ text: run[0], start: run.index, han: run[1] !== undefined });
  }
  return found;
}

/** Pairs of Han characters, lone ones, and words. */
export function pairs(text) {
  const found = [];
  for (const run of runs(text)) {
    if (!run.han) {
      found.push(run.text);
      continue;
    }
    // Beyond the basic plane a character is two units long.
    const all = BEYOND.test(run.text) ? characters(run.text) : run.text;
    if (all.length === 1) found.push(run.text);
    for (let at = 1; at < all.length; at++) found.push(all[at - 1] + all[at]);
  }
  return found;
}

/** Han characters and words. */
export const singles = (text) => runs(text).flatMap((run) => (run.han ? characters(run.text) : run.text));

/**
 * Words of Latin letters and digits, folded, each once: joined ones (`v1.2`, `gb/t`) whole and in their
 * parts, and what capitals and digits set apart (`WeChat2`) in its parts, too. The text is not folded.
 */
export function latinWords(text) {
  const words = new Set();
  const narrow = text.replace(/[\u3000\u00a0]/g, " ").replace(/[\uff01-\uff5e]/g, halfWidth);
  for (const piece of narrow.split(/[^A-Za-z0-9._/-]+/)) {
    const whole = piece.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
    if (!whole) continue;
    words.add(whole.toLowerCase());
    for (const part of whole.split(/[^A-Za-z0-9]+/)) {
      words.add(part.toLowerCase());
      const seams = /(?<=[a-z])(?=[A-Z])|(?<=[0-9])(?=[A-Za-z])|(?<=[A-Za-z])(?=[0-9])/;
      part.split(seams).forEach((one) => words.add(one.toLowerCase()));
    }
  }
  return [...words].sort();
}

const halfWidth = (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0);
