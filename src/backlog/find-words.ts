import { segmentWords } from "../core/text/segment-words.ts";
import { ownCopy } from "./own-copy.ts";

/** A word that is looked for, in lower case. */
export interface WantedWord {
  word: string;
  /** How many letters of a word may differ; 0 where only words that begin with it count. */
  misspelled: number;
}

/** A word of a text that fits one looked for: how well, and how often it stands there. */
export interface FoundWord {
  word: string;
  fit: number;
  count: number;
}

/** Fitting places in one text that are looked at: more make a task no better. */
const mostPlaces = 100;
/** Characters beside a place within which its word begins and ends. */
const reach = 128;

/** The words of a query. Latin ones of five letters and more may be misspelled by a fifth of them. */
export function wantedWords(query: string): WantedWord[] {
  return [...new Set(segmentWords(comparable(query)))].map((word) => ({
    word,
    misspelled: /^[a-z]{5,}$/.test(word) ? Math.min(6, Math.round(word.length * 0.2)) : 0,
  }));
}

// oxlint-disable-next-line no-control-regex
const ascii = /^[\u0000-\u007F]*$/;

/** Text as words are compared: one form of each character, lower case. */
export function comparable(text: string): string {
  return (ascii.test(text) ? text : text.normalize("NFKC")).toLowerCase();
}

/** The words of a comparable text that fit, found without cutting all of it into words. */
export function findWords(text: string, wanted: WantedWord): FoundWord[] {
  const found = new Map<string, FoundWord>();
  const next = wanted.misspelled > 0 ? nextAlike : nextSame;
  let places = 0;
  for (let at = next(text, wanted, 0); at !== -1 && places < mostPlaces;) {
    const { from, to } = pieceAround(text, at, wanted.word.length);
    for (const word of segmentWords(ownCopy(text.slice(from, to)))) {
      const fit = fitOf(word, wanted);
      if (fit === 0) continue;
      places += 1;
      const known = found.get(word);
      if (known === undefined) found.set(word, { word, fit, count: 1 });
      else known.count += 1;
    }
    at = next(text, wanted, to);
  }
  return [...found.values()];
}

/** 1 for the word itself, less for one that begins with it, least for one spelled a little differently, 0 for others. */
function fitOf(word: string, { word: wanted, misspelled }: WantedWord): number {
  if (word === wanted) return 1;
  const longer = word.length - wanted.length;
  if (word.startsWith(wanted)) return (0.375 * word.length) / (word.length + 0.3 * longer);
  if (Math.abs(longer) > misspelled) return 0;
  const away = misspelled === 0 ? Infinity : distance(word, wanted);
  return away > misspelled ? 0 : (0.45 * word.length) / (word.length + away);
}

/** Index of the next place where a word may begin with the one looked for; -1 where there is none. */
function nextSame(text: string, { word }: WantedWord, from: number): number {
  let at = text.indexOf(word, from);
  while (at !== -1 && !mayBegin(text, at)) at = text.indexOf(word, at + 1);
  return at;
}

/** Start of the next run of letters that begins with the word looked for or is spelled a little differently; else -1. */
function nextAlike(text: string, wanted: WantedWord, from: number): number {
  const parts = new RegExp(partsOf(wanted).join("|"), "g");
  parts.lastIndex = from;
  for (let found = parts.exec(text); found !== null; found = parts.exec(text)) {
    const run = runAround(text, found.index);
    if (isAlike(text.slice(run.from, run.to), wanted)) return run.from;
    parts.lastIndex = run.to;
  }
  return -1;
}

/** The word in one part more than letters may differ: one of them stands unchanged in any word that is near it. */
function partsOf({ word, misspelled }: WantedWord): string[] {
  const bounds = Array.from({ length: misspelled + 2 }, (_, index) =>
    Math.floor((index * word.length) / (misspelled + 1)),
  );
  return bounds.slice(1).map((to, index) => word.slice(bounds[index], to));
}

function isAlike(run: string, { word, misspelled }: WantedWord): boolean {
  if (run.startsWith(word)) return true;
  return Math.abs(run.length - word.length) <= misspelled && distance(run, word) <= misspelled;
}

/** The letters around one, with the marks that make them one word. */
function runAround(text: string, at: number): { from: number; to: number } {
  const belongs = (index: number): boolean =>
    isLetter(text.charCodeAt(index)) || joins(text, index);
  let from = at;
  while (at - from < reach && belongs(from - 1)) from -= 1;
  let to = at + 1;
  while (to - at < reach && belongs(to)) to += 1;
  return { from, to };
}

/** Whether a mark between two letters makes them one word, as in `train.py` and `don't`. */
function joins(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (
    (code === 0x2e || code === 0x27 || code === 0x3a) &&
    isLowerCase(text.charCodeAt(at - 1)) &&
    isLowerCase(text.charCodeAt(at + 1))
  );
}

/** False where the character before surely belongs to the same word, as in `model.train`. */
function mayBegin(text: string, at: number): boolean {
  const first = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  if (isAscii(first) && isAscii(before)) return false;
  if (joins(text, at - 1)) return false;
  return !/^\d[.,;']\d$/.test(text.slice(Math.max(at - 2, 0), at + 1));
}

function pieceAround(text: string, at: number, length: number): { from: number; to: number } {
  let from = at;
  while (from > 0 && at - from < reach && !isBlank(text.charCodeAt(from - 1))) from -= 1;
  let to = at + length;
  while (to < text.length && to - at - length < reach && !isBlank(text.charCodeAt(to))) to += 1;
  return { from, to };
}

/** Letters, digits and _ of ASCII, and Latin letters with marks. */
function isLetter(code: number): boolean {
  return isAscii(code) || (code >= 0xc0 && code <= 0x24f);
}

function isLowerCase(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isAscii(code: number): boolean {
  return isLowerCase(code) || (code >= 0x30 && code <= 0x39) || code === 0x5f;
}

/** Also the full stop and comma of Japanese. */
function isBlank(code: number): boolean {
  return code <= 0x20 || code === 0x3001 || code === 0x3002;
}

/** Letters to put in, take out or change (Levenshtein). */
function distance(one: string, other: string): number {
  const row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let line = 1; line <= one.length; line += 1) {
    let diagonal = row[0]!;
    row[0] = line;
    for (let column = 1; column <= other.length; column += 1) {
      const above = row[column]!;
      const changed = diagonal + (one[line - 1] === other[column - 1] ? 0 : 1);
      row[column] = Math.min(above + 1, row[column - 1]! + 1, changed);
      diagonal = above;
    }
  }
  return row.at(-1)!;
}
