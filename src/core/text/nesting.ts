/** Levels of lists and mappings within each other that a file may have. */
export const deepest = 100;

/** Whether a value is nested deeper than any file needs, or holds itself: what walks through it would not end well. */
export function isTooDeep(value: unknown, levels = deepest): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
