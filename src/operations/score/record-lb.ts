import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { type LbEntry, type LedgerEntry, latestLb } from "../../core/score/ledger.ts";
import { formatScore } from "../../core/score/score.ts";
import { appendLedgerEntries } from "../../storage/score/ledger-file.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { editExperimentTask } from "../task/experiment-task.ts";

export type LbScore = Pick<LbEntry, "side" | "score" | "source" | "submission" | "file_sha256"> & {
  /** The run whose files were submitted; null for a file of no run, or where it is not known. */
  run: string | null;
  submitted?: string;
};

/**
 * Keeps a leaderboard score in the ledger and as a note (`Public LB: 0.8750`) in the experiment's task. The same score
 * from the same source and submission is kept once.
 */
export async function recordLb(
  context: Context,
  ws: Workspace,
  experiment: string,
  score: LbScore,
): Promise<{ already: boolean; task: string | null; summary: string }> {
  const { recorded, task, summary } = await recordLbs(context, ws, experiment, [score]);
  return { already: recorded.length === 0, task, summary };
}

/** As recordLb, for several scores of one experiment in their order; gives back those that were not kept before. */
export async function recordLbs<Score extends LbScore>(
  context: Context,
  ws: Workspace,
  experiment: string,
  scores: readonly Score[],
): Promise<{ recorded: Score[]; task: string | null; summary: string }> {
  let recorded: Score[] = [];
  await appendLedgerEntries(ws, experiment, ({ entries }) => {
    if (ws.project.competition_platform === "local")
      for (const score of scores) requireUngraded(entries, experiment, score);
    const known = [...entries];
    recorded = scores.filter((score) => {
      const entry = entryOf(context, score);
      if (isKnown(known, entry)) return false;
      known.push(entry);
      return true;
    });
    return known.slice(entries.length);
  });
  const { task, summary } = await editExperimentTask(context, ws, experiment, (current) => {
    const notes = current.notes.split("\n");
    const appendNotes: string[] = [];
    for (const score of scores) {
      const note = lbNote(score);
      const there = notes.includes(note) || appendNotes.includes(note);
      if (recorded.includes(score) || !there) appendNotes.push(note);
    }
    return appendNotes.length === 0 ? undefined : { appendNotes };
  });
  return { recorded, task, summary };
}

/** On platform local a score is graded from a file; a typed one never takes its place. */
function requireUngraded(
  entries: readonly LedgerEntry[],
  experiment: string,
  { side, source }: LbScore,
): void {
  if (source !== "given") return;
  const graded = entries.findLast(
    (entry) => entry.kind === "lb" && entry.side === side && entry.source === "local",
  ) as LbEntry | undefined;
  if (graded === undefined) return;
  throw new UserError({
    code: "lb-graded",
    message: `${experiment} was graded here: ${lbNote(graded)} (${graded.submission}); a typed score does not take its place`,
    expected: "on platform local, a score that submit gives",
    next: {
      operation: "submit",
      input: { experiment },
      why: "grades what the experiment predicts now",
    },
  });
}

function entryOf(context: Pick<Context, "now">, score: LbScore): LbEntry {
  return { kind: "lb", at: context.now().toISOString(), ...score };
}

function lbNote({ side, score }: Pick<LbEntry, "side" | "score">): string {
  return `${side === "public" ? "Public" : "Private"} LB: ${formatScore(score)}`;
}

/**
 * A platform's score is known once and for all; one told to us may come back after another, or for another run, and then
 * counts again.
 */
function isKnown(entries: readonly LedgerEntry[], entry: LbEntry): boolean {
  const same = (one: LedgerEntry | undefined): boolean =>
    one?.kind === "lb" &&
    one.side === entry.side &&
    one.score === entry.score &&
    one.source === entry.source &&
    one.submission === entry.submission &&
    // Known by its number, also where only one of the two knows the file.
    (one.file_sha256 === entry.file_sha256 ||
      (entry.submission !== null && entry.source !== "given"));
  if (entry.source !== "given") return entries.some(same);
  const newest = latestLb(entries, entry.side);
  return same(newest) && (newest?.run ?? null) === (entry.run ?? null);
}
