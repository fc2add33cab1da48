import path from "node:path";
import { z } from "zod";
import { type CvEntry, cvOfRun, latestCv, type LedgerEntry } from "../../../core/score/ledger.ts";
import { standardDeviation } from "../../../core/score/score.ts";
import { shownScore } from "../../../core/score/shown-score.ts";
import { isOtherMetric, type RankingMetric, whyNotCompared } from "../../../core/score/standing.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { findPlatform } from "../../../platform/platforms.ts";
import { requireUnchangedArtifacts } from "../../../storage/experiment/recorded-artifacts.ts";
import { markOwnSubmitted, markSubmitted } from "../../../storage/run/run-artifacts.ts";
import { readLedger } from "../../../storage/score/ledger-file.ts";
import { readRankingMetric } from "../../../storage/score/ranking-metric.ts";
import {
  experimentFolder,
  openWorkspace,
  type Workspace,
} from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { findNamedFile, findSubmission } from "../../submission/find-submission.ts";
import { submitFile } from "../../submission/submit-file.ts";
import { readSubmission } from "../../submission/read-submission.ts";
import { fileFacts, submitCode } from "../../submission/submit-code.ts";
import { type SubmitFacts, submitOutputSchema } from "../../submission/submit-output.ts";

const input = z.object({
  experiment: z.string().describe("The experiment to submit"),
  file: z
    .string()
    .optional()
    .describe("The file to submit; by default artifacts/submission.csv of the experiment"),
  message: z.string().optional().describe("A message for the submission"),
  dryRun: z.boolean().default(false).describe("Only check the file"),
  final: z
    .boolean()
    .default(false)
    .describe("On platform local: the competition is over, show and record the private score too"),
  wait: z
    .boolean()
    .default(false)
    .describe("On Kaggle: wait until it is scored, and record the score"),
  timeout: z
    .number()
    .positive()
    .default(43_200)
    .describe("Wait at most this many seconds; the submission stays"),
  yes: z
    .boolean()
    .default(false)
    .describe("Submit even if the gain is within the noise or it is the day's last submission"),
  until: z
    .enum(["deps", "model", "kernel", "output", "submit", "score"])
    .optional()
    .describe("In a Kaggle code competition: stop after this step; score is the same as --wait"),
  again: z
    .boolean()
    .default(false)
    .describe("Submit the very same content a second time, which spends a submission"),
});

export const submit = defineOperation({
  description:
    "Checks an experiment's submission against sample_submission (columns, ids, duplicates, empty values) and submits it. On platform local it is graded at once with the hidden answers and the public score is recorded in the ledger and the task. On Kaggle the CV against the best one submitted, the folds' noise and the submissions left are shown first, and it is never sent twice, even when an answer is lost. In a Kaggle code competition it first pushes what the notebook needs (wheels, model version, notebook), each step only where something changed, and goes on where an earlier call stopped. On other platforms it says where to upload the file.",
  whenToUse:
    "Use it when an experiment is good enough to be graded: submissions per day are limited.",
  input,
  output: submitOutputSchema,
  effect: "write",
  positionals: ["experiment"],
  short: { message: "m" },
  completions: { experiment: "experiment", file: "file" },
  examples: [
    { command: "submit exp002", summary: "models/exp002/artifacts/submission.csv" },
    { command: 'submit exp002 --file blend.csv -m "blend of two"', summary: "another file" },
    { command: "submit exp002 --dry-run", summary: "only check it" },
    {
      command: "submit exp002 --until kernel",
      summary: "code competition: run the notebook without spending a submission",
    },
    { command: "submit exp002 --wait", summary: "on Kaggle: wait for the score and record it" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    await experimentFolder(ws, request.experiment);
    const { entries } = await readLedger(ws, request.experiment);
    const newest = latestCv(entries);
    const platform = findPlatform(ws.project.competition_platform);
    const metric = await readRankingMetric(ws);
    const asked = { ...request, wait: request.wait || request.until === "score" };
    if (platform.remote !== undefined && ws.project.is_code_competition) {
      const { code } = platform.remote;
      const run = (await requireUnchangedArtifacts(ws, request.experiment))?.run ?? null;
      const cv = cvOf(entries, run);
      const known = whatIsKnown(ws, request.experiment, cv, metric);
      const facts = { cv, known: { ...known, run } };
      const outcome = await submitCode(context, ws, platform, code, asked, facts);
      if (outcome.status !== "planned" && run !== null) await markSubmitted(ws, run, context.now());
      return outcome;
    }
    if (request.until !== undefined) throw noSteps(request.experiment);
    const { file, run, sha256, warnings } =
      request.file === undefined
        ? await findSubmission(ws, request.experiment, newest)
        : await findNamedFile(ws, request.experiment, path.resolve(context.cwd, request.file));
    context.progress.step(`checking ${path.relative(ws.root, file)}`);
    const { experiment, message = null } = request;
    const checked = await readSubmission(ws, { experiment, file, sha256, message, run });
    const cv = cvOf(entries, run);
    const known = whatIsKnown(ws, experiment, cv, metric);
    const fine = {
      ...known,
      ...fileFacts(ws, checked),
      run,
      warnings: [...known.warnings, ...warnings],
    };
    const outcome = await submitFile(context, ws, platform, asked, { checked, cv, known: fine });
    if (outcome.status !== "checked") await noteSubmitted(ws, experiment, run, context.now());
    return outcome;
  },
});

/** For the score that is typed later. */
function noteSubmitted(
  ws: Workspace,
  experiment: string,
  run: string | null,
  at: Date,
): Promise<void> {
  return run === null ? markOwnSubmitted(ws, experiment, at) : markSubmitted(ws, run, at);
}

/** The CV of the run whose files are submitted; of a file of no run the one that counts. */
function cvOf(entries: readonly LedgerEntry[], run: string | null): CvEntry | undefined {
  return run === null ? latestCv(entries) : cvOfRun(entries, run);
}

function whatIsKnown(
  ws: Workspace,
  experiment: string,
  cv: CvEntry | undefined,
  metric: RankingMetric,
): SubmitFacts {
  const shown = shownScore(cv, metric);
  const own = shown.standing === "other-metric" ? undefined : cv;
  const warning = cvWarning(experiment, cv, metric);
  return {
    experiment,
    platform: ws.project.competition_platform,
    metric: metric.name,
    direction: metric.direction,
    cv: own?.score ?? null,
    ...shown,
    std: own === undefined ? null : standardDeviation(own.folds),
    steps: [],
    run: null,
    warnings: warning === undefined ? [] : [warning],
  };
}

function noSteps(experiment: string): UserError {
  return new UserError({
    code: "no-steps",
    message: "--until names a step of a Kaggle code competition, and this is not one",
    expected: "competition_platform: kaggle and is_code_competition: true in project.yml",
    next: { operation: "submit", input: { experiment }, why: "submits the file" },
    exitCode: 2,
  });
}

/** Why the CV says little of this submission; undefined for one that is ranked. */
function cvWarning(
  experiment: string,
  cv: CvEntry | undefined,
  metric: RankingMetric,
): string | undefined {
  if (cv === undefined) return `${experiment} has no recorded CV to compare with`;
  if (isOtherMetric(cv, metric))
    return cv.metric === metric.name
      ? `${experiment} has no recorded CV to compare with: the source of ${metric.name} has changed since`
      : `${experiment} has no recorded CV to compare with: its CV is by ${cv.metric}`;
  return whyNotCompared(experiment, cv, metric);
}
