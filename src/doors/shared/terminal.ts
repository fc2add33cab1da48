import { jsonText } from "../text/json-text.ts";
import { colorsOnly, terminalFilter } from "../text/terminal-text.ts";

/** Where text is shown. Whatever it holds, the terminal only shows it. */
export interface Terminal {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  /** Text with colours of our own. Untrusted text goes through `plainText` before it is coloured. */
  write(text: string): void;
  /** One JSON document. */
  writeJson(value: unknown): void;
  /** Bytes of another program, as they come: its colours stay. */
  passOn(): PassedOn;
  /** Takes away the line that the cursor is in. */
  clearLine(): void;
}

/** The output of another program on its way to a terminal; each gives the text that was shown. */
interface PassedOn {
  write(bytes: Uint8Array): string;
  /** Before a line of our own: ends a colour that the program left on. */
  reset(): string;
  /** No more comes. */
  end(): string;
}

/** A stream as a terminal; only this file writes to the process's own. */
export function terminalOn(stream: {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}): Terminal {
  const show = (text: string): string => {
    if (text !== "") stream.write(text);
    return text;
  };
  return {
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns;
    },
    write: (text) => void show(colorsOnly(text)),
    writeJson: (value) => void show(`${jsonText(value)}\n`),
    passOn() {
      const filter = terminalFilter({ inPlace: stream.isTTY === true });
      return {
        write: (bytes) => show(filter.add(bytes)),
        reset: () => show(filter.reset()),
        end: () => show(filter.end()),
      };
    },
    clearLine: () => void show("\r\u001B[K"),
  };
}

export const stdout = terminalOn(process.stdout);
export const stderr = terminalOn(process.stderr);

/** Where questions draw themselves; every text in them is made plain first. */
export const questionStream: NodeJS.WriteStream = process.stderr;

/** Where a protocol's messages go, which a program reads and no terminal. */
export const protocolStream: NodeJS.WriteStream = process.stdout;
