// Row: what the tokens of a query say of each unit, added up.

export class Row {
  constructor(index) {
    this.index = index;
    /** The weight of each unit. */
    this.scores = new Float32Array(index.units.length);
    /** For each group, the rarity of the pairs that stand anywhere in it. */
    this.groups = new Float32Array(index.texts.groups);
    /** For each group, the number of the pair that it was last given the rarity of. */
    this.last = new Uint32Array(index.texts.groups);
    this.count = 0;
    /** The rarity of all pairs. */
    this.all = 0;
  }

  /** Adds what a token of a field says. */
  add(field, token, weight) {
    const all = weight * field.rarity(field.frequency(token));
    field.visit(token, (place, share) => {
      this.scores[place] += Math.fround(all) * share;
    });
  }

  /** Adds what a token says to units that were found by others. */
  addAside(field, token, weight) {
    const all = Math.fround(weight * field.rarity(field.frequency(token)));
    field.visit(token, (place, share) => {
      if (this.scores[place] > 0) this.scores[place] += all * share;
    });
  }

  /** Adds what a pair says, also of the group that it stands in. */
  addPair(token, frequency, weight) {
    const { pairs, texts } = this.index;
    const rarity = pairs.rarity(frequency);
    const all = Math.fround(weight * rarity);
    this.count += 1;
    this.all = Math.fround(this.all + rarity);
    pairs.visit(token, (place, share) => {
      this.scores[place] += all * share;
      const group = texts.groupOf[place];
      if (this.last[group] !== this.count) {
        this.last[group] = this.count;
        this.groups[group] += rarity;
      }
    });
  }
}

/** The units that hold a pair of every sort asked for, counted sort by sort. */
export class Every {
  constructor(units) {
    this.held = new Uint32Array(units);
    this.sorts = 0;
  }

  /** Goes on to the next sort. */
  next() {
    this.sorts += 1;
  }

  /** Takes in a unit with a pair of this sort; units that lack one of another sort fall behind. */
  take(place) {
    if (this.held[place] + 1 === this.sorts) this.held[place] = this.sorts;
  }

  /** The units that hold all. */
  all() {
    const found = [];
    this.held.forEach((held, place) => {
      if (this.sorts > 0 && held === this.sorts) found.push(place);
    });
    return found;
  }
}
