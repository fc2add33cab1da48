import type { z } from "zod";
import { formatColumnScore } from "../../core/score/score.ts";
import { outcomeText, type VerifyOutcome } from "../../core/score/verification.ts";
import type { verify } from "../../operations/commands/record/verify.ts";
import { renderProblems } from "./problems.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

type Output = z.output<typeof verify.output>;

/** The counts, and each score that is not simply right. */
export function renderVerify(output: Output, style: Style): string {
  const { contradicted } = output.counts;
  const counts = outcomeText(output.counts);
  return [
    contradicted > 0 ? style.red(counts) : counts,
    ...scoreLines(output, style),
    ...(contradicted > 0
      ? [style.dim("a contradicted score counts no more, until `verify` finds it right")]
      : []),
    ...renderProblems(output.problems, style),
  ].join("\n");
}

function scoreLines({ scores }: Output, style: Style): string[] {
  const rows = scores
    .filter(({ outcome }) => outcome !== "verified")
    .map(({ experiment, line, run, score, outcome, why }) => [
      `${experiment}:${line}`,
      formatColumnScore(score),
      colorOutcome(outcome, style),
      run,
      why.join("; "),
    ]);
  if (rows.length === 0) return [];
  const header = ["ledger", "CV", "outcome", "run", ""];
  return ["", table(rows, { header, align: ["left", "right", "left", "left"], style })];
}

function colorOutcome(outcome: VerifyOutcome, style: Style): string {
  const text = outcome.replaceAll("-", " ");
  return outcome === "contradicted" ? style.red(text) : style.yellow(text);
}
