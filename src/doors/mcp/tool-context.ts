import type { ServerContext } from "@modelcontextprotocol/server";
import { contextBase } from "../shared/context-base.ts";
import type { Context } from "../../core/context.ts";
import { makeTailBuffer } from "./tail-buffer.ts";
import { makeProgressNotes } from "./progress-notes.ts";

const keptText = 16 * 1024;
const keptOutput = 4 * 1024;

/** What an operation wrote beside its result. */
export interface Heard {
  /** The end of what went through `write`; undefined where nothing did. */
  text: string | undefined;
  /** The end of what child processes printed. */
  output: string | undefined;
}

/** The context of one call: no one to ask, news as notifications, cancelling as Ctrl-C. */
export function makeToolContext(
  cwd: string,
  request: ServerContext,
): { context: Context; heard(): Heard } {
  const text = makeTailBuffer(keptText);
  const output = makeTailBuffer(keptOutput);
  const notes = makeProgressNotes(request);
  const context: Context = {
    ...contextBase(cwd),
    progress: {
      ...notes,
      output(chunk) {
        output.add(chunk);
        notes.output(chunk);
      },
    },
    ask: undefined,
    write: (chunk) => text.add(chunk),
    onInterrupt: (handler) => onCancel(request.mcpReq.signal, handler),
    unheard: request.mcpReq.signal,
  };
  return { context, heard: () => ({ text: text.read(), output: output.read() }) };
}

/**
 * Cancelling a call is its one Ctrl-C; `stop` is there for what does not heed it. A client that goes away or that only
 * stopped waiting has not asked for anything to be stopped.
 */
function onCancel(signal: AbortSignal, handler: (times: number) => void): () => void {
  const listener = (): void => {
    if (wasMeant(signal.reason)) handler(1);
  };
  if (signal.aborted) listener();
  else signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}

/** The reason is the client's free text, or an error of ours where the connection is lost. */
function wasMeant(reason: unknown): boolean {
  const isOurs = reason instanceof Error && reason.name !== "AbortError";
  return !isOurs && !/\btimed?[ -]?out\b/i.test(String(reason));
}
