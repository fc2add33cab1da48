import { stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Context } from "../../core/context.ts";
import { type CvEntry, latestCv } from "../../core/ledger.ts";
import { directions } from "../../core/project.ts";
import { standardDeviation } from "../../core/score.ts";
import { UserError } from "../../core/user-error.ts";
import type { Handed } from "../../platform/platform.ts";
import { findPlatform } from "../../platform/platforms.ts";
import { readLedger } from "../../storage/ledger-file.ts";
import { readRun } from "../../storage/run-record.ts";
import { experimentFolder, openWorkspace, paths, type Workspace } from "../../storage/workspace.ts";
import { defineOperation } from "../operation.ts";
import { recordLb } from "../record/record-lb.ts";
import { readSubmission } from "./read-submission.ts";

const input = z.object({
  experiment: z.string().describe("The experiment whose submission is handed in"),
  file: z
    .string()
    .optional()
    .describe("The file to hand in; by default artifacts/submission.csv of the experiment"),
  message: z.string().optional().describe("A word about the submission, for the leaderboard"),
  dryRun: z.boolean().default(false).describe("Only check the file"),
  final: z
    .boolean()
    .default(false)
    .describe("On platform local: the competition is over, show and record the private score too"),
});

const output = z.object({
  experiment: z.string(),
  platform: z.string(),
  /** `graded`: handed in and scored. `repeated`: the very same file was before. `by-hand`: to be uploaded. */
  status: z.enum(["graded", "repeated", "by-hand", "checked"]),
  file: z.string(),
  fileSha256: z.string(),
  rows: z.int(),
  submission: z.string().nullable(),
  metric: z.string(),
  direction: z.enum(directions),
  public: z.number().nullable(),
  /** Null until the competition is over. */
  private: z.number().nullable(),
  /** Null without one by the project's metric. */
  cv: z.number().nullable(),
  /** Sample standard deviation of the CV's folds. */
  std: z.number().nullable(),
  /** Public LB minus CV. */
  gap: z.number().nullable(),
  /** Best first. */
  leaderboard: z.array(z.object({ experiment: z.string(), score: z.number(), at: z.string() })),
  warnings: z.array(z.string()),
  /** What came of it in the task, or where to upload the file. */
  says: z.string(),
  next: z.array(z.string()),
});

type Output = z.output<typeof output>;

export const submit = defineOperation({
  description:
    "Checks an experiment's submission against sample_submission (columns, ids, duplicates, empty values) and hands it in. On platform local it is graded at once with the hidden answers and the public score is recorded in the ledger and the task; on other platforms it says where to upload the file. The very same file is never counted twice.",
  input,
  output,
  effect: "write",
  positionals: ["experiment"],
  short: { message: "m" },
  completions: { experiment: "experiment", file: "file" },
  examples: [
    { command: "submit exp002", says: "models/exp002/artifacts/submission.csv" },
    { command: 'submit exp002 --file blend.csv -m "blend of two"', says: "another file" },
    { command: "submit exp002 --dry-run", says: "only check it" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    await experimentFolder(ws, request.experiment);
    const cv = latestCv((await readLedger(ws, request.experiment)).entries);
    const file =
      request.file === undefined
        ? await freshSubmission(ws, request.experiment, cv)
        : path.resolve(context.cwd, request.file);
    context.progress.step(`checking ${path.relative(ws.root, file)}`);
    const checked = await readSubmission(ws, request.experiment, file, request.message ?? null);
    const comparable = cv?.metric === ws.project.metric.name ? cv : undefined;
    const known: Output = {
      experiment: request.experiment,
      platform: ws.project.competition_platform,
      status: "checked",
      file: path.relative(ws.root, file),
      fileSha256: checked.sha256,
      rows: checked.table.lines.length,
      submission: null,
      metric: ws.project.metric.name,
      direction: ws.project.metric.direction,
      public: null,
      private: null,
      cv: comparable?.score ?? null,
      std: comparable === undefined ? null : standardDeviation(comparable.folds),
      gap: null,
      leaderboard: [],
      warnings: comparable === undefined ? [nothingToCompare(request.experiment, cv)] : [],
      says: "the file is fine; nothing was handed in",
      next: [`crossfold submit ${request.experiment}`],
    };
    if (request.dryRun) return known;
    const handed = await findPlatform(known.platform).submit(ws, checked, context);
    if (handed.status === "by-hand") return byHand(known, handed.where);
    return graded(ws, known, handed, request.final, context);
  },
});

function nothingToCompare(experiment: string, cv: CvEntry | undefined): string {
  const other = cv === undefined ? "" : `: its CV is by ${cv.metric}`;
  return `${experiment} has no recorded CV to compare with${other}`;
}

function byHand(known: Output, where: string): Output {
  return {
    ...known,
    status: "by-hand",
    says: `the file is fine; upload it at ${where}`,
    next: [`crossfold lb ${known.experiment} SCORE`],
  };
}

async function graded(
  ws: Workspace,
  known: Output,
  handed: Handed & { status: "graded" },
  final: boolean,
  context: Context,
): Promise<Output> {
  const score = {
    source: known.platform,
    submission: handed.submission,
    file_sha256: known.fileSha256,
  };
  const keep = (side: "public" | "private", value: number) =>
    recordLb(ws, known.experiment, { ...score, side, score: value }, context);
  const { says } = await keep("public", handed.public);
  const shown = final ? handed.private : null;
  if (shown !== null) await keep("private", shown);
  return {
    ...known,
    status: handed.earlier === null ? "graded" : "repeated",
    submission: handed.submission,
    public: handed.public,
    private: shown,
    gap: known.cv === null ? null : handed.public - known.cv,
    leaderboard: handed.leaderboard,
    says: handed.earlier === null ? says : repeated(handed.earlier, known.experiment),
    next: [`crossfold done ${known.experiment} --summary "what was learnt"`, "crossfold history"],
  };
}

function repeated(earlier: { at: string; experiment: string }, experiment: string): string {
  const whose = earlier.experiment === experiment ? "" : ` for ${earlier.experiment}`;
  return `the very same file was handed in on ${earlier.at.slice(0, 16).replace("T", " ")} UTC${whose}; its score stands`;
}

/** artifacts/submission.csv, refused where it is not there or older than the run whose CV is recorded. */
async function freshSubmission(
  ws: Workspace,
  experiment: string,
  cv: CvEntry | undefined,
): Promise<string> {
  const file = path.join(paths.artifacts(ws, experiment), "submission.csv");
  const written = await stat(file).catch(() => undefined);
  if (written === undefined) throw noSubmission(ws, experiment, file, "there is no submission yet");
  const run = cv === undefined ? undefined : await readRun(ws, cv.run).catch(() => undefined);
  const started = Date.parse(run?.started ?? run?.spec.created ?? "");
  // No time is NaN, which nothing is before.
  if (written.mtimeMs < started)
    throw noSubmission(
      ws,
      experiment,
      file,
      `the submission is older than run ${cv!.run}, whose CV is recorded`,
    );
  return file;
}

function noSubmission(ws: Workspace, experiment: string, file: string, message: string): UserError {
  return new UserError({
    code: "no-submission",
    message,
    at: { file: path.relative(ws.root, file) },
    next: `crossfold run models/${experiment}/inference.py`,
  });
}
