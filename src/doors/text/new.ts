import type { z } from "zod";
import type { newExperiment } from "../../operations/commands/create/new.ts";
import { nextLines } from "./next.ts";
import type { Style } from "./style.ts";

type Output = z.output<typeof newExperiment.output>;

export function renderNew(result: Output, style: Style): string {
  const origin = result.parent === null ? "from the template" : `from ${result.parent}`;
  const task = result.taskOrigin === "found" ? `${result.task}, made by the plan` : result.task;
  return [
    `${style.bold(result.experiment)} made ${origin}: ${result.folder}/`,
    `  files  ${result.files.join(", ")}`,
    `  task   ${task}`,
    ...nextLines(result.next, style).map((line) => `  ${line}`),
  ].join("\n");
}
