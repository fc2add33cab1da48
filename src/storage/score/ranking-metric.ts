import path from "node:path";
import { type RankingMetric, rankingMetric } from "../../core/score/standing.ts";
import { hashFile } from "../files/hashes.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The metric that scores are ranked by now, with the hash of its source where it is a function of the user's own. */
export async function readRankingMetric({ root, project }: Workspace): Promise<RankingMetric> {
  const { function: source } = project.metric as { function?: unknown };
  const file = typeof source === "string" ? source.slice(0, source.lastIndexOf(":")) : undefined;
  const hash = file ? await hashFile(path.join(root, file)).catch(() => null) : null;
  return rankingMetric(project.metric, hash);
}
