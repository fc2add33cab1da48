/** What to do where LB and CV disagree by more than chance. */
export const gapNote =
  "LB-CV is beyond the noise of the folds: `split` looks for what separates train from test (time, groups)";
