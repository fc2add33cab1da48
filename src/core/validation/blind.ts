import { count } from "./decision.ts";
import type { SplitFacts, SplitRequest } from "./facts.ts";

export interface Blind {
  /** True where test cannot be asked how it was made. */
  yes: boolean;
  doubts: string[];
  unseen: string[];
  ask: string[];
}

const ask = [
  "How was the test set chosen: at random, by time, or by groups that train does not have? The competition's data page, its host's posts and public notebooks say.",
];

/** Whether there is a test file to look at, and whether it is the one that counts. */
export function isBlind({ rows }: SplitFacts, request: SplitRequest): Blind {
  if (rows.test === null)
    return {
      yes: true,
      doubts: ["there is no test file"],
      unseen: ["how test was made: there is no test file to compare train with"],
      ask,
    };
  if (!request.codeCompetition)
    return rows.test >= 20
      ? { yes: false, doubts: [], unseen: [], ask: [] }
      : { yes: false, doubts: [`test has only ${count(rows.test, "row")}`], unseen: [], ask: [] };
  const unseen = `the hidden test of the code competition: the test file here has ${count(rows.test, "row")}`;
  if (rows.test < Math.max(100, 0.01 * rows.train))
    return {
      yes: true,
      doubts: ["the test that counts is hidden"],
      unseen: [`${unseen}, a sample of its form`],
      ask,
    };
  return {
    yes: false,
    doubts: ["the test that counts is hidden, and may be unlike the file"],
    unseen: [`${unseen} and may be made otherwise`],
    ask,
  };
}
