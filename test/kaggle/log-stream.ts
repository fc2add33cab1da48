import { setTimeout as sleep } from "node:timers/promises";
import type { ServerResponse } from "node:http";
import { logText } from "./kernel-methods.ts";
import { findKernel, findVersion, hasEnded, type KernelVersion } from "./kernel.ts";
import { Refusal, type Reply } from "./reply.ts";
import type { World } from "./world.ts";

/** GET kernels/logs/stream/OWNER/SLUG?versionLabel=vN: events while it runs, the log as it is kept afterwards. */
export function logStream(world: World, url: URL): Reply | undefined {
  const match = /^\/(?:api\/)?v1\/kernels\/logs\/stream\/([^/]+)\/([^/]+)$/.exec(url.pathname);
  if (match === null) return undefined;
  const kernel = findKernel(world, match[1]!, match[2]!);
  const version = findVersion(kernel, url.searchParams.get("versionLabel") ?? undefined);
  if (version.state === "NEW_SCRIPT") throw new Refusal(404, "Kernel session not found");
  if (hasEnded(version)) {
    const headers = { "Content-Type": "application/octet-stream" };
    return { status: 200, headers, body: Buffer.from(logText(version)) };
  }
  const headers = { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" };
  const stream = (response: ServerResponse) => send(version, response);
  return { status: 200, headers, body: Buffer.alloc(0), stream };
}

async function send(version: KernelVersion, response: ServerResponse): Promise<void> {
  response.write(": connected\n\n");
  let sent = 0;
  while (!response.destroyed) {
    const ended = hasEnded(version);
    for (; sent < version.log.length; sent++) {
      response.write(`data: ${JSON.stringify(version.log[sent])}\n\n`);
    }
    if (ended) break;
    await Promise.race([version.ended, sleep(20)]);
  }
  response.end("data: END_OF_LOG\n\n");
}
