import { z } from "zod";
import { namedExperiments, namedRun } from "../../../core/submission/submission-message.ts";
import { nextActionSchema, type NextAction } from "../../../core/errors/next-action.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import type { SubmissionRecord, OwnSubmission } from "../../../platform/platform.ts";
import { findPlatform } from "../../../platform/platforms.ts";
import { listExperiments, openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { type LbScore, recordLbs } from "../../score/record-lb.ts";

const input = z.object({});

const row = z.object({
  submission: z.string(),
  at: z.string(),
  /** Null where neither our records nor message and file name say whose it is. */
  experiment: z.string().nullable(),
  /** What it was known by. */
  by: z.enum(["journal", "message", "file-name", "unknown"]),
  message: z.string(),
  fileName: z.string(),
  status: z.enum(["pending", "complete", "error"]),
  public: z.number().nullable(),
  private: z.number().nullable(),
  /** The platform's reason, in full; empty without one. */
  error: z.string(),
  /** Whether a score was written now that had not been before. */
  recorded: z.boolean(),
  /** For one that is unknown: the command that would record it. */
  next: nextActionSchema.nullable(),
});
export type SyncRow = z.output<typeof row>;

const output = z.object({
  platform: z.string(),
  competition: z.string(),
  /** Oldest first. */
  submissions: z.array(row),
  recorded: z.int(),
  unknown: z.int(),
  pending: z.int(),
});

export const lbSync = defineOperation({
  description:
    "Downloads the scores of all submissions of the competition from Kaggle and records them in ledgers and tasks: public scores, and private ones once the competition is over. A submission is known by its number where it was submitted from here, else by the experiment or run named in its message or file name; what fits no experiment is listed. Run it as often as you like: nothing is written twice.",
  whenToUse: "Use it after a submission to Kaggle, when its score may be there.",
  input,
  output,
  effect: "write",
  examples: [{ command: "lb sync", summary: "after the scores are there, or after the end" }],
  async run(context) {
    const ws = await openWorkspace(context.cwd);
    const name = ws.project.competition_platform;
    const { remote } = findPlatform(name);
    if (remote === undefined) throw nothingToSync(name);
    context.progress.step(`asking ${name} for the submissions`);
    const listed = await remote.list(context, ws);
    const own = await remote.ownOf(ws, listed);
    const experiments = await listExperiments(ws);
    const owned = listed.map((one) => ({ one, owner: findOwner(one, own, experiments) }));
    const written = new Set<string>();
    for (const [experiment, scores] of scoresByExperiment(owned, name)) {
      const { recorded } = await recordLbs(context, ws, experiment, scores);
      for (const { submission } of recorded) written.add(submission);
    }
    const submissions = owned.map(({ one, owner }) => rowOf(one, owner, written));
    return {
      platform: name,
      competition: ws.project.competition_name,
      submissions,
      recorded: submissions.filter(({ recorded }) => recorded).length,
      unknown: submissions.filter(({ experiment }) => experiment === null).length,
      pending: submissions.filter(({ status }) => status === "pending").length,
    };
  },
});

type Owner = Pick<SyncRow, "experiment" | "by"> & {
  fileSha256: string | null;
  run: string | null;
};

function findOwner(
  one: SubmissionRecord,
  own: ReadonlyMap<string, OwnSubmission>,
  experiments: readonly string[],
): Owner {
  const known = own.get(one.submission);
  if (known !== undefined && experiments.includes(known.experiment))
    return { ...known, by: "journal" };
  const texts = [
    { text: one.message, by: "message" as const },
    { text: one.fileName, by: "file-name" as const },
  ];
  for (const { text, by } of texts) {
    const named = namedExperiments(text, experiments);
    // Two names are a blend, or a comparison: whose score it is only a person can say.
    if (named.length > 1) break;
    if (named.length === 1)
      return { experiment: named[0]!, by, fileSha256: null, run: namedRun(text, named[0]!) };
  }
  return { experiment: null, by: "unknown", fileSha256: null, run: null };
}

type PlatformScore = LbScore & { submission: string };

/** The scores there are, of each experiment oldest first. */
function scoresByExperiment(
  owned: readonly { one: SubmissionRecord; owner: Owner }[],
  source: string,
): Map<string, PlatformScore[]> {
  const groups = new Map<string, PlatformScore[]>();
  for (const { one, owner } of owned) {
    const { experiment } = owner;
    const scores = scoresOf(one, owner, source);
    if (experiment === null || scores.length === 0) continue;
    groups.set(experiment, [...(groups.get(experiment) ?? []), ...scores]);
  }
  return groups;
}

function scoresOf(
  one: SubmissionRecord,
  { fileSha256, run }: Owner,
  source: string,
): PlatformScore[] {
  const { status, submission, at: submitted } = one;
  if (status !== "complete") return [];
  return (["public", "private"] as const).flatMap((side) => {
    const score = one[side];
    if (score === null) return [];
    return [{ side, score, source, submission, file_sha256: fileSha256, run, submitted }];
  });
}

function rowOf(
  one: SubmissionRecord,
  { experiment, by }: Owner,
  written: ReadonlySet<string>,
): SyncRow {
  const recorded = written.has(one.submission);
  return { ...one, experiment, by, recorded, next: experiment === null ? byHand(one) : null };
}

function byHand({ public: score, submission }: SubmissionRecord): NextAction | null {
  return score === null
    ? null
    : { operation: "lb", input: { score, submission }, why: "with the name of its experiment" };
}

function nothingToSync(platform: string): UserError {
  return new UserError({
    code: "lb-sync",
    message: `platform ${platform} has no list of submissions to download`,
    expected:
      platform === "local"
        ? "nothing to do: submit grades and records at once"
        : "competition_platform: kaggle in project.yml",
    next: { operation: "lb", input: {}, why: "records a score by hand" },
  });
}
