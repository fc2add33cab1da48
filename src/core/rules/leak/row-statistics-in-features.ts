import { leakFindings } from "../analysis/leaks.ts";
import type { Rule } from "../rule.ts";

export const rowStatisticsInFeatures: Rule = {
  code: "XF207",
  name: "row-statistics-in-features",
  severity: "error",
  summary: "engineer_features makes each row's features from that row alone",
  why: "A mean, a rank or a group_by over the rows it is given comes out differently for a fold, for all rows and for the test set: validation rows reach the training rows, and inference sees other features than training.",
  fix: "Compute the statistic from the fold's training rows and join it to both parts; or use a constant.",
  bad: `def engineer_features(df):\n    return df.with_columns(pl.col("Age").fill_null(pl.col("Age").mean()).alias("f_age"))`,
  good: `def fit(df, ...):\n    mean_age = df["Age"].mean()  # of the fold's training rows\n    X = df.with_columns(pl.col("Age").fill_null(mean_age).alias("f_age"))`,
  check: (source) => {
    const lines = new Set<string>();
    return leakFindings(source, {
      "row-statistic": ({ what }) =>
        `${what} in engineer_features depends on all the rows that it is given`,
    }).filter(({ file, at }) => {
      const line = `${file.name}:${at?.lineno}`;
      return !lines.has(line) && lines.add(line);
    });
  },
};
