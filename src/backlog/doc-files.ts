import path from "node:path";
import { readFolder } from "../storage/files/read-folder.ts";
import { nextNumber } from "./task-id.ts";

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
  const taken = files.flatMap((file) => digitsIn(path.basename(file), prefix) ?? []);
  return `${prefix}-${nextNumber(taken).padStart(padding, "0")}`;
}

/** Whether an id in any form (3, doc-3, DOC-3) is this one. */
export function sameNumberedId(a: string, b: string, prefix: string): boolean {
  const digits = digitsIn(a, prefix) ?? /^\s*0*(\d+)\s*$/.exec(a)?.[1];
  return digits !== undefined && digits === digitsIn(b, prefix);
}

function digitsIn(text: string, prefix: string): string | undefined {
  return new RegExp(`^\\s*${prefix}-0*(\\d+)(?!\\d)`, "i").exec(text)?.[1];
}
