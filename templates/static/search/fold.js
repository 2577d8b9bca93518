// Folding: one spelling for texts and queries. Width, case, traditional script, compatibility forms and
// dashes are levelled; what cannot be seen is left out. A character folds by itself to one character, so
// that a piece of a text folds like the same piece inside its text.

const INVISIBLE =
  /[\p{Cc}\u00ad\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\u{e0000}-\u{e0fff}]/u;

/** Simplified forms of traditional characters. */
const forms = new Map();
/** What characters were folded to before. */
const known = new Map();

/** Learns that each character of one text folds to the one at its place in the other. */
export function learnForms(written, folded) {
  const to = Array.from(folded);
  Array.from(written).forEach((character, at) => forms.set(character, to[at]));
  known.clear();
}

/** Folds one character; gives nothing for what cannot be seen. */
export function foldCharacter(character) {
  let folded = known.get(character);
  if (folded === undefined) {
    const leveled = level(character);
    folded = forms.get(leveled) ?? leveled;
    known.set(character, folded);
  }
  return folded;
}

/** Folds a text. */
export function fold(text) {
  let folded = "";
  for (const character of text) folded += foldCharacter(character);
  return folded;
}

/** Folds a character, but keeps traditional script: tells a literal match from one across scripts. */
export function level(character) {
  if (character >= " " && character <= "~") return character.toLowerCase();
  if (character >= "\u4e00" && character <= "\u9fff") return character;
  if (character === "\t") return " ";
  if (character === "\n" || character === "\r") return "\n";
  if (INVISIBLE.test(character)) return "";
  const lowered = single(character, (one) => one.normalize("NFKD"));
  const plain = single(lowered, (one) => one.toLowerCase());
  return /[\u2010-\u2015\u2212]/.test(plain) ? "-" : plain;
}

/** What a change makes of a character, when that is one character. */
function single(character, change) {
  const changed = change(character);
  const [first] = changed;
  return first !== undefined && first.length === changed.length ? first : character;
}
