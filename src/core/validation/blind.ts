import { counted } from "../text/counted.ts";
import type { SplitFacts, SplitRequest } from "./facts.ts";

export interface Blind {
  /** True where there is no test set to compare with. */
  yes: boolean;
  doubts: string[];
  unseen: string[];
  ask: string[];
}

const ask = [
  "How was the test set chosen: at random, by time, or by groups that train does not have? Look at the competition's data page, the host's posts and public notebooks.",
];

/** Whether there is a test file to look at, and whether it is the one that counts. */
export function isBlind({ rows }: SplitFacts, request: SplitRequest): Blind {
  if (rows.test === null)
    return {
      yes: true,
      doubts: ["there is no test file"],
      unseen: ["how test was chosen: there is no test file to compare train with"],
      ask,
    };
  if (rows.test === 0)
    return {
      yes: true,
      doubts: ["the test file has no rows"],
      unseen: ["how test was chosen: its file has no rows to compare train with"],
      ask,
    };
  if (!request.codeCompetition)
    return rows.test >= 20
      ? { yes: false, doubts: [], unseen: [], ask: [] }
      : { yes: false, doubts: [`test has only ${counted(rows.test, "row")}`], unseen: [], ask: [] };
  const unseen = `the hidden test of the code competition: the test file here has ${counted(rows.test, "row")}`;
  if (rows.test < Math.max(100, 0.01 * rows.train))
    return {
      yes: true,
      doubts: ["the real test set is hidden"],
      unseen: [`${unseen}, only a sample of the format`],
      ask,
    };
  return {
    yes: false,
    doubts: ["the real test set is hidden and may differ from the file"],
    unseen: [`${unseen} and may be chosen differently`],
    ask,
  };
}
