import type { IncomingMessage, ServerResponse } from "node:http";
import type { Reply } from "./reply.ts";

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Sends a reply; with `cutAt` (a fraction) only that much of the body, and then the connection breaks. */
export async function sendReply(
  response: ServerResponse,
  reply: Reply,
  cutAt?: number,
): Promise<void> {
  const { status, headers, body, stream } = reply;
  if (stream !== undefined) {
    response.writeHead(status, headers);
    if (cutAt !== undefined) breakAfterFirstEvent(response);
    return stream(response);
  }
  response.writeHead(status, { "Content-Length": String(body.length), ...headers });
  if (cutAt === undefined) {
    response.end(body);
    return;
  }
  const part = body.subarray(0, Math.floor(body.length * cutAt));
  // The bytes must be on their way before the connection is torn down, or the client sees none.
  await new Promise<void>((resolve) => response.write(part, () => setTimeout(resolve, 10)));
  breakConnection(response);
}

/** An event stream has no length to cut at. */
function breakAfterFirstEvent(response: ServerResponse): void {
  const write = response.write.bind(response) as (chunk: string, done: () => void) => boolean;
  response.write = (chunk: string) => {
    const isEvent = chunk.startsWith("data:");
    return write(chunk, () => {
      if (isEvent) setTimeout(breakConnection, 10, response);
    });
  };
}

export function breakConnection(response: ServerResponse): void {
  response.socket?.destroy();
}

/** Where a request goes: a proxy gets whole addresses, an origin gets paths. */
export function targetOf(request: IncomingMessage, ownHost: string): URL {
  const target = request.url ?? "/";
  return target.startsWith("/") ? new URL(target, `http://${ownHost}`) : new URL(target);
}
