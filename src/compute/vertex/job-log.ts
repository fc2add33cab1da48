import type { RunSpec } from "../../core/run/run-spec.ts";
import { type CustomJob, getCustomJob } from "../../clients/google/custom-jobs.ts";
import { isNotFound } from "../../clients/google/google-error.ts";
import { listLogEntries } from "../../clients/google/log-entries.ts";
import type { Google } from "../../clients/google/open-google.ts";
import type { Bucket } from "../../clients/google/storage.ts";
import type { RemotePiece } from "../remote/remote.ts";
import { bucketFolder } from "./vertex-target.ts";

/** How much is read in one piece, bytes. */
const pieceSize = 4 * 1024 * 1024;
/** The cursor after what Cloud Logging said of a job whose container never ran. */
const toldByGoogle = "entries";

/**
 * Output after the cursor, the name of the last chunk that was read: the container leaves its output in the bucket as
 * `log/<attempt>-<number>`, each written once and whole, so nothing is missed and nothing comes twice. Where a job ends
 * before its container could write any, what Google logged about it is the output.
 */
export async function readJobLog(
  at: { google: Google; bucket: Bucket },
  spec: RunSpec,
  job: string,
  cursor: string | null,
): Promise<RemotePiece> {
  const { google, bucket } = at;
  const none = { bytes: new Uint8Array(), cursor: cursor ?? "" };
  if (cursor === toldByGoogle) return none;
  const prefix = `${bucketFolder(spec)}/log/`;
  const listed = await bucket.list(prefix, cursor === null ? {} : { startOffset: cursor });
  const fresh = listed.filter(({ name }) => cursor === null || name > cursor);
  if (fresh.length === 0) {
    const known =
      cursor === null ? await getCustomJob(google, job).catch(noneWhenDeleted) : undefined;
    if (known?.endTime === undefined) return none;
    // It may have ended, and written its output, since the list was read.
    const late = await bucket.list(prefix);
    return late.length === 0 ? googlesWords(google, known) : readJobLog(at, spec, job, cursor);
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

async function googlesWords(
  google: Google,
  { name, createTime: since }: CustomJob,
): Promise<RemotePiece> {
  const [, project, , , , jobId] = name.split("/");
  const entries = await listLogEntries(google, { project: project!, jobId: jobId!, since });
  const lines = entries.map(
    ({ timestamp, severity, text }) => `${timestamp} ${severity} ${text}\n`,
  );
  return { bytes: Buffer.from(lines.join("")), cursor: toldByGoogle };
}

function noneWhenDeleted(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}
