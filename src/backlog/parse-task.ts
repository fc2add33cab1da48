import { z } from "zod";
import { parseCriteria } from "./criteria.ts";
import { plain, splitLines } from "./lines.ts";
import { findSections, type Section, sectionText, type SectionKey } from "./sections.ts";
import { readFrontmatter } from "./read-frontmatter.ts";
import type { Problem, Task, TaskHead } from "./task.ts";
import { taskHead } from "./task-head.ts";
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
    .string()
    .transform(Number)
    .pipe(z.number())
    .nullish()
    .transform((value) => value ?? null),
});

export type ParsedTask<One = Task> = { ok: true; task: One } | { ok: false; problem: Problem };

interface Parts {
  values: z.output<typeof taskFrontmatterSchema>;
  lines: readonly string[];
  sections: readonly Section[];
  file: string;
}

/** Text of a task file to its value, or to what is wrong with it and on which line. */
export function parseTask(text: string, file: string): ParsedTask {
  return parse(text, file, (parts) => ({
    ...buildHead(parts),
    plan: textOf(parts, "plan"),
    notes: textOf(parts, "notes"),
    finalSummary: textOf(parts, "finalSummary"),
  }));
}

/** The same without the long texts, whose lines are not even joined. */
export function parseTaskHead(text: string, file: string): ParsedTask<TaskHead> {
  return parse(text, file, (parts) => taskHead(buildHead(parts)));
}

function parse<One>(text: string, file: string, build: (parts: Parts) => One): ParsedTask<One> {
  const lines = splitLines(text);
  const read = readFrontmatter(lines, file, taskFrontmatterSchema);
  if (!read.ok) return read;
  const { values, bodyStart } = read;
  return {
    ok: true,
    task: build({ values, lines, sections: findSections(lines, bodyStart), file }),
  };
}

function textOf({ lines, sections }: Parts, key: SectionKey): string {
  return sectionText(lines, sections, key);
}

function buildHead(parts: Parts): TaskHead {
  const { values, lines, sections, file } = parts;
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
    description: textOf(parts, "description"),
    acceptanceCriteria:
      criteria === undefined
        ? []
        : parseCriteria(lines.slice(criteria.start, criteria.end).map(plain)),
    file,
  };
}
