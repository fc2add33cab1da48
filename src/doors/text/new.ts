import type { z } from "zod";
import type { newExperiment } from "../../operations/commands/create/new.ts";
import type { Style } from "./style.ts";

type Output = z.output<typeof newExperiment.output>;

export function renderNew(result: Output, style: Style): string {
  const { template } = result;
  const named = template === "models" ? "the template" : `the template ${template}`;
  const origin = template === null ? `from ${result.parent}` : `from ${named}`;
  const task = result.taskOrigin === "found" ? `${result.task}, made by the plan` : result.task;
  return [
    `${style.bold(result.experiment)} made ${origin}: ${result.folder}/`,
    `  files  ${topNames(result.files).join(", ")}`,
    `  task   ${task}`,
    ...harnessLine(result),
    ...result.next.map(
      (step, index) => `${index === 0 ? "  next   " : "         "}${style.cyan(step)}`,
    ),
  ].join("\n");
}

/** Said where the harness is older than what Crossfold ships: it was kept, so that scores stay comparable. */
function harnessLine({ experiment, harness, parent }: Output): string[] {
  if (harness === null || harness.version >= harness.shipped) return [];
  const source = parent ?? "templates/harness";
  return [
    `  harness  version ${harness.version}, kept from ${source}; Crossfold ships version ${harness.shipped}:`,
    `         crossfold doctor --upgrade-harness ${experiment}`,
  ];
}

/** Files as they are, folders once. */
function topNames(files: readonly string[]): string[] {
  return [...new Set(files.map((file) => file.replace(/\/.*$/, "/")))];
}
