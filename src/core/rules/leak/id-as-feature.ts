import { leakFindings } from "../analysis/leaks.ts";
import type { Rule } from "../rule.ts";

export const idAsFeature: Rule = {
  code: "XF209",
  name: "id-as-feature",
  severity: "error",
  summary: "the id, and a number made of it, is no feature",
  why: "An id often follows the order in which rows were collected or labelled: a model finds that in training, and it says nothing of new rows.",
  fix: 'Leave the id column out of the features. Where a part of it means something (a group, a date), take that part by name: `df[id].str.split("_").str[0]`.',
  bad: `X["number"] = df["visit_id"].str.extract(r"(\\d+)$")[0].astype(int)`,
  good: `X = df.drop(columns=["visit_id", "target"])`,
  check: (source) =>
    leakFindings(source, {
      "id-feature": ({ mild, what }) =>
        mild ? `the id "${what}" is among the features` : `a feature is made of the id "${what}"`,
    }),
};
