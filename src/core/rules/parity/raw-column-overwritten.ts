import { madeColumns } from "../analysis/made-columns.ts";
import type { Rule } from "../rule.ts";

export const rawColumnOverwritten: Rule = {
  code: "XF507",
  name: "raw-column-overwritten",
  severity: "warning",
  summary: "engineer_features does not overwrite raw columns",
  why: "Later code sees a column that differs from the data, and calling the function twice gives a different result.",
  fix: "Give the result a new name with the prefix f_.",
  bad: `def engineer_features(df):\n    df["Age"] = df["Age"].fillna(0)\n    return df`,
  good: `def engineer_features(df):\n    df["f_age_filled"] = df["Age"].fillna(0)\n    return df`,
  check: (source) =>
    madeColumns(source, ({ name, over }) =>
      over && !name.startsWith("f_") ? `the raw column "${name}" is overwritten` : undefined,
    ),
};
