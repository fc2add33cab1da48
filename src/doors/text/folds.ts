const bars = "▁▂▃▄▅▆▇█";

export interface Scale {
  lowest: number;
  highest: number;
}

/** The range of scores, widened from that of earlier ones; there may be more of them than a call takes arguments. */
export function scaleOf(
  scores: readonly number[],
  before: Scale = { lowest: Infinity, highest: -Infinity },
): Scale {
  return scores.reduce(
    ({ lowest, highest }, score) => ({
      lowest: Math.min(lowest, score),
      highest: Math.max(highest, score),
    }),
    before,
  );
}

/**
 * The folds of an experiment as bars, one a fold. `scale` is the range all strips on the page share, so that they can
 * be compared; a higher bar is a higher number, whatever the metric's direction.
 */
export function foldStrip(folds: readonly number[], { lowest, highest }: Scale): string {
  const range = highest - lowest;
  return folds
    .map(
      (fold) => bars[range === 0 ? 3 : Math.round(((fold - lowest) / range) * (bars.length - 1))],
    )
    .join("");
}
