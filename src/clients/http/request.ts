import { NoAnswer } from "./no-answer.ts";

interface RequestOptions extends RequestInit {
  /** For the whole answer, its body too. */
  timeoutMs?: number | undefined;
}

/** One request, redirects not followed (308 is a resumable upload's "go on"). Throws NoAnswer where none comes. */
export async function request(
  url: string | URL,
  { timeoutMs, signal, ...rest }: RequestOptions,
): Promise<Response> {
  const limit = timeoutMs === undefined ? [] : [AbortSignal.timeout(Math.ceil(timeoutMs))];
  const signals = [...limit, ...(signal == null ? [] : [signal])];
  const init = { ...rest, redirect: "manual", signal: AbortSignal.any(signals) } as const;
  return fetch(url, init).catch(broken);
}

/** An answer's whole text. Throws NoAnswer where it breaks off. */
export function readText(answer: Response): Promise<string> {
  return answer.text().catch(broken);
}

/** An answer's whole body. Throws NoAnswer where it breaks off. */
export async function readBytes(answer: Response): Promise<Buffer> {
  return Buffer.from(await answer.arrayBuffer().catch(broken));
}

/** A body's pieces; a stream that breaks throws NoAnswer. */
export async function* readPieces(
  body: AsyncIterable<Uint8Array> | null,
): AsyncGenerator<Uint8Array> {
  const pieces = body?.[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await pieces?.next().catch(broken);
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    await pieces?.return?.();
  }
}

function broken(error: unknown): never {
  throw new NoAnswer(error);
}
