/** Every code there is, in order. A code that has been given out never means another thing. */
export const ruleCodes = [
  "XF100",
  "XF101",
  "XF102",
  "XF103",
  "XF104",
  "XF105",
  "XF106",
  "XF107",
  "XF108",
] as const;

export type RuleCode = (typeof ruleCodes)[number];

/** Codes of what stands before the rules: a file that cannot be read, and ignores that do not hold. */
export const frameCodes = {
  XF001: "a file is valid Python",
  XF002: "an ignore says why",
  XF003: "an ignore silences something",
} as const;
