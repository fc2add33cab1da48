import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compactTable } from "./compact-table.ts";
import { makeDatabase } from "./database.ts";
import { readTableHead } from "./table-head.ts";
import { loadTextTable, readHeader } from "./text-table.ts";
import { openSplitTables } from "./train-test-tables.ts";

let base: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(path.join(tmpdir(), "crossfold-")));
});
afterAll(() => rm(base, { recursive: true, force: true }));

/** Folders that a workspace may lie in; the second is one that a pattern made of the first would find as well. */
const folders: [name: string, twin?: string][] = [
  ["[fold]", "f"],
  ["[!a]", "b"],
  ["[a-c]x", "bx"],
  ["a]b"],
  ["*", "anything"],
  ["**", "anything"],
  ["what?", "whats"],
  ["{a,b}", "a"],
  ["100%", "1000"],
  ["%41"],
  ["it's"],
  ['the "best"'],
  ["a ; DROP TABLE train; --"],
  ["two words"],
  ["コンペ 住宅"],
  ["cafe\u0301"],
  ["year=2024"],
  ["id=7"],
  ["~"],
  ["-rf"],
  ["back\\slash"],
  ["line\nfeed"],
  ["#a$b&c"],
  ["s3:"],
  ["file:"],
  ["a.parquet"],
  ["a.csv.gz"],
];

const train = "id,year,y\n1,a,0\n2,b,1\n3,c,0\n";
const others = "id,year,y\n9,z,1\n";

async function layOut(name: string, twin: string | undefined): Promise<string> {
  const root = path.join(base, name);
  await mkdir(root, { recursive: true });
  await writeFile(path.join(root, "train.csv"), train);
  await writeFile(path.join(root, "test.csv"), train);
  if (twin !== undefined) {
    await mkdir(path.join(base, twin), { recursive: true });
    await writeFile(path.join(base, twin, "train.csv"), others);
    await writeFile(path.join(base, twin, "test.csv"), others);
  }
  return root;
}

test.each(folders)("tables in %j are read and written as they are", async (name, twin) => {
  const root = await layOut(name, twin);
  const file = path.join(root, "train.csv");
  const tables = await openSplitTables(
    { train: file, test: path.join(root, "test.csv"), text: ["id"] },
    path.join(root, "cache"),
  );
  try {
    expect([...tables.train.keys()]).toEqual(["id", "year", "y"]);
    expect(await tables.query("SELECT id FROM train ORDER BY 1")).toEqual(
      ["1", "2", "3"].map((id) => ({ id })),
    );
    expect(await tables.query("SELECT count(*)::INT AS n FROM test")).toEqual([{ n: 3 }]);
  } finally {
    await tables.close();
  }

  const database = await makeDatabase(path.join(root, "cache"), { megabytes: 256, threads: 1 });
  try {
    const columns = ["id", "year"].map((column) => ({ column, as: column }));
    expect(await readHeader(database, file)).toEqual(["id", "year", "y"]);
    await loadTextTable(database, "t", file, columns);
    const target = path.join(root, "compact.parquet");
    await compactTable(database, file, target);
    expect(await readHeader(database, target)).toEqual(["id", "year", "y"]);
    await loadTextTable(database, "u", target, columns);
    const both = await database.connection.runAndReadAll(
      "SELECT t.id, u.year FROM t JOIN u ON t.rowid = u.rowid ORDER BY t.rowid",
    );
    expect(both.getRowsJS()).toEqual([
      ["1", "a"],
      ["2", "b"],
      ["3", "c"],
    ]);
  } finally {
    await database.close();
  }
  expect((await readTableHead(file, 1))?.columns).toEqual(["id", "year", "y"]);
  expect(await readFile(file, "utf8")).toBe(train);
});
