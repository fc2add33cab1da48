import {
  type BigIntStats,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { GoogleProblem, invalid } from "../google-problem.ts";
import { type FileHashes, hashFile } from "./file-hashes.ts";

/** What a writer of an object can set. */
export interface ObjectMetadata {
  contentType?: string;
  contentEncoding?: string;
  cacheControl?: string;
  contentDisposition?: string;
  contentLanguage?: string;
  storageClass?: string;
  metadata?: Record<string, string>;
}

/** An object as it is now; `file` is undefined for a folder's placeholder. */
export interface StoredObject {
  bucket: string;
  name: string;
  file: string | undefined;
  size: number;
  generation: string;
  metageneration: number;
  updated: Date;
  set: ObjectMetadata;
  /** Number of parts of a composed object, which has no md5. */
  parts: number | undefined;
}

interface Known {
  stamp: string;
  generation: string;
  metageneration: number;
  set: ObjectMetadata;
  parts: number | undefined;
  hashes: Promise<FileHashes> | undefined;
}

/** Throws where the object, as it is now, does not meet what the writer demands. */
type Check = (now: StoredObject | undefined) => void;

export interface BucketStore {
  /** The folder of folders: what `/gcs` is in a container. */
  root: string;
  buckets(): string[];
  has(bucket: string): boolean;
  make(bucket: string): void;
  folder(bucket: string): string;
  /** A new name for a file that is not an object yet. */
  stage(): string;
  find(bucket: string, name: string): StoredObject | undefined;
  /** Names of all objects, in the order of their bytes. */
  names(bucket: string): string[];
  hashes(object: StoredObject): Promise<FileHashes>;
  /** Puts a staged file in place, checked and moved in one step. */
  put(bucket: string, name: string, staged: string, how: PutHow): StoredObject;
  patch(object: StoredObject, set: ObjectMetadata): StoredObject;
  remove(object: StoredObject): void;
}

interface PutHow {
  check: Check;
  set: ObjectMetadata;
  parts?: number;
}

/**
 * Buckets as folders and objects as files. A file that another process writes is an object of a new generation; a folder
 * that another process makes has a placeholder object `name/`, as Cloud Storage FUSE makes one.
 */
export function createBucketStore(folder: string): BucketStore {
  const root = path.join(folder, "gcs");
  const staging = path.join(folder, "staging");
  const known = new Map<string, Known>();
  const ownFolders = new Set<string>();
  let clock = BigInt(Date.now()) * 1000n;
  let staged = 0;
  mkdirSync(root, { recursive: true });
  mkdirSync(staging, { recursive: true });

  const nextGeneration = (): string => {
    const now = BigInt(Date.now()) * 1000n;
    clock = now > clock ? now : clock + 1n;
    return String(clock);
  };
  const fileOf = (bucket: string, name: string): string => {
    requireName(name);
    return path.join(root, bucket, name);
  };
  const remember = (key: string, stamp: string, set: ObjectMetadata, parts?: number): Known => {
    const generation = nextGeneration();
    const one: Known = { stamp, generation, metageneration: 1, set, parts, hashes: undefined };
    known.set(key, one);
    return one;
  };
  const describe = (bucket: string, name: string, stats: BigIntStats): StoredObject => {
    const file = fileOf(bucket, name);
    const before = known.get(file);
    const stamp = stampOf(stats);
    const now = before?.stamp === stamp ? before : remember(file, stamp, {});
    const { generation, metageneration, set, parts } = now;
    const size = stats.isDirectory() ? 0 : Number(stats.size);
    const updated = new Date(Number(stats.mtimeMs));
    const content = stats.isDirectory() ? undefined : file;
    return { bucket, name, file: content, size, generation, metageneration, updated, set, parts };
  };
  const find = (bucket: string, name: string): StoredObject | undefined => {
    const stats = statOf(fileOf(bucket, name));
    if (stats === undefined || stats.isDirectory() !== name.endsWith("/")) return undefined;
    if (stats.isDirectory() && ownFolders.has(path.join(root, bucket, name))) return undefined;
    return describe(bucket, name, stats);
  };
  const makeFolders = (file: string): void => {
    const first = mkdirSync(path.dirname(file), { recursive: true });
    if (first === undefined) return;
    for (let at = path.dirname(file); at.length >= first.length; at = path.dirname(at)) {
      ownFolders.add(at + path.sep);
    }
  };
  const prune = (bucket: string, file: string): void => {
    const top = path.join(root, bucket);
    for (
      let at = path.dirname(file);
      at !== top && ownFolders.has(at + path.sep);
      at = path.dirname(at)
    ) {
      if (readdirSync(at).length > 0) return;
      rmdirSync(at);
      ownFolders.delete(at + path.sep);
    }
  };

  return {
    root,
    buckets: () => readdirSync(root).toSorted(),
    has: (bucket) => statOf(path.join(root, bucket)) !== undefined,
    make: (bucket) => void mkdirSync(path.join(root, bucket)),
    folder: (bucket) => path.join(root, bucket),
    stage: () => path.join(staging, String((staged += 1))),
    find,
    names: (bucket) => {
      const found: string[] = [];
      collect(path.join(root, bucket), "", ownFolders, found);
      return found
        .map((name) => Buffer.from(name))
        .toSorted(Buffer.compare)
        .map(String);
    },
    hashes: async (object) => {
      const key = path.join(root, object.bucket, object.name);
      const one = known.get(key);
      const empty = "/dev/null";
      if (one === undefined || one.generation !== object.generation)
        return hashFile(object.file ?? empty);
      return (one.hashes ??= hashFile(object.file ?? empty));
    },
    put(bucket, name, file, { check, set, parts }) {
      check(find(bucket, name));
      const target = fileOf(bucket, name);
      requireRoom(path.join(root, bucket), name);
      makeFolders(target);
      if (name.endsWith("/")) {
        if (statSync(file).size > 0)
          throw invalid("the fake keeps no bytes in an object whose name ends in /");
        mkdirSync(target, { recursive: true });
        ownFolders.delete(target);
        rmSync(file);
      } else renameSync(file, target);
      remember(target, stampOf(statSync(target, { bigint: true })), set, parts);
      return find(bucket, name) ?? gone(name);
    },
    patch(object, set) {
      const one = known.get(path.join(root, object.bucket, object.name));
      if (one === undefined || one.generation !== object.generation) return gone(object.name);
      one.set = set;
      one.metageneration += 1;
      return { ...object, set, metageneration: one.metageneration };
    },
    remove(object) {
      const file = fileOf(object.bucket, object.name);
      known.delete(file);
      if (object.file === undefined) ownFolders.add(file);
      else rmSync(file);
      prune(object.bucket, object.file === undefined ? path.join(file, "x") : file);
    },
  };
}

/** Changes when the contents do; a folder has none. */
function stampOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return `folder:${stats.ino}`;
  const { ino, size, mtimeNs, ctimeNs } = stats;
  return [ino, size, mtimeNs, ctimeNs].join(":");
}

function statOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true });
  } catch (error) {
    // ENOTDIR: a part of the name is a file.
    if (/^(ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

function collect(folder: string, prefix: string, ownFolders: Set<string>, found: string[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (!entry.isDirectory()) found.push(prefix + entry.name);
    else {
      if (!ownFolders.has(file + path.sep)) found.push(`${prefix}${entry.name}/`);
      collect(file, `${prefix}${entry.name}/`, ownFolders, found);
    }
  }
}

function requireName(name: string): void {
  const parts = name.replace(/\/$/, "").split("/");
  const odd = parts.some((part) => part === "" || part === "." || part === "..");
  if (odd || /[\r\n]/.test(name) || Buffer.byteLength(name) > 1024) {
    throw invalid(`Invalid object name: '${name}' (or one that a folder cannot hold).`);
  }
}

/** A folder cannot hold `a` and `a/b` at once, as a bucket can. */
function requireRoom(top: string, name: string): void {
  const parts = name.split("/").filter((part) => part !== "");
  for (let count = 1; count <= parts.length; count += 1) {
    const folder = count < parts.length || name.endsWith("/");
    const there = statOf(path.join(top, ...parts.slice(0, count)));
    if (there !== undefined && there.isDirectory() !== folder) {
      throw invalid(`the fake cannot hold '${name}' both as an object and as a folder`);
    }
  }
}

function gone(name: string): never {
  throw new GoogleProblem(404, `No such object: ${name}`);
}
