import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { remoteSpec } from "../../../test/support/remote-run.ts";
import type { Bucket } from "../../clients/google/storage.ts";
import { fetchArtifacts } from "./fetch-artifacts.ts";

const target = {
  project: "demo",
  region: "us-central1",
  bucket: "ml",
  runs: "runs",
  image: "image",
  machine_type: "n1-highmem-8",
  strategy: "STANDARD",
  timeout_seconds: 60,
};

it("is over, with nothing under way, when it says that a file could not be had", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "crossfold-fetch-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const spec = { ...remoteSpec, target };
  let [begun, under] = [0, 0];
  const names = Array.from({ length: 40 }, (_, index) => `runs/${spec.id}/model/${index}.bin`);
  const bucket = {
    list: async () => names.map((name) => ({ name, size: 1, md5: "AAAA", crc32c: null })),
    async download(name: string) {
      begun += 1;
      if (name === names[0]) throw new Error("the disk is full");
      under += 1;
      await pause(50);
      under -= 1;
    },
  } as unknown as Bucket;
  await expect(fetchArtifacts(bucket, spec, folder)).rejects.toThrow("the disk is full");
  expect(under).toBe(0);
  expect(begun).toBeLessThan(names.length);
});
