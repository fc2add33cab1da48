import { z } from "zod";
import { formatCsv } from "../../../core/text/csv-text.ts";
import { compareExperimentNames } from "../../../core/experiment/experiment.ts";
import { type Direction, directions, type Project } from "../../../core/competition/project.ts";
import { gain } from "../../../core/score/score.ts";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { problemSchema, showProblems } from "../../task/backlog-problem.ts";
import {
  type ExperimentRow,
  experimentRowSchema,
  toRows,
} from "../../experiment/experiment-row.ts";
import { readExperiments } from "../../experiment/read-experiments.ts";

const input = z.object({
  sort: z
    .enum(["newest", "cv", "lb", "name", "age"])
    .default("newest")
    .describe(
      "Order: newest experiment first, best CV or LB first, by name, or oldest first (age)",
    ),
  filter: z
    .string()
    .optional()
    .describe("Only experiments whose name, parent, task, state or hypothesis contains this text"),
  limit: z.int().min(1).optional().describe("At most this many experiments"),
  csv: z.boolean().default(false).describe("As CSV"),
});

const output = z.object({
  competition: z.string(),
  metric: z.string(),
  direction: z.enum(directions),
  experiments: z.array(experimentRowSchema),
  /** How many experiments there are in all. */
  total: z.int(),
  problems: z.array(problemSchema),
  /** The same as CSV text, where that was asked for. */
  csv: z.string().nullable(),
});

export const history = defineOperation({
  description:
    "Every experiment with its CV score, the spread of its folds, its leaderboard score, its parent and the difference to it, the state of its newest run and its age. The best CV is marked.",
  whenToUse: "Use it to see what was tried and what it gave.",
  input,
  output,
  effect: "read",
  examples: [
    { command: "history", summary: "all experiments, newest first" },
    { command: "history --sort cv --limit 10", summary: "the ten best by CV" },
    { command: "history --filter lgbm --csv", summary: "some of them, for a spreadsheet" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    const { metric, competition_name } = ws.project;
    const { records, problems } = await readExperiments(context, ws);
    const rows = sortRows(toRows(records, ws.project, context.now()), request.sort, metric)
      .filter((row) => request.filter === undefined || mentions(row, request.filter))
      .slice(0, request.limit);
    return {
      competition: competition_name,
      metric: metric.name,
      direction: metric.direction,
      experiments: rows,
      total: records.length,
      problems: showProblems(ws.root, problems),
      csv: request.csv ? toCsv(rows) : null,
    };
  },
});

function mentions(row: ExperimentRow, text: string): boolean {
  const wanted = text.toLowerCase();
  return [row.experiment, row.parent, row.task, row.state, row.hypothesis].some((value) =>
    value?.toLowerCase().includes(wanted),
  );
}

type Sort = z.output<typeof input>["sort"];

function sortRows(
  rows: ExperimentRow[],
  sort: Sort,
  { name, direction }: Project["metric"],
): ExperimentRow[] {
  const byName = rows.toSorted((a, b) => compareExperimentNames(a.experiment, b.experiment));
  if (sort === "name") return byName;
  const newest = byName.toReversed();
  if (sort === "age") return newest.toSorted((a, b) => (b.ageSeconds ?? 0) - (a.ageSeconds ?? 0));
  return sort === "newest"
    ? newest
    : newest.toSorted((a, b) => bestFirst(ranked(a, sort, name), ranked(b, sort, name), direction));
}

/** The score to rank by; one under another metric than the project's ranks as none. */
function ranked(row: ExperimentRow, sort: "cv" | "lb", metric: string): number | null {
  return row.metric === null || row.metric === metric ? row[sort] : null;
}

/** Experiments without a score come last. */
function bestFirst(a: number | null, b: number | null, direction: Direction): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return gain(b, a, direction);
}

function toCsv(rows: readonly ExperimentRow[]): string {
  const keys = Object.keys(experimentRowSchema.shape) as (keyof ExperimentRow)[];
  const cells = rows.map((row) =>
    keys.map((key) => (key === "folds" ? row.folds.join(" ") : row[key])),
  );
  return formatCsv([keys, ...cells]);
}
