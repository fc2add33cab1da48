import { type TaskKind, taskWords } from "../metrics/task-kind.ts";
import type { Project } from "./project.ts";

/** The first rows of a table: column names and, row by row, the values as text (empty = missing). */
export interface TableHead {
  columns: string[];
  rows: string[][];
}

export interface CompetitionGuess {
  id?: string;
  target?: string[];
  validation: {
    strategy: Project["validation"]["strategy"];
    /** Undefined where the files do not say. */
    task: TaskKind | undefined;
    reason: string;
  };
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
  const task = guessTask(targets, train);
  const strategy = task === undefined ? "KFold" : strategyOf[task];
  return { strategy, task, reason: task === undefined ? "default" : taskWords(task) };
}

const strategyOf = {
  regression: "KFold",
  binary: "StratifiedKFold",
  multiclass: "StratifiedKFold",
  multilabel: "MultilabelStratifiedKFold",
} as const satisfies Record<TaskKind, Project["validation"]["strategy"]>;

/** Several targets are multilabel where all are binary, regression where all are numbers. */
function guessTask(targets: string[], train?: TableHead): TaskKind | undefined {
  const [first, ...others] = targets.map((target) => taskOfOne(target, train));
  if (others.some((kind) => kind !== first)) return undefined;
  if (others.length === 0 || first === "regression") return first;
  return first === "binary" ? "multilabel" : undefined;
}

function taskOfOne(target: string, train?: TableHead): TaskKind | undefined {
  const index = train?.columns.indexOf(target) ?? -1;
  if (train === undefined || index < 0) return undefined;
  const values = new Set(train.rows.map((row) => row[index] ?? "").filter((value) => value !== ""));
  if (values.size === 0) return undefined;
  if (values.size <= 2) return "binary";
  const numeric = [...values].every((value) => Number.isFinite(Number(value)));
  if (!numeric) return "multiclass";
  const whole = [...values].every((value) => Number.isInteger(Number(value)));
  return whole && values.size <= 20 && train.rows.length >= 10 * values.size
    ? "multiclass"
    : "regression";
}
