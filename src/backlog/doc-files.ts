import path from "node:path";
import { readFolder } from "../storage/files/read-folder.ts";

/** Markdown files in a folder and those below it, absolute; none where the folder is not there. */
export async function markdownFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readFolder(folder)) {
    const file = path.join(folder, entry.name);
    if (entry.name.endsWith(".md")) files.push(file);
    else if (entry.isDirectory()) files.push(...(await markdownFiles(file)));
  }
  return files.toSorted();
}

/** `doc-4` where the highest in the files' names is doc-3; padded as the backlog's settings say. */
export function nextNumberedId(files: readonly string[], prefix: string, padding: number): string {
  const numbers = files.map((file) => numberIn(path.basename(file), prefix) ?? 0);
  return `${prefix}-${String(Math.max(0, ...numbers) + 1).padStart(padding, "0")}`;
}

/** Whether an id in any form (3, doc-3, DOC-3) is this one. */
export function sameNumberedId(a: string, b: string, prefix: string): boolean {
  const number = numberIn(a, prefix) ?? Number(/^\s*\d+\s*$/.exec(a)?.[0] ?? Number.NaN);
  return number === numberIn(b, prefix);
}

function numberIn(text: string, prefix: string): number | undefined {
  const digits = new RegExp(`^\\s*${prefix}-(\\d+)(?!\\d)`, "i").exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
