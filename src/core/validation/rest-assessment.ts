import { counted } from "../text/counted.ts";
import { emptyAssessment, percent, type Assessment } from "./decision.ts";
import type { ColumnFacts, SplitFacts } from "./facts.ts";

/** From this distance on a difference in distribution is worth a word, from the second on it is worth a doubt. */
const visible = 0.1;
const large = 0.3;
const shown = 5;

/** Columns that differ in distribution, and rows that come twice. */
export function assessRest(
  facts: SplitFacts,
  time: ColumnFacts | null,
  group: ColumnFacts | null,
  blind: boolean,
): Assessment {
  const [drift, duplicates] = [assessDrift(facts, time, group, blind), assessDuplicates(facts)];
  return {
    ...drift,
    evidence: [...drift.evidence, ...duplicates],
  };
}

function assessDrift(
  { columns, id }: SplitFacts,
  time: ColumnFacts | null,
  group: ColumnFacts | null,
  blind: boolean,
): Assessment {
  const compared = columns.filter(
    ({ name, drift }) =>
      drift !== null && name !== id && name !== time?.name && name !== group?.name,
  );
  if (blind || compared.length === 0) return emptyAssessment();
  const sorted = compared.toSorted((a, b) => size(b) - size(a));
  const different = sorted.filter(
    ({ drift }) => drift!.distance >= visible && drift!.distance > 2 * drift!.noise,
  );
  if (different.length === 0) {
    const summary = `none of ${counted(compared.length, "column")} is distributed differently in train and test`;
    return {
      ...emptyAssessment(),
      evidence: [
        {
          about: "drift",
          column: null,
          weight: group === null && time === null ? "for" : "note",
          summary,
        },
      ],
    };
  }
  const names = different
    .slice(0, shown)
    .map((column) => `${column.name} (${size(column).toFixed(2)})`);
  const more = different.length > shown ? ` and ${different.length - shown} more` : "";
  const summary = `${different.length} of ${counted(compared.length, "column")} ${different.length === 1 ? "is" : "are"} distributed differently in test, most different first (0 same, 1 disjoint): ${names.join(", ")}${more}`;
  const worst = different[0]!;
  const unexplained = time === null && group === null && size(worst) >= large;
  return {
    ...emptyAssessment(),
    evidence: [{ about: "drift", column: worst.name, weight: "note", summary }],
    doubts: unexplained
      ? [
          `test does not look like a random split: ${worst.name} is distributed differently, and no group or time explains it`,
        ]
      : [],
    ask: unexplained
      ? [`Was the test set chosen by ${worst.name}, or by something related to it?`]
      : [],
  };
}

function assessDuplicates({ duplicates, rows }: SplitFacts): Assessment["evidence"] {
  const found: Assessment["evidence"] = [];
  const see = (summary: string): void => {
    found.push({ about: "duplicates", column: null, weight: "note", summary });
  };
  if ((duplicates.test ?? 0) > 0)
    see(
      `${counted(duplicates.test!, "row")} of test (${percent(duplicates.test! / rows.test!)}) ${duplicates.test === 1 ? "is" : "are"} in train too, the same in ${counted(duplicates.columns, "column")}: the leaderboard rewards memorizing them`,
    );
  if (duplicates.train > 0 && duplicates.train >= 0.01 * rows.train)
    see(
      `${counted(duplicates.train, "row")} of train (${percent(duplicates.train / rows.train)}) repeat${duplicates.train === 1 ? "s" : ""} another in ${counted(duplicates.columns, "column")}: copies on both sides of a fold make CV too optimistic`,
    );
  return found;
}

function size(column: ColumnFacts): number {
  return column.drift!.distance;
}
