import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FakeKaggle, startFakeKaggle } from "../../../test/kaggle/fake-kaggle.ts";
import type { Fault } from "../../../test/kaggle/faults.ts";
import { remoteSpec } from "../../../test/support/remote-run.ts";
import { RefusedJob } from "../remote/remote.ts";
import type { KaggleError } from "../../clients/kaggle/kaggle-error.ts";
import { openKaggle } from "../../clients/kaggle/open-kaggle.ts";
import type { JobRequest } from "../backend.ts";
import type { Outcome } from "../../clients/http/failure.ts";
import { createKernel } from "./create-kernel.ts";

const target = { owner: "tester", competition: "toy", machine_shape: null, timeout_seconds: 60 };
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
  const request = { spec: { ...remoteSpec, target }, folder, env: {} } as unknown as JobRequest;
  return createKernel(kaggle, request);
}

/** RefusedJob carries the client's error as its cause. */
async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  const error = await work.catch((caught: unknown) => caught);
  return ((error instanceof RefusedJob ? error.cause : error) as KaggleError).outcome;
}

const faults: [string, Fault, Outcome][] = [
  ["a lost answer", { on: "SaveKernel", kind: "lost-response" }, "unknown"],
  ["a page with status 200", { on: "SaveKernel", kind: "page" }, "unknown"],
  ["half an answer", { on: "SaveKernel", kind: "cut-body" }, "unknown"],
  ["a fault of the server's", { on: "SaveKernel", kind: "status", status: 503 }, "unknown"],
  ["too many requests", { on: "SaveKernel", kind: "status", status: 429 }, "refused"],
  ["an error inside a 200", { on: "SaveKernel", kind: "error-in-200", message: "No" }, "refused"],
];

/** Whether the kernel may have been pushed decides whether it is looked for. */
test.each(faults)("%s", async (_, fault, outcome) => {
  fake.fault(fault);
  expect(await outcomeOf(create())).toBe(outcome);
});

test("no server at the address: nothing was sent, so there is nothing to look for", async () => {
  await fake.close();
  expect(await outcomeOf(create())).toBe("not-sent");
  fake = await startFakeKaggle();
});
