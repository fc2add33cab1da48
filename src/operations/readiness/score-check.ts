import { summarizeVerify, verifySummaryText } from "../../core/score/verification.ts";
import { readLedgers } from "../../storage/score/ledger-list.ts";
import { readVerified } from "../../storage/score/verified-file.ts";
import { listExperiments, type Workspace } from "../../storage/workspace/workspace.ts";
import type { Check } from "./readiness-check.ts";

/** What the last `verify` found of the recorded scores. */
export async function checkScores(ws: Workspace): Promise<Check> {
  const names = await listExperiments(ws);
  const ledgers = await readLedgers(ws, names);
  const times = Object.values(await readVerified(ws)).map(({ at }) => at);
  const summary = summarizeVerify(
    times,
    ledgers.flatMap(({ outcomes }) => outcomes),
  );
  const found = summary === null || summary.counts.contradicted === 0;
  const how = { operation: "verify", input: {}, why: "names them, and what their runs say" };
  return {
    name: "scores",
    found,
    version: null,
    detail: summary === null ? "never verified" : verifySummaryText(summary),
    neededFor: "scores to rely on",
    required: false,
    how: found ? null : how,
  };
}
