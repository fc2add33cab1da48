import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Parser } from "tar";
import { fromBufferPromise } from "yauzl";
import { z } from "zod";
import { Refusal } from "./reply.ts";
import type { World } from "./world.ts";

/** Files of one version of a model or a data set: contents by path. */
export type Bundle = Map<string, Buffer>;

const newFile = z.strictObject({
  token: z.string(),
  description: z.string().optional(),
  columns: z.array(z.unknown()).optional(),
});

interface Directory {
  name: string;
  files?: z.output<typeof newFile>[] | undefined;
  directories?: Directory[] | undefined;
}

const directory: z.ZodType<Directory> = z.strictObject({
  name: z.string(),
  files: z.array(newFile).optional(),
  get directories() {
    return z.array(directory).optional();
  },
});

/** Fields of a request that carries files. */
export const bundleFields = {
  files: z.array(newFile).default([]),
  directories: z.array(directory).default([]),
};

/** Puts the uploaded files together; a lone archive is unpacked at the top, one among others into its folder. */
export async function makeBundle(
  world: World,
  request: Pick<Directory, "files" | "directories">,
): Promise<Bundle> {
  const uploaded = new Map<string, Buffer>();
  collect(world, request, "", uploaded);
  if (uploaded.size === 0) throw new Refusal(400, "At least one file is needed");
  const bundle: Bundle = new Map();
  for (const [name, bytes] of uploaded) {
    const stem = archiveStem(name);
    if (stem === undefined) {
      bundle.set(name, bytes);
      continue;
    }
    const folder = uploaded.size === 1 ? "" : `${stem}/`;
    for (const [inside, contents] of await unpack(name, bytes))
      bundle.set(folder + inside, contents);
  }
  return bundle;
}

function collect(
  world: World,
  request: Pick<Directory, "files" | "directories">,
  folder: string,
  into: Map<string, Buffer>,
): void {
  for (const { token } of request.files ?? []) {
    const { name, received } = world.blobs.take(token);
    into.set(folder + name, received);
  }
  for (const inner of request.directories ?? []) {
    collect(world, inner, `${folder}${inner.name}/`, into);
  }
}

function archiveStem(name: string): string | undefined {
  return /^(.+?)\.(?:zip|tar|tar\.gz|tgz)$/i.exec(name)?.[1];
}

function unpack(name: string, bytes: Buffer): Promise<Bundle> {
  return /\.zip$/i.test(name) ? unzip(bytes) : untar(bytes, /gz$/i.test(name));
}

async function unzip(bytes: Buffer): Promise<Bundle> {
  const bundle: Bundle = new Map();
  const archive = await fromBufferPromise(bytes, { lazyEntries: true });
  for await (const entry of archive.eachEntry()) {
    if (entry.fileName.endsWith("/")) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of await archive.openReadStreamPromise(entry))
      chunks.push(chunk as Buffer);
    bundle.set(entry.fileName, Buffer.concat(chunks));
  }
  return bundle;
}

async function untar(bytes: Buffer, zipped: boolean): Promise<Bundle> {
  const bundle: Bundle = new Map();
  const parser = new Parser({
    onReadEntry: (entry) => {
      const chunks: Buffer[] = [];
      entry.on("data", (chunk: Buffer) => chunks.push(chunk));
      entry.on("end", () => {
        if (entry.type === "File") bundle.set(entry.path, Buffer.concat(chunks));
      });
    },
  });
  const input = Readable.from([bytes]);
  const done = new Promise((resolve, reject) => parser.on("end", resolve).on("error", reject));
  (zipped ? input.pipe(createGunzip()) : input).pipe(parser as unknown as NodeJS.WritableStream);
  await done;
  return bundle;
}

export function bundleSize(bundle: Bundle): number {
  return [...bundle.values()].reduce((sum, bytes) => sum + bytes.length, 0);
}
