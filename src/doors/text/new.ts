import type { z } from "zod";
import type { newExperiment } from "../../operations/commands/create/new.ts";
import { actionLine, nextLines } from "./next.ts";
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
    ...harnessLines(result, style),
    ...nextLines(result.next, style).map((line) => `  ${line}`),
  ].join("\n");
}

/** Said where the harness is older than what Crossfold ships: it was kept, so that scores stay comparable. */
function harnessLines({ experiment, harness, parent }: Output, style: Style): string[] {
  if (harness === null || harness.version >= harness.shipped) return [];
  const source = parent ?? "templates/harness";
  const upgrade = {
    operation: "doctor",
    input: { upgradeHarness: [experiment] },
    why: "upgrades it",
  };
  return [
    `  harness  version ${harness.version}, kept from ${source}; Crossfold ships version ${harness.shipped}:`,
    `         ${actionLine(upgrade, style)}`,
  ];
}

/** Files as they are, folders once. */
function topNames(files: readonly string[]): string[] {
  return [...new Set(files.map((file) => file.replace(/\/.*$/, "/")))];
}
