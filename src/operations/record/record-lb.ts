import type { Context } from "../../core/context.ts";
import { type LbEntry, type LedgerEntry, latestLb } from "../../core/ledger.ts";
import { formatScore } from "../../core/score.ts";
import { appendLedger } from "../../storage/ledger-file.ts";
import type { Workspace } from "../../storage/workspace.ts";
import { editExperimentTask } from "./experiment-task.ts";

/**
 * Keeps a leaderboard score in the ledger and as a note (`Public LB: 0.8750`) in the experiment's task. The same score
 * from the same source and submission is kept once.
 */
export async function recordLb(
  ws: Workspace,
  experiment: string,
  score: Pick<LbEntry, "side" | "score" | "source" | "submission" | "file_sha256"> & {
    submitted?: string;
  },
  context: Context,
): Promise<{ already: boolean; task: string | null; says: string }> {
  const entry: LbEntry = { kind: "lb", at: context.now().toISOString(), ...score };
  const written = await appendLedger(ws, experiment, ({ entries }) => {
    return isKnown(entries, entry) ? undefined : entry;
  });
  const already = written === undefined;
  const note = lbNote(entry);
  const { task, says } = await editExperimentTask(
    ws,
    experiment,
    (current) =>
      already && current.notes.split("\n").includes(note) ? undefined : { appendNotes: [note] },
    context,
  );
  return { already, task, says };
}

function lbNote({ side, score }: Pick<LbEntry, "side" | "score">): string {
  return `${side === "public" ? "Public" : "Private"} LB: ${formatScore(score)}`;
}

/** A platform's score is known once and for all; one told to us may come back after another, and then counts again. */
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
  return entry.source === "given" ? same(latestLb(entries, entry.side)) : entries.some(same);
}
