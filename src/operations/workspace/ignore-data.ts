import { stat } from "node:fs/promises";
import path from "node:path";
import { readText } from "../../storage/files/read-text.ts";
import {
  type DataEntry,
  dataAmong,
  ignoreLine,
  mayBeLargeText,
} from "../../core/competition/data-files.ts";
import { counted } from "../../core/text/counted.ts";
import { readFolderInGit } from "../../git/folder-in-git.ts";
import { listLoose } from "../../storage/files/loose-files.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";

const mostNamed = 5;

/**
 * Keeps data that lies in the workspace outside `data/` out of git: a line for each file or folder at the end of
 * .gitignore, which keeps what it has. What git tracks already stays tracked. `named` files are data whatever their
 * endings. A line to show on each.
 */
export async function ignoreData(root: string, named: readonly string[]): Promise<string[]> {
  const inGit = await readFolderInGit(root);
  const added = await findLooseData(root, inGit?.untracked ?? (await listLoose(root)), named);
  const tracked = dataAmong(inGit?.tracked ?? []);
  if (added.length > 0) await extendIgnores(root, added.map(ignoreLine));
  return [
    ...(added.length === 0 ? [] : [`kept out of git by .gitignore: ${listed(added)}`]),
    ...(tracked.length === 0
      ? []
      : [`in git already, and stays there: ${listed(tracked)} (git rm --cached takes it out)`]),
  ];
}

async function findLooseData(
  root: string,
  files: readonly string[],
  named: readonly string[],
): Promise<DataEntry[]> {
  const sizes = new Map<string, number>();
  for (const file of files.filter(mayBeLargeText)) {
    const facts = await stat(path.join(root, file)).catch(() => undefined);
    if (facts !== undefined) sizes.set(file, facts.size);
  }
  const found = dataAmong(files, (file) => sizes.get(file));
  const more = named.filter(
    (name) => files.includes(name) && !found.some(({ path: known }) => known === name),
  );
  return [...found, ...more.map((name) => ({ path: name, kind: "file" as const, files: 1 }))];
}

async function extendIgnores(root: string, lines: readonly string[]): Promise<void> {
  const file = path.join(root, ".gitignore");
  const there = (await readText(file)) ?? "";
  const has = new Set(there.split(/\r?\n/));
  const missing = lines.filter((line) => !has.has(line));
  if (missing.length === 0) return;
  const before = there === "" ? "" : `${there.replace(/\n*$/, "\n")}\n`;
  await writeAtomic(
    file,
    `${before}# data that was here before the workspace\n${missing.join("\n")}\n`,
  );
}

function listed(entries: readonly DataEntry[]): string {
  const shown = entries
    .slice(0, mostNamed)
    .map(({ path: name, kind, files }) =>
      kind === "file" ? name : `${name}/ (${counted(files, "file")})`,
    );
  const more = entries.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
