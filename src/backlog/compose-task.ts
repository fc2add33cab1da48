import type { BacklogConfig } from "./backlog.ts";
import { addCriteria } from "./criteria.ts";
import { backlogDate } from "./dates.ts";
import { tidyLine } from "./lines.ts";
import { setSection } from "./sections.ts";
import type { NewTask } from "./task.ts";
import { knownPriority, knownStatus, knownTitle, sectionLines, tidyLabels } from "./task-values.ts";
import { yamlLines } from "./yaml-text.ts";

/** What the backlog, not the user, decides about a new task. */
export interface Placement {
  id: string;
  /** Ids as shown, checked to be there. */
  dependencies: readonly string[];
  ordinal: number;
  now: Date;
}

/** Text of a new task's file, byte for byte what Backlog.md 1.52 writes for the same input. */
export function composeTask(task: NewTask, placement: Placement, config: BacklogConfig): string {
  const { default_assignee: assignee } = config;
  const frontmatter = yamlLines({
    id: placement.id,
    title: knownTitle(task.title),
    status: knownStatus(task.status ?? config.default_status, config),
    assignee: assignee === "" ? [] : [assignee],
    created_date: backlogDate(placement.now),
    labels: tidyLabels(task.labels ?? []),
    dependencies: placement.dependencies,
    ...(task.priority === undefined ? {} : { priority: knownPriority(task.priority, config) }),
    ordinal: placement.ordinal,
  });
  const head = ["---", ...frontmatter, "---"];
  const body = composeBody([...head, "", "", ""], head.length, task, config);
  return body.join("\n");
}

function composeBody(
  lines: readonly string[],
  bodyStart: number,
  task: NewTask,
  config: BacklogConfig,
): string[] {
  const criteria = (task.acceptanceCriteria ?? []).map(tidyLine).filter((text) => text !== "");
  const done = config.definition_of_done.map(tidyLine).filter((text) => text !== "");
  let result = setSection(lines, bodyStart, "description", sectionLines(task.description ?? ""));
  result = setSection(result, bodyStart, "acceptanceCriteria", addCriteria([], criteria));
  result = setSection(result, bodyStart, "definitionOfDone", addCriteria([], done));
  return setSection(result, bodyStart, "plan", sectionLines(task.plan ?? ""));
}
