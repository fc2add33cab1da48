const bars = "▁▂▃▄▅▆▇█";

/**
 * The folds of an experiment as bars, one a fold. `scale` is the range all strips on the page share, so that they can
 * be compared; a higher bar is a higher number, whatever the metric's direction.
 */
export function foldStrip(folds: readonly number[], scale: readonly number[]): string {
  const lowest = Math.min(...scale);
  const range = Math.max(...scale) - lowest;
  return folds
    .map(
      (fold) => bars[range === 0 ? 3 : Math.round(((fold - lowest) / range) * (bars.length - 1))],
    )
    .join("");
}
