// Why: why a unit was found.

import { level } from "./fold.js";
import { By } from "./names.js";
import { mark } from "./rungs.js";

const BY_NAME = { [By.SOUND]: "pinyin", [By.INITIALS]: "initials", [By.SLIP]: "slip" };

/** Why a unit was found: how it holds the query, or else how its name matches. */
export function why(unit, reading, marks, by) {
  if (marks & mark.ID) return "id";
  if (marks & mark.LITERAL) {
    return reading.traditional.length === 0 || holds(unit, reading.traditional) ? "literal" : "script";
  }
  if (marks & mark.HELD) return "part";
  if (marks & mark.SYNONYM) return "synonym";
  if (marks & mark.SOUND) return "pinyin";
  return BY_NAME[by] ?? "part";
}

/** Whether the unit holds every word as it was written, script included. */
function holds(unit, words) {
  const text = Array.from([...unit.names, unit.text].join(""), level).join("");
  return words.every((word) => text.includes(word));
}
