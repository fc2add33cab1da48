import type { Context } from "../core/context.ts";
import type { SubmissionTable, Wanted } from "../core/submission.ts";
import type { Workspace } from "../storage/workspace.ts";

/** A file that has passed the check against sample_submission. */
export interface CheckedSubmission {
  experiment: string;
  message: string | null;
  /** Absolute path. */
  file: string;
  sha256: string;
  table: SubmissionTable;
  wanted: Wanted;
}

/** One submission on a leaderboard; the private score stays with the platform until the end. */
export interface Standing {
  experiment: string;
  score: number;
  at: string;
}

export type Handed =
  | {
      status: "graded";
      /** The platform's name for the submission. */
      submission: string;
      public: number;
      private: number | null;
      /** Set where the very same file was handed in before: nothing was handed in now. */
      earlier: { at: string; experiment: string } | null;
      /** Best first. */
      leaderboard: Standing[];
    }
  | { status: "by-hand"; where: string };

/** Where a competition is held. Throws a UserError where a submission cannot be handed in. */
export interface Platform {
  submit(ws: Workspace, submission: CheckedSubmission, context: Context): Promise<Handed>;
}
