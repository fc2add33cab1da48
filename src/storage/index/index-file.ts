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

/** What an index holds of a key: the stamps of its files, and two values as lines of JSON. */
export interface IndexLine {
  key: string;
  stamps: Float64Array;
  head: string;
  /** Parsed only where it is asked for. */
  rest: string;
}

/**
 * Layout: eight 32-bit words (magic, format, lengths in bytes of the five parts, checksum of these), then the parts: stamps
 * (64-bit floats), lengths of the rests (32-bit words), maker and keys (JSON), heads (JSON, with `,\n` between them), rests;
 * spaces up to a multiple of four bytes. All text is ASCII.
 */
const magic = 0x78_66_69_64;
const format = 1;
const wordsInFront = 8;
const front = wordsInFront * 4;
const lineEnd = ",\n";

/** An index as it lay in its file. */
export interface StoredIndex {
  keys: readonly string[];
  stamps: Float64Array;
  heads: readonly unknown[];
  headLines(): readonly string[];
  restLine(slot: number): string;
}

/**
 * The index that `maker` wrote: which program, in which shape. Undefined where there is none, or it is damaged, or written
 * by another maker or on another kind of machine.
 */
export function readIndexFile(file: string, maker: string): StoredIndex | undefined {
  try {
    // A large file is read into memory of its own; a small one may lie anywhere in another's.
    const bytes = readFileSync(file);
    return parseIndex(
      bytes.byteOffset % 8 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer),
      maker,
    );
  } catch {
    return undefined;
  }
}

function parseIndex(bytes: Buffer, maker: string): StoredIndex | undefined {
  const { buffer, byteOffset } = bytes;
  const words = new Uint32Array(buffer, byteOffset, bytes.length / 4);
  const [foundMagic, foundFormat, stampBytes, tableBytes, nameBytes, headBytes, restBytes, sum] =
    words;
  if (foundMagic !== magic || foundFormat !== format || sum !== sumOf(words)) return undefined;
  const names = front + stampBytes! + tableBytes!;
  const [heads, rests] = [names + nameBytes!, names + nameBytes! + headBytes!];
  if (padded(rests + restBytes!) !== bytes.length) return undefined;
  const found = JSON.parse(bytes.toString("latin1", names, heads)) as {
    maker: string;
    keys: string[];
  };
  if (found.maker !== maker) return undefined;
  const headText = bytes.toString("latin1", heads, rests);
  const lengths = new Uint32Array(buffer, byteOffset + front + stampBytes!, tableBytes! / 4);
  let starts: Uint32Array | undefined;
  return {
    keys: found.keys,
    stamps: new Float64Array(buffer, byteOffset + front, stampBytes! / 8),
    heads: JSON.parse(`[${headText}]`) as unknown[],
    headLines: () => (headText === "" ? [] : headText.split(lineEnd)),
    restLine: (slot) => {
      starts ??= startsOf(lengths, rests);
      return bytes.toString("latin1", starts[slot], starts[slot]! + lengths[slot]!);
    },
  };
}

function startsOf(lengths: Uint32Array, first: number): Uint32Array {
  let next = first;
  return lengths.map((length) => {
    next += length;
    return next - length;
  });
}

/** Puts an index in its place whole. What cannot be written is left as it was: it costs time and nothing else. */
export function writeIndexFile(file: string, maker: string, lines: readonly IndexLine[]): void {
  const part = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}.part`;
  try {
    makeFolder(path.dirname(file));
    writeFileSync(part, indexBytes(maker, lines));
    renameSync(part, file);
  } catch {
    rmSync(part, { force: true });
  }
}

function indexBytes(maker: string, lines: readonly IndexLine[]): Uint8Array {
  const perKey = lines[0]?.stamps.length ?? 0;
  const texts = [
    asciiOf(JSON.stringify({ maker, keys: lines.map(({ key }) => key) })),
    lines.map(({ head }) => head).join(lineEnd),
    lines.map(({ rest }) => rest).join(""),
  ];
  const lengths = [lines.length * perKey * 8, lines.length * 4, ...texts.map((one) => one.length)];
  const used = lengths.reduce((sum, length) => sum + length, front);
  const buffer = new ArrayBuffer(padded(used));
  const bytes = Buffer.from(buffer).fill(" ", used);
  const stamps = new Float64Array(buffer, front, lines.length * perKey);
  const table = new Uint32Array(buffer, front + stamps.byteLength, lines.length);
  for (const [slot, line] of lines.entries()) {
    stamps.set(line.stamps, slot * perKey);
    table[slot] = line.rest.length;
  }
  let at = front + stamps.byteLength + table.byteLength;
  for (const text of texts) at += bytes.write(text, at, "latin1");
  const words = new Uint32Array(buffer);
  words.set([magic, format, ...lengths]);
  words[wordsInFront - 1] = sumOf(words);
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
    if (facts !== undefined && Date.now() - facts.mtimeMs > partAgeMs)
      rmSync(file, { force: true });
  }
}

/** JSON that has the same bytes in latin1, which is read many times faster than UTF-8. */
export function asciiOf(json: string): string {
  return json.replaceAll(
    /[\u007F-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** FNV-1a over the words, but for the place of the sum: what was torn or rotted is seen, what was forged is not. */
function sumOf(words: Uint32Array): number {
  let sum = 0x81_1c_9d_c5;
  for (let at = 0; at < words.length; at += 1) {
    const product = Math.imul(sum ^ (at === wordsInFront - 1 ? 0 : words[at]!), 0x01_00_01_93);
    // The high bits of a word reach the others.
    sum = product ^ (product >>> 15);
  }
  return sum >>> 0;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
