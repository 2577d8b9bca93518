// Postings: which units hold a token, and how much that says of them. The weight of a token in a unit is
// BM25's: the rarer the token, the more it says; said again it says little more; and in a long text less.

/** How soon a repeated token says nothing more. */
const K1 = Math.fround(1.2);
/** How much a long text takes from what a token says. */
const B = Math.fround(0.75);

/** The tokens of one field of all units. Units are added in order, then the field is closed. */
export class Postings {
  constructor(units) {
    this.units = units;
    /** Numbers of the tokens. */
    this.numbers = new Map();
    this.lengths = [];
    /** One entry for each token of each unit: the token, the unit, how often. */
    this.entries = { tokens: [], units: [], counts: [] };
    /** For each token its newest entry. */
    this.newest = [];
  }

  /** Adds the tokens of the next unit. */
  add(tokens) {
    const unit = this.lengths.length;
    const { tokens: ofEntry, units, counts } = this.entries;
    let length = 0;
    for (const token of tokens) {
      length += 1;
      let number = this.numbers.get(token);
      if (number === undefined) {
        number = this.numbers.size;
        this.numbers.set(token, number);
        this.newest.push(-1);
      }
      const newest = this.newest[number];
      if (newest >= 0 && units[newest] === unit) {
        counts[newest] += 1;
        continue;
      }
      this.newest[number] = ofEntry.length;
      ofEntry.push(number);
      units.push(unit);
      counts.push(1);
    }
    this.lengths.push(length);
  }

  /** Sorts the entries by token; nothing can be added afterwards. */
  close() {
    const { tokens, units, counts } = this.entries;
    /** For each token, where its entries begin; and where the last one's end. */
    this.starts = new Uint32Array(this.numbers.size + 1);
    for (const token of tokens) this.starts[token + 1] += 1;
    for (let token = 0; token < this.numbers.size; token++) this.starts[token + 1] += this.starts[token];
    const next = this.starts.slice();
    this.places = new Uint32Array(tokens.length);
    this.counts = new Uint16Array(tokens.length);
    tokens.forEach((token, entry) => {
      const at = next[token]++;
      this.places[at] = units[entry];
      this.counts[at] = Math.min(counts[entry], 0xffff);
    });
    const all = this.lengths.reduce((sum, length) => sum + length, 0);
    const average = Math.max(all / Math.max(this.units, 1), 1);
    /** For each unit, what a count is set against. */
    this.damping = Float32Array.from(this.lengths, (length) => K1 * (1 - B + (B * rounded(length)) / average));
    this.entries = null;
    this.newest = null;
  }

  /** How many units hold a token. */
  frequency(token) {
    const number = this.numbers.get(token);
    return number === undefined ? 0 : this.starts[number + 1] - this.starts[number];
  }

  /** What a token of this frequency says. */
  rarity(frequency) {
    return Math.fround(Math.log(1 + Math.max(this.units - frequency + 0.5, 0) / (frequency + 0.5)));
  }

  /** Calls `visit` with each unit that holds a token, in order, and its weight there before its rarity. */
  visit(token, visit) {
    const number = this.numbers.get(token);
    if (number === undefined) return;
    for (let at = this.starts[number]; at < this.starts[number + 1]; at++) {
      const [place, count] = [this.places[at], this.counts[at]];
      visit(place, Math.fround((count * (K1 + 1)) / (count + this.damping[place])));
    }
  }

  /** The units that hold a token, in order. */
  holders(token) {
    const number = this.numbers.get(token);
    return number === undefined ? [] : this.places.subarray(this.starts[number], this.starts[number + 1]);
  }

  /** Every token that begins with `prefix`, in order. */
  beginning(prefix) {
    return [...this.numbers.keys()].filter((token) => token.startsWith(prefix)).sort();
  }
}

/** The units that stand in all of these lists, each in order. */
export function inAll(lists) {
  const [rarest, ...others] = lists.slice().sort((one, other) => one.length - other.length);
  if (rarest === undefined) return [];
  const next = others.map(() => 0);
  return Array.from(rarest).filter((place) =>
    others.every((list, at) => {
      while (next[at] < list.length && list[next[at]] < place) next[at] += 1;
      return list[next[at]] === place;
    }),
  );
}

/** A length as the server's index keeps it in one byte: exact up to 40, then to three binary digits. */
function rounded(length) {
  const over = length - 24;
  if (over < 16) return length;
  const shift = 31 - Math.clz32(over) - 3;
  return 24 + ((over >>> shift) << shift);
}
