import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { packageRoot } from "../../package-root.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";

type FileAction = "created" | "same" | "kept" | "extended";

export interface FileResult {
  /** Relative to the workspace. */
  path: string;
  action: FileAction;
  /** What a person should know of it, where there is something. */
  note: string | null;
}

interface FileChange extends FileResult {
  content: Buffer;
}

// npm leaves `.gitignore` out of a package, and tools would obey a live one inside the template.
const shippedNames: Record<string, string> = {
  gitignore: ".gitignore",
  "env.example": ".env.example",
};
const leftovers = new Set(["__pycache__", ".venv", ".ruff_cache", "uv.lock", ".pytest_cache"]);

/** What writing the workspace's files into `root` would do. Files that differ are the user's and stay. */
export async function planTemplateFiles(
  root: string,
  values: { competition: string },
): Promise<FileChange[]> {
  const source = path.join(packageRoot(), "templates", "workspace");
  const changes = [];
  for (const name of await listFiles(source)) {
    const content = fill(await readFile(path.join(source, name)), name, values);
    changes.push(await planFile(root, shippedName(name), content));
  }
  return changes;
}

export async function applyTemplateFiles(
  root: string,
  changes: FileChange[],
): Promise<FileResult[]> {
  for (const { path: name, action, content } of changes) {
    if (action === "created" || action === "extended") {
      await writeAtomic(path.join(root, name), content);
    }
  }
  return changes.map(({ path: name, action, note }) => ({ path: name, action, note }));
}

async function listFiles(folder: string, below = ""): Promise<string[]> {
  const names = [];
  for (const entry of await readdir(path.join(folder, below), { withFileTypes: true })) {
    if (leftovers.has(entry.name)) continue;
    const name = path.posix.join(below, entry.name);
    names.push(...(entry.isDirectory() ? await listFiles(folder, name) : [name]));
  }
  return names.toSorted();
}

function shippedName(name: string): string {
  const base = path.posix.basename(name);
  return path.posix.join(path.posix.dirname(name), shippedNames[base] ?? base);
}

function fill(content: Buffer, name: string, values: { competition: string }): Buffer {
  if (name !== "pyproject.toml") return content;
  return Buffer.from(content.toString().replaceAll("crossfold-workspace", values.competition));
}

async function planFile(root: string, name: string, content: Buffer): Promise<FileChange> {
  const file = path.join(root, name);
  if (!existsSync(file)) return { path: name, action: "created", note: null, content };
  const there = await readFile(file);
  if (there.equals(content)) return { path: name, action: "same", note: null, content };
  return { path: name, ...reconcile(name, there.toString(), content) };
}

function reconcile(name: string, there: string, content: Buffer): Omit<FileChange, "path"> {
  if (name === ".gitignore") return extendIgnores(there, content);
  const note = name === "pyproject.toml" ? missingPackages(there, content.toString()) : null;
  return { action: "kept", note, content };
}

/** Secrets and records must be ignored whatever .gitignore was there: the missing lines are added at its end. */
function extendIgnores(there: string, content: Buffer): Omit<FileChange, "path"> {
  const has = new Set(there.split(/\r?\n/).map((line) => line.trim()));
  const missing = content
    .toString()
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#") && !has.has(line));
  if (missing.length === 0) return { action: "same", note: null, content };
  const text = `${there.replace(/\n*$/, "\n")}\n# crossfold\n${missing.join("\n")}\n`;
  return { action: "extended", note: `added ${missing.join(" ")}`, content: Buffer.from(text) };
}

function missingPackages(there: string, template: string): string | null {
  const wanted = [...template.matchAll(/^ {4}"([A-Za-z0-9._-]+)/gm)].map((match) => match[1]!);
  const missing = wanted.filter((name) => !there.includes(name));
  return missing.length === 0
    ? null
    : `lacks packages the template uses: uv add ${missing.join(" ")}`;
}
