import { type Project, usualDirection } from "./project.ts";

/** The first rows of a table: column names and, row by row, the values as text (empty = missing). */
export interface TableHead {
  columns: string[];
  rows: string[][];
}

export interface CompetitionGuess {
  id?: string;
  target?: string[];
  validation: { strategy: Project["validation"]["strategy"]; says: string };
}

/**
 * What the files say about a competition: the first column of the sample submission is the id; its other columns are
 * the targets where train has them, otherwise (a column a class) the columns that only train has.
 */
export function guessCompetition(files: {
  train?: TableHead;
  test?: TableHead;
  sample?: TableHead;
  target?: string[];
}): CompetitionGuess {
  const [id, ...answers] = files.sample?.columns ?? [];
  const target = files.target ?? guessTargets(answers, files.train?.columns, files.test?.columns);
  return {
    ...(id === undefined ? {} : { id }),
    ...(target.length === 0 ? {} : { target }),
    validation: guessStrategy(target, files.train),
  };
}

function guessTargets(answers: string[], train: string[] = [], test: string[] = []): string[] {
  if (answers.length > 0 && answers.every((column) => train.includes(column))) return answers;
  const onlyTrain = test.length === 0 ? [] : train.filter((column) => !test.includes(column));
  return onlyTrain.length === 1 ? onlyTrain : [];
}

/** A first strategy from the target's values alone; groups and time are for a closer look. */
function guessStrategy(targets: string[], train?: TableHead): CompetitionGuess["validation"] {
  const kinds = targets.map((target) => targetKind(target, train));
  if (kinds.length > 1 && kinds.every((kind) => kind === "binary")) {
    return { strategy: "MultilabelStratifiedKFold", says: `${kinds.length} binary targets` };
  }
  if (kinds.length === 1 && kinds[0] !== "numbers" && kinds[0] !== "unknown") {
    return { strategy: "StratifiedKFold", says: `the target is ${kinds[0]}` };
  }
  return { strategy: "KFold", says: kinds[0] === "numbers" ? "the target is a number" : "default" };
}

type TargetKind = "binary" | "categorical" | "numbers" | "unknown";

function targetKind(target: string, train?: TableHead): TargetKind {
  const index = train?.columns.indexOf(target) ?? -1;
  if (train === undefined || index < 0) return "unknown";
  const values = new Set(train.rows.map((row) => row[index] ?? "").filter((value) => value !== ""));
  if (values.size === 0) return "unknown";
  if (values.size <= 2) return "binary";
  const numeric = [...values].every((value) => Number.isFinite(Number(value)));
  if (!numeric) return "categorical";
  const whole = [...values].every((value) => Number.isInteger(Number(value)));
  return whole && values.size <= 20 && train.rows.length >= 10 * values.size
    ? "categorical"
    : "numbers";
}

/** A known metric's direction, or the one given; undefined where neither says. */
export function metricDirection(
  name: string,
  given: Project["metric"]["direction"] | undefined,
): Project["metric"]["direction"] | undefined {
  return given ?? usualDirection(name);
}
