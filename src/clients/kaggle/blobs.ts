import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { parseRetryAfter } from "../http/backoff.ts";
import { receivedBytes } from "../http/content-range.ts";
import { readText, request } from "../http/request.ts";
import { waitOrThrow } from "../http/retry.ts";
import { readAnswer } from "./answers.ts";
import { answered, KaggleError } from "./kaggle-error.ts";
import type { Kaggle } from "./open-kaggle.ts";

const upload = z.looseObject({ token: z.string().min(1), createUrl: z.string().min(1) });

type BlobType = "MODEL" | "DATASET";

export type UploadProgress = (bytes: number, total: number) => void;

/** Uploads a file to be part of a model or a dataset; its token. Throws a KaggleError. */
export async function uploadBlob(
  kaggle: Kaggle,
  type: BlobType,
  file: string,
  progress?: UploadProgress,
): Promise<string> {
  for (let tried = 1; ; tried += 1) {
    const facts = await stat(file);
    const body = {
      type,
      name: path.basename(file),
      contentLength: facts.size,
      lastModifiedEpochSeconds: Math.floor(facts.mtimeMs / 1000),
    };
    const how = { answer: upload, repeatable: true };
    const { token, createUrl } = await kaggle.call("blobs", "StartBlobUpload", body, how);
    try {
      await putFile(kaggle, createUrl, file, progress);
      return token;
    } catch (error) {
      // 404 and 410: the session is gone, and only a new one helps.
      const gone = error instanceof KaggleError && [404, 410].includes(error.status ?? 0);
      if (!gone || tried >= kaggle.backoff.tries) throw error;
    }
  }
}

/** What came back from one PUT. */
interface Reply {
  /** Bytes that the server has, where it said so (308). */
  received: number | undefined;
  failure: KaggleError | undefined;
}

/**
 * Sends a file to the address a started upload gave, going on after a broken connection, a 5xx or a 429 from the byte the
 * server has (a PUT with `Content-Range: bytes *\/N` asks it: 308 with Range). Never sends credentials. Throws a
 * KaggleError; status 404 or 410 where the upload has expired.
 */
export async function putFile(
  { backoff, notice }: Pick<Kaggle, "backoff" | "notice">,
  createUrl: string,
  file: string,
  progress: UploadProgress = () => {},
): Promise<void> {
  const { size } = await stat(file);
  let start = 0;
  let ask = false;
  for (let failures = 0; ;) {
    const reply: Reply = await (ask
      ? put(createUrl, askHowFar(size), backoff.timeoutMs)
      : put(createUrl, contentFrom(file, start, size, progress), backoff.timeoutMs + size / 20));
    const { received, failure } = reply;
    if (failure === undefined) return progress(size, size);
    ask = received === undefined;
    const came = received !== undefined && received > start;
    if (received !== undefined) start = Math.min(received, size);
    failures = came ? 0 : failures + 1;
    if (failures > 0) await waitOrThrow(failure, failures, { backoff, notice });
  }
}

type Content = Pick<RequestInit, "headers" | "body">;

function contentFrom(file: string, start: number, size: number, progress: UploadProgress): Content {
  const range = start === 0 ? {} : { "Content-Range": `bytes ${start}-${size - 1}/${size}` };
  const headers = { "Content-Length": String(size - start), ...range };
  return { headers, body: size === start ? "" : (read() as AsyncIterable<Uint8Array>) };

  async function* read(): AsyncGenerator<Uint8Array> {
    let at = start;
    for await (const chunk of createReadStream(file, { start, end: size - 1 })) {
      yield chunk as Uint8Array;
      progress((at += (chunk as Uint8Array).length), size);
    }
  }
}

function askHowFar(size: number): Content {
  return { headers: { "Content-Range": `bytes */${size}`, "Content-Length": "0" }, body: "" };
}

async function put(url: string, content: Content, timeoutMs: number): Promise<Reply> {
  try {
    const init = { method: "PUT", duplex: "half", ...content, timeoutMs } as const;
    const response = await answered("upload", request(url, init));
    const body = await readText(response).catch(() => "");
    const { status, headers } = response;
    if (status === 200 || status === 201) return { received: undefined, failure: undefined };
    if (status !== 308) return { received: undefined, failure: refusal(status, body, headers) };
    const received = receivedBytes(headers.get("range"));
    const reason = "the server keeps asking for more of the file";
    const failure = { call: "upload", status, reason, outcome: "unknown", passing: true } as const;
    return { received, failure: new KaggleError(failure) };
  } catch (error) {
    if (!(error instanceof KaggleError)) throw error;
    return { received: undefined, failure: error };
  }
}

function refusal(status: number, body: string, headers: Headers): KaggleError {
  try {
    const retryAfterMs = parseRetryAfter(headers.get("retry-after"));
    readAnswer("upload", Math.max(status, 400), body, retryAfterMs);
  } catch (error) {
    return error as KaggleError;
  }
  throw new Error("an answer that is an error was read as none");
}
