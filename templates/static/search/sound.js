// Sound: how characters are read. Readings carry no tones, come commonest first, and spell ü both ways people
// type it: v and u. Each syllable has a number, and so has each letter and digit, which stands for itself.

const ITSELF = "abcdefghijklmnopqrstuvwxyz0123456789";
const NONE = [];

/** Every syllable, letter and digit by its number; 0 is none. */
const syllables = [""];
/** The number of each. */
const numbers = new Map();
/** The readings of each folded character that has any. */
const read = new Map();

/** Learns the syllables of the language, parted by spaces. */
export function learnSyllables(spoken) {
  syllables.length = 1;
  numbers.clear();
  read.clear();
  for (const syllable of [...spoken.split(" ").filter(Boolean), ...ITSELF]) {
    if (numbers.has(syllable)) continue;
    numbers.set(syllable, syllables.length);
    syllables.push(syllable);
  }
  for (const one of ITSELF) read.set(one, [numbers.get(one)]);
}

/** Learns how characters are read: for each place among the readings, syllables and characters. */
export function learnReadings(places) {
  for (const place of places) {
    for (const [syllable, characters] of Object.entries(place)) {
      for (const character of characters) {
        if (!read.has(character)) read.set(character, []);
        read.get(character).push(number(syllable));
      }
    }
  }
}

/** The ways to read a folded character, commonest first; none for what has no sound. */
export const readings = (character) => read.get(character) ?? NONE;

/** What stands for a folded character when sounds are compared: its commonest reading. */
export const heard = (character) => plain(readings(character)[0] ?? 0);

const PLAIN = new Map([["lv", "lu"], ["lve", "lue"], ["nv", "nu"], ["nve", "nue"]]);

/** What stands for a syllable when sounds are compared: the same for ü however it is typed. */
export function plain(syllable) {
  const other = PLAIN.get(syllables[syllable]);
  return other === undefined ? syllable : number(other);
}

/** The number of a syllable; 0 when no character is read so. */
export const number = (syllable) => numbers.get(syllable) ?? 0;

/** The letters of a syllable. */
export const letters = (syllable) => syllables[syllable] ?? "";

/** Whether some character is read so. A single letter is no syllable unless it holds a sound by itself. */
export const isSyllable = (text) => /[aeiouv]/.test(text) && numbers.has(text) && (text.length > 1 || /[aeo]/.test(text));

/** Whether some syllable begins with these letters. */
export const beginsSyllable = (text) => syllables.some((syllable) => syllable.startsWith(text) && isSyllable(syllable));

/** The commonest readings of some characters; nothing when one of them has no sound. */
export function commonest(characters) {
  const found = characters.map((character) => readings(character)[0]);
  return found.includes(undefined) ? null : found;
}

/** The places where characters with these readings can be read as `wanted`. */
export function find(all, wanted) {
  const found = [];
  for (let at = 0; at + wanted.length <= all.length; at++) {
    if (wanted.every((syllable, offset) => all[at + offset].includes(syllable))) found.push(at);
  }
  return found;
}
