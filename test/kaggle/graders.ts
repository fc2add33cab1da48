import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import type { Grader } from "./competition.ts";

interface Solution {
  /** CSV with the id, the target, and Usage (Public or Private). */
  file: string;
  id: string;
  target: string;
}

/** Root mean squared error over the public and the private rows. */
export function rmseGrader(solution: Solution): Grader {
  return rootMeanSquare(solution, Number);
}

/** Root mean squared error of the logarithms of 1 + value. */
export function rmsleGrader(solution: Solution): Grader {
  return rootMeanSquare(solution, (text) => Math.log1p(Number(text)));
}

function rootMeanSquare(solution: Solution, valueOf: (text: string) => number): Grader {
  return grader(solution, (pairs) =>
    Math.sqrt(
      pairs.reduce((sum, [truth, given]) => sum + (valueOf(truth) - valueOf(given)) ** 2, 0) /
        pairs.length,
    ),
  );
}

function grader(
  { file, id, target }: Solution,
  metric: (pairs: [truth: string, given: string][]) => number,
): Grader {
  return async (submission) => {
    const truth = rowsOf(await readFile(file));
    const given = rowsOf(submission);
    if (given.length !== truth.length) {
      throw new Error(`Evaluation Exception: Submission must have ${truth.length} rows`);
    }
    const byId = new Map(given.map((row) => [row[id], row[target]]));
    const score = (usage: string) =>
      metric(
        truth
          .filter((row) => row.Usage === undefined || row.Usage === usage)
          .map((row) => {
            const answer = byId.get(row[id]);
            if (answer === undefined)
              throw new Error(`Evaluation Exception: Missing ${id}: ${row[id]}`);
            return [row[target]!, answer];
          }),
      );
    return { public: score("Public"), private: score("Private") };
  };
}

function rowsOf(bytes: Buffer): Record<string, string>[] {
  return parse(bytes, { columns: true });
}
