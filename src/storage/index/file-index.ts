import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { packageVersion } from "../../package-root.ts";
import { paths } from "../workspace/paths.ts";
import { sameStamps, stampFile, stampLength, type Standing } from "./file-stamp.ts";
import { ascii, type IndexContent, readIndexFile, writeIndexFile } from "./index-file.ts";

/** What was found of one of a key's files. */
export type Source = { text: string } | "absent" | NodeJS.ErrnoException;

/** The text of what was read; undefined where nothing could be. */
export function textOf(source: Source): string | undefined {
  return typeof source === "object" && "text" in source ? source.text : undefined;
}

/** What is derived of a key's files: plain JSON. The rest is parsed when it is asked for. */
export interface Derived<Head, Rest> {
  head: Head;
  rest: Rest;
}

export interface Entry<Head, Rest> {
  readonly head: Head;
  rest(): Rest;
}

export interface IndexKind<Head, Rest> {
  name: string;
  /** Higher with every change of what is derived: an index of another shape is thrown away. */
  shape: number;
  /** How many files a key has. */
  files: number;
  /** A pure function of the files' contents; undefined where these are not to be remembered. */
  derive(sources: readonly Source[], key: string): Derived<Head, Rest> | undefined;
}

/**
 * What was derived from many small files, remembered from command to command in `.crossfold/index/`. An entry is given
 * only where the stamps (file-stamp.ts) of all its files, taken now, are those that it was derived under; otherwise the
 * files are read. So the index never answers for a file that was written since, by whom or what ever, and deleting it
 * changes nothing but the time. It is trusted as far as its stamps and its checksum go: whoever can write below
 * `.crossfold/` could as well write the runs' records. No score is proved from it: `verify`, `record` and `submit` read
 * the files themselves.
 */
export class FileIndex<Head, Rest> {
  readonly #kind: IndexKind<Head, Rest>;
  readonly #file: string;
  readonly #slots = new Map<string, number>();
  readonly #fresh = new Map<string, Fresh<Head, Rest>>();
  #stored: IndexContent | undefined;
  #restLines: readonly string[] | undefined;
  #gone = new Set<string>();
  #changed = false;

  constructor(file: string, kind: IndexKind<Head, Rest>) {
    this.#kind = kind;
    this.#file = file;
    this.#stored = readIndexFile(file, makerOf(kind));
    this.#stored?.keys.forEach((key, slot) => this.#slots.set(key, slot));
  }

  /** What the files of a key give now. Undefined where they give nothing. */
  read(key: string, files: readonly string[]): Entry<Head, Rest> | undefined {
    const stamps = new Float64Array(this.#kind.files * stampLength);
    const standings = files.map((file, at) => stampFile(file, stamps, at * stampLength));
    const known = this.#find(key, stamps);
    if (known !== undefined) return known;
    const sources = files.map((file, at) => readSource(file, standings[at]!));
    const derived = this.#kind.derive(sources, key);
    if (derived === undefined) return undefined;
    const entry = { head: derived.head, rest: () => derived.rest };
    if (isKept(standings, sources)) this.#keep(key, stamps, derived);
    return entry;
  }

  /** Whether anything is remembered of a key, true of its files now or not. */
  has(key: string): boolean {
    return this.#fresh.has(key) || (this.#slots.has(key) && !this.#gone.has(key));
  }

  /** Forgets keys that start with `prefix` and are not among these: their files have gone. */
  retain(keys: ReadonlySet<string>, prefix = ""): void {
    for (const key of this.#slots.keys())
      if (!keys.has(key) && key.startsWith(prefix)) this.#gone.add(key);
    for (const key of this.#fresh.keys())
      if (!keys.has(key) && key.startsWith(prefix)) this.#fresh.delete(key);
  }

  /** Writes what was learnt, where anything was. */
  save(): void {
    if (!this.#changed) return;
    this.#changed = false;
    const lines = [...this.#storedLines(), ...this.#freshLines()];
    const stamps = new Float64Array(lines.length * this.#kind.files * stampLength);
    lines.forEach((line, at) => stamps.set(line.stamps, at * this.#kind.files * stampLength));
    writeIndexFile(this.#file, {
      maker: makerOf(this.#kind),
      keys: lines.map(({ key }) => key),
      stamps,
      headLines: lines.map(({ head }) => head),
      restLines: lines.map(({ rest }) => rest),
    });
  }

  #find(key: string, stamps: Float64Array): Entry<Head, Rest> | undefined {
    const fresh = this.#fresh.get(key);
    if (fresh !== undefined && sameStamps(fresh.stamps, 0, stamps, 0, stamps.length)) return fresh;
    const slot = this.#slots.get(key);
    if (slot === undefined || this.#stored === undefined) return undefined;
    const from = slot * stamps.length;
    if (!sameStamps(this.#stored.stamps, from, stamps, 0, stamps.length)) return undefined;
    this.#gone.delete(key);
    const head = this.#stored.heads[slot] as Head;
    return { head, rest: () => this.#storedRest(slot) };
  }

  #storedRest(slot: number): Rest {
    this.#restLines ??= this.#stored!.restLines;
    return JSON.parse(this.#restLines[slot]!) as Rest;
  }

  #keep(key: string, stamps: Float64Array, { head, rest }: Derived<Head, Rest>): void {
    const lines = { head: exactJson(head), rest: exactJson(rest) };
    if (lines.head === undefined || lines.rest === undefined) return;
    const line = { key, stamps, head: lines.head, rest: lines.rest };
    this.#fresh.set(key, { stamps, head, rest: () => rest, line });
    this.#changed = true;
  }

  *#storedLines(): Iterable<Line> {
    if (this.#stored === undefined) return;
    const { keys, headLines, restLines } = this.#stored;
    const length = this.#kind.files * stampLength;
    for (const [slot, key] of keys.entries()) {
      if (this.#fresh.has(key) || this.#gone.has(key)) continue;
      const stamps = this.#stored.stamps.subarray(slot * length, (slot + 1) * length);
      yield { key, stamps, head: headLines[slot]!, rest: restLines[slot]! };
    }
  }

  *#freshLines(): Iterable<Line> {
    for (const { line } of this.#fresh.values()) yield line;
  }
}

interface Line {
  key: string;
  stamps: Float64Array;
  head: string;
  rest: string;
}

interface Fresh<Head, Rest> extends Entry<Head, Rest> {
  stamps: Float64Array;
  line: Line;
}

/** A file that has gone, or is none, is never read: some that are none would never end. */
function readSource(file: string, standing: Standing): Source {
  if (standing === "absent") return "absent";
  try {
    const handle = openSync(file, readOnly);
    try {
      return { text: readFileSync(handle, "utf8") };
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    return failure.code === "ENOENT" ? "absent" : failure;
  }
}

/** Where a named pipe stands in a file's place, opening it waits for nobody. */
const readOnly = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Only what surely belongs to the stamps: read from files at rest, each of them there or not as its stamp has it. */
function isKept(standings: readonly Standing[], sources: readonly Source[]): boolean {
  return sources.every((source, at) => {
    if (source === "absent") return standings[at] === "absent";
    return "text" in source && standings[at] === "settled";
  });
}

/** What is read from longer text than this is not remembered, so that the index stays smaller than what it saves. */
const longestLine = 262_144;

/** A value as JSON in ASCII, or undefined where JSON would give back another value. */
function exactJson(value: unknown): string | undefined {
  let exact = true;
  const text = JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === "number" && (!Number.isFinite(one) || Object.is(one, -0))) exact = false;
    return one;
  });
  return exact && text.length <= longestLine ? ascii(text) : undefined;
}

function makerOf({ name, shape }: { name: string; shape: number }): string {
  return `crossfold ${packageVersion()} ${name} ${shape}`;
}

/** Opened once a process, and saved when it ends: nobody waits for it, and a folder that went before stays gone. */
const open = new Map<string, FileIndex<unknown, unknown>>();

/** The index of a kind of files in a workspace. */
export function openIndex<Head, Rest>(
  ws: { root: string },
  kind: IndexKind<Head, Rest>,
): FileIndex<Head, Rest> {
  const file = paths.index(ws, kind.name);
  const known = open.get(file);
  if (known !== undefined) return known as FileIndex<Head, Rest>;
  if (open.size === 0) process.once("exit", saveIndexes);
  const index = new FileIndex(file, kind);
  open.set(file, index as unknown as FileIndex<unknown, unknown>);
  return index;
}

/** Writes what this process has learnt since. */
export function saveIndexes(): void {
  for (const index of open.values()) index.save();
}

/** As a new process would find them. */
export function forgetIndexes(): void {
  open.clear();
}
