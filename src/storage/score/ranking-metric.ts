import { UserError } from "../../core/errors/user-error.ts";
import { rankingMetric, type RankingMetric } from "../../core/score/standing.ts";
import { readOwnMetric } from "../competition/own-metric-file.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The metric that scores are ranked by now, with the hash of its source where it is a function of the user's own. */
export async function readRankingMetric(ws: Workspace): Promise<RankingMetric> {
  const own = await readOwnMetric(ws).catch((error: unknown) => {
    // Without its file no score that it gave is ranked; what runs it says what is wrong.
    if (error instanceof UserError) return undefined;
    throw error;
  });
  return rankingMetric(ws.project.metric, own?.sha256 ?? null);
}
