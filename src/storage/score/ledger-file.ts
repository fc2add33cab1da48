import { type FileHandle, mkdir, open, readFile } from "node:fs/promises";
import path from "node:path";
import { type LedgerEntry, ledgerEntrySchema } from "../../core/score/ledger.ts";
import type { Problem } from "../../core/errors/problem.ts";
import { writeFailure } from "../files/atomic-write.ts";
import { withWorkspaceLock } from "../workspace/workspace-lock.ts";
import { withNewKeys } from "../old-keys.ts";
import { paths } from "../workspace/paths.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface Ledger {
  entries: LedgerEntry[];
  problems: Problem[];
}

/** The scores of an experiment, oldest first. A line that cannot be read becomes a problem and hides no other. */
export async function readLedger(ws: Pick<Workspace, "root">, experiment: string): Promise<Ledger> {
  const file = paths.ledger(ws, experiment);
  return parseLedger(await readText(file), file);
}

/**
 * Appends the entry that `next` makes from what is there, or nothing where it makes none. Reading and writing happen
 * under one lock, so that nothing is recorded twice. Returns the entry that was written.
 */
export async function appendLedger<Entry extends LedgerEntry>(
  ws: Workspace,
  experiment: string,
  next: (ledger: Ledger) => Entry | undefined,
): Promise<Entry | undefined> {
  const [entry] = await appendLedgerEntries(ws, experiment, (ledger) => {
    const made = next(ledger);
    return made === undefined ? [] : [made];
  });
  return entry;
}

/** As appendLedger, for several entries in one go. */
export async function appendLedgerEntries<Entry extends LedgerEntry>(
  ws: Workspace,
  experiment: string,
  next: (ledger: Ledger) => Entry[],
): Promise<Entry[]> {
  const file = paths.ledger(ws, experiment);
  return withWorkspaceLock(ws, `scores-${experiment}`, async () => {
    const text = await readText(file);
    const entries = next(parseLedger(text, file));
    if (entries.length === 0) return entries;
    // A line cut short by a crash stays a line of its own.
    const gap = text === "" || text.endsWith("\n") ? "" : "\n";
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`);
    await appendDurably(file, gap + lines.join(""));
    return entries;
  });
}

function parseLedger(text: string, file: string): Ledger {
  const entries: LedgerEntry[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const entry = parseEntry(line);
    if (typeof entry === "string") problems.push({ message: entry, at: { file, line: index + 1 } });
    else entries.push(entry);
  }
  return { entries, problems };
}

function parseEntry(line: string): LedgerEntry | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "not a complete line of JSON: cut short, or left by a merge; the other lines still count";
  }
  const result = ledgerEntrySchema.safeParse(withNewKeys("ledger", value));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  return `not a score line: ${issue.path.join(".") || "line"}: ${issue.message}`;
}

async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
}

/** Appends with O_APPEND and fsync. Where the disk fills up on the way, the file is as long as before. */
export async function appendDurably(file: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(file, "a");
    try {
      const { size } = await handle.stat();
      await writeAndSync(handle, text).catch(async (error: unknown) => {
        await handle.truncate(size);
        throw error;
      });
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw writeFailure(file, error);
  }
}

async function writeAndSync(handle: FileHandle, text: string): Promise<void> {
  await handle.writeFile(text);
  await handle.sync();
}
