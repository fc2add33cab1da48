import { z } from "zod";
import {
  countOutcomes,
  type LineVerdict,
  verifyOutcomes,
} from "../../../core/score/verification.ts";
import { dropIndexes } from "../../../storage/index/file-index.ts";
import { writeVerified } from "../../../storage/score/verified-file.ts";
import {
  experimentFolder,
  listExperiments,
  openWorkspace,
} from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { outcomeCountsSchema } from "../../score/recorded-score.ts";
import { type VerifiedLine, verifyScores } from "../../score/verify-scores.ts";
import { problemSchema, showProblems } from "../../task/backlog-problem.ts";

const input = z.object({
  experiments: z
    .array(z.string())
    .default([])
    .describe("Only the scores of these experiments; by default all"),
});

const output = z.object({
  /** ISO 8601, UTC. */
  at: z.string(),
  counts: outcomeCountsSchema,
  /** Every CV line that was looked at, in the order of the experiments and their ledgers. */
  scores: z.array(
    z.object({
      experiment: z.string(),
      /** Of models/<experiment>/scores.jsonl, from 1. */
      line: z.int(),
      run: z.string(),
      score: z.number(),
      metric: z.string(),
      outcome: z.enum(verifyOutcomes),
      /** What differs, or why it could not be computed; empty where it is right. */
      why: z.array(z.string()),
    }),
  ),
  /** Ledgers and lines that cannot be read, and LB lines whose run has no CV line. */
  problems: z.array(problemSchema),
});

export const verify = defineOperation({
  description:
    "Computes every recorded CV score again from what its run kept, and compares the ledger's line with the run's record field by field: score, folds, metric, rows, code, data. A line that its run contradicts is named and counts no more, until a later verify finds it right. A run that is not on this machine (the ledger is in git, run records are not), predictions that were not kept and data that has changed are said and contradict nothing. Exit code 3 where something is contradicted.",
  whenToUse:
    "Use it before the scores are relied on: before the last submissions, after a merge of scores.jsonl, or when a number looks wrong.",
  input,
  output,
  effect: "write",
  idempotent: true,
  positionals: ["experiments"],
  completions: { experiments: "experiment" },
  examples: [
    { command: "verify", summary: "every recorded score" },
    { command: "verify exp002 exp005", summary: "those of two experiments" },
  ],
  async run(context, { experiments }) {
    const ws = await openWorkspace(context.cwd);
    for (const name of experiments) await experimentFolder(ws, name);
    const all = experiments.length === 0;
    const names = all ? await listExperiments(ws) : [...new Set(experiments)];
    // What other commands show is read from the files anew, too.
    dropIndexes(ws);
    const { lines, problems } = await verifyScores(context, ws, names);
    const at = context.now().toISOString();
    await writeVerified(ws, verdictsBy(names, lines), { at, all });
    return {
      at,
      counts: countOutcomes(lines.map(({ verdict }) => verdict.outcome)),
      scores: lines.map(({ experiment, line, entry, verdict }) => ({
        experiment,
        line,
        run: entry.run,
        score: entry.score,
        metric: entry.metric,
        outcome: verdict.outcome,
        why: verdict.why,
      })),
      problems: showProblems(ws.root, problems),
    };
  },
  exitCode: ({ counts }) => (counts.contradicted > 0 ? 3 : 0),
});

/** Of two lines of the same text the first one's verdict is kept: the second counts for nothing anyway. */
function verdictsBy(
  names: readonly string[],
  lines: readonly VerifiedLine[],
): Map<string, Map<string, LineVerdict>> {
  const found = new Map(names.map((name) => [name, new Map<string, LineVerdict>()]));
  for (const { experiment, sha256, verdict } of lines) {
    const own = found.get(experiment)!;
    if (!own.has(sha256)) own.set(sha256, verdict);
  }
  return found;
}
