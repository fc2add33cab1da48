import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { fakeRemote, makeRemoteRun } from "../../../test/support/remote-run.ts";
import { mirrorLog } from "./mirror-log.ts";
import { readRemoteFile, writeRemoteFile } from "./remote-file.ts";

const whole = "line 1\n数 2\nline 3\n";

/** A log that comes in pieces of `size` bytes. */
function inPieces(size: number, text = whole) {
  return async (cursor: string | null) => {
    const start = Number(cursor ?? 0);
    const bytes = Buffer.from(text).subarray(start, start + size);
    return { bytes, cursor: String(start + bytes.length) };
  };
}

it.each([
  ["as it was", 0],
  ["after a crash between the output and the note of it", 5],
])("has every byte once, %s", async (_, forgotten) => {
  const { run } = await makeRemoteRun(fakeRemote());
  const read = inPieces(4);
  let pieces = 0;
  const broken = async (cursor: string | null) => {
    if (++pieces > 3) throw new Error("no answer");
    return read(cursor);
  };
  await expect(mirrorLog(run.folder, broken)).rejects.toThrow("no answer");
  const known = await readRemoteFile(run.folder);
  const size = known.log.size - forgotten;
  await writeRemoteFile(run.folder, { ...known, log: { cursor: String(size), size } });
  await mirrorLog(run.folder, inPieces(1000));
  expect(await readFile(path.join(run.folder, "output.log"), "utf8")).toBe(whole);
});

it.each([1, 3, 7, 1000])(
  "masks secrets in pieces of %i bytes, every byte in its place",
  async (size) => {
    const { run } = await makeRemoteRun(fakeRemote());
    const text = `${whole}${JSON.stringify("数 2\nline")} 4\n`;
    await mirrorLog(run.folder, inPieces(size, text), ["line 1", "数 2\nline"]);
    const log = await readFile(path.join(run.folder, "output.log"), "utf8");
    expect(log).toBe(`${"*".repeat(6)}\n${"*".repeat(10)} 3\n"${"*".repeat(11)}" 4\n`);
  },
);
