import { madeColumns } from "../analysis/made-columns.ts";
import type { Rule } from "../rule.ts";

export const rawColumnOverwritten: Rule = {
  code: "XF507",
  name: "raw-column-overwritten",
  severity: "warning",
  summary: "engineer_features writes over no raw column",
  why: "Code that runs later sees another column than the data's, and calling the function twice gives another result.",
  fix: "Give the result a name of its own, with f_.",
  bad: `def engineer_features(df):\n    df["Age"] = df["Age"].fillna(0)\n    return df`,
  good: `def engineer_features(df):\n    df["f_age_filled"] = df["Age"].fillna(0)\n    return df`,
  check: (source) =>
    madeColumns(source, ({ name, over }) =>
      over && !name.startsWith("f_") ? `the raw column "${name}" is written over` : undefined,
    ),
};
