import type { RunCause, RunState } from "../../core/run/run.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { UserError, type UserErrorDetails } from "../../core/errors/user-error.ts";
import type { Issue, JobRequest } from "../backend.ts";

/** What a target says of a job. */
export interface JobStatus {
  state: Exclude<RunState, "lost">;
  /** ISO 8601, UTC. */
  started: string | null;
  ended: string | null;
  /** The script's exit code, where it left one. */
  exitCode: number | null;
  /** Why it is so, in words a user can act on. */
  reason: string | null;
  cause: RunCause | null;
}

export interface RemotePiece {
  /** Empty where there is no more now. */
  bytes: Uint8Array;
  /** Where the next piece begins, in the target's own terms. */
  cursor: string;
}

/**
 * A compute target that is reached over the network. Every call but `create` may be repeated. Throws a UserError for what the
 * user must fix, any other error for what may go away by itself (network, overload).
 */
export interface Remote {
  /** Its name for people: Vertex AI. */
  title: string;
  check(spec: RunSpec, root: string): Promise<Issue[]>;
  /** Uploads what the job needs. */
  ship(request: JobRequest): Promise<void>;
  /**
   * Starts the job and gives its name. Throws RefusedJob, or the client's error with the outcome `unknown` where the job
   * may have been started all the same.
   */
  create(request: JobRequest): Promise<string>;
  /** The name of the run's job, undefined where there is none (yet). */
  find(spec: RunSpec): Promise<string | undefined>;
  status(spec: RunSpec, job: string): Promise<JobStatus>;
  /** Output after `cursor` (null: from the start), byte for byte. */
  logs(spec: RunSpec, job: string, cursor: string | null): Promise<RemotePiece>;
  /** `asked`: its state will tell when it has ended. `gone`: it has, and the target knows nothing of it any more. */
  cancel(spec: RunSpec, job: string): Promise<"asked" | "gone">;
  /** Downloads what a run that succeeded left into `folder`, laid out as in the experiment's artifacts/. */
  fetch(spec: RunSpec, job: string, folder: string): Promise<void>;
}

/** Thrown by `create` where the target refuses the job, with what the refusal is about. */
export class RefusedJob extends UserError {
  readonly refusal: RunCause | null;

  constructor(details: UserErrorDetails, refusal: RunCause | null, options?: ErrorOptions) {
    super(details, options);
    this.refusal = refusal;
  }
}
