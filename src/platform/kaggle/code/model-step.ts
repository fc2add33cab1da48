import { setTimeout as pause } from "node:timers/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { backoffWaits } from "../../../core/backoff.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { lookFor } from "../../../clients/http/look-for.ts";
import { isNotThere, KaggleError } from "../../../clients/kaggle/kaggle-error.ts";
import {
  createModel,
  createModelInstance,
  createModelInstanceVersion,
  type InstanceRef,
  listModelInstances,
  type ModelInstance,
} from "../../../clients/kaggle/models.ts";
import { paths } from "../../../storage/workspace/workspace.ts";
import type { LivePipeline } from "./pipeline.ts";
import { type ModelState, undone } from "./step-state.ts";
import type { Step } from "./steps.ts";
import { uploadFolder } from "./upload-folder.ts";

/** Code and artifacts as a version of a private model, one variation an experiment. */
export const modelStep: Step = {
  name: "model",
  plan({ contents, state: { model } }) {
    if (model?.content !== contents.model)
      return { status: "pending", why: "code or artifacts are new or changed" };
    if (model.state !== "ready")
      return { status: "pending", why: `its version ${undone[model.state]}` };
    return { status: "up-to-date", why: `${model.ref}/${model.version}` };
  },
  async run(pipeline) {
    requireArtifacts(pipeline);
    const ref = instanceRef(pipeline);
    const found = await findInstance(pipeline, ref);
    if (!holds(found, pipeline.contents.model)) await upload(pipeline, ref, found);
    const version = await awaitReady(pipeline, ref);
    const state = { content: pipeline.contents.model, ref: address(ref), version } as const;
    await pipeline.keep({ model: { ...state, state: "ready" } });
    return `${state.ref}/${version}`;
  },
};

function instanceRef({ owner, names }: LivePipeline): InstanceRef {
  return {
    owner,
    model: names.model.slug,
    framework: "MODEL_FRAMEWORK_OTHER",
    instance: names.variation,
  };
}

/** As kernel-metadata.json names it, without the version. */
function address({ owner, model, instance }: InstanceRef): string {
  return `${owner}/${model}/other/${instance}`;
}

/** Null: the model is there without the variation. Undefined: there is no such model (Kaggle says 403 of those). */
async function findInstance(
  { api }: LivePipeline,
  { owner, model, instance, framework }: InstanceRef,
): Promise<ModelInstance | null | undefined> {
  try {
    const all = await listModelInstances(api, owner, model);
    return all.find((one) => one.slug === instance && one.framework === framework) ?? null;
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

/** Whether the newest version is of this content: its notes say so, of a first version the variation's overview. */
function holds(found: ModelInstance | null | undefined, content: string): found is ModelInstance {
  if (found == null) return false;
  const { overview } = found;
  const first = found.versionNumber === 1 && typeof overview === "string" ? overview : "";
  return `${found.versionNotes} ${first}`.includes(content);
}

async function upload(
  pipeline: LivePipeline,
  ref: InstanceRef,
  found: ModelInstance | null | undefined,
): Promise<void> {
  const { api, context, contents, names, ws, experiment } = pipeline;
  const folder = paths.experiment(ws, experiment);
  context.progress.step(`uploading ${contents.modelFiles.length} files as ${address(ref)}`);
  const uploaded = await uploadFolder(api, folder, contents.modelFiles, context.progress);
  if (found === undefined) {
    const model = { owner: ref.owner, ...names.model, isPrivate: true };
    await unlessThere(
      () => createModel(api, model),
      async () => (await findInstance(pipeline, ref)) !== undefined,
    );
  }
  const sending: ModelState = {
    content: contents.model,
    ref: address(ref),
    version: null,
    state: "sending",
  };
  await pipeline.keep({ model: sending });
  const notes = `crossfold ${experiment}, content ${contents.model}`;
  await unlessThere(
    () =>
      found == null
        ? createModelInstance(api, ref, { ...uploaded, licenseName: "Apache 2.0", overview: notes })
        : createModelInstanceVersion(api, ref, { ...uploaded, versionNotes: notes }),
    async () => holds(await findInstance(pipeline, ref), contents.model),
  );
  await pipeline.keep({ model: { ...sending, state: "pushed" } });
}

/** With an unknown outcome the list that is read next shows it; a refusal counts only where it is not there already. */
async function unlessThere(
  create: () => Promise<unknown>,
  isThere: () => Promise<boolean>,
): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!(error instanceof KaggleError) || error.outcome === "not-sent") throw error;
    if (error.outcome === "unknown") return;
    const look = async () => (await isThere()) || undefined;
    if ((await lookFor(look, { looks: 3, firstWaitMs: 500 })) === undefined) throw error;
  }
}

/** Looks this often for a version that was sent before it counts as not arrived. */
const looksForIt = 8;

async function awaitReady(pipeline: LivePipeline, ref: InstanceRef): Promise<number> {
  const { context, contents, timeoutSeconds } = pipeline;
  let before = "";
  let waited = 0;
  let looks = 0;
  for (const wait of backoffWaits(500, 15_000)) {
    const found = await findInstance(pipeline, ref);
    const status = holds(found, contents.model) ? found.status : "not listed";
    if (holds(found, contents.model)) {
      if (found.status === "READY" && found.versionNumber !== null) return found.versionNumber;
      if (found.status === "FAILED" || found.status === "DELETED") throw notReady(ref, found);
    } else if ((looks += 1) > looksForIt) throw notArrived(ref);
    if (status !== before) context.progress.step(`${address(ref)} is not ready yet: ${status}`);
    before = status;
    if (waited >= timeoutSeconds * 1000 || context.unheard?.aborted === true)
      throw stillWaiting(ref, status, waited / 1000);
    await pause(wait);
    waited += wait;
  }
  throw new Error("unreachable");
}

function requireArtifacts({ ws, experiment }: LivePipeline): void {
  const folder = paths.artifacts(ws, experiment);
  if (existsSync(path.join(folder, "metrics.json"))) return;
  throw new UserError({
    code: "no-artifacts",
    message: `${experiment} has no artifacts to submit: there is no metrics.json of a full run`,
    at: { file: path.relative(ws.root, folder) },
    next: { operation: "train", input: { experiment, on: "local" }, why: "writes the artifacts" },
  });
}

function notReady(
  ref: InstanceRef,
  { status, versionNumber, errorMessage }: ModelInstance,
): UserError {
  return new UserError({
    code: "model-failed",
    message: `Kaggle could not take version ${versionNumber} of ${address(ref)} (${status.toLowerCase()}): ${errorMessage ?? "it gives no reason"}`,
    next: `look at https://www.kaggle.com/models/${ref.owner}/${ref.model}, then change something and run the same command again`,
  });
}

function notArrived(ref: InstanceRef): UserError {
  return new UserError({
    code: "model-unconfirmed",
    message: `${address(ref)} was sent, but Kaggle does not show its version`,
    next: "run the same command again: it looks for it first",
  });
}

function stillWaiting(ref: InstanceRef, status: string, seconds: number): UserError {
  return new UserError({
    code: "model-waiting",
    message: `${address(ref)} is still ${status.toLowerCase()} after ${Math.round(seconds)} seconds`,
    next: "run the same command again: it goes on waiting",
  });
}
