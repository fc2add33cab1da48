import type { ServerContext } from "@modelcontextprotocol/server";
import type { Progress } from "../../core/context.ts";
import { visible } from "./visible-text.ts";

/** A step says that something goes on, not how much of it is done. */
const stepWidth = 0.001;

/**
 * News of a call as MCP notifications: steps and portions as progress, where the client asked for it, and what child
 * processes print as log messages.
 */
export function makeProgressNotes({ mcpReq }: ServerContext): Progress {
  const { _meta: meta } = mcpReq;
  const token = meta?.progressToken;
  const decoder = new TextDecoder();
  let at = 0;
  const report = (message: string, reached: number, total?: number): void => {
    if (token === undefined) return;
    // Each notification must be further than the one before.
    at = Math.max(at + stepWidth, reached);
    const params = { progressToken: token, progress: at, message: visible(message) };
    unheard(
      mcpReq.notify({
        method: "notifications/progress",
        params: total === undefined ? params : { ...params, total },
      }),
    );
  };
  return {
    step: (text) => report(text, 0),
    portion: (done, total, label) => report(`${done}/${total} ${label}`, done, total),
    output(chunk) {
      const text = decoder.decode(chunk, { stream: true });
      if (text !== "") unheard(mcpReq.log("info", visible(text), "output"));
    },
  };
}

/** News that cannot be delivered, the client having gone, are no failure of the call. */
function unheard(sent: Promise<void>): void {
  sent.catch(() => {});
}
