import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

/** What an index file holds: of each key the stamps of its files and two lines of JSON. */
export interface IndexContent {
  /** Which program derived it, in which shape; an index of another one is none. */
  maker: string;
  keys: string[];
  stamps: Float64Array;
  /** Parsed together when the index is opened. */
  heads: unknown[];
  /** The same as text; what is asked for seldom is parsed one by one. */
  headLines: readonly string[];
  restLines: readonly string[];
}

/**
 * Layout: eight 32-bit words (magic, format, length of the four parts in bytes, checksum, 0), then the parts: stamps (64-bit
 * floats), maker and keys (JSON), heads and rests (lines of JSON that end in `,\n`, the last one without). All text is ASCII.
 */
const magic = 0x78_66_69_64;
const format = 1;
const wordsInFront = 8;
const front = wordsInFront * 4;
const lineEnd = ",\n";

/** Undefined where there is no such file, or it is damaged, of another machine or another maker. */
export function readIndexFile(file: string, maker: string): IndexContent | undefined {
  let bytes: Buffer;
  try {
    bytes = aligned(readFileSync(file));
  } catch {
    return undefined;
  }
  try {
    return parse(bytes, maker);
  } catch {
    return undefined;
  }
}

function parse(bytes: Buffer, maker: string): IndexContent | undefined {
  if (bytes.length < front || bytes.length % 4 !== 0) return undefined;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const [foundMagic, foundFormat, stampBytes, keyBytes, headBytes, restBytes, sum] = words;
  const used = front + stampBytes! + keyBytes! + headBytes! + restBytes!;
  if (foundMagic !== magic || foundFormat !== format || padded(used) !== bytes.length)
    return undefined;
  if (sum !== checksum(words)) return undefined;
  let at = front;
  const take = (length: number) => bytes.toString("latin1", at, (at += length));
  const stamps = new Float64Array(bytes.buffer, bytes.byteOffset + at, stampBytes! / 8);
  at += stampBytes!;
  const { maker: foundMaker, keys } = JSON.parse(take(keyBytes!)) as {
    maker: string;
    keys: string[];
  };
  if (foundMaker !== maker) return undefined;
  const heads = take(headBytes!);
  const rests = take(restBytes!);
  return {
    maker,
    keys,
    stamps,
    heads: JSON.parse(`[${heads}]`) as unknown[],
    get headLines() {
      return linesOf(heads);
    },
    get restLines() {
      return linesOf(rests);
    },
  };
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(lineEnd);
}

/** Puts an index in its place whole. What cannot be written is left as it was: it costs time and nothing else. */
export function writeIndexFile(
  file: string,
  { maker, keys, stamps, headLines, restLines }: Omit<IndexContent, "heads">,
): void {
  const texts = [
    ascii(JSON.stringify({ maker, keys })),
    headLines.join(lineEnd),
    restLines.join(lineEnd),
  ];
  const used = texts.reduce((sum, text) => sum + text.length, front + stamps.byteLength);
  const bytes = Buffer.from(new ArrayBuffer(padded(used)));
  bytes.set(new Uint8Array(stamps.buffer, stamps.byteOffset, stamps.byteLength), front);
  let at = front + stamps.byteLength;
  for (const text of texts) at += bytes.write(text, at, "latin1");
  const words = new Uint32Array(bytes.buffer);
  words.set([magic, format, stamps.byteLength, ...texts.map((text) => text.length)]);
  words[wordsInFront - 2] = checksum(words);
  const part = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}.part`;
  try {
    makeFolder(path.dirname(file));
    writeFileSync(part, bytes);
    renameSync(part, file);
  } catch {
    rmSync(part, { force: true });
  }
}

/** Within a workspace's own folder, never a workspace that has gone. */
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
    if (facts !== undefined && Date.now() - facts.mtimeMs > partAgeMs)
      rmSync(file, { force: true });
  }
}

/** JSON that is the same text byte for byte in latin1, which is read many times faster than UTF-8. */
export function ascii(json: string): string {
  return json.replaceAll(
    /[\u007F-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** FNV-1a over the words of the parts: what was torn or rotted is seen, what was forged is not. */
function checksum(words: Uint32Array): number {
  let sum = 0x81_1c_9d_c5;
  for (let at = 2; at < words.length; at += 1) {
    if (at === wordsInFront - 2) continue;
    sum = Math.imul(sum ^ words[at]!, 0x01_00_01_93);
    // Without it the high bits of a word would reach no other.
    sum ^= sum >>> 15;
  }
  return sum >>> 0;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/** 64-bit floats lie at multiples of eight bytes; a small file may not. */
function aligned(bytes: Buffer): Buffer {
  return bytes.byteOffset % 8 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
}
