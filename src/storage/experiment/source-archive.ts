import { copyFile, lstat, mkdir, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { hasSecretName } from "../../core/experiment/shipped-files.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { writeFailure } from "../files/atomic-write.ts";
import { hashFile } from "../files/hashes.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { secretReason } from "./secret-file.ts";
import { listFiles, listSharedCode } from "./shared-code.ts";

export interface SourceRequest {
  /** Folder of the workspace whose code is shipped as the run took it: `models/exp001`. */
  folder: string;
  /** That code, `code/` of the run's folder. */
  codeFolder: string;
  /** The archive to write, a `.tar.gz`. */
  target: string;
  /** Files that git knows, relative to the workspace; undefined: every file that is there is asked. */
  known: readonly string[] | undefined;
}

export interface SourceArchive {
  /** Of the archive, hex. */
  sha256: string;
  /** Paths in the archive, in order. */
  files: string[];
  /** Size of the archive. */
  bytes: number;
  /** Files that look like code to ship and were left out. */
  leftOut: { file: string; reason: string }[];
}

/** A file to ship: where it is read and what it is called in the archive. */
interface Source {
  file: string;
  name: string;
  isLink: boolean;
}

const mostBytes = 20_000_000;
/**
 * Writes the archive that a remote run unpacks as its workspace: the run's copy of the experiment's code and the code
 * that experiments share. Artifacts, data, other experiments and what looks like a secret stay here. The same files give
 * the same bytes. Links are followed; one that leaves the workspace is refused with a UserError.
 */
export async function writeSourceArchive(
  ws: Pick<Workspace, "root">,
  { folder, codeFolder, target, known }: SourceRequest,
): Promise<SourceArchive> {
  const root = await realpath(ws.root);
  const shared = await sharedSources(root, known);
  const own = await ownSources(codeFolder, path.join(root, folder), folder);
  const leftOut: SourceArchive["leftOut"] = [];
  const part = `${target}.part`;
  const staging = `${target}.files`;
  try {
    const files = [];
    for (const source of [...shared, ...own].toSorted(byName)) {
      const { file, name } = source;
      const reason = await reasonToKeep(root, source);
      if (reason === "gone") continue;
      if (reason !== undefined) {
        leftOut.push({ file: name, reason });
        continue;
      }
      await mkdir(path.dirname(path.join(staging, name)), { recursive: true });
      await copyFile(file, path.join(staging, name));
      files.push(name);
    }
    const { create } = await import("tar");
    const plain = { gzip: { level: 9 }, portable: true, mtime: new Date(0), noDirRecurse: true };
    await create({ ...plain, cwd: staging, file: part }, files.map(asPath));
    await rename(part, target);
    return {
      sha256: await hashFile(target),
      files,
      bytes: (await stat(target)).size,
      leftOut,
    };
  } catch (error) {
    await rm(part, { force: true });
    throw writeFailure(target, error);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function byName(a: Source, b: Source): number {
  return a.name < b.name ? -1 : 1;
}

/** tar reads a name that begins with `@` as an archive to take entries from. */
function asPath(name: string): string {
  return `./${name}`;
}

async function sharedSources(
  root: string,
  known: readonly string[] | undefined,
): Promise<Source[]> {
  return Promise.all(
    (await listSharedCode(root, known)).map(async (name) => {
      const file = path.join(root, name);
      const facts = await lstat(file).catch(() => undefined);
      return { file, name, isLink: facts?.isSymbolicLink() === true };
    }),
  );
}

/** A link in the run's copy means what it means where it was copied from. */
async function ownSources(copy: string, folder: string, below: string): Promise<Source[]> {
  const names = await listFiles(copy, () => true);
  return Promise.all(
    names.map(async (name) => {
      const link = await readlink(path.join(copy, name)).catch(() => undefined);
      const linked = path.resolve(folder, path.dirname(name), link ?? "");
      const file = link === undefined ? path.join(copy, name) : linked;
      return { file, name: path.posix.join(below, name), isLink: link !== undefined };
    }),
  );
}

/** Why a file stays here: `gone` where there is nothing to say, undefined where it is shipped. */
async function reasonToKeep(
  root: string,
  { file, name, isLink }: Source,
): Promise<string | undefined> {
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined) return "gone";
  if (isLink) {
    const inside = refuseEscape(root, real, name);
    if (neverLinked.test(inside)) return "a link to data or artifacts";
  }
  const facts = await stat(file);
  if (facts.isDirectory()) return "a link to a folder";
  if (!facts.isFile()) return "not a regular file";
  if (hasSecretName(name)) return "named like a secret";
  if (facts.size > mostBytes) return `larger than ${mostBytes / 1e6} MB`;
  return secretReason(real);
}

/** What stays here when a link names it, relative to the workspace. */
const neverLinked = /^(data|\.[^/]*)(\/|$)|(^|\/)artifacts(\/|$)/;

/** What a link names, relative to the workspace. */
function refuseEscape(root: string, real: string, name: string): string {
  const inside = path.relative(root, real);
  if (!inside.startsWith("..") && !path.isAbsolute(inside)) return inside;
  throw new UserError({
    code: "link-leaves-workspace",
    message: `${name} is a link to ${real}, outside the workspace; it cannot be shipped with a run`,
    at: { file: name },
    expected: "code that lies in the workspace",
    next: `put a copy of the file at ${name}`,
  });
}
