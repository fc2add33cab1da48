import { rowsText } from "../../core/score/standing.ts";
import type { ShownScore } from "../../core/score/shown-score.ts";
import type { Style } from "./style.ts";

/** Behind a score in a table: `?` unverified, `~` on part of the rows, `≠` by another metric, `*` on other folds than asked for. */
export function scoreMarks({
  standing,
  proof,
  splitDiffers,
}: Pick<ShownScore, "standing" | "proof" | "splitDiffers">): string {
  if (standing === null) return "";
  return [
    proof === "unverifiable" ? "?" : "",
    standing === "partial" ? "~" : "",
    standing === "other-metric" ? "≠" : "",
    splitDiffers.length > 0 ? "*" : "",
  ].join("");
}

type Marked = ShownScore & { experiment: string | null };

const mostNamed = 5;

const byAnother = "≠ by another metric than project.yml names now, not ranked";

/** What the marks in a table mean, a line each, for those that it has. `other` says more of `≠`. */
export function markLegend(
  rows: readonly Marked[],
  style: Style,
  other: readonly string[] = [byAnother],
): string[] {
  const unverified = rows.filter(({ proof }) => proof === "unverifiable");
  const others = rows.filter(({ splitDiffers }) => splitDiffers.length > 0);
  const partial = rows.filter(({ standing }) => standing === "partial");
  const lines = [
    unverified.length === 0
      ? []
      : `? the CV could not be computed again from OOF predictions${outside(unverified)}; \`show\` says why`,
    rows.some(({ standing }) => standing === "other-metric") ? other : [],
    partial.length === 0 ? [] : `~ on part of the rows, not ranked: ${partsText(partial)}`,
    others.length === 0
      ? []
      : `* validated otherwise than project.yml asked: ${othersText(others)}`,
  ];
  return lines.flat().map((line) => style.dim(line));
}

/** A metric that is the user's own is ranked all the same. */
function outside(unverified: readonly Marked[]): string {
  return unverified.some(({ standing }) => standing === "unverified") ? " and is not ranked" : "";
}

function othersText(others: readonly Marked[]): string {
  const named = others
    .slice(0, mostNamed)
    .map(({ experiment, splitDiffers }) =>
      [experiment ?? [], splitDiffers.join(", ")].flat().join(" "),
    );
  return named.join("; ") + (others.length > mostNamed ? "; ..." : "");
}

function partsText(partial: readonly Marked[]): string {
  const named = partial
    .slice(0, mostNamed)
    .map(({ experiment, scoredRows }) =>
      [experiment ?? [], scoredRows === null ? [] : rowsText(scoredRows)].flat().join(" "),
    );
  return named.join(", ") + (partial.length > mostNamed ? ", ..." : "");
}
