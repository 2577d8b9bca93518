// Rank: which units answer a reading, and in which order. The ranking is described once, at the head of
// `src/search/mod.rs`; the files here have the names of those there.

import { latinWords, pairs as pairsOf, runs, singles } from "./analyzer.js";
import { Pattern } from "./distance.js";
import { By } from "./names.js";
import { Every, Row } from "./row.js";
import { mark, marksOf, rungOf } from "./rungs.js";
import { Second } from "./second.js";
import { readings } from "./sound.js";
import { begun } from "./spelling.js";
import { byPoints, characters, isHan, points } from "./text.js";
import { W } from "./weight.js";

/** Different tokens that a query may have; of more, the rarest count. */
const MOST_TOKENS = 64;
/** Units that are read. */
const MOST_READ = 40;
/** A unit that holds less than this share of what the best one holds would only be noise below the hits. */
const LEAST_SHARE = Math.fround(0.2);
/** Most that the sum of all weights counts. */
const MOST_SCORE = 4000;

/**
 * Finds and orders: `{ scored, marks, names }`. `scored` are places and scores of units, in the order of the
 * handbook; `marks` tells how each unit holds the query, `names` which units' names were meant.
 */
export function find(index, reading) {
  const row = new Row(index);
  const pairs = typedPairs(index, reading);
  for (const [pair, frequency] of pairs) row.addPair(pair, frequency, 1);
  others(row, reading);
  latin(row, reading);
  const perhaps = spelled(row, reading);
  const marks = marksOf(index, reading);
  for (const place of perhaps) marks[place] |= mark.PERHAPS;
  if (!marks.some((one) => one & mark.HOLDS)) alike(row, pairs);
  const names = index.names.matches(reading);
  // What a name begins with stands in it.
  for (const [place, name] of names) {
    if (name.by === By.CHARACTERS) marks[place] |= mark.LITERAL;
  }
  const typed = new Set(reading.words.flatMap((word) => singles(word.text)).slice(0, MOST_TOKENS));
  const typedCharacters = [...typed].sort(byPoints);
  if (names.size === 0 && row.scores.every((score) => score === 0)) {
    // As a last resort, single characters.
    for (const one of typedCharacters) row.add(index.characters, one, W.characters);
  }
  paths(row, pairs);
  for (const one of typedCharacters) row.addAside(index.characters, one, W.characters);
  numbers(row, reading);
  const scored = order(index, reading, row, marks, names);
  return { scored, marks, names };
}

/** Whether some unit holds all that was typed, in one form or another. */
export const holds = (found) => found.scored.some(([place]) => found.marks[place] & mark.HOLDS);

/** The pairs of the query, and how many units hold each; the rarest if there are many. */
function typedPairs(index, reading) {
  const tokens = [...new Set(reading.words.flatMap((word) => pairsOf(word.text)))].sort(byPoints);
  const pairs = tokens.map((token) => [token, index.pairs.frequency(token)]);
  if (pairs.length <= MOST_TOKENS) return pairs;
  const rarest = pairs.slice().sort((one, other) => one[1] - other[1]).slice(0, MOST_TOKENS);
  return rarest.sort((one, other) => byPoints(one[0], other[0]));
}

/** Pairs of the other forms of terms. */
function others(row, reading) {
  const mine = new Set(reading.words.flatMap((word) => pairsOf(word.text)));
  const tokens = new Set(reading.words.flatMap((word) => word.others.flatMap((other) => pairsOf(other))));
  const added = [...tokens].sort(byPoints).filter((token) => !mine.has(token));
  for (const token of added.slice(0, MOST_TOKENS)) row.add(row.index.pairs, token, W.synonym);
}

/** Words of letters: their parts, what begins with them, and what is a slip away from one that stands nowhere. */
function latin(row, reading) {
  const field = row.index.latin;
  for (const word of latinWords(reading.subject).slice(0, MOST_TOKENS)) {
    row.add(field, word, W.latin);
    if (word.length < 2 || !/[a-z]/.test(word)) continue;
    const longer = field.beginning(word);
    for (const token of longer.filter((token) => token !== word).slice(0, MOST_TOKENS)) {
      row.add(field, token, W.latin_longer);
    }
    if (longer.length > 0 || word.length < 3) continue;
    for (const token of latinNear(field, word).slice(0, MOST_TOKENS)) row.add(field, token, W.latin_near);
  }
}

/** The words of letters that are a slip away from one, nearest first. */
function latinNear(field, word) {
  const pattern = new Pattern(points(word));
  const allowed = word.length >= 8 ? 2 : 1;
  let [near, least] = [[], allowed];
  for (const other of field.beginning("")) {
    if (Math.abs(other.length - word.length) > allowed) continue;
    const slips = pattern.toWhole(points(other));
    if (slips < least) [near, least] = [[], slips];
    if (slips === least) near.push(other);
  }
  return near;
}

/**
 * Letters that may be pinyin: the whole query, or a run of letters that is no word of the handbook. Gives the
 * units that hold a pair for every two syllables.
 */
function spelled(row, reading) {
  const { index } = row;
  const isWord = (letters) => index.latin.frequency(letters) > 0;
  let letterRuns;
  if (reading.letters !== null) {
    letterRuns = [[reading.letters, isWord(reading.letters) ? W.letters * 0.5 : W.letters]];
  } else {
    const found = reading.words.flatMap((word) => runs(word.text));
    letterRuns = found.filter((run) => !run.han && !isWord(run.text)).map((run) => [run.text, W.letters]);
  }
  const whole = new Set();
  for (const [letters, weight] of letterRuns) {
    const seen = new Set();
    for (const syllables of begun(letters)) {
      const every = new Every(index.units.length);
      for (let at = 1; at < syllables.length; at++) {
        every.next();
        for (const token of index.alike.read(syllables[at - 1], syllables[at])) {
          index.pairs.visit(token, (place) => every.take(place));
          seen.add(token);
        }
      }
      for (const place of every.all()) whole.add(place);
    }
    for (const token of [...seen].sort(byPoints)) row.addPair(token, index.pairs.frequency(token), weight);
  }
  return whole;
}

/** Pairs that sound like those typed. */
function alike(row, pairs) {
  const { index } = row;
  for (const [pair, frequency] of pairs) {
    const all = characters(pair);
    if (all.length !== 2 || !all.every(isHan)) continue;
    const weight = frequency === 0 ? W.alike : W.alike_known;
    const [first, second] = all.map((one) => readings(one)[0] ?? 0);
    for (const token of index.alike.read(first, second)) {
      if (token !== pair) row.add(index.pairs, token, weight);
    }
  }
}

/** Pairs that stand above the units that were found. */
function paths(row, pairs) {
  const { index } = row;
  const said = new Float32Array(index.paths.texts.length);
  for (const [pair] of pairs) {
    const [holders, units] = index.paths.holding(pair);
    const weight = Math.fround(index.pairs.rarity(units) * W.path_pairs);
    for (const path of holders) said[path] += weight;
  }
  row.scores.forEach((score, place) => {
    if (score > 0) row.scores[place] += said[index.paths.ofUnit[place]];
  });
}

function numbers(row, reading) {
  const { index } = row;
  for (const ordinal of reading.ordinals) {
    for (const place of index.numbers.inText(ordinal)) row.scores[place] += W.number;
  }
  for (const id of reading.ids) {
    const group = index.texts.groupOf[index.ids.get(id)];
    index.texts.groupOf.forEach((other, place) => {
      if (other === group) row.scores[place] += W.within;
    });
  }
}

/** Scores every unit that was found; the best of them are read. */
function order(index, reading, row, marks, names) {
  const nameScore = (place) => Math.fround(names.get(place)?.score ?? 0);
  const rung = (place) => rungOf(marks[place], names.get(place)?.whole ?? false);
  const best = row.scores.reduce((most, score) => Math.max(most, score), 0);
  const scale = best > 0 ? best : 1;
  const scored = [];
  index.units.forEach((_, place) => {
    if (!(row.scores[place] > 0 || marks[place] !== 0 || names.has(place))) return;
    const score = Math.fround(Math.fround(row.scores[place] / scale) + nameScore(place));
    const weak = marks[place] === 0 && !names.has(place) && score < LEAST_SHARE;
    scored.push({ place, score, weak, read: false, value: Math.fround(rung(place) + score) });
  });
  const candidates = scored.slice().sort((one, other) => other.value - one.value || one.place - other.place);
  marks.forEach((one, place) => (marks[place] = one & ~mark.PERHAPS));
  const second = new Second(index, reading, row);
  for (const one of candidates.slice(0, MOST_READ)) {
    const [more, heard] = second.read(one.place);
    one.score = Math.fround(one.score + more);
    one.read = true;
    if (heard) marks[one.place] |= mark.SOUND;
  }
  const kept = scored.filter((one) => !one.weak || (one.read && marks[one.place] !== 0));
  return kept.map(({ place, score }) => {
    const weight = reading.isSentence ? index.kindWeight(place) : 1;
    const name = nameScore(place);
    const sum = Math.fround(Math.fround(Math.fround(score - name) * weight + name) * 100);
    // Where a question stands as it was asked, it is answered, however little else speaks for the unit.
    const asked = reading.uncut.length > 0 && marks[place] & mark.LITERAL;
    const least = Math.min(sum, MOST_SCORE);
    const value = asked ? Math.fround(MOST_SCORE + Math.fround(least / 100)) : least;
    return [place, Math.fround(value + rung(place))];
  });
}
