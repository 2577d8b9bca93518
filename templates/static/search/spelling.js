// Spelling: what letters say of characters.

import { beginsSyllable, heard as heardCharacter, isSyllable, letters as lettersOf, number, plain, readings } from "./sound.js";

/** Letters that are still read as pinyin. */
const MOST_LETTERS = 160;
/** Ways to cut letters into syllables that are tried. */
const MOST_SPELLINGS = 4;
/** Characters such as 安那安那 can be spelled in very many ways; nobody waits for all of them. */
const MOST_STEPS = 500;

const isLetter = (character) => character >= "a" && character <= "z" && character.length === 1;

/**
 * What a text of characters and letters sounds like: a number for each character, and one for each syllable
 * that letters spell. Letters that spell none stand for themselves.
 */
export function heard(characters) {
  const found = [];
  for (let at = 0; at < characters.length; ) {
    let end = at + 1;
    while (end < characters.length && isLetter(characters[end]) === isLetter(characters[at])) end++;
    const run = characters.slice(at, end);
    const [syllables] = spellings(run.join(""));
    found.push(...(syllables ? syllables.map(plain) : run.map(heardCharacter)));
    at = end;
  }
  return found;
}

/** Letters as speakers of many dialects hear them: no difference of zh and z, ch and c, sh and s, ng and n. */
export const dialect = (letters) => letters.replace(/(?<=[zcs])h|(?<=n)g/g, "");

/** A character of a name, and how it may be read, in letters. */
export function character(one) {
  const read = readings(one);
  return { character: one, reading: read[0] ?? 0, spoken: read.map(lettersOf) };
}

/**
 * Spells the beginning of a name, from its character at `start` on, with all that was typed, each character
 * as it is written, by its sound or by its initial: `nianjian`, `nj`, `njian`, `年jian` and the unfinished
 * `nianji` spell 年检. As few initials as can be. Gives `{ count, short, written, unfinished, lastShort }`:
 * characters that are spelled, of them by their initial, of them as they are written, whether the last one is
 * spelled without its end, and whether by its initial. Nothing when it cannot be spelled.
 */
export function spell(name, start, typed) {
  const steps = { left: MOST_STEPS };
  return spellFrom(name, start, typed, 0, steps);
}

const NOTHING = { count: 0, short: 0, written: 0, unfinished: false, lastShort: false };

function spellFrom(name, at, typed, from, steps) {
  if (from === typed.length) return NOTHING;
  if (at === name.length) return null;
  const next = typed[from];
  const first = name[at];
  if (first.character === next) {
    const rest = spellFrom(name, at + 1, typed, from + 1, steps);
    return rest && { ...rest, count: rest.count + 1, written: rest.written + 1 };
  }
  if (!isLetter(next) || steps.left === 0) return null;
  steps.left -= 1;
  let best = null;
  for (const reading of first.spoken) {
    let common = 0;
    while (common < reading.length && from + common < typed.length && reading[common] === typed[from + common]) common++;
    const found = [];
    if (common === reading.length) found.push(spellFrom(name, at + 1, typed, from + common, steps));
    if (common > 1 && from + common === typed.length && common < reading.length) {
      found.push({ ...NOTHING, unfinished: true });
    }
    if (reading.length > 1 && common > 0) {
      const rest = spellFrom(name, at + 1, typed, from + 1, steps);
      found.push(rest && { ...rest, short: rest.short + 1, lastShort: rest.lastShort || from + 1 === typed.length });
    }
    const all = found.filter(Boolean).map((rest) => ({ ...rest, count: rest.count + 1 }));
    if (best) all.push(best);
    best = all.reduce((one, other) => (isShorter(other, one) ? other : one), all[0] ?? null);
  }
  return best;
}

const isShorter = (one, other) =>
  one.short < other.short || (one.short === other.short && !one.unfinished && other.unfinished);

/**
 * The ways to read letters as pinyin, longest syllables first; none when they are no pinyin. The last
 * syllable must be whole.
 */
export function spellings(letters) {
  const found = [];
  if (letters.length > MOST_LETTERS || !/^[\0-\x7f]*$/.test(letters)) return found;
  // Whether the letters from here on can be cut; without it a slip at the end would have every way to cut
  // the beginning tried.
  const whole = new Array(letters.length + 1).fill(false);
  whole[letters.length] = true;
  for (let at = letters.length - 1; at >= 0; at--) {
    whole[at] = syllablesAt(letters, at).some((syllable) => whole[at + syllable.length]);
  }
  cut(letters, 0, whole, [], found);
  return found;
}

function cut(letters, at, whole, before, found) {
  if (at === letters.length) {
    found.push(before.slice());
    return;
  }
  for (const syllable of syllablesAt(letters, at)) {
    if (whole[at + syllable.length] && found.length < MOST_SPELLINGS) {
      before.push(number(syllable));
      cut(letters, at + syllable.length, whole, before, found);
      before.pop();
    }
  }
}

/** The syllables that letters begin with, longest first: `xian` before `xi`. */
function syllablesAt(letters, at) {
  const found = [];
  for (let length = Math.min(letters.length - at, 6); length > 0; length--) {
    const syllable = letters.slice(at, at + length);
    if (isSyllable(syllable)) found.push(syllable);
  }
  return found;
}

/**
 * The ways to read letters as pinyin of which the last syllable may not be typed to its end; that one is
 * left out.
 */
export function begun(letters) {
  const whole = spellings(letters);
  if (whole.length > 0 || !/^[\0-\x7f]*$/.test(letters)) return whole;
  let tried = 0;
  for (let at = letters.length - 1; at >= 1 && tried < 5; at--, tried++) {
    if (!beginsSyllable(letters.slice(at))) continue;
    const found = spellings(letters.slice(0, at));
    if (found.length > 0) return found;
  }
  return [];
}
