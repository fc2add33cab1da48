import path from "node:path";
import { UserError } from "../../core/errors/user-error.ts";
import { readLooseTextSync, readTextSync } from "../files/read-text.ts";
import { paths } from "../workspace/paths.ts";
import { buildId } from "./build-id.ts";
import { exactJson } from "./exact-json.ts";
import { sameStamps, stampFile, stampLength, type Standing } from "./file-stamp.ts";
import {
  type IndexLine,
  readIndexFile,
  removeFolder,
  type StoredIndex,
  type StoredLines,
  writeIndexFile,
} from "./index-file.ts";

/** What was found of one of a key's files. */
export type Source = { text: string } | "absent" | UserError;

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
  /** Whether it is remembered: its files were at rest. */
  readonly kept: boolean;
  /** Both, of one reading: read when they are asked for. Undefined where the files give nothing any more. */
  whole(): Derived<Head, Rest> | undefined;
}

export interface IndexKind<Head, Rest> {
  name: string;
  /** Higher with every change of what is derived: an index of another shape is thrown away. */
  shape: number;
  /** `strict`: as `readText` reads them; `loose`: as `readLooseText` does. */
  text: "strict" | "loose";
  /** The files of a key in a workspace, always as many. */
  filesIn(ws: Root): (key: string) => readonly string[];
  /** A pure function of the files' contents; undefined where these are not to be remembered. */
  derive(sources: readonly Source[], key: string): Derived<Head, Rest> | undefined;
}

interface Root {
  root: string;
}

/** Reading the files of so many keys takes as long as reading the rests of all. */
const fewWholes = 16;

/**
 * What was derived from many small files, remembered from command to command in `.crossfold/index/`. An entry is given
 * only where the stamps (file-stamp.ts) of all its files, taken now, are those that it was derived under; otherwise the
 * files are read. So the index never answers for a file that was written since, by whom or what ever, and deleting it
 * changes nothing but the time. It is trusted as far as its stamps and its checksum go: whoever can write below
 * `.crossfold/` could as well write the runs' records. No score is proved from it: `verify` and
 * `record` read the run's own files, as `WholeRun` (core/run/run.ts) has them, and `verify` throws it away.
 */
export class FileIndex<Head, Rest> {
  readonly #kind: IndexKind<Head, Rest>;
  readonly #file: string;
  readonly #filesOf: (key: string) => readonly string[];
  readonly #stored: StoredIndex | undefined;
  #lines: StoredLines | "gone" | undefined;
  #wholes = 0;
  readonly #fresh = new Map<string, FreshEntry<Head, Rest>>();
  /** All keys there were of a beginning, when they were last listed. */
  readonly #lists = new Map<string, readonly string[]>();
  #slots: Map<string, number> | undefined;
  #nextSlot = 0;
  /** Of the files of the key at hand. */
  #stamps = new Float64Array(0);
  readonly #standings: Standing[] = [];
  #changed = false;

  constructor(ws: Root, kind: IndexKind<Head, Rest>) {
    this.#kind = kind;
    this.#file = paths.index(ws, kind.name);
    this.#filesOf = kind.filesIn(ws);
    this.#stored = readIndexFile(this.#file, makerOf(kind));
  }

  /** What the files of a key give now. Undefined where they give nothing. */
  read(key: string): Entry<Head, Rest> | undefined {
    this.#stamp(this.#filesOf(key));
    const fresh = this.#fresh.get(key);
    if (fresh !== undefined && sameStamps(fresh.line.stamps, 0, this.#stamps)) return fresh;
    const slot = this.#slotOf(key);
    if (slot === undefined || !this.#isStored(slot)) return this.#derive(key);
    return new StoredEntry<Head, Rest>(this, slot, this.#stored!.heads[slot] as Head);
  }

  /** What was stored of a slot; of a few slots, or where that can no longer be read, what its files give now. */
  wholeOf(slot: number): Derived<Head, Rest> | undefined {
    const { keys, heads } = this.#stored!;
    this.#wholes += 1;
    const lines = this.#wholes > fewWholes ? this.#readLines() : undefined;
    if (lines !== undefined)
      return { head: heads[slot] as Head, rest: JSON.parse(lines.rest(slot)) as Rest };
    return this.#readFiles(keys[slot]!).derived;
  }

  /** Read once: most commands ask for a few rests, or for all of them. */
  #readLines(): StoredLines | undefined {
    this.#lines ??= this.#stored?.readLines() ?? "gone";
    return this.#lines === "gone" ? undefined : this.#lines;
  }

  /** Says that these are all the keys there are with this beginning: others are forgotten. */
  retain(keys: readonly string[], prefix = ""): void {
    this.#lists.set(prefix, keys);
  }

  /** Writes what was learnt, where anything was. */
  save(): void {
    if (!this.#changed) return;
    this.#changed = false;
    const fresh = [...this.#fresh.values()].map(({ line }) => line);
    const lines = this.#withoutGone([...this.#storedLines(), ...fresh]);
    writeIndexFile(this.#file, makerOf(this.#kind), lines);
  }

  #stamp(files: readonly string[]): void {
    const length = files.length * stampLength;
    if (this.#stamps.length !== length) this.#stamps = new Float64Array(length);
    for (let at = 0; at < files.length; at += 1)
      this.#standings[at] = stampFile(files[at]!, this.#stamps, at * stampLength);
  }

  #isStored(slot: number): boolean {
    return sameStamps(this.#stored!.stamps, slot * this.#stamps.length, this.#stamps);
  }

  /** Keys mostly come in the order in which they came last time. */
  #slotOf(key: string): number | undefined {
    const keys = this.#stored?.keys ?? [];
    if (keys[this.#nextSlot] !== key) {
      this.#slots ??= new Map(keys.map((one, slot) => [one, slot]));
      const slot = this.#slots.get(key);
      if (slot === undefined) return undefined;
      this.#nextSlot = slot;
    }
    return this.#nextSlot++;
  }

  #derive(key: string): Entry<Head, Rest> | undefined {
    const { derived, stamps, isSure } = this.#readFiles(key);
    if (derived === undefined) return undefined;
    const lines = isSure ? linesOf(derived) : undefined;
    const entry = { head: derived.head, kept: lines !== undefined, whole: () => derived };
    if (lines === undefined) return entry;
    const fresh = { ...entry, line: { key, stamps, ...lines } };
    this.#fresh.set(key, fresh);
    this.#changed = true;
    return fresh;
  }

  /** The stamps are taken before the files are read: what is written in between has others. */
  #readFiles(key: string): Reading<Head, Rest> {
    const files = this.#filesOf(key);
    this.#stamp(files);
    const standings = this.#standings.slice(0, files.length);
    const stamps = this.#stamps.slice();
    const sources = files.map((file, at) => readSource(file, standings[at]!, this.#kind.text));
    const derived = this.#kind.derive(sources, key);
    return { derived, stamps, isSure: readAtRest(standings, sources) };
  }

  #storedLines(): IndexLine[] {
    const lines = this.#readLines();
    if (lines === undefined) return [];
    const { keys, stamps } = this.#stored!;
    const length = stamps.length / keys.length;
    const heads = lines.heads();
    return keys.flatMap((key, slot) => {
      if (this.#fresh.has(key)) return [];
      const own = stamps.subarray(slot * length, (slot + 1) * length);
      return [{ key, stamps: own, head: heads[slot]!, rest: lines.rest(slot) }];
    });
  }

  #withoutGone(lines: readonly IndexLine[]): IndexLine[] {
    const lists = [...this.#lists].map(([prefix, keys]) => ({ prefix, known: new Set(keys) }));
    return lines.filter(({ key }) =>
      lists.every(({ prefix, known }) => !key.startsWith(prefix) || known.has(key)),
    );
  }
}

interface Reading<Head, Rest> {
  derived: Derived<Head, Rest> | undefined;
  stamps: Float64Array;
  /** Whether it surely belongs to the stamps. */
  isSure: boolean;
}

interface FreshEntry<Head, Rest> extends Entry<Head, Rest> {
  line: IndexLine;
}

class StoredEntry<Head, Rest> implements Entry<Head, Rest> {
  readonly head: Head;
  readonly kept = true;
  readonly #index: FileIndex<Head, Rest>;
  readonly #slot: number;

  constructor(index: FileIndex<Head, Rest>, slot: number, head: Head) {
    this.head = head;
    this.#index = index;
    this.#slot = slot;
  }

  whole(): Derived<Head, Rest> | undefined {
    return this.#index.wholeOf(this.#slot);
  }
}

/** Throws what is no fault of a file. */
function readSource(file: string, standing: Standing, kind: "strict" | "loose"): Source {
  if (standing === "absent") return "absent";
  try {
    const text = kind === "strict" ? readTextSync(file) : readLooseTextSync(file);
    return text === undefined ? "absent" : { text };
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** Read from files at rest, each of them there or not as its stamp has it. */
function readAtRest(standings: readonly Standing[], sources: readonly Source[]): boolean {
  return sources.every((source, at) => {
    if (source === "absent") return standings[at] === "absent";
    return "text" in source && standings[at] === "settled";
  });
}

function linesOf({
  head,
  rest,
}: Derived<unknown, unknown>): Pick<IndexLine, "head" | "rest"> | undefined {
  const lines = { head: exactJson(head), rest: exactJson(rest) };
  return lines.head === undefined || lines.rest === undefined
    ? undefined
    : { head: lines.head, rest: lines.rest };
}

function makerOf({ name, shape }: { name: string; shape: number }): string {
  return `crossfold ${buildId()} ${name} ${shape}`;
}

/** Opened once a process, and saved when it ends: nobody waits for it, and a folder that went before stays gone. */
const open = new Map<string, FileIndex<unknown, unknown>>();
let isSavedAtExit = false;

/** The index of a kind of files in a workspace. */
export function openIndex<Head, Rest>(
  ws: Root,
  kind: IndexKind<Head, Rest>,
): FileIndex<Head, Rest> {
  const file = paths.index(ws, kind.name);
  const known = open.get(file);
  if (known !== undefined) return known as FileIndex<Head, Rest>;
  if (!isSavedAtExit) process.once("exit", saveIndexes);
  isSavedAtExit = true;
  const index = new FileIndex(ws, kind);
  open.set(file, index as unknown as FileIndex<unknown, unknown>);
  return index;
}

/** Writes what this process has learnt since. */
export function saveIndexes(): void {
  for (const index of open.values()) index.save();
}

/** Throws away all that is remembered of a workspace: whoever wrote something false there is answered by the files again. */
export function dropIndexes(ws: Root): void {
  for (const file of open.keys()) if (path.dirname(file) === paths.indexes(ws)) open.delete(file);
  removeFolder(paths.indexes(ws));
}

/** As a new process would find them. */
export function forgetIndexes(): void {
  open.clear();
}
