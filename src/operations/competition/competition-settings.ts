import path from "node:path";
import { guessCompetition } from "../../core/competition/competition-guess.ts";
import type { Ask } from "../../core/context.ts";
import { metricNames, usualDirection } from "../../core/metrics/known-metrics.ts";
import {
  type Direction,
  directions,
  type Project,
  projectSchema,
} from "../../core/competition/project.ts";
import {
  isRepeated,
  repeatedForm,
  repeatedStrategies,
} from "../../core/competition/validation-setting.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readTableHead } from "../../tables/table-head.ts";
import type { DataNames, FoundData } from "./competition-data.ts";

/** What the caller of `init` said outright; everything else is found, asked or a default. */
export interface GivenSettings extends Partial<DataNames> {
  name: string;
  platform: string;
  code: boolean;
  id?: string | undefined;
  target: string[];
  metric?: string | undefined;
  direction?: Direction | undefined;
  strategy?: Project["validation"]["strategy"] | undefined;
  folds: number;
  repeats?: number | undefined;
  seed: number;
  group?: string | undefined;
  time?: string | undefined;
  url: string;
  deadline: string;
}

const rowsToLookAt = 5_000;

/** project.yml's content, with a line on each thing that was found rather than given, and whether the validation was. */
export async function competitionSettings(
  given: GivenSettings,
  found: FoundData | undefined,
  findFiles: () => Promise<string[]>,
  ask: Ask | undefined,
): Promise<{ project: Project; found: string[]; guess: boolean }> {
  const heads = await readHeads(found);
  const guess = guessCompetition({
    ...heads,
    ...(given.target.length > 0 ? { target: given.target } : {}),
  });
  const target = given.target.length > 0 ? given.target : (guess.target ?? []);
  const metric = await chooseMetric(given, ask);
  const decided = given.strategy ?? strategyFor(given);
  const strategy = decided ?? guess.validation.strategy;
  if (given.repeats !== undefined && !isRepeated(strategy))
    throw noRepeats(strategy, given.repeats);
  const files = found?.files ?? {};
  const columns = heads.train?.columns;
  const usable =
    files.train !== undefined && hasColumnsToLearn(columns, [given.id ?? guess.id, ...target]);
  const dataFiles = usable ? [] : await findFiles();
  const project = projectSchema.parse({
    competition_name: given.name,
    competition_platform: given.platform,
    is_code_competition: given.code,
    data: {
      train: given.train ?? files.train,
      test: given.test ?? files.test,
      sample_submission: given.sample_submission ?? files.sample_submission,
      id: given.id ?? guess.id,
      target: target.length === 0 ? undefined : target.length === 1 ? target[0] : target,
      files: dataFiles.length === 0 ? undefined : dataFiles,
    },
    metric,
    validation: {
      strategy,
      n_splits: given.folds,
      ...(given.repeats === undefined ? {} : { n_repeats: given.repeats }),
      seed: given.seed,
      ...(given.group === undefined ? {} : { group: given.group }),
      ...(given.time === undefined ? {} : { time: given.time }),
    },
    metadata: { url: given.url, deadline: given.deadline },
  });
  // Without a training table there is nothing that split could decide from.
  const guessed = decided === undefined && (files.train !== undefined || dataFiles.length === 0);
  const reason = guessed
    ? `${guess.validation.reason}; a guess`
    : decided === undefined
      ? guess.validation.reason
      : "as given";
  return { project, found: findings(project, reason, found), guess: guessed };
}

/** The first rows of the files that were found. */
export async function readHeads(found: FoundData | undefined) {
  const head = async (name: string | undefined) =>
    name === undefined ? undefined : readTableHead(path.join(found!.folder, name), rowsToLookAt);
  const [train, test, sample] = await Promise.all([
    head(found?.files.train),
    head(found?.files.test),
    head(found?.files.sample_submission),
  ]);
  return {
    ...(train === undefined ? {} : { train }),
    ...(test === undefined ? {} : { test }),
    ...(sample === undefined ? {} : { sample }),
  };
}

/** Whether a table has a column that is neither id nor target; true where it could not be looked into. */
function hasColumnsToLearn(
  columns: readonly string[] | undefined,
  others: readonly (string | undefined)[],
): boolean {
  return columns?.some((column) => !others.includes(column)) ?? true;
}

function strategyFor(given: GivenSettings): Project["validation"]["strategy"] | undefined {
  if (given.time !== undefined) return "TimeSeriesSplit";
  return given.group === undefined ? undefined : "StratifiedGroupKFold";
}

function noRepeats(strategy: Project["validation"]["strategy"], repeats: number): UserError {
  const repeated = repeatedForm(strategy) ?? repeatedStrategies[0]!;
  return new UserError({
    code: "strategy-without-repeats",
    message: `--repeats was given, but ${strategy} splits the rows once`,
    expected: `--repeats with --strategy ${repeatedStrategies.join(" or ")}`,
    next: {
      operation: "init",
      input: { strategy: repeated, repeats },
      why: "or leave --repeats out",
    },
    exitCode: 2,
  });
}

async function chooseMetric(
  given: GivenSettings,
  ask: Ask | undefined,
): Promise<Project["metric"]> {
  const name = given.metric ?? (await askMetric(ask));
  const direction =
    given.direction ??
    usualDirection(name) ??
    (await ask?.choose(
      `Is a higher ${name} better?`,
      directions.map((value) => ({ value, label: value })),
    ));
  if (direction !== undefined) return { name, direction };
  throw new UserError({
    code: "metric-direction",
    message: `"${name}" is a metric Crossfold does not know, so its direction must be given`,
    expected: `--direction maximize or minimize (known metrics: ${metricNames.join(", ")})`,
    next: {
      operation: "init",
      input: { metric: name, direction: "maximize" },
      why: "or minimize, where lower is better",
    },
    exitCode: 2,
  });
}

async function askMetric(ask: Ask | undefined): Promise<string> {
  if (ask !== undefined) {
    return ask.choose(
      "Which metric decides the competition?",
      metricNames.map((value) => ({ value, label: value })),
    );
  }
  throw new UserError({
    code: "metric-missing",
    message: "the competition's metric must be given",
    expected: `--metric with one of ${metricNames.join(", ")}, or another name with --direction`,
    next: {
      operation: "init",
      input: { metric: "accuracy" },
      why: "or the metric that the competition's page names",
    },
    exitCode: 2,
  });
}

function findings(
  project: Project,
  strategyReason: string,
  found: FoundData | undefined,
): string[] {
  const { id, target, files } = project.data;
  if (found === undefined && files === undefined) {
    return [`no data yet: put the files into data/input/${project.competition_name}/`];
  }
  return [
    ...(found === undefined ? [] : [`files: ${Object.values(found.files).join(", ")}`]),
    ...(files === undefined
      ? []
      : [`no table with columns to learn from; data.files: ${[files].flat().join(", ")}`]),
    id === undefined ? "id: not found; set data.id" : `id: ${id}`,
    target === undefined
      ? "target: not found; set data.target"
      : `target: ${[target].flat().join(", ")}`,
    `validation: ${project.validation.strategy} (${strategyReason})`,
  ];
}
