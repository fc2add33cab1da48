import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import {
  fakeRemote,
  makeRemoteRun,
  runningJob,
  succeededJob,
} from "../../../test/support/remote-run.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { NoAnswer } from "../../clients/http/no-answer.ts";

vi.mock("node:timers/promises", () => import("../../../test/support/quick-timers.ts"));

describe("submitting", () => {
  it("lets others ask where its supervisor did not start", async () => {
    const remote = fakeRemote();
    const { backend, request, run } = await makeRemoteRun(remote);
    await backend.submit(request);
    expect(request.said.join()).toContain("supervisor did not start");
    remote.job = succeededJob;
    expect(await backend.status(run)).toMatchObject({ state: "succeeded" });
  });

  it(
    "lets others look for a job whose start could not be confirmed",
    { timeout: 20_000 },
    async () => {
      const remote = fakeRemote();
      const { backend, request, run } = await makeRemoteRun(remote);
      const { find } = remote;
      remote.find = async () => undefined;
      remote.create = async () => {
        throw new NoAnswer(new Error("reset"));
      };
      await expect(backend.submit(request)).rejects.toMatchObject({ code: "job-unknown" });
      remote.find = find;
      expect(await backend.status(run)).toMatchObject({ state: "running" });
    },
  );

  it("does not call a job failed whose name could not be noted", async () => {
    const remote = fakeRemote();
    const { backend, request, run } = await makeRemoteRun(remote);
    const file = path.join(run.folder, "remote.json");
    remote.create = async () => {
      // No file can take the place of a folder.
      await rm(file);
      await mkdir(path.join(file, "in-the-way"), { recursive: true });
      return "job-1";
    };
    await backend.submit(request);
    await rm(file, { recursive: true });
    expect(await backend.status(run)).toMatchObject({ state: "running" });
  });

  it("stops a job that came to be while the stop was on its way", async () => {
    const remote = fakeRemote();
    const { backend, request, run } = await makeRemoteRun(remote);
    remote.create = async () => {
      await writeFile(path.join(run.folder, "cancel"), "");
      return "job-1";
    };
    await backend.submit(request);
    await backend.supervise(run);
    expect(remote.calls).toEqual(["cancel"]);
    expect(await backend.status(run)).toMatchObject({ state: "cancelled" });
  });
});

describe("stopping", () => {
  it("asks again where the first request did not arrive", async () => {
    const remote = fakeRemote();
    const { backend, request, run } = await makeRemoteRun(remote);
    await backend.submit(request);
    const { cancel } = remote;
    remote.cancel = async () => {
      throw new UserError({ code: "unreachable", message: "no answer" });
    };
    await expect(backend.cancel(run, 0)).rejects.toMatchObject({ code: "unreachable" });
    remote.cancel = cancel;
    await backend.supervise(run);
    expect(await backend.status(run)).toMatchObject({ state: "cancelled" });
  });

  it("leaves what a run that had ended left where it is until it is downloaded", async () => {
    const remote = fakeRemote();
    const { backend, request, run } = await makeRemoteRun(remote);
    await backend.submit(request);
    remote.job = succeededJob;
    remote.files = { "metrics.json": "{}" };
    await backend.cancel(run, 0);
    expect(remote.calls).toEqual(["create", "fetch"]);
    expect(await backend.status(run)).toMatchObject({ state: "succeeded" });
  });

  it("stops a job whose log cannot be read", async () => {
    const remote = fakeRemote();
    const { backend, request, run } = await makeRemoteRun(remote);
    await backend.submit(request);
    const { logs } = remote;
    remote.logs = async (...asked) => {
      if (remote.calls.includes("cancel")) return logs(...asked);
      throw new Error("gone");
    };
    await backend.cancel(run, 0);
    expect(remote.calls).toEqual(["create", "cancel"]);
  });

  it("calls a run cancelled that was stopped before it had a job", async () => {
    const remote = fakeRemote();
    remote.find = async () => undefined;
    const { backend, run } = await makeRemoteRun(remote);
    await backend.cancel(run, 0);
    expect(await backend.status(run)).toMatchObject({ state: "cancelled", cause: "user" });
  });
});

describe("the end", () => {
  it("leaves what the job wrote in the run's own record", async () => {
    const remote = fakeRemote();
    const { backend, request, run, root, artifact } = await makeRemoteRun(remote);
    await backend.submit(request);
    remote.job = succeededJob;
    remote.files = { "metrics.json": "scores", "model/weights.txt": "weights" };
    await backend.supervise(run);
    expect(await backend.status(run)).toMatchObject({ state: "succeeded" });
    expect(await readFile(artifact("metrics.json"), "utf8")).toBe("scores");
    expect(await readFile(artifact("model/weights.txt"), "utf8")).toBe("weights");
    expect(existsSync(path.join(root, "models"))).toBe(false);
  });

  it("is not seen before the record is whole", async () => {
    const remote = fakeRemote();
    const { backend, request, run, state } = await makeRemoteRun(remote);
    await backend.submit(request);
    await writeFile(path.join(run.folder, "cancel"), "");
    await writeFile(path.join(run.folder, "rc"), "0\n");
    remote.job = runningJob;
    expect((await state()).state).toBe("queued");
    remote.status = async () => {
      throw new Error("no answer");
    };
    expect(await backend.status(run)).toMatchObject({ state: "queued" });
  });

  it("says what keeps the artifacts from being downloaded, and goes on when it is fixed", async () => {
    const remote = fakeRemote();
    const { backend, request, run, state, artifact } = await makeRemoteRun(remote);
    await backend.submit(request);
    remote.job = succeededJob;
    remote.files = { "metrics.json": "scores", "model/weights.txt": "weights" };
    const inTheWay = path.join(run.folder, "artifacts.part");
    await writeFile(inTheWay, "a file where a folder must be");
    expect(await backend.status(run)).toMatchObject({ state: "running" });
    expect((await state()).reason).toContain("artifacts could not be downloaded");
    await rm(inTheWay);
    await backend.supervise(run);
    expect(await backend.status(run)).toMatchObject({ state: "succeeded", exitCode: 0 });
    expect(await readFile(artifact("metrics.json"), "utf8")).toBe("scores");
  });

  it("lets go of artifacts that never come when told to stop", async () => {
    const remote = fakeRemote();
    const { backend, request, run, state } = await makeRemoteRun(remote);
    await backend.submit(request);
    remote.job = succeededJob;
    remote.fetch = async () => {
      throw new UserError({ code: "google-not-found", message: "there is no bucket" });
    };
    await expect(backend.status(run)).rejects.toMatchObject({ code: "google-not-found" });
    await backend.cancel(run, 0);
    expect(await backend.status(run)).toMatchObject({ state: "cancelled", cause: "user" });
    expect((await state()).reason).toContain("there is no bucket");
  });
});
