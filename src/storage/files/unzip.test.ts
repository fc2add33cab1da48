import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { zipOf } from "../../../test/kaggle/zip.ts";
import { makeTempFolder } from "../../../test/support/cli.ts";
import { pathBelow } from "./relative-path.ts";
import { isZip, listZip, unzip } from "./unzip.ts";

let root: string;
let zip: string;
beforeEach(async () => {
  root = await makeTempFolder();
  zip = path.join(root, "data.zip");
});

const mebibyte = 1024 * 1024;
const anything = { ofEntry: () => mebibyte, total: 2 * mebibyte };

/** Puts a mode into the directory of an archive of one file. */
function withMode(bytes: Buffer, mode: number): Buffer {
  const at = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  bytes.writeUInt16LE(0x031e, at + 4);
  bytes.writeUInt32LE((mode << 16) >>> 0, at + 38);
  return bytes;
}

test("files come out where they belong, those left out do not", async () => {
  const bytes = Buffer.from("id\n1\n");
  await writeFile(
    zip,
    zipOf([
      { name: "deep/a.csv", bytes },
      { name: "b.csv", bytes },
    ]),
  );
  const only = { ofEntry: (name: string) => (name === "b.csv" ? undefined : 100), total: 100 };
  const out = path.join(root, "out");
  expect(await unzip(zip, out, only)).toEqual([{ name: "deep/a.csv", bytes: 5 }]);
  expect(await readFile(path.join(out, "deep", "a.csv"), "utf8")).toBe("id\n1\n");
  await expect(readFile(path.join(out, "b.csv"))).rejects.toMatchObject({ code: "ENOENT" });
  expect(await isZip(zip)).toBe(true);
});

test.each([
  "../evil.csv",
  "a/../../evil.csv",
  "/etc/evil",
  "C:/evil",
  "a\\..\\evil",
  "a//b",
  "./a",
])("an archive with %s is refused whole", async (name) => {
  const bytes = Buffer.from("x");
  await writeFile(
    zip,
    zipOf([
      { name: "fine.csv", bytes },
      { name, bytes },
    ]),
  );
  const out = path.join(root, "out");
  await expect(unzip(zip, out, anything)).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringContaining("was not unpacked"),
  });
  await expect(readFile(path.join(out, "fine.csv"))).rejects.toMatchObject({ code: "ENOENT" });
  expect(pathBelow("/data", name)).toBeUndefined();
});

test("a link is refused", async () => {
  await writeFile(
    zip,
    withMode(zipOf([{ name: "a.csv", bytes: Buffer.from("/etc/passwd") }]), 0o120777),
  );
  await expect(listZip(zip)).rejects.toMatchObject({ message: expect.stringContaining("a link") });
});

test("a bomb is refused before anything is written: one file, and many together", async () => {
  await writeFile(zip, zipOf([{ name: "a.csv", bytes: Buffer.alloc(3 * mebibyte) }]));
  const out = path.join(root, "out");
  await expect(unzip(zip, out, anything)).rejects.toMatchObject({ code: "archive-too-large" });
  const many = Array.from({ length: 3 }, (_, n) => ({
    name: `${n}.csv`,
    bytes: Buffer.alloc(mebibyte),
  }));
  await writeFile(zip, zipOf(many));
  await expect(unzip(zip, out, anything)).rejects.toMatchObject({ code: "archive-too-large" });
  await expect(readFile(path.join(out, "0.csv"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a bomb that lies about its size is stopped", async () => {
  const bytes = zipOf([{ name: "a.csv", bytes: Buffer.alloc(3 * mebibyte) }]);
  const at = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  bytes.writeUInt32LE(1000, at + 24);
  await writeFile(zip, bytes);
  const out = path.join(root, "out");
  await expect(unzip(zip, out, anything)).rejects.toMatchObject({ code: "archive-damaged" });
});

test("a damaged archive is said to be one", async () => {
  const bytes = zipOf([{ name: "a.csv", bytes: Buffer.from("hello hello hello") }]);
  const at = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  bytes.writeUInt32LE(1, at + 16);
  await writeFile(zip, bytes);
  await expect(unzip(zip, path.join(root, "out"), anything)).rejects.toMatchObject({
    code: "archive-damaged",
    message: expect.stringContaining("CRC"),
  });
  await writeFile(zip, "PK no archive");
  await expect(listZip(zip)).rejects.toMatchObject({ code: "archive-damaged" });
});
