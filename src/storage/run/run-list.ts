import path from "node:path";
import type { Run, RunHead, RunStanding } from "../../core/run/run.ts";
import { runIdPattern } from "../../core/run/run-spec.ts";
import { trueState } from "../../core/run/run-state.ts";
import { problemOf } from "../../core/errors/problem.ts";
import { newestFirst } from "../../core/run/run-order.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readFolder } from "../files/read-folder.ts";
import { mapInSlices } from "../files/slices.ts";
import {
  type Entry,
  type FileIndex,
  type IndexKind,
  openIndex,
  textOf,
} from "../index/file-index.ts";
import { paths, recordFiles } from "../workspace/paths.ts";
import { isAlive } from "./process-identity.ts";
import { isSettled, parseExitCode, parseSpec, parseState, standingOf } from "./run-record.ts";

interface Root {
  root: string;
}

export interface RunProblem {
  /** Empty where it is the folder of all runs. */
  id: string;
  /** What cannot be read, from the workspace's root. */
  file: string;
  message: string;
}

/** A run of a list. What is not named here is looked up when it is asked for, once: do not spread it. */
export interface ListedRun extends Run {
  experiment: string | null;
  /** Whether it ran on another machine. */
  remote: boolean;
}

/**
 * Every run, newest first; a record whose spec.json cannot be read is a problem, not an error. What became of a run is
 * looked up when it is asked for: its record is read unless it ended and has not been touched since.
 */
export async function readRuns(ws: Root): Promise<{ runs: ListedRun[]; problems: RunProblem[] }> {
  const ids = await listRunIds(ws).catch((error: unknown) => problemOf(error, ""));
  const within = path.relative(ws.root, paths.runs(ws));
  if (!Array.isArray(ids))
    return { runs: [], problems: [{ id: "", file: within, message: ids.message }] };
  const specs = openIndex(ws, specIndex);
  specs.retain(ids);
  const ends = new Ends(ws, ids);
  const runs: IndexedRun[] = [];
  const problems: RunProblem[] = [];
  await mapInSlices(ids, (id) => {
    const entry = specs.read(id)!;
    if (typeof entry.head === "string")
      problems.push({ id, file: path.join(within, id), message: entry.head });
    else runs.push(new IndexedRun(id, entry.head, { entry, ends }));
  });
  return { runs: runs.toSorted(newestFirst), problems };
}

/** Names of the records there are, in no order. */
async function listRunIds(ws: Root): Promise<string[]> {
  const entries = await readFolder(paths.runs(ws));
  return entries
    .filter((entry) => entry.isDirectory() && runIdPattern.test(entry.name))
    .map(({ name }) => name);
}

/** What runs are ordered and told apart by, short because there may be many; or why spec.json cannot be read. */
type Head = string | [experiment: string | null, created: string, sequence: number, remote: 0 | 1];
type SpecEntry = Entry<Head, RunHead | null>;

const specIndex: IndexKind<Head, RunHead | null> = {
  name: "run-specs",
  shape: 1,
  text: "loose",
  filesIn: (ws) => recordFilesIn(ws, recordFiles.spec),
  derive: ([source], id) => {
    const spec = specOf(textOf(source!), id);
    if (typeof spec === "string") return { head: spec, rest: null };
    const { experiment, created, sequence = 0, target } = spec;
    return { head: [experiment, created, sequence, target === undefined ? 0 : 1], rest: spec };
  },
};

/** Joining paths with care takes as long as reading the index does. */
function recordFilesIn(ws: Root, ...names: string[]): (id: string) => string[] {
  const folder = paths.runs(ws);
  return (id) => names.map((name) => folder + path.sep + id + path.sep + name);
}

function specOf(text: string | undefined, id: string): RunHead | string {
  try {
    const spec = parseSpec(text, id);
    const { kind, experiment, script, args, debug, backend, created } = spec;
    const head: RunHead = { id, kind, experiment, script, args, debug, backend, created };
    if (spec.target !== undefined) head.target = spec.target;
    if (spec.uses !== undefined) head.uses = spec.uses;
    if (spec.sequence !== undefined) head.sequence = spec.sequence;
    return head;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** What became of runs that have ended, each of whose records says so: these are read once. */
const endIndex: IndexKind<RunStanding, null> = {
  name: "run-ends",
  shape: 1,
  text: "loose",
  filesIn: (ws) => recordFilesIn(ws, recordFiles.state, recordFiles.rc),
  derive: ([state, rc]) => {
    const head = endOf(textOf(state!), textOf(rc!));
    return head === undefined ? undefined : { head, rest: null };
  },
};

/**
 * Undefined where anything else than these two files is to be asked, as for a run that may still be alive. Once dead, a
 * process stays so.
 */
function endOf(state: string | undefined, rc: string | undefined): RunStanding | undefined {
  const stateFile = parseState(state);
  if (typeof stateFile !== "object" || !isSettled(stateFile)) return undefined;
  const { child, started, ended, remote } = stateFile;
  if (stateFile.state === "succeeded" && !remote) {
    if (child === null || isAlive(child) || parseExitCode(rc) !== 0) return undefined;
  }
  const unasked = { supervisorAlive: false, childAlive: false, cancelRequested: false };
  return { ...trueState({ stateFile, rc: "missing", ...unasked }), started, ended };
}

/** Reading so many records takes as long as opening the index. */
const readFirst = 64;

/** How runs ended: of a few by their records, of many by the index. */
class Ends {
  readonly #ws: Root;
  readonly #ids: readonly string[];
  #index: FileIndex<RunStanding, null> | undefined;
  #read = 0;

  constructor(ws: Root, ids: readonly string[]) {
    this.#ws = ws;
    this.#ids = ids;
  }

  standingOf(id: string): RunStanding {
    this.#read += 1;
    if (this.#read <= readFirst) return standingOf(paths.run(this.#ws, id));
    if (this.#index === undefined) {
      this.#index = openIndex(this.#ws, endIndex);
      this.#index.retain(this.#ids);
    }
    return this.#index.read(id)?.head ?? standingOf(paths.run(this.#ws, id));
  }
}

class IndexedRun implements ListedRun {
  readonly id: string;
  readonly experiment: string | null;
  readonly created: string;
  readonly sequence: number;
  readonly remote: boolean;
  readonly #entry: SpecEntry;
  readonly #ends: Ends;
  #spec: RunHead | undefined;
  #known: RunStanding | undefined;

  constructor(
    id: string,
    [experiment, created, sequence, remote]: Exclude<Head, string>,
    { entry, ends }: { entry: SpecEntry; ends: Ends },
  ) {
    this.id = id;
    this.experiment = experiment;
    this.created = created;
    this.sequence = sequence;
    this.remote = remote === 1;
    this.#entry = entry;
    this.#ends = ends;
  }

  get spec(): RunHead {
    this.#spec ??= this.#entry.whole()?.rest ?? this.#gone();
    return this.#spec;
  }

  /** What is left of a run whose record went, or was broken, between being listed and being asked for. */
  #gone(): RunHead {
    const { id, experiment, created } = this;
    const none = { kind: "script", script: "", args: [], debug: false, backend: "" } as const;
    return { ...none, args: [], id, experiment, created };
  }

  get #standing(): RunStanding {
    this.#known ??= this.#ends.standingOf(this.id);
    return this.#known;
  }

  get state() {
    return this.#standing.state;
  }
  get exitCode() {
    return this.#standing.exitCode;
  }
  get reason() {
    return this.#standing.reason;
  }
  get cause() {
    return this.#standing.cause;
  }
  get started() {
    return this.#standing.started;
  }
  get ended() {
    return this.#standing.ended;
  }
}
