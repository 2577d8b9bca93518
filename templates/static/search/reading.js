// Reading: what a person may have meant by what she typed. One query is read in several ways at once; nothing
// is decided here, the index tells which reading holds.

import { runs } from "./analyzer.js";
import { fold, foldCharacter, level } from "./fold.js";
import { ids, isOrdinalOnly, localNumber, ordinals } from "./number.js";
import { characters, isHan } from "./text.js";

/** Characters of a query that are read; more than this is no query but a text. */
const LONGEST_QUERY = 200;
/** Han characters of a query that may still be the name of something. */
const LONGEST_NAME = 8;
/** Characters of a query in which a number without 第 may be an article's. */
const SHORT = 8;

/**
 * A query, read:
 * - `folded`, `subject`: folded and trimmed; the same without ids and question words;
 * - `words`: what it asks for, in order and without repeats, each `{ text, others }` with other ways to say it;
 * - `cut`, `uncut`: whether question words were cut; then the words with those among them;
 * - `ids`, `ordinals`, `ownNumber`: things named by id, article numbers, a number when nothing else was typed;
 * - `traditional`: the words as they were written, when some are in traditional script;
 * - `letters`: the query as letters, when it is nothing else: perhaps pinyin, perhaps initials.
 */
export class Reading {
  /** `isKnown` tells whether an id key names something; `questions` are folded, longest first. */
  constructor(query, synonyms, questions, isKnown) {
    const short = characters(query.slice(0, 4 * LONGEST_QUERY)).slice(0, LONGEST_QUERY).join("");
    this.folded = fold(short).trim();
    const subject = characters(this.folded);
    this.ids = [];
    for (const { key, start, end } of ids(subject)) {
      if (!isKnown(key)) continue;
      subject.fill(" ", start, end);
      this.ids.push(key);
    }
    [this.subject, this.cut] = cutQuestionWords(subject.join(""), questions);
    this.words = texts(this.subject).map((text) => ({ text, others: synonyms.rephrased(text) }));
    this.uncut = this.cut ? texts(this.folded) : [];
    this.ordinals = ordinals(this.folded, characters(this.folded).length <= SHORT);
    const [first] = this.ordinals;
    const alone = first !== undefined && isOrdinalOnly(this.folded, first) ? first : null;
    this.ownNumber = localNumber(this.folded) ?? alone;
    this.traditional = traditionalWords(short);
    const letters = this.folded.replace(/[ ']/g, "");
    this.letters = /^[a-z]+$/.test(letters) ? letters : null;
  }

  /** Whether it asks for nothing that could be found. */
  get isEmpty() {
    return this.words.length === 0 && this.ids.length === 0;
  }

  /** Whether it is a sentence rather than a word or two: what things are called then weighs less. */
  get isSentence() {
    const han = this.words.flatMap((word) => characters(word.text)).filter(isHan).length;
    return this.cut || han > LONGEST_NAME;
  }
}

function traditionalWords(query) {
  const all = characters(query);
  if (all.every((one) => level(one) === foldCharacter(one))) return [];
  return runs(all.map(level).join("")).map((run) => run.text);
}

/** The stretches of a text between spaces and punctuation, each once. */
function texts(subject) {
  const found = [];
  let end = -1;
  for (const run of runs(subject)) {
    if (run.start === end) found[found.length - 1] += run.text;
    else found.push(run.text);
    end = run.start + run.text.length;
  }
  return [...new Set(found)];
}

/**
 * The query without question words, and whether there were any. What is left must still say something: `什么`
 * alone is looked up as it is.
 */
function cutQuestionWords(folded, questions) {
  let rest = folded;
  for (const word of questions) rest = rest.replaceAll(word, " ");
  const says = characters(rest).filter(isHan).length >= 2 || /[a-z0-9]/i.test(rest);
  return says && rest !== folded ? [rest, true] : [folded, false];
}
