// Numbers: identifiers in any spelling, and article numbers in either script, as one token each.

import { characters } from "./text.js";

const LETTER = /^[a-z]$/i;
const DIGIT = /^[0-9]$/;
const SEPARATOR = /^[-_ /.。]$/;

/**
 * The key of an identifier: small letters, no leading zeros, `-` between its parts. `NJ-03-3.1` and `nj3 3.1`
 * are `nj-3-3.1`. What has no known shape is its own key.
 */
export function idKey(folded) {
  const all = characters(folded);
  const parsed = parseId(all, 0);
  return parsed && parsed.end === all.length ? parsed.key : folded;
}

/** The identifiers that folded characters may hold: `{ key, start, end }`. */
export function ids(all) {
  const found = [];
  for (let at = 0; at < all.length; ) {
    const starts = LETTER.test(all[at]) && (at === 0 || !/^[a-z0-9\-/]$/i.test(all[at - 1]));
    const parsed = starts ? parseId(all, at) : null;
    if (parsed) found.push({ key: parsed.key, start: at, end: parsed.end });
    at = parsed ? parsed.end : at + 1;
  }
  return found;
}

/** Article and chapter numbers (`第三十八条`, `第38条`, and without 第 when `bare`) as `38条`. */
export function ordinals(folded, bare) {
  const found = [];
  if (!bare && !folded.includes("第")) return found;
  const all = characters(folded).filter((character) => character !== " ");
  for (let at = 0; at < all.length; ) {
    const marked = all[at] === "第";
    const start = at + (marked ? 1 : 0);
    let end = start;
    while (end < all.length && isNumeral(all[end])) end++;
    if ((marked || bare) && end < all.length && "编章节条款项篇".includes(all[end])) {
      const value = numeral(all.slice(start, end));
      if (value !== null) found.push(`${value}${all[end]}`);
    }
    at = Math.max(end, at + 1);
  }
  return found;
}

/** Whether a folded query says nothing but this one ordinal. */
export function isOrdinalOnly(folded, ordinal) {
  const unit = ordinal.at(-1);
  return characters(folded).every((one) => one === " " || one === "第" || isNumeral(one) || one === unit);
}

/** A query that is nothing but a local number (`3.1`), as it is written in a norm. */
export function localNumber(folded) {
  const text = folded.trim().replaceAll("。", ".");
  return /^[0-9]+(\.[0-9]+)+$/.test(text) ? text : null;
}

/** Reads an identifier that starts at `start`: its key and where it ends. */
function parseId(all, start) {
  const reader = { all, at: start };
  let prefix = "";
  let part = take(reader, LETTER);
  if (part.length === 2 && isPrefix(part)) {
    take(reader, SEPARATOR, 3);
    [prefix, part] = [part, take(reader, LETTER)];
  } else if (part.length === 4 && isPrefix(part.slice(0, 2))) {
    [prefix, part] = [part.slice(0, 2), part.slice(2)];
  }
  if (part.length !== 2 && !(part.length === 1 && prefix === "")) return null;
  take(reader, SEPARATOR, 3);
  const number = take(reader, DIGIT, 2);
  if (number === "") return null;
  let key = `${part}-${withoutZeros(number)}`;
  if (prefix !== "") key = `${prefix}-${key}`;
  let end = reader.at;
  if (part.length === 2) {
    take(reader, SEPARATOR, 3);
    const local = parseLocal(reader);
    if (local !== null) {
      key = `${key}-${local}`;
      end = reader.at;
    }
  }
  return end < all.length && /^[a-z0-9]$/i.test(all[end]) ? null : { key, end };
}

/** What follows a norm's number: `3`, `3.1`, `3.1a`, `a.1`, `c2`, `表1`. */
function parseLocal(reader) {
  let local = take(reader, /^表$/, 1) + take(reader, /^[a-z]$/, 1);
  for (;;) {
    local += withoutZeros(take(reader, DIGIT));
    const [next, after] = [reader.all[reader.at], reader.all[reader.at + 1]];
    if (!(next === "." || next === "。") || !DIGIT.test(after ?? "") || local === "") break;
    reader.at += 1;
    local += ".";
  }
  if (/[0-9]$/.test(local)) local += take(reader, /^[a-z]$/, 1);
  return local === "" ? null : local;
}

const isPrefix = (letters) => letters === "ck" || letters === "fm";

const withoutZeros = (number) => number.replace(/^0+(?=[0-9])/, "");

function take(reader, wanted, most = Infinity) {
  let taken = "";
  for (let count = 0; count < most && reader.at < reader.all.length; count++, reader.at++) {
    if (!wanted.test(reader.all[reader.at])) break;
    taken += reader.all[reader.at];
  }
  return taken;
}

const VALUES = new Map([...characters("〇一二三四五六七八九十").entries()].map(([value, character]) => [character, value]));
VALUES.set("零", 0).set("两", 2);
const RANKS = new Map([["十", 10], ["百", 100], ["千", 1000]]);

const isNumeral = (one) => DIGIT.test(one) || RANKS.has(one) || VALUES.has(one);

/** The value of a numeral below ten thousand, in digits or in Chinese. */
function numeral(all) {
  if (all.length === 0 || all.length > 9) return null;
  if (all.every((one) => DIGIT.test(one))) return Number(all.join(""));
  // `三八` is said digit by digit, `三十八` by rank.
  const ranked = all.some((one) => RANKS.has(one));
  let total = 0;
  let pending = null;
  for (const one of all) {
    if (RANKS.has(one)) {
      total += RANKS.get(one) * (pending ?? 1);
      pending = null;
      continue;
    }
    const value = VALUES.get(one);
    if (value === undefined) return null;
    pending = ranked ? value : (pending ?? 0) * 10 + value;
  }
  return total + (pending ?? 0);
}
