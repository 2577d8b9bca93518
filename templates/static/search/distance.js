// Distance: how many slips lie between two texts. A slip is a character lost, added or replaced, or two
// neighbours in the wrong order. All columns of the usual table are kept as bits (Hyyrö 2003), in two halves
// of 32; a pattern counts up to its 64th character.

const LONGEST = 64;

/** A text that others are compared with, as numbers for its characters; 0 is like no other. */
export class Pattern {
  constructor(numbers) {
    this.length = Math.min(numbers.length, LONGEST);
    /** For each number the places where it stands, as bits: the lower half, then the higher one. */
    this.places = new Map();
    for (let at = 0; at < this.length; at++) {
      if (!numbers[at]) continue;
      const places = this.places.get(numbers[at]) ?? [0, 0];
      places[at >> 5] |= 1 << (at & 31);
      this.places.set(numbers[at], places);
    }
  }

  /** The slips between the pattern and the whole text. */
  toWhole(numbers) {
    return this.run(numbers, 1)[0];
  }

  /** The slips between the pattern and the beginning of the text that is nearest to it. */
  toBeginning(numbers) {
    return this.run(numbers, 1)[1];
  }

  /** The slips between the pattern and the piece of the text that is nearest to it. */
  toPiece(numbers) {
    return this.run(numbers, 0)[1];
  }

  /**
   * The slips at the end of the text, and the least on the way. With `start` 1 the text counts from its
   * beginning, with 0 from anywhere.
   */
  run(numbers, start) {
    if (this.length === 0) return [numbers.length, 0];
    return this.length <= 32 ? this.runShort(numbers, start) : this.runLong(numbers, start);
  }

  runShort(numbers, start) {
    const last = this.length - 1;
    let [rises, falls, equal, before] = [-1, 0, 0, 0];
    let slips = this.length;
    let least = slips;
    for (const number of numbers) {
      const here = this.places.get(number)?.[0] ?? 0;
      const swapped = ((~equal & here) << 1) & before;
      equal = ((((here & rises) + rises) | 0) ^ rises) | here | falls | swapped;
      const right = falls | ~(equal | rises);
      const left = equal & rises;
      slips += ((right >>> last) & 1) - ((left >>> last) & 1);
      const shifted = (right << 1) | start;
      rises = (left << 1) | ~(equal | shifted);
      falls = shifted & equal;
      before = here;
      if (slips < least) least = slips;
    }
    return [slips, least];
  }

  runLong(numbers, start) {
    const last = this.length - 33;
    let [rises, falls, equal, before] = [-1, 0, 0, 0];
    let [risesHigh, fallsHigh, equalHigh, beforeHigh] = [-1, 0, 0, 0];
    let slips = this.length;
    let least = slips;
    for (const number of numbers) {
      const [here, hereHigh] = this.places.get(number) ?? [0, 0];
      const swap = ~equal & here;
      const swapped = (swap << 1) & before;
      const swappedHigh = (((~equalHigh & hereHigh) << 1) | (swap >>> 31)) & beforeHigh;
      const sum = ((here & rises) >>> 0) + (rises >>> 0);
      const carry = sum > 0xffffffff ? 1 : 0;
      equal = ((sum | 0) ^ rises) | here | falls | swapped;
      equalHigh = ((((hereHigh & risesHigh) + risesHigh + carry) | 0) ^ risesHigh) | hereHigh | fallsHigh | swappedHigh;
      const right = falls | ~(equal | rises);
      const rightHigh = fallsHigh | ~(equalHigh | risesHigh);
      const left = equal & rises;
      const leftHigh = equalHigh & risesHigh;
      slips += ((rightHigh >>> last) & 1) - ((leftHigh >>> last) & 1);
      const shifted = (right << 1) | start;
      const shiftedHigh = (rightHigh << 1) | (right >>> 31);
      rises = (left << 1) | ~(equal | shifted);
      risesHigh = (leftHigh << 1) | (left >>> 31) | ~(equalHigh | shiftedHigh);
      falls = shifted & equal;
      fallsHigh = shiftedHigh & equalHigh;
      [before, beforeHigh] = [here, hereHigh];
      if (slips < least) least = slips;
    }
    return [slips, least];
  }
}

/** 1 for no slips, 0 for nothing in common. */
export function nearness(slips, length) {
  return Math.fround(Math.max(1 - slips / Math.max(length, 1), 0));
}
