import type { Context } from "../core/context.ts";
import type { SubmissionTable, Wanted } from "../core/submission/submission.ts";
import type { Allowance } from "../core/submission/submission-preview.ts";
import type { Workspace } from "../storage/workspace/workspace.ts";

/** A file that has passed the check against sample_submission. */
export interface CheckedSubmission {
  experiment: string;
  message: string | null;
  /** Absolute path. */
  file: string;
  sha256: string;
  /** The run whose files are submitted; null where no run's record has them. */
  run: string | null;
  table: SubmissionTable;
  wanted: Wanted;
  /** Set where a code competition takes the notebook's version in place of the file it wrote. */
  notebook?: NotebookVersion;
}

interface NotebookVersion {
  /** `owner/slug`. */
  ref: string;
  version: number;
  /** The file of its output that is scored. */
  outputFile: string;
}

/** One submission on a leaderboard; the private score stays with the platform until the end. */
export interface LeaderboardRow {
  experiment: string;
  score: number;
  at: string;
}

export interface Graded {
  status: "graded";
  /** The platform's name for the submission. */
  submission: string;
  public: number;
  private: number | null;
  /** Set where the very same file was submitted before: nothing was submitted now. */
  previous: { at: string; experiment: string } | null;
  /** Best first. */
  leaderboard: LeaderboardRow[];
}

/** Submitted; the score comes later. */
export interface Sent {
  status: "sent";
  submission: string;
  previous: Graded["previous"];
}

export type SubmitResult = Graded | Sent | { status: "by-hand"; where: string };

/** What is known before a submission is spent. */
export interface Preflight {
  /** The very same content, submitted before. */
  previous: Graded | Sent | null;
  allowance: Allowance;
}

/** A submission as the platform lists it. */
export interface SubmissionRecord {
  submission: string;
  /** ISO 8601. */
  at: string;
  message: string;
  fileName: string;
  status: "pending" | "complete" | "error";
  public: number | null;
  private: number | null;
  /** The platform's reason, in full; empty without one. */
  error: string;
}

/** Where a competition is held. Throws a UserError where a file cannot be submitted. */
export interface Platform {
  /** `again` submits content that was submitted before. */
  submit(
    context: Context,
    ws: Workspace,
    submission: CheckedSubmission,
    how?: { again: boolean },
  ): Promise<SubmitResult>;
  /** What a platform has that scores later and takes few submissions a day. */
  remote?: RemotePlatform;
}

export const codeStepNames = ["deps", "model", "kernel", "output"] as const;
/** Steps of a code competition on the way to a notebook's version that can be submitted, in their order. */
export type CodeStepName = (typeof codeStepNames)[number];

export interface PlannedStep {
  name: string;
  /** `up-to-date`: done before for what the files are now. `skipped`: there is nothing to do. */
  status: "pending" | "up-to-date" | "skipped";
  why: string;
}

export interface StepOutcome {
  name: string;
  status: "done" | "up-to-date" | "skipped";
  /** What there is now. */
  summary: string;
}

export interface PreparedOutput {
  /** The notebook's output, downloaded; absolute path. */
  file: string;
  notebook: NotebookVersion;
}

/** A platform that takes notebooks: what comes before the submission. */
export interface CodePlatform {
  /** By the files and what was done; asks nothing of the platform. */
  plan(ws: Workspace, experiment: string): Promise<PlannedStep[]>;
  /** Does what is to be done up to a step; `output` is null where that is not the last. Safe to repeat. */
  prepare(
    context: Context,
    ws: Workspace,
    experiment: string,
    until: CodeStepName,
    timeoutSeconds: number,
  ): Promise<{ steps: StepOutcome[]; output: PreparedOutput | null }>;
  /** The wheels alone, which all experiments share. */
  prepareDeps(context: Context, ws: Workspace, timeoutSeconds: number): Promise<StepOutcome>;
}

export interface RemotePlatform {
  /** For code competitions. */
  code: CodePlatform;
  /** Spends nothing. */
  preflight(context: Context, ws: Workspace, submission: CheckedSubmission): Promise<Preflight>;
  /** Waits until a submission is scored; throws a UserError with the platform's reason where it cannot be. */
  awaitScore(context: Context, ws: Workspace, sent: Sent, timeoutSeconds: number): Promise<Graded>;
  /** Every submission of the competition, oldest first. */
  list(context: Context, ws: Workspace): Promise<SubmissionRecord[]>;
  /** What this workspace knows of a listed submission by its own books. */
  ownOf(
    ws: Workspace,
    submissions: readonly SubmissionRecord[],
  ): Promise<Map<string, OwnSubmission>>;
}

export interface OwnSubmission {
  experiment: string;
  fileSha256: string;
  /** The run whose files were submitted; null where that is not known. */
  run: string | null;
}
