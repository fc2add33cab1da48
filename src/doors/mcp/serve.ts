import { setTimeout as pause } from "node:timers/promises";
import { ProtocolErrorCode } from "@modelcontextprotocol/server";
import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { protocolStream, stderr } from "../shared/terminal.ts";
import { version } from "../shared/version.ts";
import { boundLines, longestMessage } from "./bounded-lines.ts";
import { makeServer } from "./server.ts";

/** How long calls under way may take to finish once the client has gone. */
const graceMs = 5000;

/**
 * Speaks MCP on stdin and stdout until the client goes away. Trainings it started go on, as they do when a terminal is
 * closed. Then ends the process.
 */
export async function serveMcp(cwd: string): Promise<never> {
  const underWay = new Set<Promise<unknown>>();
  const lines = process.stdin.pipe(boundLines(refuseLong));
  serveStdio(() => makeServer({ cwd, version: version(), underWay }), {
    transport: new StdioServerTransport(lines, protocolStream, { maxBufferSize: longestMessage }),
    onerror: (error) => stderr.write(`crossfold mcp: ${error.message}\n`),
  });
  // Not when a server closes: a client that first asks which protocol is spoken is given a second one.
  await new Promise((resolve) => process.stdin.once("end", resolve).once("close", resolve));
  await Promise.race([Promise.allSettled(underWay), pause(graceMs)]);
  // What still waits for a run to end would hold the process for as long as that takes.
  process.exit(0);
}

/** A message over the limit is an error of that message, not the end of the server. */
function refuseLong(id: string | number | null): void {
  const error = {
    code: ProtocolErrorCode.InvalidRequest,
    message: `the message is longer than ${longestMessage / 1024 ** 2} MiB`,
  };
  protocolStream.write(`${JSON.stringify({ jsonrpc: "2.0", id, error })}\n`);
}
