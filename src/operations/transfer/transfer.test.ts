import { mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type FakeGoogle, startFakeGoogle } from "../../../test/google/fake-google.ts";
import { makeGate } from "../../../test/support/gate.ts";
import { startGoogleServer } from "../../../test/support/google-server.ts";
import { addExperiment, makeWorkspace, testContext } from "../../../test/support/workspace.ts";
import type { Context } from "../../core/context.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { artifactsPull } from "../commands/train/artifacts-pull.ts";
import { artifactsPush } from "../commands/train/artifacts-push.ts";
import { dataPull } from "../commands/train/data-pull.ts";
import { dataPush } from "../commands/train/data-push.ts";

const flags = { bucket: "demo-bucket", overwrite: false, dryRun: false };
const data = "data/input/toy";
let fake: FakeGoogle;
let here: Workspace;
let context: Context & { news: string[] };

beforeAll(async () => {
  fake = await startFakeGoogle({ buckets: ["demo-bucket", "empty-bucket"] });
});
afterAll(() => fake.close());
beforeEach(async () => {
  await rm(fake.bucketFolder("demo-bucket"), { recursive: true, force: true });
  await mkdir(fake.bucketFolder("demo-bucket"));
  here = await makeWorkspace();
  context = { ...testContext(here), env: fake.env };
});

async function put(ws: Workspace, file: string, text: string, seconds?: number): Promise<void> {
  const whole = path.join(ws.root, file);
  await mkdir(path.dirname(whole), { recursive: true });
  await writeFile(whole, text);
  if (seconds !== undefined) await utimes(whole, seconds, seconds);
}

function textOf(ws: Workspace, file: string): Promise<string> {
  return readFile(path.join(ws.root, file), "utf8");
}

function stored(object: string): Promise<string> {
  return readFile(path.join(fake.bucketFolder("demo-bucket"), object), "utf8");
}

/** Another machine's workspace of the same competition. */
async function anotherMachine(): Promise<{ ws: Workspace; context: Context }> {
  const ws = await makeWorkspace();
  return { ws, context: { ...testContext(ws), env: fake.env } };
}

describe("data", () => {
  test("goes to the bucket and comes to another machine with its times; then nothing moves", async () => {
    await put(here, `${data}/train.csv`, "id,target\n1,0\n", 1_700_000_000);
    await put(here, `${data}/images/a b.png`, "\u0001\u0002");
    const first = await dataPush.run(context, flags);
    expect(first).toMatchObject({ moved: 2, kept: 0, conflicts: [], bytes: 16 });
    expect(await stored(`${data}/train.csv`)).toBe("id,target\n1,0\n");

    const there = await anotherMachine();
    expect(await dataPull.run(there.context, flags)).toMatchObject({ moved: 2, conflicts: [] });
    expect(await textOf(there.ws, `${data}/images/a b.png`)).toBe("\u0001\u0002");
    const { mtimeMs } = await stat(path.join(there.ws.root, data, "train.csv"));
    expect(mtimeMs).toBe(1_700_000_000_000);

    const before = fake.requests.length;
    expect(await dataPush.run(context, flags)).toMatchObject({ moved: 0, kept: 2 });
    expect(await dataPull.run(there.context, flags)).toMatchObject({ moved: 0, kept: 2 });
    const moved = fake.requests.slice(before).map(({ operation }) => operation);
    expect(moved.filter((one) => one !== "storage.list" && one !== "token")).toEqual([]);
  });

  test("that differs moves only where it is the newer one, unless told otherwise", async () => {
    await put(here, `${data}/a.csv`, "old", 1000);
    await put(here, `${data}/b.csv`, "old", 3000);
    await dataPush.run(context, flags);
    await put(here, `${data}/a.csv`, "NEW", 2000);
    await put(here, `${data}/b.csv`, "OLD", 2000);
    const pushed = await dataPush.run(context, flags);
    expect(pushed).toMatchObject({ moved: 1, files: [{ path: `${data}/a.csv` }] });
    expect(pushed.conflicts).toMatchObject([
      { path: `${data}/b.csv`, why: expect.stringContaining("newer in the bucket") },
    ]);
    expect(dataPush.exitCode!(pushed)).toBe(1);
    expect(await stored(`${data}/b.csv`)).toBe("old");

    expect((await dataPush.run(context, { ...flags, overwrite: true })).moved).toBe(1);
    expect(await stored(`${data}/b.csv`)).toBe("OLD");
  });

  test("that was edited here is not fetched over, and without --overwrite stays", async () => {
    await put(here, `${data}/a.csv`, "theirs", 1000);
    await dataPush.run(context, flags);
    await put(here, `${data}/a.csv`, "my edit", 2000);
    const pulled = await dataPull.run(context, flags);
    expect(pulled).toMatchObject({ moved: 0, conflicts: [{ path: `${data}/a.csv` }] });
    expect(await textOf(here, `${data}/a.csv`)).toBe("my edit");
    await dataPull.run(context, { ...flags, overwrite: true });
    expect(await textOf(here, `${data}/a.csv`)).toBe("theirs");
  });

  test("is only listed in a dry run", async () => {
    await put(here, `${data}/a.csv`, "x");
    const output = await dataPush.run(context, { ...flags, dryRun: true });
    expect(output).toMatchObject({ dryRun: true, moved: 1, files: [{ path: `${data}/a.csv` }] });
    await expect(stored(`${data}/a.csv`)).rejects.toThrow("ENOENT");
  });

  test("whose contents alone differ is told apart by them", async () => {
    await put(here, `${data}/a.csv`, "1234", 1000);
    await dataPush.run(context, flags);
    await put(here, `${data}/a.csv`, "4321", 1000);
    const output = await dataPush.run(context, flags);
    expect(output.conflicts).toMatchObject([{ why: expect.stringContaining("as old") }]);
  });

  test("that another machine uploads at the same moment is not overwritten", async () => {
    await put(here, `${data}/a.csv`, "mine");
    const there = await anotherMachine();
    await put(there.ws, `${data}/a.csv`, "theirs");
    const gate = makeGate();
    fake.fault({ on: "storage.upload", kind: "held", until: gate.opened });
    const held = dataPush.run(context, flags);
    await expect.poll(() => fake.pendingFaults(), { timeout: 30_000 }).toEqual([]);
    await dataPush.run(there.context, flags);
    gate.open();
    const output = await held;
    expect(output).toMatchObject({ moved: 0, conflicts: [{ path: `${data}/a.csv` }] });
    expect(await stored(`${data}/a.csv`)).toBe("theirs");
  });

  test("that breaks off is told, and the same command goes on from there", async () => {
    for (let index = 0; index < 20; index += 1) {
      await put(here, `${data}/${index}.csv`, `${index}`);
    }
    fake.fault({ on: "storage.upload", kind: "status", code: 403, after: 10 });
    await expect(dataPush.run(context, flags)).rejects.toMatchObject({
      name: "UserError",
      code: "google-permission",
    });
    expect(context.news.at(-1)).toMatch(/^\d+ of 20 files are in gs:\/\/demo-bucket/);
    const again = await dataPush.run(context, flags);
    expect(again.kept).toBeGreaterThanOrEqual(10);
    expect(again.kept + again.moved).toBe(20);
  });

  test("with a name that leads out of the folder is refused", async () => {
    const server = await startGoogleServer();
    const names = [`${data}/good.csv`, `${data}/../../../evil`, `${data}//b`, `${data}/folder/`];
    server.answer((seen, response) => {
      const items = names.map((name) => ({ name, size: "1", generation: "1" }));
      response.end(seen.url.searchParams.has("prefix") ? JSON.stringify({ items }) : "x");
    });
    const output = await dataPull.run({ ...context, env: server.env }, flags);
    expect(output.files.map((file) => file.path)).toEqual([`${data}/good.csv`]);
    expect(output.conflicts.map((one) => one.path)).toEqual(names.slice(1, 3));
    expect(await textOf(here, `${data}/good.csv`)).toBe("x");
    await expect(stat(path.join(here.root, "evil"))).rejects.toThrow("ENOENT");
  });

  test("whose place is taken by something else is an error that names it", async () => {
    await put(here, `${data}/a/b.csv`, "x");
    await dataPush.run(context, flags);
    const there = await anotherMachine();
    await put(there.ws, `${data}/a`, "a file where a folder should be");
    await expect(dataPull.run(there.context, flags)).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringContaining(path.join(there.ws.root, data, "a")),
    });
    expect(await textOf(there.ws, `${data}/a`)).toBe("a file where a folder should be");
  });

  test("that is nowhere, or a bucket that is not there, is an error with the next step", async () => {
    await expect(dataPush.run(context, flags)).rejects.toMatchObject({ code: "nothing-there" });
    await expect(dataPull.run(context, flags)).rejects.toMatchObject({ code: "nothing-there" });
    await put(here, `${data}/a.csv`, "x");
    const nowhere = dataPush.run(context, { ...flags, bucket: "gs://no-such-bucket/" });
    await expect(nowhere).rejects.toMatchObject({
      code: "google-not-found",
      next: expect.stringContaining("gcloud storage buckets create gs://no-such-bucket"),
    });
    const { bucket: _, ...unnamed } = flags;
    await expect(dataPush.run(context, unnamed)).rejects.toMatchObject({ code: "no-bucket" });
  });
});

describe("artifacts", () => {
  test("of several experiments go and come, debug runs' and checkpoints only when asked for", async () => {
    const artifacts = "models/exp001/artifacts";
    await addExperiment(here, "exp001");
    await addExperiment(here, "exp002");
    await put(here, `${artifacts}/fold0/model.txt`, "m");
    await put(here, `${artifacts}/debug/model.txt`, "d");
    await put(here, `${artifacts}/checkpoint-5/w.bin`, "c");
    await put(here, "models/exp002/artifacts/oof.csv", "o");
    const both = { ...flags, experiments: ["exp001", "exp002"], debug: false, checkpoints: false };
    const pushed = await artifactsPush.run(context, both);
    expect(pushed).toMatchObject({ moved: 2, leftOut: 2 });
    await artifactsPush.run(context, { ...both, debug: true, checkpoints: true });
    expect(await stored(`${artifacts}/checkpoint-5/w.bin`)).toBe("c");

    const there = await anotherMachine();
    await addExperiment(there.ws, "exp001");
    const one = { ...both, experiments: ["exp001"] };
    expect(await artifactsPull.run(there.context, one)).toMatchObject({ moved: 1, leftOut: 2 });
    expect(await textOf(there.ws, `${artifacts}/fold0/model.txt`)).toBe("m");
    await expect(textOf(there.ws, `${artifacts}/debug/model.txt`)).rejects.toThrow("ENOENT");
  });

  test("of an experiment that is not there are refused with those that are", async () => {
    await addExperiment(here, "exp001");
    const request = { ...flags, experiments: ["exp009"], debug: false, checkpoints: false };
    await expect(artifactsPull.run(context, request)).rejects.toMatchObject({
      code: "no-experiment",
      expected: "one of exp001",
    });
  });
});
