import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { packageRoot } from "../../package-root.ts";
import { readTextIfAny } from "../files/read-text.ts";
import { paths, type Workspace } from "../workspace/workspace.ts";

/** The folder beside train.py that runs the folds and writes the files; each experiment has its own copy. */
const harness = "harness";

/** The harness that this program ships. */
const shippedFolder = () =>
  path.join(packageRoot(), "templates", "workspace", "templates", harness);

/** `VERSION` of the harness in a folder; undefined where it has none, or one that is not Crossfold's. */
export async function harnessVersion(folder: string): Promise<number | undefined> {
  const file = path.join(folder, harness, "__init__.py");
  const text = (await readTextIfAny(file)) ?? "";
  const version = /^VERSION\s*=\s*(\d+)/m.exec(text)?.[1];
  return version === undefined ? undefined : Number(version);
}

export async function shippedHarnessVersion(): Promise<number> {
  return (await harnessVersion(path.dirname(shippedFolder()))) ?? 0;
}

/** Lays the workspace's shared harness into an experiment whose Python imports one and has none. */
export async function layHarness(ws: Pick<Workspace, "root">, folder: string): Promise<void> {
  if (existsSync(path.join(folder, harness)) || !(await importsHarness(folder))) return;
  const shared = path.join(paths.templates(ws), harness);
  await copyHarness(existsSync(shared) ? shared : shippedFolder(), folder);
}

async function importsHarness(folder: string): Promise<boolean> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".py"));
  const texts = names.map((name) => readTextIfAny(path.join(folder, name)));
  return (await Promise.all(texts)).some((text) => /^\s*(from|import) harness\b/m.test(text ?? ""));
}

const isSource = (file: string) => path.basename(file) !== "__pycache__";

async function copyHarness(source: string, folder: string, name = harness): Promise<void> {
  await cp(source, path.join(folder, name), { recursive: true, filter: isSource });
}

/**
 * Puts the shipped harness into the place of a folder's own, which is kept. Returns where, relative to the workspace.
 * `label` tells the kept ones apart.
 */
export async function replaceHarness(
  ws: Pick<Workspace, "root">,
  folder: string,
  label: string,
): Promise<string> {
  const fresh = ".harness-new";
  const kept = path.join(paths.replaced(ws), label);
  await rm(path.join(folder, fresh), { recursive: true, force: true });
  await copyHarness(shippedFolder(), folder, fresh);
  await mkdir(paths.replaced(ws), { recursive: true });
  await rename(path.join(folder, harness), kept);
  await rename(path.join(folder, fresh), path.join(folder, harness));
  return path.relative(ws.root, kept);
}
