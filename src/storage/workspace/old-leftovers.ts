import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { paths } from "./paths.ts";

interface Root {
  root: string;
}

/**
 * What older versions called a file while they wrote it: its name and a number below 2^32. Only files that they wrote
 * so beside the user's.
 */
const leftover =
  /^(?:(?:doc|decision|[a-z]+)-[\d.]+ - .+\.md|config\.yml|kernel-metadata\.json|experiment\.yml|project\.yml|\.gitignore)\.([1-9]\d{6,9})$/;
/** A command that still runs may be writing what is younger. */
const oldMs = 3_600_000;
const dayMs = 86_400_000;

/**
 * Moves what commands of older versions left when they were killed to `.crossfold/replaced/`, once a workspace. A number
 * that may be a date or the file's own time is a backup's: it stays.
 */
export async function sweepOldLeftovers(ws: Root): Promise<void> {
  if (!existsSync(paths.crossfold(ws)) || existsSync(paths.sweptOnce(ws))) return;
  let complete = true;
  try {
    for (const folder of await foldersOf(ws)) {
      for (const name of await readdir(folder).catch(() => [])) {
        const number = leftover.exec(name)?.[1];
        if (number === undefined) continue;
        const fate = await fateOf(path.join(folder, name), number);
        if (fate === "young") complete = false;
        else if (fate === "left") await moveAway(ws, folder, name);
      }
    }
    if (!complete) return;
    await mkdir(path.dirname(paths.sweptOnce(ws)), { recursive: true });
    await writeFile(paths.sweptOnce(ws), "");
  } catch {
    // A workspace that cannot be written keeps what lies there.
  }
}

/** Where older versions wrote files beside the user's. */
async function foldersOf(ws: Root): Promise<string[]> {
  const backlogs = ["backlog", ".backlog"].flatMap((name) =>
    ["", "docs", "tasks", "decisions", "drafts", "completed", "archive/tasks"].map((below) =>
      path.join(ws.root, name, below),
    ),
  );
  const names = await readdir(paths.experiments(ws)).catch(() => []);
  const experiments = names.flatMap((name) => [
    paths.experiment(ws, name),
    path.join(paths.experiment(ws, name), "submission"),
  ]);
  return [ws.root, ...backlogs, ...experiments];
}

async function fateOf(file: string, number: string): Promise<"left" | "young" | "stays"> {
  const facts = await lstat(file).catch(() => undefined);
  if (!facts?.isFile() || Number(number) >= 2 ** 32 || isDate(number)) return "stays";
  const times = [facts.mtimeMs, facts.ctimeMs, facts.birthtimeMs];
  if (times.some((time) => Math.abs(time - Number(number) * 1000) < dayMs)) return "stays";
  return Date.now() - facts.mtimeMs < oldMs ? "young" : "left";
}

/** `20261123` */
function isDate(number: string): boolean {
  return /^(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])$/.test(number);
}

async function moveAway(ws: Root, folder: string, name: string): Promise<void> {
  await mkdir(paths.replaced(ws), { recursive: true });
  const to = path.relative(ws.root, path.join(folder, name)).replaceAll(path.sep, "-");
  await rename(path.join(folder, name), path.join(paths.replaced(ws), to));
}
