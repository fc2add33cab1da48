import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FakeKaggle, startFakeKaggle } from "../../../test/kaggle/fake-kaggle.ts";
import type { Fault } from "../../../test/kaggle/faults.ts";
import { remoteSpec } from "../../../test/support/remote-run.ts";
import { openKaggle } from "../../clients/kaggle/open-kaggle.ts";
import type { JobRequest } from "../backend.ts";
import { RefusedJob, UnknownOutcome } from "../remote/remote.ts";
import { createKernel } from "./create-kernel.ts";

const place = { owner: "tester", competition: "toy", machine_shape: null, timeout_seconds: 60 };
let fake: FakeKaggle;
let folder: string;

beforeEach(async () => {
  fake = await startFakeKaggle({ competitions: [{ slug: "toy" }] });
  folder = await mkdtemp(path.join(tmpdir(), "crossfold-kernel-"));
  await writeFile(path.join(folder, "source.tar.gz"), "");
  await writeFile(path.join(folder, "requirements.txt"), "");
});
afterEach(async () => {
  await fake.close();
  await rm(folder, { recursive: true });
});

async function create(): Promise<string> {
  const kaggle = await openKaggle({ HOME: "/nonexistent", ...fake.env });
  const request = { spec: { ...remoteSpec, place }, folder, env: {} } as unknown as JobRequest;
  return createKernel(kaggle, request);
}

const faults: [string, Fault, typeof UnknownOutcome | typeof RefusedJob][] = [
  ["a lost answer", { on: "SaveKernel", kind: "lost-response" }, UnknownOutcome],
  ["a page with status 200", { on: "SaveKernel", kind: "page" }, UnknownOutcome],
  ["half an answer", { on: "SaveKernel", kind: "cut-body" }, UnknownOutcome],
  ["a fault of the server's", { on: "SaveKernel", kind: "status", status: 503 }, UnknownOutcome],
  ["too many requests", { on: "SaveKernel", kind: "status", status: 429 }, RefusedJob],
  ["an error inside a 200", { on: "SaveKernel", kind: "error-in-200", message: "No" }, RefusedJob],
];

/** Whether the kernel may have been pushed decides whether it is looked for. */
test.each(faults)("%s", async (_, fault, outcome) => {
  fake.fault(fault);
  await expect(create()).rejects.toBeInstanceOf(outcome);
});

test("no server at the address: nothing was sent, so there is nothing to look for", async () => {
  await fake.close();
  const error = await create().catch((caught: unknown) => caught);
  expect(error).not.toBeInstanceOf(UnknownOutcome);
  expect(error).toMatchObject({ code: "kaggle-unreachable" });
  fake = await startFakeKaggle();
});
