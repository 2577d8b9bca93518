// Store: fetches what `build` wrote for searching without a server, and makes an index of it.

import { learnForms } from "./fold.js";
import { Index } from "./index.js";
import { learnReadings, learnSyllables, readings } from "./sound.js";
import { isHan } from "./text.js";
import { unitsOf } from "./units.js";
import { learnWeights } from "./weight.js";

/** The version of the files that is read here. */
const VERSION = 1;

/** Reads files below an address. */
export const fetched = (address) => async (name) => {
  const response = await fetch(new URL(name, address));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.json();
};

/** A searchable handbook. */
export class Store {
  #rest = null;

  /** `read` gives the JSON of a file by its name. */
  static async open(read) {
    const start = await read("index.json");
    if (start.version !== VERSION) throw new Error("files of another version");
    const [characters, ...parts] = await Promise.all([start.characters, ...start.units].map(read));
    learnWeights(start.weights);
    learnSyllables(characters.syllables);
    learn(characters);
    const kinds = start.kinds.map(([name]) => name);
    const units = parts.flatMap((columns) => unitsOf(columns, kinds));
    const weights = new Map(start.kinds.map(([name, weight]) => [name, Math.fround(weight)]));
    return new Store(new Index(units, weights, start.questions), () => read(start.rest));
  }

  constructor(index, readRest) {
    this.index = index;
    this.readRest = readRest;
  }

  /** Answers a query. A character that does not occur may be another form of one, or sound like one. */
  async search(query, options) {
    if (Array.from(query).some((one) => isHan(one) && !this.isKnown(one))) {
      this.#rest ??= this.readRest().then(learn);
      await this.#rest;
    }
    return this.index.search(query, options);
  }

  isKnown(character) {
    return readings(character).length > 0 || this.index.reading(character).folded !== character;
  }
}

function learn({ readings: places, forms, folded }) {
  learnForms(forms, folded);
  learnReadings(places);
}
