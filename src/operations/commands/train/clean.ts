import { z } from "zod";
import type { Context } from "../../../core/context.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { counted } from "../../../core/text/counted.ts";
import { parseDuration } from "../../../core/text/duration.ts";
import { experimentFolder, openWorkspace } from "../../../storage/workspace/workspace.ts";
import { type Leftover, leftoverKinds, leftoverSummaries } from "../../artifacts/leftover.ts";
import { otherLeftovers } from "../../artifacts/other-leftovers.ts";
import { runLeftovers } from "../../artifacts/run-leftovers.ts";
import { problemSchema, showProblems } from "../../task/backlog-problem.ts";
import { defineOperation } from "../../operation.ts";

const input = z.object({
  experiments: z
    .array(z.string())
    .default([])
    .describe("Only what belongs to these experiments; without one, everything"),
  older: z
    .string()
    .default("7d")
    .describe("What was left by runs that ended less than this ago stays: 7d, 12h, 0s"),
  dryRun: z.boolean().default(false).describe("Only say what would go"),
  yes: z.boolean().default(false).describe("Remove it without a question"),
});

const rowSchema = z.object({
  kind: z.enum(leftoverKinds),
  /** What they are, in words. */
  summary: z.string(),
  count: z.int(),
  bytes: z.int(),
  /** Relative to the workspace. */
  paths: z.array(z.string()),
});

const output = z.object({
  dryRun: z.boolean(),
  /** False where nothing was removed: a dry run, or a no. */
  removed: z.boolean(),
  rows: z.array(rowSchema),
  count: z.int(),
  bytes: z.int(),
  /** Records and ledgers that cannot be read: what is theirs stays. */
  problems: z.array(problemSchema),
});
type Output = z.output<typeof output>;

export const clean = defineOperation({
  description:
    "Says what of the runs could go and how much that is, and removes it after a question: models of superseded runs, artifacts of runs that failed, were stopped or refused and of debug runs, records that were never finished, what runs wrote beside their artifacts, files that were moved out of the way, caches. Scores, tasks, the code and log of every run, and the artifacts of each experiment's current run and of submitted ones stay, as does whatever a run under way reads.",
  whenToUse:
    "Use it when the disk fills up: with dryRun first, and without it only when the user has seen what would go.",
  input,
  output,
  effect: "destroy",
  idempotent: true,
  positionals: ["experiments"],
  completions: { experiments: "experiment" },
  examples: [
    { command: "clean --dry-run", summary: "what could go, and how much" },
    { command: "clean exp001 --older 12h", summary: "of one experiment, after a question" },
    { command: "clean --yes", summary: "without a question, in a script" },
  ],
  async run(context, request): Promise<Output> {
    const ws = await openWorkspace(context.cwd);
    for (const name of request.experiments) await experimentFolder(ws, name);
    const asked = {
      now: context.now(),
      before: new Date(context.now().getTime() - requireDuration(request.older) * 1000),
      experiments: request.experiments.length === 0 ? undefined : request.experiments,
    };
    const ofRuns = await runLeftovers(ws, asked);
    const found = [...ofRuns.found, ...(await otherLeftovers(ws, asked))];
    const told = { ...summarise(found), problems: showProblems(ws.root, ofRuns.problems) };
    if (request.dryRun || found.length === 0)
      return { ...told, dryRun: request.dryRun, removed: false };
    if (!request.yes && !(await isConfirmed(context, told, request)))
      return { ...told, dryRun: false, removed: false };
    for (const one of found) await one.remove();
    return { ...told, dryRun: false, removed: true };
  },
});

function requireDuration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw new UserError({
    code: "duration",
    message: `--older ${text} is no length of time`,
    expected: "such as 7d, 12h or 30m",
    next: {
      operation: "clean",
      input: { dryRun: true },
      why: "says what was left more than 7 days ago",
    },
    exitCode: 2,
  });
}

function summarise(found: readonly Leftover[]): Pick<Output, "rows" | "count" | "bytes"> {
  const rows = leftoverKinds.flatMap((kind) => {
    const own = found.filter((one) => one.kind === kind);
    const { count, bytes } = totalOf(own);
    const files = own.map((one) => one.path);
    return count === 0
      ? []
      : [{ kind, summary: leftoverSummaries[kind], count, bytes, paths: files }];
  });
  return { rows, ...totalOf(found) };
}

function totalOf(found: readonly Leftover[]): { count: number; bytes: number } {
  return { count: found.length, bytes: found.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function isConfirmed(
  { ask, progress }: Context,
  { rows, count, bytes }: Omit<Output, "dryRun" | "removed">,
  { experiments, older }: { experiments: readonly string[]; older: string },
): Promise<boolean> {
  if (ask === undefined)
    throw new UserError({
      code: "needs-yes",
      message: `${counted(count, "leftover")} (${megabytes(bytes)}) would be removed for good, and there is no terminal to ask on`,
      expected: "--yes, once you have seen what would go",
      next: {
        operation: "clean",
        input: { experiments, older, dryRun: true },
        why: "says what would go",
      },
      exitCode: 2,
    });
  for (const row of rows)
    progress.step(`${megabytes(row.bytes)}  ${row.summary} (${row.count.toLocaleString("en-US")})`);
  return ask.confirm(`Remove ${counted(count, "leftover")} (${megabytes(bytes)}) for good?`, false);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
