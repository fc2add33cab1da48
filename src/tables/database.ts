import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import path from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";

export interface Database {
  connection: DuckDBConnection;
  /** Removes its files. */
  close(): Promise<void>;
}

/** How much of the machine a database may take that is in memory up to there and on disk beyond. */
export interface DatabaseLimits {
  megabytes: number;
  threads: number;
}

/**
 * A DuckDB database in a folder of its own below `folder`, which may grow larger than memory; within `limits` it is written
 * to disk only where it has to be.
 */
export async function makeDatabase(folder: string, limits?: DatabaseLimits): Promise<Database> {
  await mkdir(folder, { recursive: true });
  await removeLeftovers(folder);
  const own = await mkdtemp(path.join(folder, `tables-${process.pid}-`));
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const memory =
    limits?.megabytes ?? Math.max(512, Math.min(2048, Math.floor(totalmem() / 4 / 1024 ** 2)));
  const threads = limits && String(Math.min(limits.threads, availableParallelism()));
  // DuckDB takes what follows a `?` in a database's path for options; one in memory goes to disk where it has to.
  const onDisk = limits === undefined && !own.includes("?");
  const file = onDisk ? path.join(own, "tables.duckdb") : ":memory:";
  const instance = await DuckDBInstance.create(file, {
    memory_limit: `${memory}MB`,
    ...(threads === undefined ? {} : { threads }),
    temp_directory: path.join(own, "spill"),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  // The file is deleted: writing what is still in memory would be in vain.
  await connection.run("PRAGMA disable_checkpoint_on_shutdown");
  const close = async (): Promise<void> => {
    connection.closeSync();
    instance.closeSync();
    await rm(own, { recursive: true, force: true });
  };
  return { connection, close };
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const file of await findDeadDatabases(folder))
    await rm(file, { recursive: true, force: true });
}

/** Folders below `folder` of databases whose processes were killed. */
export async function findDeadDatabases(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => {
      const pid = /^(?:tables|split)-(\d+)-/.exec(name)?.[1];
      return pid !== undefined && !pidExists(Number(pid));
    })
    .map((name) => path.join(folder, name));
}

/** Whether any process has the pid: a database in use is never removed, one of a reused pid stays a while. */
function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A column or table name in SQL, whatever stands in it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in SQL. */
export function quoteText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** An option of readers: a folder called `year=2024` is no column. */
export const noHive = "hive_partitioning = false";

/** A file's path in SQL, taken as it is: to DuckDB `*`, `?` and `[` in it would be a pattern. */
export function quoteFile(file: string): string {
  return quoteText(file.replaceAll(/[*?[]/g, "[$&]"));
}
