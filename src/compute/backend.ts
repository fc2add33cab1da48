import type { Project } from "../core/competition/project.ts";
import type { NextAction } from "../core/errors/next-action.ts";
import type { RunSpec } from "../core/run/run-spec.ts";
import type { TrueState } from "../core/run/run-state.ts";

/** Something that hinders a run on a target, with the command that fixes it. */
export interface Issue {
  message: string;
  next: NextAction;
}

/** What a target needs to start a run. The folder's spec.json and code/ are written. */
export interface JobRequest {
  spec: RunSpec;
  /** The run's folder. */
  folder: string;
  /** The workspace. */
  root: string;
  /** The whole environment of the script. Not written anywhere. */
  env: Readonly<Record<string, string | undefined>>;
  /** News of what is being done, for the user who waits. */
  say(text: string): void;
  /** Aborted when the user no longer wants the run. */
  stop: AbortSignal;
}

/** A run that was submitted. Its folder holds all that a target must remember of it, so that it outlives every process. */
export interface RunHandle {
  id: string;
  folder: string;
}

export interface LogPiece {
  bytes: Uint8Array;
  /** Where the next piece begins. */
  cursor: number;
}

/** A compute target where runs run. All keep the same files in the run's folder (storage/run-record.ts). */
export interface Backend {
  check(spec: RunSpec, root: string): Promise<Issue[]>;
  /** Starts the run; the run id makes a second call for the same run harmless. Throws a UserError when it cannot. */
  submit(request: JobRequest): Promise<RunHandle>;
  /** The life of the run's supervisor: returns when the run has ended and its record says how. */
  supervise(run: RunHandle): Promise<void>;
  /** The true state. Asks the target where the run's record is not being kept up to date by its supervisor. */
  status(run: RunHandle): Promise<TrueState>;
  /** Output from `cursor` on, as much as is there; empty where there is no more yet. */
  logs(run: RunHandle, cursor: number): Promise<LogPiece>;
  /** Asks the run to stop, and makes it stop after `graceSeconds`. Returns when it has ended. */
  cancel(run: RunHandle, graceSeconds: number): Promise<void>;
  /** One sign to a run that is being watched: 1 interrupts it, 2 terminates it, 3 kills it. */
  interrupt(run: RunHandle, times: number): Promise<void>;
}

/** One way to run that is offered where it is not specified. */
export interface Choice {
  label: string;
  hint: string;
  debug: boolean;
  /** The flags that say so, beside `--on` and `--debug`. */
  flags?: readonly string[];
  machine?: MachineRequest;
}

/** What may be asked of a target: the flags of `train`. */
export interface MachineRequest {
  gpu?: string | undefined;
  count?: number | undefined;
  machine?: string | undefined;
  spot?: boolean | undefined;
  flexStart?: boolean | undefined;
  timeoutSeconds?: number | undefined;
  /** Most that the run may cost, in the currency of the price list. */
  maxCost?: number | undefined;
}

/** What a request comes to. */
export interface Plan {
  /** Kept in spec.json: all that the target must know to run it and to find it again. */
  target: Record<string, unknown>;
  /** Lines to show before anything is submitted: machine, price, what to mind. */
  summary: readonly string[];
}

/** How a target is reached. */
export interface Access {
  /** The command line that starts Crossfold itself. */
  program: readonly string[];
  /** The environment with the workspace's `.env`. */
  env: Readonly<Record<string, string | undefined>>;
  now(): Date;
}

/** Whether runs can be sent to a compute target from a workspace: `missing` names what is to be set up first. */
export type Setup =
  | { state: "ready" }
  | { state: "missing"; what: string }
  | { state: "not-for-this-competition" };

/** A compute target as the table of targets knows it. */
export interface ComputeTarget {
  choices: readonly Choice[];
  /** Looks at settings and credentials that are here; asks nothing over the network. */
  setup(project: Project, access: Pick<Access, "env">): Promise<Setup>;
  /** True where runs run on other machines. */
  remote: boolean;
  /** What a request comes to. Throws a UserError for a request that cannot be met, with what could. */
  plan(request: MachineRequest, project: Project, access: Access): Promise<Plan>;
  /** Loads the target's code: most commands know of targets, few use one. */
  open(access: Access): Promise<Backend>;
}
