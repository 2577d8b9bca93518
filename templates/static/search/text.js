// Text: sorts of characters. Code points are numbers; a text is cut into them by `points`.

const HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u3007\\u{20000}-\\u{2fa1f}\\u{30000}-\\u{323af}";
// Kana, bopomofo and Hangul are written without spaces, too.
const CLOSE = `${HAN}\\u3041-\\u3096\\u30a1-\\u30fa\\u30fc\\u3105-\\u312f\\uac00-\\ud7a3`;

const isHanText = new RegExp(`^[${HAN}]$`, "u");
const isAlphanumericText = /^[\p{Alphabetic}\p{N}]$/u;
const betweenHan = new RegExp(`(?<=[${HAN}])[^\\S\\n]+(?=[${HAN}])`, "gu");

/** Stretches of a folded text: the first group holds Han characters, the second a word. */
export const RUNS = new RegExp(`([${CLOSE}]+)|((?:(?![${CLOSE}])[\\p{Alphabetic}\\p{N}]){1,64})`, "gu");

export const isHan = (character) => isHanText.test(character);

export const isAlphanumeric = (character) => isAlphanumericText.test(character);

/** The characters of a text, one for each code point. */
export const characters = (text) => Array.from(text);

/** The code points of a text. */
export const points = (text) => Array.from(text, (character) => character.codePointAt(0));

/** A folded text without spaces; line ends stay, for nothing is found across them. */
export const withoutSpaces = (folded) => folded.replace(/[^\S\n]+/g, "");

/** A folded text without spaces between Han characters: they part nothing that belongs together. */
export const closed = (folded) => (/[^\S\n]/.test(folded) ? folded.replace(betweenHan, "") : folded);

/** Orders texts as their code points. */
export const byPoints = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
