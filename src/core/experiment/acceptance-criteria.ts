/** What every experiment's task is held to; a run whose score is recorded has done both. */
export const experimentCriteria = ["Training completes without errors", "CV score recorded"];

interface Criterion {
  /** The number shown, from 1. */
  index: number;
  text: string;
  checked: boolean;
}

/** The numbers under which a task carries `experimentCriteria`, in their order; undefined where it lacks one. */
export function ownCriteria(criteria: readonly Criterion[]): number[] | undefined {
  const numbers = experimentCriteria.flatMap((text) => numberOf(criteria, text) ?? []);
  return numbers.length === experimentCriteria.length ? numbers : undefined;
}

/**
 * Numbers of the criteria that a recorded score fulfils, ticked or not. Known by their text, else by the number
 * `remembered` from when they were written, whatever they say now; in a task that Crossfold did not write, the first
 * two where there are exactly two.
 */
export function fulfilledCriteria(
  criteria: readonly Criterion[],
  remembered: readonly number[] | undefined,
): number[] {
  const known = experimentCriteria.flatMap((text, at) => {
    const number = numberOf(criteria, text) ?? remembered?.[at];
    return criteria.filter(({ index }) => index === number).map(({ index }) => index);
  });
  if (known.length > 0) return [...new Set(known)];
  const two = criteria.length === experimentCriteria.length;
  return two ? criteria.map(({ index }) => index) : [];
}

function numberOf(criteria: readonly Criterion[], text: string): number | undefined {
  return criteria.find((criterion) => criterion.text.trim() === text)?.index;
}
