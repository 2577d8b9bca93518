// Alike: pairs of characters that sound the same. An index of what is written finds what is heard by looking
// up every pair that stands in it and sounds like the one typed.

import { characters } from "./text.js";
import { readings } from "./sound.js";

export class Alike {
  /** The pairs of a field of pairs, each under all its readings. */
  constructor(pairs) {
    this.bySound = new Map();
    for (const token of pairs.beginning("")) {
      const [first, second, more] = characters(token);
      if (second === undefined || more !== undefined || first < "\x80" || second < "\x80") continue;
      for (const one of new Set(readings(first))) {
        for (const other of new Set(readings(second))) {
          const sound = key(one, other);
          if (!this.bySound.has(sound)) this.bySound.set(sound, []);
          this.bySound.get(sound).push(token);
        }
      }
    }
  }

  /** The pairs that are read so. */
  read(first, second) {
    return this.bySound.get(key(first, second)) ?? [];
  }
}

const key = (first, second) => first * 0x10000 + second;
