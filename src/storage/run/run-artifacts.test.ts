import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { makeTempFolder } from "../../../test/support/cli.ts";
import { removeDropped, writeNotes } from "./run-artifacts.ts";

it.each(["../spec.json", "inner/../../spec.json"])(
  "a note of %s has nothing removed outside artifacts/",
  async (name) => {
    const record = await makeTempFolder();
    await mkdir(path.join(record, "artifacts/inner"), { recursive: true });
    await writeFile(path.join(record, "spec.json"), "{}");
    await writeNotes(record, { [name]: { size: 2, sha256: "0", dropped: true } });
    await removeDropped(record);
    expect(existsSync(path.join(record, "spec.json"))).toBe(true);
  },
);
