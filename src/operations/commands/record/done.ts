import { z } from "zod";
import { findBacklog } from "../../../backlog/backlog.ts";
import { editTask } from "../../../backlog/edit-task.ts";
import { type CvEntry, latestCv, latestLb, type LbEntry } from "../../../core/score/ledger.ts";
import { formatScore } from "../../../core/score/score.ts";
import {
  caveat,
  type ShownScore,
  shownScore,
  shownScoreShape,
} from "../../../core/score/shown-score.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { readLedger } from "../../../storage/score/ledger-file.ts";
import { readRankingMetric } from "../../../storage/score/ranking-metric.ts";
import { experimentFolder, openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { findExperimentTask } from "../../task/experiment-task.ts";

const input = z.object({
  experiment: z.string().describe("The experiment to close"),
  summary: z
    .string()
    .refine((text) => text.trim() !== "", "must not be empty")
    .describe("What was learnt, in a sentence or two; the scores are put before it"),
  next: z.string().optional().describe("What to try next; mention its task, such as TASK-7"),
});

const output = z.object({
  experiment: z.string(),
  task: z.string(),
  finalSummary: z.string(),
  status: z.string(),
  cv: z.number().nullable(),
  ...shownScoreShape,
  lb: z.number().nullable(),
});

export const done = defineOperation({
  description:
    "Closes an experiment: writes the final summary, led by its recorded CV and LB, into its backlog task and sets the status to Done. The scores come from the ledger and are never typed.",
  whenToUse: "Use it when an experiment has its scores and you can say what was learnt.",
  input,
  output,
  effect: "write",
  positionals: ["experiment"],
  completions: { experiment: "experiment" },
  examples: [
    {
      command:
        'done exp002 --summary "log target helps on expensive houses" --next "add ratios (TASK-7)"',
      summary: "CV=0.8765, LB=0.8750. log target ... Next: add ratios (TASK-7)",
    },
  ],
  async run(context, { experiment, summary, next }) {
    const ws = await openWorkspace(context.cwd);
    await experimentFolder(ws, experiment);
    const task = await findExperimentTask(ws, experiment);
    if (task === undefined) throw noTask(experiment);
    const { entries } = await readLedger(ws, experiment);
    const [cv, lb] = [latestCv(entries), latestLb(entries, "public")];
    const shown = shownScore(cv, await readRankingMetric(ws));
    const finalSummary = composeSummary({ cv, shown, lb }, summary, next);
    const backlog = await findBacklog(ws.root);
    const status = doneStatus(backlog.config.statuses);
    const edited = await editTask(backlog, task, () => ({ finalSummary, status }), {
      now: context.now(),
    });
    return {
      experiment,
      task: edited.id,
      finalSummary,
      status: edited.status,
      cv: cv?.score ?? null,
      ...shown,
      lb: lb?.score ?? null,
    };
  },
});

/** `CV=0.8765, LB=0.8750. <summary> Next: <next>`; `CV=0.8765 (unverified)`. */
function composeSummary(
  { cv, shown, lb }: { cv: CvEntry | undefined; shown: ShownScore; lb: LbEntry | undefined },
  summary: string,
  next: string | undefined,
): string {
  const scores = [
    cv === undefined ? "no CV recorded" : `CV=${formatScore(cv.score)}${caveat(shown)}`,
    lb === undefined ? [] : `LB=${formatScore(lb.score)}`,
  ].flat();
  const told = sentence(summary);
  return `${scores.join(", ")}. ${told}${next === undefined ? "" : ` Next: ${sentence(next)}`}`;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?。！？]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** `Done`, or what the backlog calls its last status. */
function doneStatus(statuses: readonly string[]): string {
  return statuses.find((status) => status.toLowerCase() === "done") ?? statuses.at(-1) ?? "Done";
}

function noTask(experiment: string): UserError {
  return new UserError({
    code: "no-task",
    message: `${experiment} has no backlog task`,
    expected: `a task with the labels exp and ${experiment}, or its id in models/${experiment}/experiment.yml`,
    next: {
      operation: "plan add",
      input: { exp: experiment },
      why: "makes its task, from what it tries",
    },
  });
}
