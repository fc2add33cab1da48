import { createHash } from "node:crypto";
import path from "node:path";
import { dataFileEntries } from "../../core/competition/project.ts";
import { hashData } from "../files/hashes.ts";
import { paths, type Workspace } from "../workspace/workspace.ts";
import { readDataEntry } from "./data-entry.ts";

/**
 * Hashes of the competition's data by path relative to the workspace, for what is there: SHA-256 of each table, and of each
 * entry of `data.files`. A folder's or a glob's is over path, size and time of its files (`size-and-time:...`), or over
 * their contents where project.yml asks for that.
 */
export async function hashCompetitionData(ws: Workspace): Promise<Record<string, string>> {
  const { train, test, sample_submission, labels, hash } = ws.project.data;
  const input = paths.input(ws);
  const names = [train, test, sample_submission, labels ?? []].flat();
  const tables = names.map((name) => path.join(input, name));
  const hashes = await hashData(ws, tables);
  for (const entry of dataFileEntries(ws.project)) {
    const found = await readDataEntry(input, entry);
    if (found === undefined) continue;
    if (found.kind === "file") {
      Object.assign(hashes, await hashData(ws, [found.file]));
      continue;
    }
    const name = path.join(path.relative(ws.root, input), entry).replace(/\/$/, "");
    hashes[name] =
      hash === "contents"
        ? digest(await contentLines(ws, found.folder, found.files))
        : `size-and-time:${digest(found.files.map((one) => [one.path, one.size, one.mtimeMs]))}`;
  }
  return hashes;
}

async function contentLines(
  ws: Workspace,
  folder: string,
  files: readonly { path: string }[],
): Promise<unknown[]> {
  const all = files.map((one) => path.join(folder, one.path));
  const hashes = await hashData(ws, all);
  return files.map((one, index) => [one.path, hashes[path.relative(ws.root, all[index]!)] ?? null]);
}

/** SHA-256, hex, over the lines in their order. */
function digest(lines: readonly unknown[]): string {
  const hash = createHash("sha256");
  for (const line of lines) hash.update(`${JSON.stringify(line)}\n`);
  return hash.digest("hex");
}
