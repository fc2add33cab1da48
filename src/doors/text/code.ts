import type { ToolOutput } from "../../operations/check/tool-schemas.ts";
import type { Style } from "./style.ts";

export const renderFmt = renderTools;
export const renderTy = renderTools;

function renderTools({ results }: ToolOutput, style: Style): string {
  return results
    .map(({ command, exitCode, output }) => {
      const mark = exitCode === 0 ? style.green("ok") : style.red(`exit ${exitCode}`);
      return [`${style.bold(command)}  ${mark}`, output].filter((part) => part !== "").join("\n");
    })
    .join("\n\n");
}
