import { stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { directions } from "../../core/project.ts";
import { mean } from "../../core/score.ts";
import { openWorkspace, paths, type Workspace } from "../../storage/workspace.ts";
import { problemSchema, showProblems } from "../backlog-problem.ts";
import { defineOperation } from "../operation.ts";
import { experimentRowSchema, toRows } from "../review/experiment-row.ts";
import { readExperiments } from "../review/experiments.ts";
import { readIdeas } from "./experiment-ideas.ts";
import { nextSteps } from "./next-steps.ts";
import { bestByLb, biggestSteps, cvLbAgreement, type Step, toSteps } from "./standing.ts";

const stepSchema = z.object({
  experiment: z.string(),
  parent: z.string().nullable(),
  hypothesis: z.string().nullable(),
  /** Settings that differ from the parent's, `lr 0.1 -> 0.05`. */
  changed: z.array(z.string()),
  cv: z.number().nullable(),
  lb: z.number().nullable(),
  difference: z.number().nullable(),
  improved: z.boolean().nullable(),
  /** Whether the difference to the parent is more than the folds' noise. */
  verdict: z.enum(["better", "worse", "within-noise", "none"]),
  state: experimentRowSchema.shape.state,
  debug: z.boolean(),
});

const output = z.object({
  competition: z.object({
    name: z.string(),
    platform: z.string(),
    metric: z.string(),
    direction: z.enum(directions),
    validation: z.string(),
    deadline: z.string().nullable(),
    /** Whole days left; null without a deadline that can be read. */
    days_left: z.number().nullable(),
    data: z.array(z.object({ file: z.string(), bytes: z.number().nullable() })),
  }),
  standing: z.object({
    experiments: z.int(),
    recorded: z.int(),
    best_cv: experimentRowSchema.nullable(),
    best_lb: experimentRowSchema.nullable(),
    /** LB minus CV, mean over the experiments that have both. */
    mean_gap: z.number().nullable(),
    /** Share of pairs that CV and LB put in the same order; null with fewer than three. */
    cv_lb_agreement: z.number().nullable(),
    /** CV of the recorded experiments in their order. */
    trend: z.array(z.object({ experiment: z.string(), cv: z.number() })),
  }),
  /** Newest first. */
  recent: z.array(stepSchema),
  /** What moved the score most, either way. */
  moved_most: z.array(stepSchema),
  /** Planned and not yet scored. */
  open: z.array(
    z.object({
      task: z.string().nullable(),
      experiment: z.string(),
      hypothesis: z.string(),
      status: z.string().nullable(),
      priority: z.string().nullable(),
      state: experimentRowSchema.shape.state.nullable(),
    }),
  ),
  next: z.array(z.object({ command: z.string(), why: z.string() })),
  problems: z.array(problemSchema),
});

export const plan = defineOperation({
  description:
    "A digest to decide the next experiment from: the competition, the best and the newest experiments with what they changed and gave, the hypotheses still open, what moved the score most, and what to do next.",
  input: z.object({
    limit: z.int().min(1).default(5).describe("How many experiments each list shows"),
  }),
  output,
  effect: "read",
  examples: [{ command: "plan", says: "where the competition stands and what to do next" }],
  async run(context, { limit }) {
    const ws = await openWorkspace(context.cwd);
    const { records, problems } = await readExperiments(ws);
    const now = context.now();
    const rows = toRows(records, ws.project, now);
    const { ideas, problems: taskProblems } = await readIdeas(ws, rows);
    const steps = toSteps(records, rows);
    return {
      competition: await describeCompetition(ws, now),
      standing: describeStanding(ws, rows),
      recent: steps.toReversed().slice(0, limit).map(describeStep),
      moved_most: biggestSteps(steps, limit).map(describeStep),
      open: ideas
        .filter(({ closed, row }) => !closed && (row?.cv ?? null) === null)
        .map(({ task, experiment, hypothesis, row }) => ({
          task: task?.id ?? null,
          experiment,
          hypothesis,
          status: task?.status ?? null,
          priority: task?.priority ?? null,
          state: row?.state ?? null,
        })),
      next: nextSteps(rows, ideas),
      problems: showProblems(ws.root, [...problems, ...taskProblems]),
    };
  },
});

type Output = z.output<typeof output>;

async function describeCompetition(ws: Workspace, now: Date): Promise<Output["competition"]> {
  const { project } = ws;
  const { deadline } = project.metadata;
  const { strategy, n_splits, seed } = project.validation;
  const files = [project.data.train, project.data.test];
  const end = deadline instanceof Date ? deadline.toISOString() : String(deadline ?? "");
  const left = (Date.parse(end) - now.getTime()) / 86_400_000;
  return {
    name: project.competition_name,
    platform: project.competition_platform,
    metric: project.metric.name,
    direction: project.metric.direction,
    validation: `${n_splits}-fold ${strategy}, seed ${seed}`,
    deadline: end === "" ? null : end,
    days_left: Number.isNaN(left) ? null : Math.floor(left),
    data: await Promise.all(
      files.map(async (file) => {
        const facts = await stat(path.join(paths.input(ws), file)).catch(() => undefined);
        return { file, bytes: facts?.size ?? null };
      }),
    ),
  };
}

function describeStanding(
  ws: Workspace,
  all: readonly z.output<typeof experimentRowSchema>[],
): Output["standing"] {
  // Scores under another metric than the project's cannot be ranked with the others.
  const rows = all.filter((row) => row.metric === null || row.metric === ws.project.metric.name);
  const gaps = rows.flatMap(({ gap }) => (gap === null ? [] : [gap]));
  const trend = rows.flatMap(({ experiment, cv }) => (cv === null ? [] : [{ experiment, cv }]));
  return {
    experiments: all.length,
    recorded: all.filter(({ cv }) => cv !== null).length,
    best_cv: rows.find(({ best }) => best) ?? null,
    best_lb: bestByLb(rows, ws.project.metric.direction) ?? null,
    mean_gap: gaps.length === 0 ? null : mean(gaps),
    cv_lb_agreement: cvLbAgreement(rows),
    trend,
  };
}

function describeStep({ row, changed, verdict }: Step): z.output<typeof stepSchema> {
  const { experiment, parent, hypothesis, cv, lb, difference, improved, state, debug } = row;
  return {
    experiment,
    parent,
    hypothesis,
    changed,
    cv,
    lb,
    difference,
    improved,
    verdict,
    state,
    debug,
  };
}
