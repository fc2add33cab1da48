import { shorten } from "../text/table.ts";
import type { Style } from "../text/style.ts";
import type { Progress } from "../../core/context.ts";

const barWidth = 24;

/**
 * News on stderr. On a terminal a portion is a bar drawn in place, taken away before anything else is written and put
 * back after; without a terminal the steps and the child's own output say enough.
 */
export function makeProgress(
  stream: { write(chunk: string | Uint8Array): unknown; isTTY?: boolean },
  style: Style,
): Progress & { clear(): void } {
  let bar: string | undefined;
  let atLineStart = true;
  const live = stream.isTTY === true;
  const clear = (): void => {
    if (bar !== undefined && atLineStart) stream.write("\r\u001B[K");
  };
  const draw = (): void => {
    if (bar !== undefined && atLineStart) stream.write(bar);
  };
  const line = (text: string): void => {
    clear();
    stream.write(`${atLineStart ? "" : "\n"}${text}\n`);
    atLineStart = true;
    draw();
  };
  return {
    step: (text) => line(style.dim(text)),
    portion(done, total, label) {
      if (!live) return;
      clear();
      bar = done >= total ? undefined : shorten(barText(done, total, label), style.width - 1);
      draw();
    },
    output(chunk) {
      if (chunk.length === 0) return;
      clear();
      stream.write(chunk);
      atLineStart = chunk.at(-1) === 0x0a;
      draw();
    },
    clear() {
      clear();
      bar = undefined;
    },
  };
}

function barText(done: number, total: number, label: string): string {
  const full = Math.round((barWidth * done) / Math.max(total, 1));
  return `${"━".repeat(full)}${"─".repeat(barWidth - full)} ${done}/${total} ${label}`;
}
