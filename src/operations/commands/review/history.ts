import { z } from "zod";
import { formatCsv } from "../../../core/text/csv-text.ts";
import { type Direction, directions } from "../../../core/competition/project.ts";
import { gain } from "../../../core/score/score.ts";
import type { RankingMetric } from "../../../core/score/standing.ts";
import { summarizeVerify } from "../../../core/score/verification.ts";
import { readVerified } from "../../../storage/score/verified-file.ts";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { problemSchema, showProblems } from "../../task/backlog-problem.ts";
import {
  type ExperimentRow,
  experimentRowSchema,
  toRows,
} from "../../experiment/experiment-row.ts";
import { type ExperimentRecord, readExperiments } from "../../experiment/read-experiments.ts";
import { verifySummarySchema } from "../../score/recorded-score.ts";

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
  /** What the last `verify` found of the scores there are now; null where nothing was ever verified. */
  verify: verifySummarySchema,
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
    const { records, metric, problems } = await readExperiments(context, ws);
    const verified = await readVerified(ws);
    const shown = toRows(records, metric, context.now(), candidates(records, request));
    const rows = sortRows(shown, request.sort, metric)
      .filter((row) => request.filter === undefined || mentions(row, request.filter))
      .slice(0, request.limit);
    return {
      competition: ws.project.competition_name,
      metric: metric.name,
      direction: metric.direction,
      experiments: rows,
      total: records.length,
      verify: summarizeVerify(
        Object.values(verified).map(({ at }) => at),
        records.flatMap(({ outcomes }) => outcomes),
      ),
      problems: showProblems(ws.root, problems),
      csv: request.csv ? toCsv(rows) : null,
    };
  },
});

/** Those that may be shown: where names alone decide, no more than are asked for. */
function candidates(
  records: readonly ExperimentRecord[],
  { sort, filter, limit }: z.output<typeof input>,
): readonly ExperimentRecord[] {
  if (filter !== undefined || limit === undefined) return records;
  if (sort === "name") return records.slice(0, limit);
  return sort === "newest" ? records.slice(-limit) : records;
}

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
  { direction }: Pick<RankingMetric, "direction">,
): ExperimentRow[] {
  // They come in the order of their names.
  if (sort === "name") return rows;
  const newest = rows.toReversed();
  if (sort === "age") return newest.toSorted((a, b) => (b.ageSeconds ?? 0) - (a.ageSeconds ?? 0));
  return sort === "newest"
    ? newest
    : newest.toSorted((a, b) => bestFirst(ranked(a, sort), ranked(b, sort), direction));
}

/** The score to rank by; one that is not ranked is as none. */
function ranked(row: ExperimentRow, sort: "cv" | "lb"): number | null {
  if (sort === "lb") return row.lbRanked ? row.lb : null;
  return row.standing === "ranked" ? row.cv : null;
}

/** Experiments without a score come last. */
function bestFirst(a: number | null, b: number | null, direction: Direction): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return gain(b, a, direction);
}

function toCsv(rows: readonly ExperimentRow[]): string {
  const keys = Object.keys(experimentRowSchema.shape) as (keyof ExperimentRow)[];
  const cells = rows.map((row) => keys.map((key) => csvCell(row[key])));
  return formatCsv([keys, ...cells]);
}

type Cell = string | number | boolean | null;

/** Folds with spaces between them, rows as `519/600`, of an earlier score the number. */
function csvCell(value: ExperimentRow[keyof ExperimentRow]): Cell {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value))
    return value.map((one) => (typeof one === "object" ? one.score : one)).join(" ");
  return "of" in value ? `${value.scored}/${value.of}` : value.score;
}
