import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, mkdir, open, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../core/errors/user-error.ts";
import { writeFailure } from "./atomic-write.ts";
import { isGone, type LockHolder, lockHolderSchema, thisProcess } from "./lock-holder.ts";

/** A lock file as it was found: a foreign one says nothing that could be understood. */
interface FoundLock {
  file: string;
  holder: LockHolder | "foreign";
}

/**
 * Takes the lock `file` and returns what releases it. Waits for a holder that lives, whatever the clocks say, and is a
 * dead one's successor at once. Throws a UserError that names the holder after `waitMs`.
 *
 * A lock file is written beside its place and linked into it: whoever sees it sees it whole, and of several only one
 * gets the place. Nobody moves or removes another's lock. The successor of the dead holder with token T puts its own
 * file at `file.T`, and whoever finds that successor dead puts one at its token's place, and so on: the holder is the
 * last of this chain. It alone releases: first `file`, then the rest of the chain. Tokens are never used twice, so
 * while `file` still names the holder that a waiter judged, no later one has released and the place that the waiter
 * took was free in truth; where `file` is gone or another's, the waiter came too late, takes its file back and starts
 * anew. What a kill left of old chains is removed by the next holder.
 */
export async function takeLock(file: string, waitMs: number): Promise<() => Promise<void>> {
  const own: LockHolder = {
    ...thisProcess(),
    since: new Date().toISOString(),
    token: randomBytes(16).toString("hex"),
  };
  try {
    await mkdir(path.dirname(file), { recursive: true });
    for (const until = performance.now() + waitMs; ;) {
      const found = await readChain(file);
      const last = found.at(-1);
      if (last === undefined || (last.holder !== "foreign" && isGone(last.holder))) {
        const chain = await join(file, found, own);
        if (chain !== undefined) {
          await sweep(file, chain);
          return () => release(chain);
        }
      }
      if (performance.now() > until) throw heldError(last ?? { file, holder: "foreign" });
      await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 30));
    }
  } catch (error) {
    throw writeFailure(file, error);
  }
}

/** The lock and its successors, the first first; empty where the lock is free. */
async function readChain(file: string): Promise<FoundLock[]> {
  const chain: FoundLock[] = [];
  for (let place = file; ;) {
    const holder = await readHolder(place);
    if (holder === undefined) return chain;
    chain.push({ file: place, holder });
    if (holder === "foreign") return chain;
    place = successorOf(file, holder);
  }
}

function successorOf(file: string, { token }: LockHolder): string {
  return `${file}.${token}`;
}

/** Opened so that neither a pipe nor a link in the lock's place can make the reader wait or lead it elsewhere. */
async function readHolder(file: string): Promise<FoundLock["holder"] | undefined> {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  try {
    const handle = await open(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    try {
      if (!(await handle.stat()).isFile()) return "foreign";
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
      return lockHolderSchema.parse(JSON.parse(buffer.toString("utf8", 0, bytesRead)));
    } finally {
      await handle.close();
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "foreign";
  }
}

/** The chain with this process's lock at its end; undefined where another was faster. */
async function join(
  file: string,
  found: readonly FoundLock[],
  own: LockHolder,
): Promise<FoundLock[] | undefined> {
  const dead = found.at(-1)?.holder as LockHolder | undefined;
  const place = dead === undefined ? file : successorOf(file, dead);
  if (!(await put(place, own))) return undefined;
  const chain = [...found, { file: place, holder: own }];
  if (await isFirst(chain)) return chain;
  await rm(place, { force: true });
  return undefined;
}

/** Whether the chain's first lock is still in its place. */
async function isFirst([first]: readonly FoundLock[]): Promise<boolean> {
  return tokenOf(await readHolder(first!.file)) === tokenOf(first!.holder);
}

function tokenOf(holder: FoundLock["holder"] | undefined): string | undefined {
  return typeof holder === "object" ? holder.token : undefined;
}

/** Puts the lock in its place, whole; false where there is one. */
async function put(place: string, own: LockHolder): Promise<boolean> {
  const part = `${place}.${own.token}.part`;
  const text = `${JSON.stringify(own)}\n`;
  try {
    await write(part, text);
    await link(part, place);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A network file system may have made the link and lost the answer.
    if (code === "EEXIST") return tokenOf(await readHolder(place)) === own.token;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(code ?? "")) throw error;
    return putWithoutLinks(place, text);
  } finally {
    await rm(part, { force: true });
  }
}

/** Where the file system has no hard links, a reader may find the file empty for a moment, which is a held lock too. */
async function putWithoutLinks(place: string, text: string): Promise<boolean> {
  try {
    await write(place, text);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Synced: after a power cut an empty lock would be nobody's, and held for ever. */
async function write(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Only this process's own chain: the first lock may be another's where people removed this one. */
async function release(chain: readonly FoundLock[]): Promise<void> {
  if (await isFirst(chain)) await rm(chain[0]!.file, { force: true });
  for (const { file } of chain.slice(1)) await rm(file, { force: true });
}

/** Removes what killed processes left beside this lock and is none of its chain. */
async function sweep(file: string, chain: readonly FoundLock[]): Promise<void> {
  const folder = path.dirname(file);
  for (const name of await readdir(folder).catch(() => [])) {
    const left = path.join(folder, name);
    if (!isBeside(file, left) || chain.some((one) => one.file === left)) continue;
    const holder = await readHolder(left);
    if (typeof holder === "object" && isGone(holder)) await rm(left, { force: true });
  }
}

function isBeside(file: string, other: string): boolean {
  return (
    other.startsWith(`${file}.`) &&
    /^(\.[0-9a-f]{32}){1,2}(\.part)?$/.test(other.slice(file.length))
  );
}

function heldError({ file, holder }: FoundLock): UserError {
  const again = "wait for it, then run the same command again";
  if (holder === "foreign")
    return new UserError({
      code: "locked",
      message: `${file} is held, and does not say by which process`,
      next: `if nothing of Crossfold runs here, remove ${file}; otherwise ${again}`,
    });
  const here = thisProcess();
  const visible = holder.boot === here.boot && holder.namespace === here.namespace;
  const where = visible && holder.host === here.host ? "" : ` of ${holder.host}`;
  return new UserError({
    code: "locked",
    message: `${file} has been held by process ${holder.pid}${where} since ${holder.since}`,
    next:
      where === ""
        ? again
        : `${again}; if nothing runs there any more (it cannot be seen from here), remove ${file}`,
  });
}
