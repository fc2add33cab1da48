import type { z } from "zod";
import { counted } from "../../core/text/counted.ts";
import type { overview } from "../../operations/commands/plan/overview.ts";
import { renderProblems } from "./problems.ts";
import { emptyList } from "./next.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";
import { taskTable } from "./tasks.ts";

type Output = z.output<typeof overview.output>;

/** Columns of the bar that shows a status's share of all tasks. */
const barWidth = 24;

export function renderOverview(result: Output, style: Style): string {
  if (result.total === 0) {
    const next = { operation: "plan add", input: {}, why: "makes one" };
    const empty = emptyList("No tasks yet.", next, style);
    return [empty, ...renderProblems(result.problems, style)].join("\n");
  }
  return [
    style.bold(
      `${result.project}: ${counted(result.total, "task")}, ${counted(result.experiments, "experiment")}`,
    ),
    "",
    statusTable(result, style),
    ...priorities(result, style),
    "",
    style.bold("Recently changed"),
    taskTable(result.recent, style),
    ...blocked(result, style),
    ...renderProblems(result.problems, style),
  ].join("\n");
}

function statusTable({ byStatus, total }: Output, style: Style): string {
  const rows = byStatus.map(({ status, all, experiments }) => {
    const filled = Math.round((all / total) * barWidth);
    const bar = style.green("█".repeat(filled)) + style.dim("░".repeat(barWidth - filled));
    return [status, String(all), String(experiments), bar];
  });
  return table(rows, {
    header: ["status", "tasks", "experiments", ""],
    align: ["left", "right", "right", "left"],
    style,
  });
}

function priorities({ byPriority }: Output, style: Style): string[] {
  if (byPriority.length === 0) return [];
  const parts = byPriority.map(({ priority, all }) => `${priority} ${all}`);
  return ["", `${style.dim("open by priority")}  ${parts.join(", ")}`];
}

function blocked(result: Output, style: Style): string[] {
  if (result.blocked.length === 0) return [];
  const lines = result.blocked.map(
    ({ task, waitsFor }) =>
      `  ${style.bold(task.id)}  ${task.title} ${style.dim(`waits for ${waitsFor.join(", ")}`)}`,
  );
  return ["", style.yellow("Waiting"), ...lines];
}
