// Numbers: units by the numbers they answer to: their own within their norm (`3.1`, `8章`), and those of
// articles in their text.

import { fold } from "./fold.js";
import { ordinals } from "./number.js";

export class Numbers {
  constructor(units) {
    this.ofUnits = new Map();
    this.inTexts = new Map();
    units.forEach((unit, place) => {
      if (unit.number !== "") {
        const number = fold(unit.number);
        const chapter = unit.kind === "section" && /^[0-9]*$/.test(number);
        add(this.ofUnits, chapter ? `${number}章` : number, place);
      }
      if (unit.text.includes("第")) {
        for (const number of ordinals(fold(unit.text), false)) add(this.inTexts, number, place);
      }
    });
  }

  own(number) {
    return this.ofUnits.get(number) ?? [];
  }

  inText(number) {
    return this.inTexts.get(number) ?? [];
  }
}

function add(map, number, place) {
  if (!map.has(number)) map.set(number, []);
  const places = map.get(number);
  if (places.at(-1) !== place) places.push(place);
}
