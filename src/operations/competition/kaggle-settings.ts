import { readKaggleMetric } from "../../core/competition/kaggle-metric.ts";
import { competitionPage } from "../../clients/kaggle/addresses.ts";
import type { Competition } from "../../clients/kaggle/competitions.ts";
import type { ProjectSetting, ScalarValue } from "../../storage/competition/project-settings.ts";

export type KaggleSetting = ProjectSetting<ScalarValue>;

/** What Kaggle says of a competition, as the values of project.yml. */
export function kaggleSettings(slug: string, competition: Competition): KaggleSetting[] {
  const { evaluationMetric, deadline, maxDailySubmissions } = competition;
  const metric = evaluationMetric === null ? undefined : readKaggleMetric(evaluationMetric);
  return [
    ...(metric === undefined
      ? []
      : [
          { path: ["metric", "name"], value: metric.name } as const,
          { path: ["metric", "direction"], value: metric.direction } as const,
        ]),
    { path: ["is_code_competition"], value: competition.isKernelsSubmissionsOnly },
    { path: ["metadata", "url"], value: competitionPage(slug) },
    ...optional("evaluation_metric", evaluationMetric),
    ...optional("deadline", deadline === null ? null : shortTime(deadline)),
    ...optional("max_daily_submissions", maxDailySubmissions),
  ];
}

function optional(key: string, value: string | number | null): KaggleSetting[] {
  return value === null ? [] : [{ path: ["metadata", key], value }];
}

/** `2026-12-01T23:59:00.000Z` without what says nothing; text that is no time stays. */
function shortTime(text: string): string {
  const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(time) ? text : new Date(time).toISOString().replace(/\.000Z$/, "Z");
}
