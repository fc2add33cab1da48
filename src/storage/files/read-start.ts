import { openPlain } from "./read-text.ts";

/** The beginning of a file, at most so many bytes of it, as text; empty where there is none. Throws as `readText` does. */
export async function readStart(file: string, bytes: number): Promise<string> {
  const handle = await openPlain(file);
  if (handle === undefined) return "";
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
