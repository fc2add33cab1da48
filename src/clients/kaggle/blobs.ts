import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { readAnswer } from "./answers.ts";
import { KaggleError } from "./kaggle-error.ts";
import type { Kaggle } from "./open-kaggle.ts";
import { pause, request, waitBefore } from "./requests.ts";

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
      if (!gone || tried >= kaggle.patience.tries) throw error;
    }
  }
}

/** What came back from one PUT. */
interface Reply {
  status: number | null;
  /** Bytes that the server has, where it said so (308). */
  received: number;
  retryAfter: string | null;
  failure: KaggleError | undefined;
}

/**
 * Sends a file to the address a started upload gave, going on after a broken connection, a 5xx or a 429 from the byte the
 * server has (a PUT with `Content-Range: bytes *\/N` asks it: 308 with Range). Never sends credentials. Throws a
 * KaggleError; status 404 or 410 where the upload has expired.
 */
export async function putFile(
  { patience, notice }: Pick<Kaggle, "patience" | "notice">,
  createUrl: string,
  file: string,
  progress: UploadProgress = () => {},
): Promise<void> {
  const { size } = await stat(file);
  let start = 0;
  let ask = false;
  for (let failures = 0; ;) {
    const reply: Reply = await (ask
      ? put(createUrl, askHowFar(size), patience.timeoutMs)
      : put(createUrl, contentFrom(file, start, size, progress), patience.timeoutMs + size / 20));
    if (reply.failure === undefined) return progress(size, size);
    const { status, received, failure } = reply;
    const passing = status === null || status === 308 || status === 429 || status >= 500;
    failures = status === 308 && received > start ? 0 : failures + 1;
    const wait = waitBefore(failures + 1, patience, reply.retryAfter);
    if (!passing || failures >= patience.tries || wait > patience.longestWaitMs) throw failure;
    ask = status !== 308;
    if (!ask) start = Math.min(received, size);
    if (failures === 0) continue;
    if (wait >= 3000) notice(`${failure.reason}; again in ${Math.round(wait / 1000)} s`);
    await pause(wait);
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
    const response = await request("upload", url, init);
    const body = await response.text().catch(() => "");
    const { status } = response;
    return {
      status,
      received: receivedBytes(response.headers.get("range")),
      retryAfter: response.headers.get("retry-after"),
      failure: status === 200 || status === 201 ? undefined : refusal(status, body),
    };
  } catch (error) {
    if (!(error instanceof KaggleError)) throw error;
    return { status: error.status, received: 0, retryAfter: null, failure: error };
  }
}

function refusal(status: number, body: string): KaggleError {
  if (status === 308) {
    const reason = "the server keeps asking for more of the file";
    return new KaggleError({ call: "upload", status, reason });
  }
  try {
    readAnswer("upload", Math.max(status, 400), body);
  } catch (error) {
    return error as KaggleError;
  }
  throw new Error("an answer that is an error was read as none");
}

/** `bytes=0-99` to 100; 0 where nothing has arrived. */
function receivedBytes(range: string | null): number {
  const last = /-(\d+)$/.exec(range ?? "")?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}
