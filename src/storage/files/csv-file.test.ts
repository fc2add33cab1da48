import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { makeWorkspace } from "../../../test/support/workspace.ts";
import { readCsv } from "./csv-file.ts";

async function csv(text: string): Promise<string> {
  const file = path.join((await makeWorkspace()).root, "some.csv");
  await writeFile(file, text);
  return file;
}

test("columns as text, with the line each row ends on", async () => {
  const file = await csv('\uFEFFid,名前\r\n1,"a, b"\r\n\r\n2,"two\nlines"\r\n');
  const table = await readCsv(file);
  expect(table.header).toEqual(["id", "名前"]);
  expect(table.columns.get("名前")).toEqual(["a, b", "two\nlines"]);
  expect(table.lines).toEqual([2, 5]);
  expect([...(await readCsv(file, ["id", "x"])).columns.keys()]).toEqual(["id"]);
});

test.each([
  ["a row too long", "a,b\n1,2\n1,2,3\n", 3, "not a CSV file that can be read"],
  ["an open quote", 'a,b\n1,"2\n', 2, "not a CSV file that can be read"],
  ["a column twice", "a,a\n1,2\n", 1, "the column a appears twice"],
])("%s is named by its line", async (_, text, line, message) => {
  const file = await csv(text);
  await expect(readCsv(file)).rejects.toMatchObject({
    message: expect.stringContaining(message),
    at: { file, line },
  });
});

test("a file that is not there is said", async () => {
  await expect(readCsv("/nowhere/x.csv")).rejects.toMatchObject({
    code: "no-file",
    message: "there is no such file",
    at: { file: "/nowhere/x.csv" },
  });
});
