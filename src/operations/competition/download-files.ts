import { mkdir, rm, stat, statfs } from "node:fs/promises";
import path from "node:path";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { downloadTo } from "../../clients/kaggle/download.ts";
import type { Kaggle } from "../../clients/kaggle/open-kaggle.ts";
import { fromMethod } from "../../clients/kaggle/sources.ts";
import { type DataRecord, writeDataRecord } from "../../storage/competition/data-record.ts";
import { moveFile } from "../../storage/files/move-file.ts";
import { isZip, listZip, unzip } from "../../storage/files/unzip.ts";
import { paths } from "../../storage/workspace/paths.ts";
import { allowance, type PlannedFile } from "./plan-download.ts";

/** More files than this come as one archive: a request for each would be refused as too many. */
const mostSingly = 50;

export interface FileDownload {
  context: Context;
  kaggle: Kaggle;
  root: string;
  slug: string;
  record: DataRecord;
}

/** Downloads the files and puts each in its place once it is whole and checked. Fills in the record as it goes. */
export async function downloadFiles(
  download: FileDownload,
  files: readonly PlannedFile[],
): Promise<void> {
  const staging = paths.downloads(download, download.slug);
  await mkdir(staging, { recursive: true });
  const free = await requireSpace(staging, files);
  const left =
    files.length > mostSingly ? await downloadArchive(download, staging, files, free) : files;
  const total = left.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
  let done = 0;
  for (const file of left) {
    await downloadFile(download, staging, file, free, { done, total });
    done += file.totalBytes;
  }
}

async function downloadFile(
  download: FileDownload,
  staging: string,
  file: PlannedFile,
  free: number,
  { done, total }: { done: number; total: number },
): Promise<void> {
  const { context, kaggle, slug } = download;
  const { name, totalBytes } = file;
  const part = path.join(staging, "part", ...name.split("/"));
  const limit = allowance(totalBytes, free);
  const stated = totalBytes < 1_000_000 ? "" : ` (${megabytes(totalBytes)} MB)`;
  context.progress.step(`downloading ${name}${stated}`);
  const body = { competitionName: slug, fileName: name };
  await downloadTo(kaggle, fromMethod(kaggle, "competitions", "DownloadDataFile", body), part, {
    call: `download of ${name}`,
    limit,
    progress: (bytes) =>
      context.progress.portion(
        megabytes(done + bytes),
        Math.max(megabytes(total), megabytes(done + bytes)) + 1,
        "MB",
      ),
  });
  if (await isWrapped(part, name)) {
    const folder = path.join(staging, "unpacked");
    await rm(folder, { recursive: true, force: true });
    const [entry] = await unzip(part, folder, { ofEntry: () => limit, total: limit });
    await putInPlace(download, file, path.join(folder, ...entry!.name.split("/")));
    await rm(folder, { recursive: true, force: true });
    await rm(part, { force: true });
    return;
  }
  await putInPlace(download, file, part);
}

/** Kaggle sends large files as an archive that holds the file alone. */
async function isWrapped(part: string, name: string): Promise<boolean> {
  if (name.toLowerCase().endsWith(".zip") || !(await isZip(part))) return false;
  const entries = await listZip(part);
  return (
    entries.length === 1 && path.posix.basename(entries[0]!.name) === path.posix.basename(name)
  );
}

/** Downloads the archive of everything and takes the files out of it. Returns those that were not in it. */
async function downloadArchive(
  download: FileDownload,
  staging: string,
  files: readonly PlannedFile[],
  free: number,
): Promise<PlannedFile[]> {
  const { context, kaggle, slug } = download;
  const zip = path.join(staging, "all.zip");
  const total = files.reduce((sum, { totalBytes }) => sum + allowance(totalBytes, 0), 0) || free;
  context.progress.step(`downloading ${files.length} files as one archive`);
  const body = { competitionName: slug };
  const source = fromMethod(kaggle, "competitions", "DownloadDataFiles", body);
  await downloadTo(kaggle, source, zip, {
    call: "download of all files",
    limit: free,
    progress: (bytes, all) =>
      context.progress.portion(megabytes(bytes), megabytes(all ?? total) + 1, "MB"),
  });
  context.progress.step("unpacking");
  const wanted = new Map(files.map((file) => [file.name, file]));
  const folder = path.join(staging, "unpacked");
  await rm(folder, { recursive: true, force: true });
  const entries = await unzip(zip, folder, {
    ofEntry: (name) => {
      const file = wanted.get(name);
      return file === undefined ? undefined : allowance(file.totalBytes, total);
    },
    total,
  });
  for (const { name } of entries)
    await putInPlace(download, wanted.get(name)!, path.join(folder, ...name.split("/")));
  await rm(folder, { recursive: true, force: true });
  await rm(zip, { force: true });
  const found = new Set(entries.map(({ name }) => name));
  return files.filter(({ name }) => !found.has(name));
}

async function putInPlace(
  { root, slug, record }: FileDownload,
  { name, target, totalBytes, creationDate }: PlannedFile,
  file: string,
): Promise<void> {
  const { size } = await stat(file);
  await moveFile(file, target);
  record.files[name] = { listedBytes: totalBytes, created: creationDate, bytes: size };
  await writeDataRecord(root, slug, record);
}

/** Free bytes on the disk. Throws a UserError where what is to come does not fit. */
async function requireSpace(folder: string, files: readonly PlannedFile[]): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const sizes = files.map(({ totalBytes }) => totalBytes);
  const sum = sizes.reduce((total, bytes) => total + bytes, 0);
  // While it is unpacked an archive lies beside what comes out of it.
  const needed = sum + (files.length > mostSingly ? sum : Math.max(0, ...sizes));
  if (needed <= free) return free;
  throw new UserError({
    code: "disk-space",
    message: `the data needs up to ${megabytes(needed)} MB, and ${megabytes(free)} MB are free on the disk of ${folder}`,
    next: {
      operation: "data download",
      input: { files: ["train.csv"] },
      why: "only the files you need; or free some space",
    },
  });
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}
