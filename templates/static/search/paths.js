// Paths: what stands above units. Most paths stand above many, so they are kept once.

import { pairs } from "./analyzer.js";
import { fold } from "./fold.js";
import { withoutSpaces } from "./text.js";

export class Paths {
  constructor(units) {
    /** Each path, folded and without spaces. */
    this.texts = [];
    /** Units below each. */
    this.units = [];
    /** For each pair, the paths in which it stands. */
    this.holders = new Map();
    const places = new Map();
    /** For each unit, the place of its path. */
    this.ofUnit = units.map((unit) => {
      const path = unit.path.join("\n");
      if (!places.has(path)) places.set(path, this.add(path));
      const place = places.get(path);
      this.units[place] += 1;
      return place;
    });
  }

  add(path) {
    const text = fold(path);
    const place = this.texts.length;
    for (const pair of new Set(pairs(text))) {
      if (!this.holders.has(pair)) this.holders.set(pair, []);
      this.holders.get(pair).push(place);
    }
    this.texts.push(withoutSpaces(text));
    this.units.push(0);
    return place;
  }

  /** The text of the path of a unit. */
  above(unit) {
    return this.texts[this.ofUnit[unit]];
  }

  /** The paths in which a pair stands, and how many units they stand above. */
  holding(pair) {
    const paths = this.holders.get(pair) ?? [];
    return [paths, paths.reduce((units, path) => units + this.units[path], 0)];
  }
}
