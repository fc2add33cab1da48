import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import pLimit from "p-limit";
import { UserError } from "../../core/errors/user-error.ts";
import { isMissing, readFailure, unreadable } from "./read-failure.ts";

/** Megabytes of the largest file that is read as text: more is no page, task or record, and would fill the memory. */
const mostMegabytes = 64;

/** Waits for no writer where a pipe is in the file's place. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * The text of a file that people or other programs write; undefined where there is none. Throws a UserError that names
 * the file and what is wrong: a folder, a pipe or a dead link in its place, no permission, too large, not UTF-8.
 */
export async function readText(file: string): Promise<string | undefined> {
  return strictText(file, await readBytes(file));
}

function strictText(file: string, bytes: Buffer | undefined): string | undefined {
  if (bytes === undefined || isUtf8(bytes)) return bytes?.toString("utf8");
  throw unreadable(file, "it is not UTF-8 text", lineThatIsNotUtf8(bytes));
}

/** As `readText`, without a byte order mark, and what is not UTF-8 becomes U+FFFD: for text that is never written back. */
export async function readLooseText(file: string): Promise<string | undefined> {
  return looseText(await readBytes(file));
}

function looseText(bytes: Buffer | undefined): string | undefined {
  return bytes?.toString("utf8").replace(/^\uFEFF/, "");
}

/** The text of a file that counts as missing where it cannot be read. */
export async function readTextIfAny(file: string): Promise<string | undefined> {
  return readLooseText(file).catch((error: unknown) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
}

/** As `readTextIfAny`, for what is asked so often that the thread pool would be slow. */
export function readTextIfAnySync(file: string): string | undefined {
  try {
    return readLooseTextSync(file);
  } catch {
    return undefined;
  }
}

/** As `readText`, for files so small and so many that the thread pool would be slow. */
export function readTextSync(file: string): string | undefined {
  return strictText(file, readBytesSync(file));
}

/** As `readLooseText`, for files so small and so many that the thread pool would be slow. */
export function readLooseTextSync(file: string): string | undefined {
  return looseText(readBytesSync(file));
}

function readBytesSync(file: string): Buffer | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(file, flags);
    const facts = fstatSync(handle);
    refuseOther(file, facts);
    refuseLarge(file, facts);
    return readFileSync(handle);
  } catch (error) {
    if (isMissing(file, error)) return undefined;
    throw readFailure(file, error);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/**
 * So many files are open and in memory at once, however many are asked for: systems allow 256 to be open, and a task's
 * notes may be long.
 */
const inTurn = pLimit(8);

/** The bytes of a file; undefined and thrown as `readText` has it. */
export async function readBytes(file: string): Promise<Buffer | undefined> {
  return inTurn(() => readOpened(file));
}

/** The beginning of a file, at most so many bytes of it, as text; empty where there is none. Throws as `readText` does. */
export async function readStart(file: string, bytes: number): Promise<string> {
  return inTurn(() => readOpenedStart(file, bytes));
}

async function readOpenedStart(file: string, bytes: number): Promise<string> {
  const handle = await openPlain(file);
  if (handle === undefined) return "";
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function readOpened(file: string): Promise<Buffer | undefined> {
  const handle = await openPlain(file);
  if (handle === undefined) return undefined;
  try {
    refuseLarge(file, await handle.stat());
    return await handle.readFile();
  } catch (error) {
    throw readFailure(file, error);
  } finally {
    await handle.close();
  }
}

/** A plain file of any size, opened for reading; undefined and thrown as `readText` has it. */
export async function openPlain(file: string): Promise<FileHandle | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, flags);
    refuseOther(file, await handle.stat());
    return handle;
  } catch (error) {
    await handle?.close();
    if (isMissing(file, error)) return undefined;
    throw readFailure(file, error);
  }
}

function refuseOther(file: string, facts: Stats): void {
  if (facts.isDirectory()) throw unreadable(file, "a folder is in its place");
  if (!facts.isFile()) throw unreadable(file, "it is no plain file");
}

function refuseLarge(file: string, facts: Stats): void {
  const megabytes = Math.ceil(facts.size / 1024 ** 2);
  if (megabytes > mostMegabytes)
    throw unreadable(file, `it has ${megabytes} MB, and ${mostMegabytes} is the most`);
}

function lineThatIsNotUtf8(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; ; line += 1) {
    const end = bytes.indexOf("\n", from);
    if (end === -1 || !isUtf8(bytes.subarray(from, end))) return line;
    from = end + 1;
  }
}
