import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { onTestFinished } from "vitest";
import { type FakeGoogle, type FakeGoogleOptions, startFakeGoogle } from "../google/fake-google.ts";
import { makeTempFolder } from "./cli.ts";
import { lockProject, makeRunWorkspace, plainPython, type RunWorkspace } from "./run-workspace.ts";
import { repository, toolEnv } from "./tools.ts";

const image = "us-central1-docker.pkg.dev/demo-project/crossfold/training:latest";

/** Python that leaves a metrics.json where Vertex AI lets it be left, and a file beside it. */
export const writeMetricsThere = `
import json, os, pathlib
bucket = os.environ["AIP_MODEL_DIR"].removeprefix("gs://")
artifacts = pathlib.Path(os.environ["CROSSFOLD_GCS_ROOT"]) / bucket
artifacts.mkdir(parents=True, exist_ok=True)
scores = {"cv_score": 0.75, "fold_scores": [0.75] * 5, "metric": "accuracy", "direction": "maximize"}
(artifacts / "model.txt").write_text("weights")
(artifacts / "metrics.json").write_text(json.dumps(scores))
`;

/** Python that goes on when the file \`go-on\` is in the bucket. */
export const waitThere = `
import os, pathlib, time
gate = pathlib.Path(os.environ["CROSSFOLD_GCS_ROOT"]) / "demo-bucket" / "go-on"
while not gate.exists():
    time.sleep(0.02)
`;

/** The same, where it first says \`ready\`. */
export const holdOnThere = `print("ready", flush=True)\n${waitThere}`;

export interface VertexWorkspace extends RunWorkspace {
  google: FakeGoogle;
}

/** A workspace that trains on a stand-in for Google, with the real entrypoint and uv, its data in the bucket. */
export async function makeVertexWorkspace(
  trains: Record<string, string>,
  options: FakeGoogleOptions = {},
): Promise<VertexWorkspace> {
  const google = await startVertex(options);
  const ws = await makeRunWorkspace(trains, {
    settings: vertexSettings,
    variables: { ...google.env, CROSSFOLD_POLL_SECONDS: "0.2" },
  });
  await lockProject(ws);
  await cp(ws.file("data/input"), path.join(google.bucketFolder("demo-bucket"), "data/input"), {
    recursive: true,
  });
  const goOn = () => writeFile(path.join(google.bucketFolder("demo-bucket"), "go-on"), "");
  return { ...ws, google, goOn };
}

/** The lines of project.yml for the stand-in. */
const vertexSettings = `vertex: { project: demo-project, bucket: demo-bucket, image: "${image}" }\n`;

/** A stand-in for Google whose training image is the template's entrypoint, run as a plain process. */
async function startVertex(options: FakeGoogleOptions = {}): Promise<FakeGoogle> {
  const work = await makeTempFolder();
  const home = path.join(work, "home");
  await mkdir(home);
  const entrypoint = path.join(repository, "templates/workspace/docker/entrypoint.py");
  const PATH = toolEnv().PATH!;
  const cache = (
    await x("uv", ["cache", "dir"], { nodeOptions: { env: toolEnv() } })
  ).stdout.trim();
  const python = await plainPython();
  // uv is told which Python: where `python3` is a script that looks for one, asking it takes longer than the run.
  const env = {
    PATH,
    HOME: home,
    CROSSFOLD_WORK_DIR: work,
    UV_CACHE_DIR: cache,
    UV_PYTHON: python,
  };
  const images = { [image]: { entrypoint: [python, entrypoint], env } };
  const google = await startFakeGoogle({ images, ...options });
  onTestFinished(() => google.close());
  return google;
}
