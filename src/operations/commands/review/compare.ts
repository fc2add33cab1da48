import { isExperimentIn } from "../../../core/experiment/experiment.ts";
import { z } from "zod";
import { configChanges } from "../../../core/experiment/config-summary.ts";
import { judgeFolds, otherMeasure } from "../../../core/statistics/fold-verdict.ts";
import { directions } from "../../../core/competition/project.ts";
import { gain } from "../../../core/score/score.ts";
import { type RankingMetric, whyNotCompared } from "../../../core/score/standing.ts";
import { experimentFolder, openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { problemSchema, showProblems } from "../../task/backlog-problem.ts";
import { codeDifference, type CodeSide } from "../../experiment/code-difference.ts";
import { experimentRowSchema, toRows } from "../../experiment/experiment-row.ts";
import { type ExperimentRecord, readExperiments } from "../../experiment/read-experiments.ts";

const input = z.object({
  a: z.string().describe("The experiment to start from, such as the parent"),
  b: z.string().describe("The experiment to judge against it"),
});

const output = z.object({
  /** What both were scored by, else the project's. */
  metric: z.string(),
  direction: z.enum(directions),
  a: experimentRowSchema,
  b: experimentRowSchema,
  /** CV of b minus CV of a; null where they are not compared, and the verdict says why. */
  difference: z.number().nullable(),
  improved: z.boolean().nullable(),
  /** Fold by fold; empty where one has no score or they have not as many folds. */
  folds: z.array(
    z.object({
      a: z.number(),
      b: z.number(),
      difference: z.number(),
      improved: z.boolean().nullable(),
    }),
  ),
  /** Whether b is better than a beyond the noise of the folds: a corrected paired t-test on the same folds. */
  verdict: z.object({
    verdict: z.enum(["better", "worse", "within-noise", "none"]),
    summary: z.string(),
    p: z.number().nullable(),
  }),
  /** Settings that differ; a value that is not there is absent. */
  config: z.array(
    z.object({ key: z.string(), a: z.unknown().optional(), b: z.unknown().optional() }),
  ),
  code: z.object({
    files: z.array(z.string()),
    /** Unified diff. */
    diff: z.string(),
    /** Whether each side is the code of the recorded run; otherwise it is the folder as it is now. */
    asItRan: z.object({ a: z.boolean(), b: z.boolean() }),
  }),
  problems: z.array(problemSchema),
});

export const compare = defineOperation({
  description:
    "Two experiments side by side: scores fold by fold with a verdict on whether the difference is more than the folds' noise, the settings that differ, and the code as it ran as a diff.",
  whenToUse: "Use it to judge whether a change helped, beyond the folds' noise.",
  input,
  output,
  effect: "read",
  positionals: ["a", "b"],
  completions: { a: "experiment", b: "experiment" },
  examples: [
    { command: "compare exp001 exp002", summary: "what exp002 changed, and what it gave" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    for (const name of [request.a, request.b]) await experimentFolder(ws, name);
    const { records, metric, problems } = await readExperiments(context, ws);
    const pick = (name: string) => records.find((record) => record.name === name)!;
    const [a, b] = [pick(request.a), pick(request.b)];
    const rows = toRows(records, metric, context.now(), [a, b]);
    const row = (name: string) => rows.find(({ experiment }) => experiment === name)!;
    const both = a.cv !== undefined && a.cv.metric === b.cv?.metric ? a.cv : undefined;
    const own = (problem: { file: string }) =>
      [a, b].some(({ name }) => isExperimentIn(problem.file, name));
    return {
      metric: both?.metric ?? metric.name,
      direction: both?.direction ?? metric.direction,
      a: row(a.name),
      b: row(b.name),
      ...scores(a, b, metric),
      config: configChanges(a.cv?.config ?? {}, b.cv?.config ?? {}).map(
        ({ key, before, after }) => ({ key, a: before, b: after }),
      ),
      code: await codeDifference(ws, codeSide(a), codeSide(b)),
      problems: showProblems(ws.root, problems).filter(own),
    };
  },
});

function codeSide({ name, cv }: ExperimentRecord): CodeSide {
  return { name, run: cv?.run };
}

type Scores = Pick<z.output<typeof output>, "difference" | "improved" | "folds" | "verdict">;

function scores(
  { name: nameA, cv: a }: ExperimentRecord,
  { name: nameB, cv: b }: ExperimentRecord,
  metric: RankingMetric,
): Scores {
  if (a === undefined || b === undefined) {
    const summary = `${[a ?? nameA, b ?? nameB].filter((one) => typeof one === "string").join(" and ")} has no recorded CV`;
    return notCompared(summary);
  }
  const obstacle =
    otherMeasure(a, b) ?? whyNotCompared(nameA, a, metric) ?? whyNotCompared(nameB, b, metric);
  if (obstacle !== undefined) return notCompared(obstacle);
  const verdict = judgeFolds(a, b);
  const improved = (from: number, to: number) =>
    from === to ? null : gain(to, from, b.direction) > 0;
  const paired = a.folds.length === b.folds.length;
  return {
    difference: b.score - a.score,
    improved: improved(a.score, b.score),
    folds: (paired ? a.folds : []).map((fold, index) => ({
      a: fold,
      b: b.folds[index]!,
      difference: b.folds[index]! - fold,
      improved: improved(fold, b.folds[index]!),
    })),
    verdict,
  };
}

function notCompared(summary: string): Scores {
  return {
    difference: null,
    improved: null,
    folds: [],
    verdict: { verdict: "none", summary, p: null },
  };
}
