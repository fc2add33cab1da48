import type { z } from "zod";
import { counted } from "../../core/text/counted.ts";
import type { clean } from "../../operations/commands/train/clean.ts";
import { renderProblems } from "./problems.ts";
import { size } from "./size.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

export function renderClean(output: z.output<typeof clean.output>, style: Style): string {
  return [renderLeftovers(output, style), ...renderProblems(output.problems, style)].join("\n");
}

function renderLeftovers(
  { rows, count, bytes, removed }: z.output<typeof clean.output>,
  style: Style,
): string {
  if (count === 0) return style.dim("nothing to remove");
  const lines = rows.map((row) => [row.summary, String(row.count), size(row.bytes)]);
  const header = ["what", "count", "size"];
  const align = ["left", "right", "right"] as const;
  const total = `${counted(count, "leftover")} (${size(bytes)})`;
  const done = removed ? "removed" : "could go; nothing was removed";
  return `${table(lines, { header, align, style })}\n${style.bold(total)} ${done}`;
}
