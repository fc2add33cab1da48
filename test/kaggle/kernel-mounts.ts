import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Bundle } from "./bundle.ts";
import { datasetSource } from "./dataset.ts";
import { completeVersion, type KernelSources } from "./kernel.ts";
import { modelSource } from "./model.ts";
import type { World } from "./world.ts";

/**
 * Lays the sources out below `input` as a session finds them: since 2026 by kind and owner, before that by their
 * own name alone. With `hidden`, a competition's files are those of the second run of a submitted notebook.
 */
export async function mountSources(
  world: World,
  sources: KernelSources,
  input: string,
  hidden: boolean,
): Promise<void> {
  const place = (kind: string, owner: string, name: string): string => {
    const parts = world.settings.mounts === "2026" ? [kind, owner, name] : [name];
    return path.join(input, ...parts);
  };
  await mkdir(input, { recursive: true });
  for (const slug of sources.competitions) {
    const { files, hiddenFiles } = world.competitions.get(slug)!;
    const folder = place("competitions", "", slug);
    await copyFolder(files, folder);
    if (hidden) await copyFolder(hiddenFiles, folder);
  }
  for (const source of sources.kernels) {
    const [owner = "", name = ""] = source.split("/");
    const { root } = completeVersion(world.kernels.get(source.toLowerCase())!)!;
    await copyFolder(path.join(root, "working"), place("notebooks", owner, name));
  }
  for (const source of sources.datasets) {
    const [owner = "", name = ""] = source.split("/");
    await writeBundle(datasetSource(world, source)!.files, place("datasets", owner, name));
  }
  for (const source of sources.models) {
    const { folder, files } = modelSource(world, source)!;
    await writeBundle(files, place("models", source.split("/")[0]!, folder));
  }
}

async function copyFolder(from: string | undefined, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  if (from !== undefined) await cp(from, to, { recursive: true });
}

async function writeBundle(files: Bundle, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}
