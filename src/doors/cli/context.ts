import { statSync } from "node:fs";
import path from "node:path";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { contextBase } from "../shared/context-base.ts";
import { stderr, type Terminal } from "../shared/terminal.ts";
import { makeAsk } from "./ask.ts";
import { makeProgress } from "./progress.ts";
import { makeStyle, type Style } from "../text/style.ts";
import { usageError } from "./usage-error.ts";

/** The real clock, ids, environment and terminal. `write` is where long results go. */
export function makeContext(options: {
  cwd: string | undefined;
  json: boolean;
  write: (chunk: Uint8Array) => void;
}): Context & { end(): void } {
  const progress = makeProgress(stderr, terminalStyle(stderr));
  return {
    ...contextBase(workingFolder(options.cwd)),
    progress,
    ask: makeAsk(options.json, process.env),
    write: options.write,
    onInterrupt,
    end: () => progress.clear(),
  };
}

/** The folder that `-C` names, or the current one; refuses one that is not there. */
export function workingFolder(given: string | undefined): string {
  const here = currentFolder();
  if (given === undefined) return here;
  const folder = path.resolve(here, given);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw usageError(`-C: there is no folder ${folder}`, "");
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    const message = "the folder you are in has been removed";
    const details = { code: "no-folder", message, next: "cd to a folder that is there" } as const;
    throw new UserError({ ...details, exitCode: 2 }, { cause });
  }
}

/** Colour where the text goes to a terminal, unless NO_COLOR or FORCE_COLOR say otherwise. */
export function terminalStyle({ isTTY, columns }: Terminal): Style {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const wanted = FORCE_COLOR !== undefined && FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  const terminal = isTTY && TERM !== "dumb";
  const color = !NO_COLOR && FORCE_COLOR !== "0" && (wanted || terminal);
  return makeStyle({ color, width: isTTY ? columns || 80 : Infinity });
}

/** While a handler listens, Ctrl-C is its business; otherwise it ends the process as usual. */
function onInterrupt(handler: (times: number) => void): () => void {
  let times = 0;
  const listener = (): void => handler((times += 1));
  process.on("SIGINT", listener);
  return () => process.off("SIGINT", listener);
}
