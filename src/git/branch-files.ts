import { spawn } from "node:child_process";
import { gitEnv, runGit } from "./run-git.ts";

/** Branches that are looked at, those that were committed to last. */
const mostBranches = 50;

export interface BranchFile {
  /** Relative to the folder that was asked about. */
  path: string;
  text: string;
}

/**
 * Files below `under` that other branches, remote ones among them, have otherwise than the branch that is checked out, or
 * have alone. Nothing where `folder` is in no repository.
 */
export async function readBranchFiles(
  folder: string,
  under: readonly string[],
): Promise<BranchFile[]> {
  const here = new Set((await treeOf(folder, "HEAD", under)).keys());
  const found = new Map<string, string>();
  for (const commit of await otherBranches(folder))
    for (const [blob, path] of await treeOf(folder, commit, under))
      if (!here.has(blob)) found.set(blob, path);
  const texts = await readBlobs(folder, [...found.keys()]);
  return [...found].map(([blob, path]) => ({ path, text: texts.get(blob) ?? "" }));
}

/** Commits of the branches but the one that is checked out. */
async function otherBranches(folder: string): Promise<string[]> {
  const heads = await runGit(folder, [
    "for-each-ref",
    "--sort=-committerdate",
    `--count=${mostBranches}`,
    "--format=%(objectname)",
    "refs/heads",
    "refs/remotes",
  ]);
  const own = await runGit(folder, ["rev-parse", "--verify", "--quiet", "HEAD"]);
  return [...new Set(heads?.split("\n"))].filter(
    (commit) => commit !== "" && commit !== own?.trim(),
  );
}

/** Paths by blob; where two files are the same, one of them. */
async function treeOf(
  folder: string,
  commit: string,
  under: readonly string[],
): Promise<Map<string, string>> {
  const listed = await runGit(folder, ["ls-tree", "-r", "-z", commit, "--", ...under]);
  const lines = (listed ?? "").split("\0").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const [facts = "", path = ""] = line.split("\t", 2);
      return [facts.split(" ")[2] ?? "", path];
    }),
  );
}

/** Text by blob. */
async function readBlobs(folder: string, blobs: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  if (blobs.length === 0) return texts;
  const bytes = await catFile(folder, blobs);
  // `<blob> <type> <size>`, a line feed, the bytes, a line feed; `<blob> missing` where there is none.
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    if (end === -1) break;
    const [blob = "", , size] = bytes.subarray(at, end).toString().split(" ");
    const length = Number(size ?? -1);
    if (length >= 0) texts.set(blob, bytes.subarray(end + 1, end + 1 + length).toString());
    at = end + 1 + (length >= 0 ? length + 1 : 0);
  }
  return texts;
}

function catFile(folder: string, blobs: readonly string[]): Promise<Buffer> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...gitEnv };
    const stdio = ["pipe", "pipe", "ignore"] as const;
    const child = spawn("git", ["cat-file", "--batch"], { cwd: folder, env, stdio: [...stdio] });
    const pieces: Buffer[] = [];
    child.on("error", () => resolve(Buffer.alloc(0)));
    child.on("close", () => resolve(Buffer.concat(pieces)));
    child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
    child.stdin.on("error", () => undefined);
    child.stdin.end(blobs.map((blob) => `${blob}\n`).join(""));
  });
}
