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
  seed: number;
  group?: string | undefined;
  time?: string | undefined;
  url: string;
  deadline: string;
}

const rowsToLookAt = 5_000;

/** project.yml's content, with a line on each thing that was found rather than given. */
export async function competitionSettings(
  given: GivenSettings,
  found: FoundData | undefined,
  ask: Ask | undefined,
): Promise<{ project: Project; found: string[] }> {
  const heads = await readHeads(found);
  const guess = guessCompetition({
    ...heads,
    ...(given.target.length > 0 ? { target: given.target } : {}),
  });
  const target = given.target.length > 0 ? given.target : (guess.target ?? []);
  const metric = await chooseMetric(given, ask);
  const strategy = given.strategy ?? strategyFor(given) ?? guess.validation.strategy;
  const files = found?.files ?? {};
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
    },
    metric,
    validation: {
      strategy,
      n_splits: given.folds,
      seed: given.seed,
      ...(given.group === undefined ? {} : { group: given.group }),
      ...(given.time === undefined ? {} : { time: given.time }),
    },
    metadata: { url: given.url, deadline: given.deadline },
  });
  return { project, found: findings(project, guess.validation.reason, found) };
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

function strategyFor(given: GivenSettings): Project["validation"]["strategy"] | undefined {
  if (given.time !== undefined) return "TimeSeriesSplit";
  return given.group === undefined ? undefined : "StratifiedGroupKFold";
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
    message: `"${name}" is a metric Crossfold does not know, so its direction has to be said`,
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
    message: "the competition's metric has to be said",
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
  if (found === undefined) {
    return [`no data yet: put the files into data/input/${project.competition_name}/`];
  }
  const { id, target } = project.data;
  return [
    `files: ${Object.values(found.files).join(", ")}`,
    id === undefined ? "id: not found; set data.id" : `id: ${id}`,
    target === undefined
      ? "target: not found; set data.target"
      : `target: ${[target].flat().join(", ")}`,
    `validation: ${project.validation.strategy} (${strategyReason})`,
  ];
}
