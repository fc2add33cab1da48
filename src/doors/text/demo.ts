import type { z } from "zod";
import type { demo } from "../../operations/commands/setup/demo.ts";
import { renderCompare } from "./compare.ts";
import { renderHistory } from "./history.ts";
import { nextLines } from "./next.ts";
import type { Style } from "./style.ts";

export function renderDemo(result: z.output<typeof demo.output>, style: Style): string {
  const seconds = result.chapters.reduce((sum, chapter) => sum + chapter.seconds, 0);
  return [
    renderHistory(result.history, style),
    "",
    renderCompare(result.compare, style),
    "",
    `The whole loop took ${Math.round(seconds)} s; the workspace is ${result.root}`,
    ...nextLines(result.next, style).map((line) => `  ${line}`),
  ].join("\n");
}
