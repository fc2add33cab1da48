/**
 * Whether LB lies further from CV than twice the standard deviation of the folds, which is more than they scatter. Null
 * where they tell of no noise.
 */
export function isGapBeyondNoise(gap: number | null, std: number | null): boolean | null {
  return gap === null || std === null || std === 0 ? null : Math.abs(gap) > 2 * std;
}
