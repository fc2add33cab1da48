import picocolors from "picocolors";
import type { OperationCall } from "../../core/errors/next-action.ts";

/** How text may look where it goes. Renderers take it and stay pure. */
export interface Style {
  color: boolean;
  /** Columns of the terminal; Infinity where the text does not go to one. */
  width: number;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  /** An operation to call, as the door spells it. */
  spell(call: OperationCall): string;
}

/** Until a door says how it spells an operation, its name stands for it. */
export function makeStyle(target: { color: boolean; width: number }): Style {
  const { bold, dim, red, green, yellow, cyan } = picocolors.createColors(target.color);
  return { ...target, bold, dim, red, green, yellow, cyan, spell: nameOf };
}

function nameOf({ operation }: OperationCall): string {
  return operation;
}
