import type { Metric } from "../../src/core/metrics/metric.ts";
import type { TaskKind } from "../../src/core/metrics/task-kind.ts";
import type { SubmissionTable } from "../../src/core/submission/submission.ts";

/** A competition's files in one spelling, and the same rows as numbers for a second computation. */
export interface MetricCase {
  metric: string;
  task: TaskKind;
  /** How solution and submission are spelled. */
  spelling: string;
  /** data.target of project.yml. */
  targets: string[];
  solution: SubmissionTable;
  submission: SubmissionTable;
  question: Question;
}

/** What is asked of the second computation: of the public and the private rows each target's truth and prediction. */
export interface Question {
  y: unknown[][];
  p: unknown[][];
  /** The same as the template's harness has it; "same" where it has just this, null where it has no such prediction. */
  harness: Pick<Question, "y" | "p"> | "same" | null;
}

const publicRows = 150;
const privateRows = 110;
const rowTotal = publicRows + privateRows;
const sides = [
  [0, publicRows],
  [publicRows, rowTotal],
] as const;

/** Numbers between 0 and 1 that look like chance, the same every time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const rows = Array.from({ length: rowTotal }, (_, row) => row);

/** One target of classes: the truth, the probability of each class, and labels guessed apart from these. */
interface ClassTarget {
  truth: number[];
  shares: number[][];
  guesses: number[];
}

const targetsMade = new Map<string, ClassTarget>();

function classTarget(count: number, seed: number): ClassTarget {
  const key = `${count} ${seed}`;
  const made = targetsMade.get(key) ?? makeClassTarget(count, seed);
  targetsMade.set(key, made);
  return made;
}

function makeClassTarget(count: number, seed: number): ClassTarget {
  const next = chance(seed);
  const whole = (below: number): number => Math.floor(next() * below);
  const truth = rows.map(() => whole(count));
  const guesses = truth.map((label) => (next() < 0.6 ? label : whole(count)));
  const shares = truth.map((label) => {
    // Small whole numbers make probabilities that are equal, and some that are 0.
    const weights = Array.from(
      { length: count },
      (_, one) => whole(5) + (one === label ? whole(4) : 0),
    );
    if (!weights.some((weight) => weight > 0)) weights[0] = 1;
    const sum = weights.reduce((all, weight) => all + weight, 0);
    const parts = weights.map((weight) => weight / sum);
    // Of two, the first as a file with only the second has it.
    return count === 2 ? [1 - parts[1]!, parts[1]!] : parts;
  });
  return { truth, shares, guesses };
}

/** The cases of one metric: each task and each spelling of solution and submission. */
export function metricCases(metric: string, row: Metric): MetricCase[] {
  return row.tasks.flatMap((task) => {
    if (row.needs === "values") return valueCases(metric, task);
    if (row.needs === "lists") return listCases(metric, row.longest);
    if (task === "multilabel") return severalCases(metric, row);
    return classCases(metric, row, task);
  });
}

/** How classes are written: in the solution, and in the submission. */
interface Spelling {
  name: string;
  solution: string[];
  submission: string[];
}

const ofTwo: Record<string, string[]> = {
  "0/1": ["0", "1"],
  "False/True": ["False", "True"],
  "FALSE/TRUE": ["FALSE", "TRUE"],
  "0.0/1.0": ["0.0", "1.0"],
};

const binarySpellings: Spelling[] = [
  ...Object.entries(ofTwo).flatMap(([left, solution]) =>
    Object.entries(ofTwo).map(([right, submission]) => ({
      name: `${left} to ${right}`,
      solution,
      submission,
    })),
  ),
  { name: "texts", solution: ["no", "yes"], submission: ["no", "yes"] },
  { name: "1/2", solution: ["1", "2"], submission: ["1.0", "2.0"] },
];

const animals = "ant bee cat dog eel fox gnu hen ibis jay koi lynx".split(" ");
/** In their order as numbers, not as texts. */
const stars = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
const decimals = stars.map((star) => `${star}.0`);

const multiclassSpellings: Spelling[] = [
  { name: "texts", solution: animals, submission: animals },
  { name: "numbers", solution: stars, submission: stars },
  { name: "1 to 1.0", solution: stars, submission: decimals },
  { name: "1.0 to 1", solution: decimals, submission: stars },
];

/** A column for each class, by its name: as it is, after a prefix, and in another order. */
const columnForms: Record<string, { name: (label: string) => string; turned: boolean }> = {
  "a column a class": { name: (label) => label, turned: false },
  "a column a class, after a prefix": { name: (label) => `proba_${label}`, turned: false },
  "a column a class, in another order": { name: (label) => label, turned: true },
};

function classCases(metric: string, row: Metric, task: TaskKind): MetricCase[] {
  const binary = task === "binary";
  const target = classTarget(binary ? 2 : animals.length, 7);
  const { truth, shares, guesses } = target;
  const cases: MetricCase[] = [];
  for (const { name, solution, submission } of binary ? binarySpellings : multiclassSpellings) {
    const labels: Columns = [["y", truth.map((label) => solution[label]!)]];
    const add = (spelling: string, answers: Columns, predictions: Columns, asked: Question) =>
      cases.push({
        metric,
        task,
        spelling: `${spelling}, ${name}`,
        targets: ["y"],
        solution: solutionTable(answers),
        submission: submissionTable(predictions),
        question: asked,
      });
    const likeliest = shares.map((parts) => parts.indexOf(Math.max(...parts)));
    // A single column from 0.5 on is the second class.
    const halves = shares.map((parts) => (parts[1]! >= 0.5 ? 1 : 0));
    const ofColumns = row.needs === "labels" ? likeliest : shares;
    if (row.needs === "labels")
      add(
        "labels",
        labels,
        [["y", guesses.map((label) => submission[label]!)]],
        ask([truth], [guesses]),
      );
    if (binary)
      add(
        "probabilities of the second class",
        labels,
        [["y", shares.map((parts) => String(parts[1]))]],
        ask([truth], [row.needs === "labels" ? halves : shares]),
      );
    for (const [form, { name: columnName, turned }] of Object.entries(columnForms)) {
      const order = submission.map((_, at) => at);
      if (turned) order.reverse();
      const columns = order.map((at): Columns[number] => [
        columnName(submission[at]!),
        shares.map((parts) => String(parts[at])),
      ]);
      const [no, yes] = solution === decimals ? ["0.0", "1.0"] : ["0", "1"];
      const oneHot = submission.map((label, at): Columns[number] => [
        columnName(label),
        truth.map((one) => (one === at ? yes! : no!)),
      ]);
      const asked = ask([truth], [ofColumns]);
      add(form, labels, columns, asked);
      add(`${form}, one-hot solution`, oneHot, columns, asked);
    }
  }
  return cases;
}

/** Several targets: yes or no each and, for metrics that know more than a positive class, of more classes. */
function severalCases(metric: string, row: Metric): MetricCase[] {
  const cases = Object.entries(ofTwo).flatMap(([name, spelling]) =>
    severalOf(metric, row, { name, solution: spelling, submission: ofTwo["0/1"]! }, [11, 12, 13]),
  );
  if (row.needs !== "labels" || row.positive === true) return cases;
  const spelling = {
    name: "texts",
    solution: animals.slice(0, 4),
    submission: animals.slice(0, 4),
  };
  return [...cases, ...severalOf(metric, row, spelling, [21, 22])];
}

function severalOf(
  metric: string,
  row: Metric,
  { name, solution, submission }: Spelling,
  seeds: number[],
) {
  const parts = seeds.map((seed) => classTarget(solution.length, seed));
  const names = seeds.map((seed) => `t${seed}`);
  const isLabels = row.needs === "labels";
  const column = ({ guesses, shares }: ClassTarget): string[] =>
    isLabels ? guesses.map((label) => submission[label]!) : shares.map((one) => String(one[1]));
  const truths = parts.map(({ truth }) => truth);
  const asked = ask(
    truths,
    parts.map(({ guesses, shares }) => (isLabels ? guesses : shares)),
  );
  return [false, true].map((turned): MetricCase => {
    const answers = names.map((one, at): Columns[number] => [
      one,
      parts[at]!.truth.map((label) => solution[label]!),
    ]);
    return {
      metric,
      task: "multilabel",
      spelling: `a column a target${turned ? ", in another order" : ""}, ${name}`,
      targets: names,
      solution: solutionTable(turned ? answers.toReversed() : answers),
      submission: submissionTable(names.map((one, at) => [one, column(parts[at]!)])),
      question: asked,
    };
  });
}

function valueCases(metric: string, task: TaskKind): MetricCase[] {
  if (task === "binary") {
    const { truth, shares } = classTarget(2, 7);
    const seconds = shares.map((parts) => parts[1]!);
    return Object.entries(ofTwo).map(([name, spelling]) => ({
      metric,
      task,
      spelling: `probabilities of the second class, ${name}`,
      targets: ["y"],
      solution: solutionTable([["y", truth.map((label) => spelling[label]!)]]),
      submission: submissionTable([["y", seconds.map(String)]]),
      question: ask([truth], [seconds]),
    }));
  }
  const next = chance(3);
  const value = (): number => Math.round(next() * 400) / 8 + 0.125;
  const truths = [0, 1].map(() => rows.map(value));
  const guesses = truths.map((truth) =>
    truth.map((one) => Math.max(0.25, Math.round((one + next() * 20 - 10) * 4) / 4)),
  );
  const spellings: Record<string, (one: number) => string> = {
    "plain numbers": String,
    "scientific numbers": (one) => one.toExponential(),
    "numbers with zeros": (one) => one.toFixed(6),
  };
  return Object.entries(spellings).flatMap(([name, spell]) => {
    const column = (values: number[]): string[] => values.map(spell);
    const one = {
      metric,
      task,
      spelling: name,
      targets: ["y"],
      solution: solutionTable([["y", column(truths[0]!)]]),
      submission: submissionTable([["y", guesses[0]!.map(String)]]),
      question: ask([truths[0]!], [guesses[0]!]),
    };
    const several = {
      ...one,
      spelling: `a column a target, in another order, ${name}`,
      targets: ["a", "b"],
      solution: solutionTable([
        ["b", column(truths[1]!)],
        ["a", column(truths[0]!)],
      ]),
      submission: submissionTable([
        ["a", guesses[0]!.map(String)],
        ["b", guesses[1]!.map(String)],
      ]),
      question: ask(truths, guesses),
    };
    return [one, several];
  });
}

const write =
  (spelling: string[]) =>
  (labels: number[]): string =>
    labels.map((label) => spelling[label]!).join(" ");

function listCases(metric: string, longest: number): MetricCase[] {
  const { truth, shares } = classTarget(animals.length, 7);
  const next = chance(5);
  // The first two places are sometimes the same label, and some lists are short.
  const lists = shares.map((parts) => {
    const order = byShare(parts);
    if (next() < 0.2) order[1] = order[0]!;
    return order.slice(0, next() < 0.2 ? 2 : longest);
  });
  const several = truth.map((label) => [
    ...new Set([
      label,
      ...rows.slice(0, Math.floor(next() * 5)).map(() => Math.floor(next() * 12)),
    ]),
  ]);
  const single = truth.map((label) => [label]);
  const byColumns = { ...ask([single], [shares.map(byShare)]), harness: ask([truth], [shares]) };
  const listed = { ...ask([single], [lists]), harness: null };
  const listedSeveral = { ...ask([several], [lists]), harness: null };
  return multiclassSpellings.flatMap(({ name, solution, submission }) => {
    const make = (spelling: string, actual: number[][], asked: Question): MetricCase => ({
      metric,
      task: "multiclass",
      spelling: `${spelling}, ${name}`,
      targets: ["y"],
      solution: solutionTable([["y", actual.map(write(solution))]]),
      submission: submissionTable([["y", lists.map(write(submission))]]),
      question: asked,
    });
    const columns = submission.map((label, at): Columns[number] => [
      `proba_${label}`,
      shares.map((parts) => String(parts[at])),
    ]);
    return [
      make("a list, one label", single, listed),
      make("a list, several labels", several, listedSeveral),
      {
        ...make("a column a class", single, byColumns),
        submission: submissionTable(columns),
      },
    ];
  });
}

/** Classes from the likeliest on; of two as likely the first comes first. */
function byShare(parts: number[]): number[] {
  return parts.map((_, at) => at).toSorted((a, b) => parts[b]! - parts[a]! || a - b);
}

const questions = new Map<string, Question>();

/** The same question for the same rows, so that it is computed once for all spellings. */
function ask(truths: unknown[][], predictions: unknown[][]): Question {
  const key = JSON.stringify([truths, predictions]);
  const question = questions.get(key) ?? makeQuestion(truths, predictions);
  questions.set(key, question);
  return question;
}

function cut(columns: unknown[][]): unknown[][] {
  return sides.map(([start, end]) => columns.map((column) => column.slice(start, end)));
}

function makeQuestion(truths: unknown[][], predictions: unknown[][]): Question {
  return { y: cut(truths), p: cut(predictions), harness: "same" };
}

type Columns = readonly (readonly [name: string, values: string[]])[];

const ids = rows.map((row) => `id${row}`);

function solutionTable(columns: Columns): SubmissionTable {
  const usage = rows.map((row) => (row < publicRows ? "Public" : "private"));
  return table([["id", ids], ...columns, ["Usage", usage]]);
}

/** Its rows stand in another order than the solution's. */
function submissionTable(columns: Columns): SubmissionTable {
  const pairs: Columns = [["id", ids], ...columns];
  return table(pairs.map(([name, values]) => [name, values.toReversed()]));
}

function table(pairs: Columns): SubmissionTable {
  return {
    header: pairs.map(([name]) => name),
    columns: new Map(pairs),
    lines: rows.map((row) => row + 2),
  };
}
