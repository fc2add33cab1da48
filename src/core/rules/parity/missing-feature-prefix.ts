import { madeColumns } from "../analysis/made-columns.ts";
import type { Rule } from "../rule.ts";

export const missingFeaturePrefix: Rule = {
  code: "XF506",
  name: "missing-feature-prefix",
  severity: "warning",
  summary: "engineer_features gives new columns the prefix f_",
  why: "The prefix tells engineered columns from raw ones, in selections, in feature importances and in the next experiment.",
  fix: 'Name the column with f_: `.alias("f_family_size")`.',
  bad: `def engineer_features(df):\n    return df.with_columns((pl.col("SibSp") + pl.col("Parch")).alias("family_size"))`,
  good: `def engineer_features(df):\n    return df.with_columns((pl.col("SibSp") + pl.col("Parch")).alias("f_family_size"))`,
  check: (source) =>
    madeColumns(source, ({ name, over }) =>
      over || name.startsWith("f_") ? undefined : `the new column "${name}" has no f_ prefix`,
    ),
};
