import { formatScore } from "../../core/score/score.ts";
import type { ExperimentRow } from "../../operations/experiment/experiment-row.ts";
import type { Style } from "./style.ts";

type Paired = Pick<ExperimentRow, "experiment" | "lb" | "lbRun" | "lbCv" | "lbPaired" | "cvRun">;

/** Behind LB-CV in a table: ‡ where the CV was found by time. */
export function pairingMark({ lbPaired }: Pick<Paired, "lbPaired">): string {
  return lbPaired === "time" ? "‡" : "";
}

const mostNamed = 5;

/** What ‡ means, where a row has it, and which rows show an LB beside a CV of another run. */
export function pairingLines(rows: readonly Paired[], style: Style): string[] {
  const others = rows.flatMap((row) => {
    const text = otherRunText(row);
    return text === undefined ? [] : `${row.experiment}: LB ${text}`;
  });
  const more = others.length - mostNamed;
  return [
    ...(rows.some(({ lbPaired }) => lbPaired === "time") ? [`‡ ${byTime}`] : []),
    ...others.slice(0, mostNamed),
    ...(more > 0 ? [`and ${more} more; \`show\` says so`] : []),
  ].map((line) => style.dim(line));
}

const byTime =
  "paired by time: the LB line names no run, so its CV is the one recorded last before the submission";

/** Behind the LB of one experiment; empty where it is of the run whose CV is shown. */
export function pairingText(row: Paired): string {
  const other = otherRunText(row);
  return [other ?? [], row.lbPaired === "time" ? "paired by time" : []].flat().join(", ");
}

/** `of run 20261123-..., CV 0.8000`; undefined where that is the CV shown. */
function otherRunText({ lb, lbRun, lbCv, cvRun }: Paired): string | undefined {
  if (lb === null) return undefined;
  if (lbCv !== null)
    return lbCv.run === cvRun ? undefined : `of run ${lbCv.run}, CV ${formatScore(lbCv.score)}`;
  return lbRun === null ? undefined : `of run ${lbRun}, which has no CV that counts`;
}
