import { readdirSync } from "node:fs";
import path from "node:path";
import type { Run, RunHead, RunStanding } from "../../core/run/run.ts";
import { runIdPattern } from "../../core/run/run-spec.ts";
import { trueState } from "../../core/run/run-state.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { mapInSlices } from "../files/slices.ts";
import { type FileIndex, type IndexKind, openIndex, textOf } from "../index/file-index.ts";
import { paths, recordFiles } from "../workspace/paths.ts";
import { isAlive } from "./process-identity.ts";
import { isSettled, parseExitCode, parseSpec, parseState, standingOf } from "./run-record.ts";

interface Root {
  root: string;
}

export interface RunProblem {
  id: string;
  message: string;
}

/**
 * Every run, newest first; a record whose spec.json cannot be read is a problem, not an error. What became of a run is
 * looked up when it is asked for, once: its record is read unless it ended and has not been touched since.
 */
export async function readRuns(ws: Root): Promise<{ runs: Run[]; problems: RunProblem[] }> {
  const ids = listRunIds(ws);
  const [specs, ends] = [openIndex(ws, specIndex), openIndex(ws, endIndex)];
  const known = new Set(ids);
  specs.retain(known);
  ends.retain(known);
  const runs: Run[] = [];
  const problems: RunProblem[] = [];
  await mapInSlices(ids, (id) => {
    const folder = paths.run(ws, id);
    const { head } = specs.read(id, [path.join(folder, recordFiles.spec)])!;
    if (typeof head === "string") problems.push({ id, message: head });
    else runs.push(listedRun(headOf(id, head), folder, ends));
  });
  return { runs: runs.toSorted((a, b) => newestFirst(a.spec, b.spec)), problems };
}

/** Names of the records there are, in no order. */
function listRunIds(ws: Root): string[] {
  try {
    return readdirSync(paths.runs(ws), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && runIdPattern.test(entry.name))
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function newestFirst(a: RunHead, b: RunHead): number {
  return a.created === b.created ? (a.id < b.id ? 1 : -1) : a.created < b.created ? 1 : -1;
}

/** A head without its id, short because there may be many; or why spec.json cannot be read. */
type StoredHead =
  | string
  | [
      kind: RunHead["kind"],
      experiment: string | null,
      created: string,
      debug: boolean,
      backend: string,
      script: string,
      args: string[],
      others: Pick<RunHead, "target" | "uses">,
    ];

const specIndex: IndexKind<StoredHead, null> = {
  name: "run-specs",
  shape: 1,
  files: 1,
  derive: ([spec], id) => ({ head: storedHead(textOf(spec!), id), rest: null }),
};

function storedHead(text: string | undefined, id: string): StoredHead {
  try {
    const { kind, experiment, created, debug, backend, script, args, target, uses } = parseSpec(
      text,
      id,
    );
    const others = {
      ...(target === undefined ? {} : { target }),
      ...(uses === undefined ? {} : { uses }),
    };
    return [kind, experiment, created, debug, backend, script, args, others];
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function headOf(
  id: string,
  [kind, experiment, created, debug, backend, script, args, others]: Exclude<StoredHead, string>,
): RunHead {
  return { id, kind, experiment, created, debug, backend, script, args, ...others };
}

/** What became of runs that have ended, each of whose records says so: these are read once. */
const endIndex: IndexKind<RunStanding, null> = {
  name: "run-ends",
  shape: 1,
  files: 2,
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

function listedRun(spec: RunHead, folder: string, ends: FileIndex<RunStanding, null>): Run {
  let known: RunStanding | undefined;
  const files = () => [path.join(folder, recordFiles.state), path.join(folder, recordFiles.rc)];
  const now = () => (known ??= ends.read(spec.id, files())?.head ?? standingOf(folder));
  return {
    spec,
    get state() {
      return now().state;
    },
    get exitCode() {
      return now().exitCode;
    },
    get reason() {
      return now().reason;
    },
    get cause() {
      return now().cause;
    },
    get started() {
      return now().started;
    },
    get ended() {
      return now().ended;
    },
  };
}
