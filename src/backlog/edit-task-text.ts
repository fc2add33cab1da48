import type { BacklogConfig } from "./backlog.ts";
import { addCriteria, markCriterion } from "./criteria.ts";
import { backlogDate } from "./dates.ts";
import { setKey } from "./frontmatter.ts";
import { joinLines, plain, splitLines, tidyLine } from "./lines.ts";
import { findSections, sectionText, type SectionKey, setSection } from "./sections.ts";
import type { Task, TaskEdit } from "./task.ts";
import { sameTaskId } from "./task-id.ts";
import { knownPriority, knownStatus, knownTitle, sectionLines, tidyLabels } from "./task-values.ts";

// oxfmt-ignore
/** The order in which Backlog.md writes a task's frontmatter. */
const keyOrder = [
  "id", "title", "status", "assignee", "reporter", "created_date", "updated_date", "due_date", "labels", "milestone",
  "dependencies", "references", "documentation", "modified_files", "parent_task_id", "subtasks", "priority", "type",
  "ordinal", "onStatusChange",
];

/**
 * Text of a task's file with an edit applied to `task`, its parsed value. Only lines that change are touched, and
 * `updated_date` with them; an edit that changes nothing gives the same text. `dependencies` of the edit are ids as
 * shown, checked to be there.
 */
export function editTaskText(
  text: string,
  task: Task,
  edit: TaskEdit,
  config: BacklogConfig,
  now: Date,
): string {
  const before = splitLines(text);
  let lines = editFrontmatter(before, task, edit, config);
  lines = editBody(lines, task, edit);
  const after = joinLines(lines);
  if (after === text) return text;
  return joinLines(setKey(lines, "updated_date", backlogDate(now), keyOrder));
}

function editFrontmatter(
  before: readonly string[],
  task: Task,
  edit: TaskEdit,
  config: BacklogConfig,
): string[] {
  let lines = [...before];
  const set = (key: string, value: string | readonly string[], old: unknown) => {
    if (JSON.stringify(value) !== JSON.stringify(old)) lines = setKey(lines, key, value, keyOrder);
  };
  if (edit.title !== undefined) set("title", knownTitle(edit.title), task.title);
  if (edit.status !== undefined) set("status", knownStatus(edit.status, config), task.status);
  if (edit.priority !== undefined) {
    set("priority", knownPriority(edit.priority, config), task.priority?.toLowerCase());
  }
  set("labels", editedLabels(task.labels, edit), task.labels);
  set("dependencies", editedDependencies(task.dependencies, edit), task.dependencies);
  return lines;
}

function editedLabels(labels: readonly string[], edit: TaskEdit): readonly string[] {
  if ((edit.labels ?? edit.addLabels ?? edit.removeLabels) === undefined) return labels;
  const added = tidyLabels([...(edit.labels ?? labels), ...(edit.addLabels ?? [])]);
  const removed = tidyLabels(edit.removeLabels ?? []);
  return added.filter((label) => !removed.includes(label));
}

function editedDependencies(ids: readonly string[], edit: TaskEdit): readonly string[] {
  const result = [...(edit.dependencies ?? ids)];
  for (const id of edit.addDependencies ?? []) {
    if (!result.some((one) => sameTaskId(one, id))) result.push(id);
  }
  return result;
}

function editBody(before: readonly string[], task: Task, edit: TaskEdit): string[] {
  let lines = [...before];
  const set = (key: SectionKey, content: readonly string[] | undefined) => {
    if (content !== undefined) lines = setSection(lines, bodyStartOf(lines), key, content);
  };
  set("description", replacement(edit.description, task.description));
  set("acceptanceCriteria", editedCriteria(lines, task, edit));
  set("plan", replacement(edit.plan, task.plan));
  set("notes", replacement(edit.notes, task.notes));
  for (const note of [edit.appendNotes ?? []].flat()) set("notes", appended(lines, "notes", note));
  set("finalSummary", replacement(edit.finalSummary, task.finalSummary));
  return lines;
}

/** Undefined where the text stays what it is, however it is laid out. */
function replacement(text: string | undefined, old: string): string[] | undefined {
  if (text === undefined) return undefined;
  const lines = sectionLines(text);
  return lines.join("\n") === old ? undefined : lines;
}

/** The section's lines with a paragraph after them; undefined where the paragraph is empty. */
function appended(lines: readonly string[], key: SectionKey, text: string): string[] | undefined {
  const added = sectionLines(text);
  if (added.length === 0) return undefined;
  const section = findSections(lines, bodyStartOf(lines)).find((one) => one.key === key);
  if (section === undefined || sectionText(lines, [section], key) === "") return added;
  return [...contentOf(lines, section), "", ...added];
}

function editedCriteria(
  lines: readonly string[],
  task: Task,
  edit: TaskEdit,
): string[] | undefined {
  const added = (edit.addAcceptanceCriteria ?? []).map(tidyLine).filter((text) => text !== "");
  const marks = [
    ...(edit.checkAc ?? []).map((index) => ({ index, checked: true })),
    ...(edit.uncheckAc ?? []).map((index) => ({ index, checked: false })),
  ];
  if (added.length + marks.length === 0) return undefined;
  const section = findSections(lines, bodyStartOf(lines)).find(
    ({ key }) => key === "acceptanceCriteria",
  );
  const old = section === undefined ? [] : contentOf(lines, section);
  let content = addCriteria(old, added);
  for (const { index, checked } of marks) content = markCriterion(content, index, checked, task.id);
  return content.join("\n") === old.join("\n") ? undefined : content;
}

/** A section's lines without their ends; blank ones at both ends are left out where no markers hold them. */
function contentOf(
  lines: readonly string[],
  section: { start: number; end: number; marked: boolean },
): string[] {
  const content = lines.slice(section.start, section.end).map(plain);
  const last = content.findLastIndex((line) => !blank(line));
  const first = section.marked
    ? 0
    : Math.max(
        0,
        content.findIndex((line) => !blank(line)),
      );
  return content.slice(first, last + 1);
}

function blank(line: string): boolean {
  return line.trim() === "";
}

function bodyStartOf(lines: readonly string[]): number {
  return lines.findIndex((line, index) => index > 0 && plain(line).trimEnd() === "---") + 1;
}
