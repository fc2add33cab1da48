import path from "node:path";
import type { Run, RunHead, RunStanding } from "../../core/run/run.ts";
import { runIdPattern } from "../../core/run/run-spec.ts";
import { trueState } from "../../core/run/run-state.ts";
import { problemOf } from "../../core/errors/problem.ts";
import { newestFirst } from "../../core/run/run-order.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readFolder } from "../files/read-folder.ts";
import { mapInSlices } from "../files/slices.ts";
import { type FileIndex, type IndexKind, openIndex, textOf } from "../index/file-index.ts";
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

/**
 * Every run, newest first; a record whose spec.json cannot be read is a problem, not an error. What became of a run is
 * looked up when it is asked for, once: its record is read unless it ended and has not been touched since.
 */
export async function readRuns(ws: Root): Promise<{ runs: Run[]; problems: RunProblem[] }> {
  const ids = await listRunIds(ws).catch((error: unknown) => problemOf(error, ""));
  const within = path.relative(ws.root, paths.runs(ws));
  if (!Array.isArray(ids))
    return { runs: [], problems: [{ id: "", file: within, message: ids.message }] };
  const specs = openIndex(ws, specIndex);
  specs.retain(ids);
  const ends = new Ends(ws, ids);
  const runs: Run[] = [];
  const problems: RunProblem[] = [];
  const folder = paths.runs(ws) + path.sep;
  await mapInSlices(ids, (id) => {
    const record = folder + id;
    const { head } = specs.read(id)!;
    if (typeof head === "string") problems.push({ id, file: path.join(within, id), message: head });
    else runs.push(new ListedRun(head, record, ends));
  });
  return { runs: runs.toSorted((a, b) => newestFirst(a.spec, b.spec)), problems };
}

/** Names of the records there are, in no order. */
async function listRunIds(ws: Root): Promise<string[]> {
  const entries = await readFolder(paths.runs(ws));
  return entries
    .filter((entry) => entry.isDirectory() && runIdPattern.test(entry.name))
    .map(({ name }) => name);
}

/** A head, or why spec.json cannot be read. */
const specIndex: IndexKind<RunHead | string, null> = {
  name: "run-specs",
  shape: 1,
  text: "loose",
  filesIn: (ws) => recordFilesIn(ws, recordFiles.spec),
  derive: ([spec], id) => ({ head: headOf(textOf(spec!), id), rest: null }),
};

/** Joining paths with care takes as long as reading the index does. */
function recordFilesIn(ws: Root, ...names: string[]): (id: string) => string[] {
  const folder = paths.runs(ws);
  return (id) => names.map((name) => [folder, id, name].join(path.sep));
}

function headOf(text: string | undefined, id: string): RunHead | string {
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

  standingOf(id: string, record: string): RunStanding {
    this.#read += 1;
    if (this.#read <= readFirst) return standingOf(record);
    if (this.#index === undefined) {
      this.#index = openIndex(this.#ws, endIndex);
      this.#index.retain(this.#ids);
    }
    return this.#index.read(id)?.head ?? standingOf(record);
  }
}

/** A run whose standing is looked up when it is first asked for. Its properties are not its own: do not spread it. */
class ListedRun implements Run {
  readonly spec: RunHead;
  readonly #record: string;
  readonly #ends: Ends;
  #known: RunStanding | undefined;

  constructor(spec: RunHead, record: string, ends: Ends) {
    this.spec = spec;
    this.#record = record;
    this.#ends = ends;
  }

  get #standing(): RunStanding {
    this.#known ??= this.#ends.standingOf(this.spec.id, this.#record);
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
