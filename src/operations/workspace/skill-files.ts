import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { packageRoot } from "../../package-root.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { readTextIfAny } from "../../storage/files/read-text.ts";

export const skillFolder = ".claude/skills/experiment-workflow";

/** Beside the skill and in git with it: the SHA-256 of each file as Crossfold wrote it. */
const stampName = ".crossfold.json";
const inside = z.string().regex(/^(?!\/)(?!.*\.\.)[^\\]+$/);
const stampSchema = z.object({ files: z.record(inside, z.string()) });
type Stamp = z.output<typeof stampSchema>["files"];

export const skillActions = [
  "created",
  "updated",
  "same",
  "kept",
  "replaced",
  "dropped",
  "left-out",
] as const;

export interface SkillChange {
  /** Relative to the skill's folder. */
  name: string;
  action: (typeof skillActions)[number];
  /** The file's new text where it gets one. */
  content?: Buffer;
  /** Whether the edits that were kept stand in the way of a newer text. */
  newer: boolean;
}

/**
 * What updating the skill would do. A file is updated where it still is what was written last; edited ones
 * are kept and removed ones stay away, unless `force` asks for them.
 */
export async function planSkill(root: string, force: boolean): Promise<SkillChange[]> {
  const shipped = await readShipped();
  const stamp = await readStamp(root);
  const isThere = (name: string) => existsSync(path.join(root, skillFolder, name));
  const older = Object.keys(stamp).filter((name) => !shipped.has(name) && isThere(name));
  const names = [...shipped.keys(), ...older].toSorted();
  return Promise.all(
    names.map(async (name) => {
      const there = await readFile(path.join(root, skillFolder, name)).catch(() => undefined);
      return decide(name, { there, shipped: shipped.get(name), stamp: stamp[name], force });
    }),
  );
}

interface Versions {
  there: Buffer | undefined;
  shipped: Buffer | undefined;
  stamp: string | undefined;
  force: boolean;
}

function decide(name: string, { there, shipped, stamp, force }: Versions): SkillChange {
  const untouched = there !== undefined && sha256(there) === stamp;
  const change = (action: SkillChange["action"], newer = false): SkillChange =>
    shipped !== undefined && ["created", "updated", "replaced"].includes(action)
      ? { name, action, content: shipped, newer }
      : { name, action, newer };
  if (shipped === undefined) return change(untouched ? "dropped" : "kept");
  if (there === undefined) return change(stamp === undefined || force ? "created" : "left-out");
  if (there.equals(shipped)) return change("same");
  if (untouched) return change("updated");
  return force ? change("replaced") : change("kept", stamp !== sha256(shipped));
}

/** Carries a plan out. Returns, by file, where a replaced text was saved. */
export async function applySkill(
  root: string,
  changes: readonly SkillChange[],
): Promise<Map<string, string>> {
  const saved = new Map<string, string>();
  for (const { name, action, content } of changes) {
    const file = path.join(root, skillFolder, name);
    if (action === "replaced") saved.set(name, await saveOriginal(file, name));
    if (content !== undefined) await writeAtomic(file, content);
    if (action === "dropped") await rm(file);
  }
  await stampSkill(root);
  return saved;
}

/** Remembers what each file looks like that is as it was shipped; the others keep what was remembered of them. */
export async function stampSkill(root: string): Promise<void> {
  const shipped = await readShipped();
  const before = await readStamp(root);
  const stamp: Stamp = {};
  for (const [name, content] of shipped) {
    const there = await readFile(path.join(root, skillFolder, name)).catch(() => undefined);
    const known = there?.equals(content) ? sha256(content) : before[name];
    if (known !== undefined) stamp[name] = known;
  }
  const text = `${JSON.stringify({ files: stamp }, null, 2)}\n`;
  await writeAtomic(path.join(root, skillFolder, stampName), text);
}

async function saveOriginal(file: string, name: string): Promise<string> {
  for (let count = 0; ; count += 1) {
    const ending = count === 0 ? ".orig" : `.orig${count}`;
    if (existsSync(`${file}${ending}`)) continue;
    await writeAtomic(`${file}${ending}`, await readFile(file));
    return `${name}${ending}`;
  }
}

/** A stamp that is lost or damaged leaves every file that differs to the user. */
async function readStamp(root: string): Promise<Stamp> {
  const file = path.join(root, skillFolder, stampName);
  const text = (await readTextIfAny(file)) ?? "{}";
  try {
    return stampSchema.parse(JSON.parse(text)).files;
  } catch {
    return {};
  }
}

async function readShipped(): Promise<Map<string, Buffer>> {
  const source = path.join(packageRoot(), "templates", "workspace", skillFolder);
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const read = files.map(async (entry): Promise<[string, Buffer]> => {
    const file = path.join(entry.parentPath, entry.name);
    return [path.relative(source, file), await readFile(file)];
  });
  return new Map((await Promise.all(read)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
