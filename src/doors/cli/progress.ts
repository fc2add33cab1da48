import { shorten } from "../text/table.ts";
import type { Style } from "../text/style.ts";
import { plainText } from "../text/terminal-text.ts";
import type { Terminal } from "../shared/terminal.ts";
import type { Progress } from "../../core/context.ts";

const barWidth = 24;

/**
 * News on stderr. On a terminal a portion is a bar drawn in place, taken away before anything else is written and put
 * back after; without a terminal the steps and the child's own output say enough.
 */
export function makeProgress(
  terminal: Pick<Terminal, "isTTY" | "write" | "passOn" | "clearLine">,
  style: Style,
): Progress & { clear(): void } {
  let bar: string | undefined;
  let atLineStart = true;
  const child = terminal.passOn();
  const clear = (): void => {
    child.reset();
    if (bar !== undefined && atLineStart) terminal.clearLine();
  };
  const draw = (): void => {
    if (bar === undefined || !atLineStart) return;
    child.reset();
    terminal.write(bar);
  };
  const line = (text: string): void => {
    clear();
    terminal.write(`${atLineStart ? "" : "\n"}${text}\n`);
    atLineStart = true;
    draw();
  };
  return {
    step: (text) => line(style.dim(plainText(text))),
    portion(done, total, label) {
      if (!terminal.isTTY) return;
      clear();
      bar =
        done >= total
          ? undefined
          : shorten(plainText(barText(done, total, label)), style.width - 1);
      draw();
    },
    output(chunk) {
      if (chunk.length === 0) return;
      if (bar !== undefined) clear();
      const shown = child.write(chunk);
      if (shown !== "") atLineStart = shown.endsWith("\n");
      draw();
    },
    clear() {
      clear();
      child.end();
      bar = undefined;
    },
  };
}

function barText(done: number, total: number, label: string): string {
  const full = Math.round((barWidth * done) / Math.max(total, 1));
  return `${"━".repeat(full)}${"─".repeat(barWidth - full)} ${done}/${total} ${label}`;
}
