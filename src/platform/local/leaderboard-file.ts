import path from "node:path";
import { z } from "zod";
import { appendDurably } from "../../storage/score/ledger-file.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { readLooseText } from "../../storage/files/read-text.ts";

/** `data/grading/leaderboard.jsonl`: one line a submission, appended and never changed. */
const lineSchema = z.looseObject({
  submission: z.string(),
  at: z.string(),
  experiment: z.string(),
  message: z.string().nullable(),
  /** The run whose files were submitted; null for a file of no run. Lines of older versions do not say. */
  run: z.string().nullish(),
  file_sha256: z.string(),
  metric: z.string(),
  /** Of the source of a metric of the user's own. */
  metric_sha256: z.string().optional(),
  public: z.number(),
  /** Null where no row of the solution is Private. */
  private: z.number().nullable(),
});
export type LeaderboardLine = z.output<typeof lineSchema>;

function leaderboardFile(ws: Workspace): string {
  return path.join(paths.grading(ws), "leaderboard.jsonl");
}

/** The submissions in their order; lines that cannot be read are passed over. Throws a UserError where the file cannot be. */
export async function readLeaderboard(ws: Workspace): Promise<LeaderboardLine[]> {
  const text = (await readLooseText(leaderboardFile(ws))) ?? "";
  return text.split("\n").flatMap(parseLine);
}

/** Call it under the leaderboard's lock. The line break in front keeps a line cut short by a crash apart. */
export async function appendLeaderboard(ws: Workspace, line: LeaderboardLine): Promise<void> {
  const text = (await readLooseText(leaderboardFile(ws))) ?? "";
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  await appendDurably(leaderboardFile(ws), `${gap}${JSON.stringify(line)}\n`);
}

function parseLine(line: string): LeaderboardLine[] {
  try {
    const result = lineSchema.safeParse(JSON.parse(line));
    return result.success ? [result.data] : [];
  } catch {
    return [];
  }
}
