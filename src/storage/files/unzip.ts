import { createWriteStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";
import { UserError } from "../../core/errors/user-error.ts";
import { writeFailure } from "./atomic-write.ts";
import { pathBelow } from "./relative-path.ts";

export interface UnzipLimits {
  /** Most bytes the entry may unpack to; undefined leaves it out. */
  ofEntry(name: string): number | undefined;
  /** Most bytes all of them may unpack to. */
  total: number;
  progress?: (bytes: number) => void;
}

export interface ZipEntry {
  name: string;
  bytes: number;
}

/**
 * The files in an archive. Throws a UserError where one leads out of the folder it is unpacked to, is a link or is
 * encrypted: such an archive is not unpacked at all.
 */
export async function listZip(zip: string): Promise<ZipEntry[]> {
  return reading(zip, async (file) => {
    const entries: ZipEntry[] = [];
    for await (const entry of file.eachEntry()) {
      requireSafe(zip, entry);
      if (!entry.fileName.endsWith("/"))
        entries.push({ name: entry.fileName, bytes: entry.uncompressedSize });
    }
    return entries;
  });
}

/**
 * Unpacks into `folder` and checks each file's CRC. The limits hold against what the archive says and against what comes
 * out. Throws a UserError where the archive is unsafe, too large or damaged; what was unpacked till then stays.
 */
export async function unzip(zip: string, folder: string, limits: UnzipLimits): Promise<ZipEntry[]> {
  const entries = await listZip(zip);
  const wanted = entries.filter(({ name }) => limits.ofEntry(name) !== undefined);
  for (const { name, bytes } of wanted)
    if (bytes > limits.ofEntry(name)!) throw tooLarge(zip, name, bytes, limits.ofEntry(name)!);
  const sum = wanted.reduce((total, { bytes }) => total + bytes, 0);
  if (sum > limits.total) throw tooLarge(zip, "all of it", sum, limits.total);
  return reading(zip, async (file) => {
    let done = 0;
    for await (const entry of file.eachEntry()) {
      const { fileName: name } = entry;
      if (name.endsWith("/") || limits.ofEntry(name) === undefined) continue;
      await unpack(file, entry, pathBelow(folder, name)!, (bytes) =>
        limits.progress?.((done += bytes)),
      );
    }
    return wanted;
  });
}

/** Whether a file begins as an archive does. */
export async function isZip(file: string): Promise<boolean> {
  const handle = await open(file, "r");
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.readUInt32LE() === 0x04034b50;
  } finally {
    await handle.close();
  }
}

async function reading<T>(zip: string, work: (file: ZipFile) => Promise<T>): Promise<T> {
  const { openPromise } = await import("yauzl");
  try {
    const file = await openPromise(zip, { autoClose: false, strictFileNames: true });
    try {
      return await work(file);
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof UserError || typeof (error as { syscall?: unknown }).syscall === "string")
      throw error;
    const { message } = error as Error;
    // What yauzl refuses of a name before the check below sees it.
    const unsafe = /^(invalid characters in fileName|absolute path|invalid relative path)/.test(
      message,
    );
    throw refusal(zip, message, unsafe ? "archive-unsafe" : "archive-damaged");
  }
}

const typeMask = 0o170000;
const regularFile = 0o100000;
const directory = 0o040000;

function requireSafe(zip: string, entry: Entry): void {
  const { fileName: name, externalFileAttributes } = entry;
  const plain = name.endsWith("/") ? name.slice(0, -1) : name;
  if (pathBelow("/", plain) === undefined)
    throw refusal(zip, `it holds ${JSON.stringify(name)}, which leads out of the folder`);
  // The upper half is the Unix mode; 0 where the archive comes from another system.
  const type = (externalFileAttributes >>> 16) & typeMask;
  if (type !== 0 && type !== regularFile && type !== directory)
    throw refusal(zip, `${name} in it is a link or a device, no file`);
  if (entry.isEncrypted()) throw refusal(zip, `${name} in it is encrypted`);
}

async function unpack(
  file: ZipFile,
  entry: Entry,
  target: string,
  progress: (bytes: number) => void,
): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  let sum = 0;
  const check = new Transform({
    transform(chunk: Buffer, _, next) {
      sum = crc32(chunk, sum);
      progress(chunk.length);
      next(null, chunk);
    },
    flush(next) {
      next(sum === entry.crc32 ? null : new Error(`${entry.fileName} is damaged (CRC)`));
    },
  });
  // yauzl itself stops a file that is longer than the archive says.
  const source = await file.openReadStreamPromise(entry);
  await pipeline(source, check, createWriteStream(target)).catch((error) =>
    Promise.reject(writeFailure(target, error)),
  );
}

function tooLarge(zip: string, name: string, bytes: number, limit: number): UserError {
  return refusal(
    zip,
    `${name} would unpack to ${bytes} bytes, where ${limit} were stated`,
    "archive-too-large",
  );
}

function refusal(zip: string, problem: string, code = "archive-unsafe"): UserError {
  return new UserError({
    code,
    message: `the archive ${path.basename(zip)} was not unpacked: ${problem}`,
    next: "look at the competition's data page; nothing was changed",
  });
}
