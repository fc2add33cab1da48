import type { RunSpec } from "../../core/run/run.ts";
import { type CustomJob, getCustomJob } from "../../clients/google/custom-jobs.ts";
import { GoogleError } from "../../clients/google/google-error.ts";
import { listLogEntries } from "../../clients/google/log-entries.ts";
import type { Google } from "../../clients/google/open-google.ts";
import type { Bucket } from "../../clients/google/storage.ts";
import type { RemotePiece } from "../remote/remote.ts";
import { bucketFolder } from "./vertex-target.ts";

/** How much is brought in one piece, bytes. */
const pieceSize = 4 * 1024 * 1024;
/** The cursor after what Cloud Logging said of a job whose container never ran. */
const toldByGoogle = "entries";

/**
 * Output after the cursor, the name of the last chunk that was read: the container leaves its output in the bucket as
 * `log/<attempt>-<number>`, each written once and whole, so nothing is missed and nothing comes twice. Where a job ends
 * before its container could write any, what Google logged about it is the output.
 */
export async function readJobLog(
  { google, bucket }: { google: Google; bucket: Bucket },
  spec: RunSpec,
  job: string,
  cursor: string | null,
): Promise<RemotePiece> {
  const none = { bytes: new Uint8Array(), cursor: cursor ?? "" };
  if (cursor === toldByGoogle) return none;
  const prefix = `${bucketFolder(spec)}/log/`;
  const list = async () => {
    const listed = await bucket.list(prefix, cursor === null ? {} : { startOffset: cursor });
    return listed.filter(({ name }) => cursor === null || name > cursor);
  };
  let fresh = await list();
  if (fresh.length === 0) {
    const ended = cursor === null ? await endedJob(google, job) : undefined;
    if (ended === undefined) return none;
    // It may have written its output since.
    fresh = await list();
    if (fresh.length === 0) return googlesWords(google, job, ended);
  }
  const pieces: Uint8Array[] = [];
  let [size, last] = [0, cursor ?? ""];
  for (const { name } of fresh) {
    const bytes = await bucket.read(name);
    if (bytes === undefined) break;
    pieces.push(bytes);
    size += bytes.length;
    last = name;
    if (size >= pieceSize) break;
  }
  return { bytes: Buffer.concat(pieces), cursor: last };
}

/** The job where it is known and over. */
async function endedJob(google: Google, job: string): Promise<CustomJob | undefined> {
  const known = await getCustomJob(google, job).catch(noneWhenDeleted);
  return known?.endTime === undefined ? undefined : known;
}

async function googlesWords(
  google: Google,
  job: string,
  { createTime }: CustomJob,
): Promise<RemotePiece> {
  const [, project, , , , jobId] = job.split("/");
  const entries = await listLogEntries(google, {
    project: project!,
    jobId: jobId!,
    since: createTime,
  });
  const lines = entries.map(
    ({ timestamp, severity, text }) => `${timestamp} ${severity} ${text}\n`,
  );
  return { bytes: Buffer.from(lines.join("")), cursor: toldByGoogle };
}

function noneWhenDeleted(error: unknown): undefined {
  if (!(error instanceof GoogleError) || error.httpStatus !== 404) throw error;
}
