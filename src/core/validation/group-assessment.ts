import {
  explainedByTime,
  type GroupCandidate,
  groupCandidates,
  namedLikeGroups,
  nearlyGroups,
  soundsLikeGroup,
} from "./candidates.ts";
import { counted } from "../text/counted.ts";
import { emptyAssessment, type Assessment } from "./decision.ts";
import type { ColumnFacts, SplitFacts, SplitRequest } from "./facts.ts";
import { quoted, type TimeAssessment } from "./time-assessment.ts";

export interface GroupAssessment extends Assessment {
  /** The column to split by; null where the files are not split by a group. */
  column: ColumnFacts | null;
  close: { column: ColumnFacts; summary: string }[];
}

/** Whether the files are split by the values of a column. `blind` where test cannot be compared. */
export function assessGroups(
  facts: SplitFacts,
  request: SplitRequest,
  time: TimeAssessment,
  blind: boolean,
): GroupAssessment {
  const excluded = new Set([...facts.targets.map(({ name }) => name), facts.id, time.column?.name]);
  const known = facts.columns.filter(({ name }) => !excluded.has(name));
  const assessment: GroupAssessment = { ...emptyAssessment(), column: null, close: [] };
  if (request.group !== null) return assessGiven(known, request.group, blind, assessment);
  if (blind) return askForGroups(known, assessment);

  const apart = groupCandidates(known);
  const byTime = apart.filter(({ column }) => isByTime(column, facts, time));
  const [best, ...others] = apart.filter((candidate) => !byTime.includes(candidate));
  const timely = byTime.slice(0, 3).map(({ column }) => explained(column, time.column!.name));
  if (best === undefined) {
    const nearly = time.column === null ? nearlyGroups(known) : [];
    return {
      ...withNearly(nearly, known, assessment),
      evidence: [...timely, ...nearly.slice(0, 2).map(nearEvidence), ...denials(known, nearly)],
    };
  }
  return {
    ...assessment,
    column: best.column,
    close: others
      .filter((other) => other.overlap.trainValues !== best.overlap.trainValues)
      .slice(0, 2)
      .map(({ column, overlap }) => ({
        column,
        summary: `no ${column.name} value is in both files either (${counted(overlap.trainValues, "value")} in train, ${best.overlap.trainValues} of ${best.column.name}); it is the group if ${best.column.name} only follows from it`,
      })),
    evidence: [
      evidenceFor(best),
      ...sameGroups(best, others),
      ...timely,
      ...sizeNotes(best.column, best.overlap),
    ],
    doubts: others.some((other) => rivals(other, best))
      ? [
          `${others
            .filter((other) => rivals(other, best))
            .map(({ column }) => column.name)
            .join(", ")} may be the group as well`,
        ]
      : [],
    changes: [`a value of ${best.column.name} in both train and test`],
  };
}

/** Finer columns lie within the groups of a coarser one and tell nothing; nor do fractions, which are values of a group. */
function rivals(other: GroupCandidate, best: GroupCandidate): boolean {
  return (
    other.column.kind !== "fraction" &&
    (other.overlap.trainValues < best.overlap.trainValues ||
      (soundsLikeGroup(other.column.name) && !soundsLikeGroup(best.column.name)))
  );
}

function isByTime(column: ColumnFacts, facts: SplitFacts, time: TimeAssessment): boolean {
  if (time.column === null) return false;
  return explainedByTime(
    facts.crossings.find(
      ({ group, time: by }) => group === column.name && by === time.column!.name,
    ),
  );
}

function explained(column: ColumnFacts, time: string): Assessment["evidence"][number] {
  return {
    about: "group",
    column: column.name,
    weight: "note",
    summary: `no ${column.name} value is in both train and test, which time explains: its values come and go with ${time}`,
  };
}

function evidenceFor({ column, overlap }: GroupCandidate): Assessment["evidence"][number] {
  const { trainValues, testValues, log10Chance } = overlap;
  const values = `${counted(trainValues, "value")} in train, ${testValues.toLocaleString("en-US")} in test`;
  const chance =
    log10Chance < -100
      ? "would practically never do that"
      : `would do that once in 10^${Math.floor(-log10Chance)} times`;
  return {
    about: "group",
    column: column.name,
    weight: "for",
    summary: `${column.name} values repeat within each file (${values}), yet none is in both; a random split ${chance}`,
  };
}

function sameGroups(best: GroupCandidate, others: GroupCandidate[]): Assessment["evidence"] {
  const same = others.filter(({ overlap }) => overlap.trainValues === best.overlap.trainValues);
  if (same.length === 0) return [];
  const names = same.map(({ column }) => column.name).join(", ");
  return [
    {
      about: "group",
      column: names,
      weight: "note",
      summary: `${names} has as many values as ${best.column.name}, none of them in both files either: probably the same groups`,
    },
  ];
}

function sizeNotes(
  column: ColumnFacts,
  { trainValues, smallest, median, largest }: GroupCandidate["overlap"],
): Assessment["evidence"] {
  return [
    {
      about: "group",
      column: column.name,
      weight: "note",
      summary: `${counted(trainValues, "group")} of ${smallest === largest ? counted(smallest, "row") : `${smallest} to ${largest} rows (median ${median})`}`,
    },
  ];
}

function withNearly(
  nearly: GroupCandidate[],
  known: readonly ColumnFacts[],
  assessment: GroupAssessment,
): GroupAssessment {
  if (nearly.length === 0) return assessment;
  return {
    ...assessment,
    close: nearly
      .slice(0, 2)
      .map(({ column, overlap }) => ({ column, summary: meeting(overlap, column.name) })),
    doubts: [
      `far fewer values of ${nearly[0]!.column.name} are in both files than a random split would leave`,
    ],
    ask:
      known.length === 0
        ? []
        : [`Was the test set chosen by ${nearly[0]!.column.name}, with a few exceptions?`],
    changes: [`dropping the few values of ${nearly[0]!.column.name} that are in both files`],
  };
}

function meeting(
  { shared, expectedShared, testValues }: GroupCandidate["overlap"],
  name: string,
): string {
  return `only ${shared} of the ${testValues} values of ${name} in test are in train; a random split would leave about ${Math.round(expectedShared)} in both`;
}

function nearEvidence({ column, overlap }: GroupCandidate): Assessment["evidence"][number] {
  return {
    about: "group",
    column: column.name,
    weight: "note",
    summary: meeting(overlap, column.name),
  };
}

/** Columns called like groups that are in both files. */
function denials(known: readonly ColumnFacts[], nearly: GroupCandidate[]): Assessment["evidence"] {
  return known
    .filter(({ kind }) => kind !== "fraction")
    .filter(({ name, overlap }) => overlap !== null && overlap.shared > 0 && soundsLikeGroup(name))
    .filter((column) => nearly.every((one) => one.column !== column))
    .slice(0, 4)
    .map(({ name, overlap }) => ({
      about: "group",
      column: name,
      weight: "against",
      summary: `${overlap!.shared} of the ${overlap!.testValues} values of ${name} in test are in train too: not split by it`,
    }));
}

function assessGiven(
  known: readonly ColumnFacts[],
  name: string,
  blind: boolean,
  assessment: GroupAssessment,
): GroupAssessment {
  const column = known.find((one) => one.name === name)!;
  const sizes = column.overlap ?? column.sizes;
  const given: Assessment["evidence"][number] = {
    about: "group",
    column: name,
    weight: "for",
    summary: `${name} was given with --group`,
  };
  const notes = sizes === null ? [] : sizeNotes(column, sizes as GroupCandidate["overlap"]);
  const overlap = blind ? null : column.overlap;
  if (overlap === null || overlap.shared === 0) {
    const seen =
      overlap !== null && overlap.testValues > 0 ? [evidenceFor({ column, overlap })] : [];
    return { ...assessment, column, evidence: [given, ...seen, ...notes] };
  }
  const summary = `${overlap.shared} of the ${overlap.testValues} values of ${name} in test are in train too`;
  return {
    ...assessment,
    column,
    evidence: [given, { about: "group", column: name, weight: "against", summary }, ...notes],
    doubts: [`the data does not support --group ${name}`],
  };
}

function askForGroups(known: readonly ColumnFacts[], assessment: GroupAssessment): GroupAssessment {
  const candidates = namedLikeGroups(known).slice(0, 3);
  return {
    ...assessment,
    close: candidates.map((column) => ({
      column,
      summary: `if the ${column.name} values in test are new: ${counted((column.overlap ?? column.sizes)!.trainValues, "value")} repeat in train`,
    })),
    ask: candidates.map(
      ({ name }) =>
        `Are the ${name} values in test new? If so: crossfold split --group ${quoted(name)}`,
    ),
  };
}
