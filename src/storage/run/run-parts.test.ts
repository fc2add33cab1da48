import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { sweepRunParts } from "./run-parts.ts";
import { paths, recordFiles } from "../workspace/paths.ts";

const root = await mkdtemp(path.join(tmpdir(), "crossfold-parts-"));
const now = new Date("2026-11-23T12:00:00Z");

afterAll(() => rm(root, { recursive: true, force: true }));

async function folder(at: string, written: string): Promise<void> {
  await mkdir(at, { recursive: true });
  await writeFile(path.join(at, recordFiles.spec), "{}");
  await utimes(at, new Date(written), new Date(written));
}

test("of the records never finished those older than a day go, and nothing else", async () => {
  const young = "20261123-011530-exp001-k3f9";
  const old = "20261120-011530-exp001-aaaa";
  const runs = paths.runs({ root });
  await sweepRunParts({ root }, now);
  await folder(paths.runPart({ root }, young), "2026-11-23T01:15:30Z");
  await folder(paths.runPart({ root }, old), "2026-11-20T01:15:30Z");
  await folder(path.join(runs, old), "2026-11-20T01:15:30Z");
  await folder(path.join(runs, ".mine.part"), "2026-11-20T01:15:30Z");
  await sweepRunParts({ root }, now);
  expect((await readdir(runs)).toSorted()).toEqual(
    [`.${young}.part`, ".mine.part", old].toSorted(),
  );
});
