import type { RunSpec } from "../core/run.ts";
import type { TrueState } from "../core/run-state.ts";

/** Something that hinders a run at a place, with the command that mends it. */
interface Issue {
  message: string;
  next: string;
}

/** What a place needs to start a run. The folder's spec.json and code/ are written. */
export interface Submission {
  spec: RunSpec;
  /** The run's folder, `.crossfold/runs/<id>`. */
  folder: string;
  /** The workspace. */
  root: string;
  /** The whole environment of the script. Not written anywhere. */
  env: Readonly<Record<string, string | undefined>>;
}

/** A run that was submitted. Its folder holds all that a place must remember of it, so that it outlives every process. */
export interface RunHandle {
  id: string;
  folder: string;
}

export interface LogPiece {
  bytes: Uint8Array;
  /** Where the next piece begins. */
  cursor: number;
}

/** A place where runs run. All keep the same files in the run's folder (storage/run-record.ts). */
export interface Backend {
  check(spec: RunSpec): Promise<Issue[]>;
  /** Starts the run; the run id makes a second call for the same run harmless. Throws a UserError when it cannot. */
  submit(submission: Submission): Promise<RunHandle>;
  status(run: RunHandle): Promise<TrueState>;
  /** Output from `cursor` on, as much as is there; empty where there is no more yet. */
  logs(run: RunHandle, cursor: number): Promise<LogPiece>;
  /** Asks the run to stop, and makes it stop after `graceSeconds`. Returns when it has ended. */
  cancel(run: RunHandle, graceSeconds: number): Promise<void>;
  /** One sign to a run that is being watched: 1 interrupts it, 2 terminates it, 3 kills it. */
  press(run: RunHandle, times: number): Promise<void>;
  /** Brings the log and the artifacts of an ended run here. */
  fetch(run: RunHandle): Promise<void>;
  /** The handle of a run after a crash of ours, or undefined where this place never heard of it. */
  find(folder: string): Promise<RunHandle | undefined>;
}

/** One way to run that is offered where nobody said which. */
export interface Choice {
  label: string;
  hint: string;
  debug: boolean;
}

/** A place as the table of places knows it. */
export interface Place {
  choices: readonly Choice[];
  /** `program`: the command line that starts Crossfold itself. */
  open(program: readonly string[]): Backend;
}
