import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import { asciiOf } from "./exact-json.ts";

/** What an index holds of a key: the stamps of its files, and two values as JSON in ASCII. */
export interface IndexLine {
  key: string;
  stamps: Float64Array;
  head: string;
  /** Read only where it is asked for. */
  rest: string;
}

/**
 * Layout: ten 32-bit words (magic, format, lengths in bytes of the five parts, CRC-32 of the first four, CRC-32 of the
 * last, 0), then the parts: stamps (64-bit floats), lengths of the rests (32-bit words), maker and keys (JSON), heads (a JSON
 * array, with `,\n` between them), rests.
 */
const magic = 0x78_66_69_64;
const format = 2;
const wordsInFront = 10;
const front = wordsInFront * 4;
const lineEnd = ",\n";

/** What is looked at of every key. */
export interface StoredIndex {
  keys: readonly string[];
  stamps: Float64Array;
  heads: readonly unknown[];
  /** The lines as they lie in the file. Undefined where it was replaced or removed since, or is damaged. */
  readLines(): StoredLines | undefined;
}

export interface StoredLines {
  heads(): readonly string[];
  rest(slot: number): string;
}

/**
 * The index that `maker` wrote: which program, in which shape. Undefined where there is none, or it is damaged, or written
 * by another maker or on another kind of machine.
 */
export function readIndexFile(file: string, maker: string): StoredIndex | undefined {
  return withFile(file, (handle) => {
    const words = readWords(handle);
    if (words[0] !== magic || words[1] !== format) return undefined;
    const { stamps, names, heads, rests } = placesOf(words);
    const bytes = readBytes(handle, { from: front, to: rests.from });
    if (words[wordsInFront - 3] !== crc32(bytes)) return undefined;
    const textOf = ({ from, to }: Place) => bytes.toString("latin1", from - front, to - front);
    const found = JSON.parse(textOf(names)) as { maker: string; keys: string[] };
    if (found.maker !== maker) return undefined;
    return {
      keys: found.keys,
      // A copy, so that the rest of the bytes can go.
      stamps: new Float64Array(bytes.buffer.slice(0, stamps.to - stamps.from)),
      heads: JSON.parse(textOf(heads)) as unknown[],
      readLines: () => readLines(file, words),
    };
  });
}

function readLines(file: string, words: Uint32Array): StoredLines | undefined {
  return withFile(file, (handle) => {
    if (readWords(handle).some((word, at) => word !== words[at])) return undefined;
    const { lengths, heads, rests } = placesOf(words);
    const bytes = readBytes(handle, rests);
    if (words[wordsInFront - 2] !== crc32(bytes)) return undefined;
    const headText = readBytes(handle, heads).toString("latin1");
    const own = new Uint32Array(readBytes(handle, lengths).buffer);
    let next = 0;
    const ends = own.map((length) => (next += length));
    return {
      heads: () => headText.slice(1, -1).split(lineEnd),
      rest: (slot) => bytes.toString("latin1", ends[slot]! - own[slot]!, ends[slot]),
    };
  });
}

/** What `read` makes of a file; undefined where it is not there, or not what it should be. */
function withFile<T>(file: string, read: (handle: number) => T | undefined): T | undefined {
  try {
    // A pipe in its place makes nobody wait.
    const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return read(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
}

function readWords(handle: number): Uint32Array {
  return new Uint32Array(readBytes(handle, { from: 0, to: front }).buffer);
}

function readBytes(handle: number, { from, to }: Place): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(new ArrayBuffer(to - from));
  if (readSync(handle, bytes, 0, bytes.length, from) !== bytes.length) throw new Error("cut short");
  return bytes;
}

interface Place {
  from: number;
  to: number;
}

function placesOf(
  words: Uint32Array,
): Record<"stamps" | "lengths" | "names" | "heads" | "rests", Place> {
  let at = front;
  const next = (length: number) => ({ from: at, to: (at += length) });
  const [, , stamps, lengths, names, heads, rests] = words;
  return {
    stamps: next(stamps!),
    lengths: next(lengths!),
    names: next(names!),
    heads: next(heads!),
    rests: next(rests!),
  };
}

/** Puts an index in its place whole. What cannot be written is left as it was: it costs time and nothing else. */
export function writeIndexFile(file: string, maker: string, lines: readonly IndexLine[]): void {
  const part = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}.part`;
  try {
    makeFolder(path.dirname(file));
    writeFileSync(part, indexBytes(maker, lines));
    renameSync(part, file);
  } catch {
    remove(part);
  }
}

export function removeFolder(folder: string): void {
  remove(folder, { recursive: true });
}

function remove(file: string, more: { recursive?: boolean } = {}): void {
  try {
    rmSync(file, { force: true, ...more });
  } catch {
    // Where nothing can be written, nothing can be removed.
  }
}

function indexBytes(maker: string, lines: readonly IndexLine[]): Uint8Array {
  const perKey = lines[0]?.stamps.length ?? 0;
  const stamps = new Float64Array(lines.length * perKey);
  lines.forEach((line, slot) => stamps.set(line.stamps, slot * perKey));
  const lengths = new Uint32Array(lines.map(({ rest }) => rest.length));
  const names = asciiOf(JSON.stringify({ maker, keys: lines.map(({ key }) => key) }));
  const heads = `[${lines.map(({ head }) => head).join(lineEnd)}]`;
  const parts = [
    Buffer.from(stamps.buffer),
    Buffer.from(lengths.buffer),
    Buffer.from(names, "latin1"),
    Buffer.from(heads, "latin1"),
  ];
  const rests = Buffer.from(lines.map(({ rest }) => rest).join(""), "latin1");
  const bytes = Buffer.concat([Buffer.alloc(front), ...parts, rests]);
  const end = bytes.length - rests.length;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, wordsInFront);
  words.set([magic, format, ...[...parts, rests].map(({ length }) => length)]);
  words.set([crc32(bytes.subarray(front, end)), crc32(bytes.subarray(end))], wordsInFront - 3);
  return bytes;
}

/** In a workspace's own folder, never in one that has gone. */
function makeFolder(folder: string): void {
  for (const one of [path.dirname(folder), folder]) {
    try {
      mkdirSync(one);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  sweepParts(folder);
}

const partAgeMs = 3_600_000;

/** What a command that was killed left half written. */
function sweepParts(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".part")) continue;
    const file = path.join(folder, name);
    const facts = statSync(file, { throwIfNoEntry: false });
    if (facts !== undefined && Date.now() - facts.mtimeMs > partAgeMs) remove(file);
  }
}
