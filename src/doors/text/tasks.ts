import type { z } from "zod";
import type { TaskLine } from "../../operations/task/task-output.ts";
import type { tasksSearch } from "../../operations/commands/plan/tasks-search.ts";
import type { tasksView } from "../../operations/commands/plan/tasks-view.ts";
import type { tasks } from "../../operations/commands/plan/tasks.ts";
import { renderProblems } from "./problems.ts";
import { emptyList } from "./next.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

export function renderTasks(result: z.output<typeof tasks.output>, style: Style): string {
  const list =
    result.tasks.length === 0
      ? emptyList("No tasks.", { operation: "plan add", input: {}, why: "makes one" }, style)
      : taskTable(result.tasks, style);
  return [list, ...renderProblems(result.problems, style)].join("\n");
}

export function renderTasksSearch(
  result: z.output<typeof tasksSearch.output>,
  style: Style,
): string {
  const list =
    result.tasks.length === 0
      ? emptyList(
          "No task found.",
          { operation: "tasks", input: {}, why: "lists every task" },
          style,
        )
      : taskTable(result.tasks, style);
  return [list, ...renderProblems(result.problems, style)].join("\n");
}

export function taskTable(lines: readonly TaskLine[], style: Style): string {
  const rows = lines.map((task) => [
    style.bold(task.id),
    statusText(task.status, style),
    task.priority ?? "",
    task.criteria.all === 0 ? "" : `${task.criteria.checked}/${task.criteria.all}`,
    task.title,
    task.labels.length === 0 ? "" : style.dim(task.labels.join(", ")),
  ]);
  return table(rows, {
    header: ["id", "status", "priority", "done", "title", "labels"],
    align: ["left", "left", "left", "right", "left", "left"],
    style,
  });
}

export function renderTasksView(task: z.output<typeof tasksView.output>, style: Style): string {
  const facts: [string, string][] = [
    ["status", statusText(task.status, style)],
    ["priority", task.priority ?? ""],
    ["labels", task.labels.join(", ")],
    ["assignee", task.assignee.join(", ")],
    ["milestone", task.milestone ?? ""],
    ["parent", task.parent ?? ""],
    ["depends on", task.dependencies.join(", ")],
    ["created", utc(task.created)],
    ["updated", utc(task.updated ?? "")],
    ["file", task.file],
  ];
  const criteria = task.acceptanceCriteria.map(
    ({ index, text, checked }) => `${checked ? style.green("[x]") : "[ ]"} #${index} ${text}`,
  );
  return [
    style.bold(`${task.id}  ${task.title}`),
    ...facts
      .filter(([, value]) => value !== "")
      .map(([name, value]) => `  ${style.dim(name.padEnd(10))}  ${value}`),
    ...section("Description", task.description, style),
    ...section("Acceptance criteria", criteria.join("\n"), style),
    ...section("Plan", task.plan, style),
    ...section("Notes", task.notes, style),
    ...section("Final summary", task.finalSummary, style),
  ].join("\n");
}

function section(title: string, text: string, style: Style): string[] {
  return text === "" ? [] : ["", style.bold(title), text];
}

function utc(date: string): string {
  return date === "" ? "" : `${date} UTC`;
}

function statusText(status: string, style: Style): string {
  if (/^(done|completed?|closed)$/i.test(status)) return style.green(status);
  return /progress|review/i.test(status) ? style.yellow(status) : status;
}
