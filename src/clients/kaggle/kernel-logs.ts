import { z } from "zod";
import { readPieces, readText, request } from "../http/request.ts";
import { readAnswer } from "./answers.ts";
import { answered } from "./kaggle-error.ts";
import type { KernelRef } from "./kernels.ts";
import type { Kaggle } from "./open-kaggle.ts";

/** `time` in seconds since the start. */
const event = z.looseObject({
  stream_name: z.string().nullish(),
  time: z.number().nullish(),
  data: z.string().nullish(),
});
export type KernelLogEvent = z.output<typeof event>;

/** What the stream ends with. */
const endOfLog = "END_OF_LOG";

/**
 * Events of a kernel's log from its beginning: live while it runs, all at once after. Throws a KaggleError where the
 * connection breaks; a new stream begins at the beginning again, so whoever reads on skips what was seen.
 */
export async function* streamKernelLog(
  kaggle: Kaggle,
  { owner, slug, version }: KernelRef,
  signal?: AbortSignal,
): AsyncGenerator<KernelLogEvent> {
  const call = "kernels log stream";
  const path = [owner, slug].map(encodeURIComponent).join("/");
  const url = new URL(`${kaggle.base}/v1/kernels/logs/stream/${path}`);
  if (version !== undefined) url.searchParams.set("versionLabel", `v${version}`);
  const headers = { Accept: "text/event-stream, */*", ...(await kaggle.headersFor(url)) };
  // A stream lives as long as the kernel runs.
  const init = { headers, timeoutMs: 13 * 3_600_000, signal: signal ?? null };
  const response = await answered(call, request(url, init));
  const text = () => answered(call, readText(response));
  if (response.status >= 400) readAnswer(call, response.status, await text());
  const live = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  if (!live) {
    yield* parseKernelLog(await text());
    return;
  }
  const lines = linesOf(response);
  try {
    for (;;) {
      const { done, value: line } = await answered(call, lines.next());
      if (done === true) return;
      if (!line.startsWith("data:")) continue;
      const payload = line.slice("data:".length).trim();
      if (payload === endOfLog) return;
      yield* parseKernelLog(payload);
    }
  } finally {
    await lines.return(undefined);
  }
}

/** Events of a kept log: a JSON array, or one JSON object a line, or plain text. */
export function parseKernelLog(text: string): KernelLogEvent[] {
  if (text.trim() === "") return [];
  const whole = parse(text);
  if (Array.isArray(whole)) return whole.flatMap(asEvent);
  if (typeof whole === "object" && whole !== null) return asEvent(whole);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      // Kaggle's array may come a line an event: `[{...}`, `,{...}`, `]`.
      const found = parse(line.replace(/^[[,]\s*/, "").replace(/,?\s*\]?\s*$/, ""));
      return typeof found === "object" && found !== null ? asEvent(found) : [{ data: `${line}\n` }];
    });
}

function asEvent(value: unknown): KernelLogEvent[] {
  const found = event.safeParse(value);
  return found.success ? [found.data] : [];
}

async function* linesOf({ body }: Response): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of readPieces(body)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
