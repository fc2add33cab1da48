import { type FileHandle, open, truncate } from "node:fs/promises";
import type { Exchange } from "../exchange.ts";

export interface Received {
  /** Bytes that came in this request. */
  bytes: number;
  /** False where the connection broke before the body's end, or a fault cuts it. */
  whole: boolean;
}

/** Writes a request's body into a file from an offset on, and what lies there behind it away. */
export async function receive(exchange: Exchange, file: string, offset = 0): Promise<Received> {
  const announced = Number(exchange.request.headers["content-length"] ?? Number.NaN);
  const most = exchange.fault?.kind === "cut-body" ? announced >> 1 : Number.POSITIVE_INFINITY;
  const handle = await open(file, offset === 0 ? "w" : "r+");
  try {
    return await copyBody(exchange, handle, offset, most);
  } finally {
    await handle.close();
  }
}

async function copyBody(
  exchange: Exchange,
  handle: FileHandle,
  offset: number,
  most: number,
): Promise<Received> {
  let bytes = 0;
  try {
    for await (const chunk of exchange.request) {
      const part = (chunk as Buffer).subarray(0, most - bytes);
      await handle.write(part, 0, part.length, offset + bytes);
      bytes += part.length;
      if (bytes >= most) return { bytes, whole: false };
    }
  } catch {
    return { bytes, whole: false };
  }
  return { bytes, whole: exchange.request.complete };
}

export async function keepOnly(file: string, size: number): Promise<void> {
  await truncate(file, size);
}
