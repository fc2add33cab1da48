import { z } from "zod";
import { parseCriteria } from "./criteria.ts";
import { plain, splitLines } from "./lines.ts";
import { findSections, sectionText, type SectionKey } from "./sections.ts";
import { readFrontmatter } from "./read-frontmatter.ts";
import type { Problem, Task } from "./task.ts";
import { taskId } from "./task-id.ts";

const word = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const optionalWord = word.nullish().transform((value) => value ?? null);
const words = z
  .union([z.array(word), word.transform((one) => (one === "" ? [] : [one]))])
  .nullish()
  .transform((value) => value ?? []);

/** The frontmatter of a task as users and other tools write it; unknown keys are left alone. */
const taskFrontmatterSchema = z.looseObject({
  id: word,
  title: word,
  status: word.nullish().transform((value) => value ?? ""),
  assignee: words,
  created_date: word.nullish().transform((value) => value ?? ""),
  updated_date: optionalWord,
  labels: words,
  dependencies: words,
  priority: optionalWord,
  milestone: optionalWord,
  parent_task_id: optionalWord,
  ordinal: z
    .number()
    .nullish()
    .transform((value) => value ?? null),
});

export type ParsedTask = { ok: true; task: Task } | { ok: false; problem: Problem };

/** Text of a task file to its value, or to what is wrong with it and on which line. */
export function parseTask(text: string, file: string): ParsedTask {
  const lines = splitLines(text);
  const read = readFrontmatter(lines, file, taskFrontmatterSchema);
  if (!read.ok) return read;
  return { ok: true, task: buildTask(read.values, lines, read.bodyStart, file) };
}

function buildTask(
  values: z.output<typeof taskFrontmatterSchema>,
  lines: readonly string[],
  bodyStart: number,
  file: string,
): Task {
  const sections = findSections(lines, bodyStart);
  const text = (key: SectionKey) => sectionText(lines, sections, key);
  const criteria = sections.find(({ key }) => key === "acceptanceCriteria");
  return {
    id: taskId(values.id),
    title: values.title,
    status: values.status,
    assignee: values.assignee,
    created: values.created_date,
    updated: values.updated_date,
    labels: values.labels,
    dependencies: values.dependencies.map((id) => taskId(id)),
    priority: values.priority,
    milestone: values.milestone,
    parent: values.parent_task_id === null ? null : taskId(values.parent_task_id),
    ordinal: values.ordinal,
    description: text("description"),
    acceptanceCriteria:
      criteria === undefined
        ? []
        : parseCriteria(lines.slice(criteria.start, criteria.end).map(plain)),
    plan: text("plan"),
    notes: text("notes"),
    finalSummary: text("finalSummary"),
    file,
  };
}
