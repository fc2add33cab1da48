import path from "node:path";
import { z } from "zod";
import {
  type KernelMetadata,
  kernelMetadataSchema,
  completeKernel,
} from "../../../core/submission/kernel-metadata.ts";
import { slugify } from "../../../core/competition/kaggle-names.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import type { KernelToSave } from "../../../clients/kaggle/kernels.ts";
import { paths } from "../../../storage/workspace/workspace.ts";
import type { LivePipeline, Pipeline } from "./pipeline.ts";
import { runKernel } from "./run-kernel.ts";
import { undone } from "./step-state.ts";
import type { Step } from "./steps.ts";
import { readTextIfAny } from "../../../storage/files/read-text.ts";

/** The notebook in submission/, run by Kaggle without internet on the experiment's model. */
export const kernelStep: Step = {
  name: "kernel",
  plan({ contents, state: { kernel } }) {
    if (kernel?.content !== contents.kernel)
      return { status: "pending", why: "notebook, model or wheels are new or changed" };
    if (kernel.state !== "complete")
      return { status: "pending", why: `the newest version ${undone[kernel.state]}` };
    return { status: "up-to-date", why: `${kernel.ref} v${kernel.version}` };
  },
  async run(pipeline) {
    const { contents, experiment, state } = pipeline;
    const metadata = await readMetadata(pipeline);
    const complete = completeKernel(metadata, pipeline.owner, {
      model: state.model!.ref,
      version: state.model!.version!,
      deps: contents.deps === null ? null : pipeline.deps.kernel!.ref,
    });
    const text = await readCode(pipeline, complete);
    const { ref, version } = await runKernel(pipeline, {
      called: `the notebook of ${experiment}`,
      content: contents.kernel,
      kernel: kernelToSave(complete, text),
      known: state.kernel,
      keep: (kernel) => pipeline.keep({ kernel }),
    });
    return `${ref} v${version}`;
  },
};

async function readMetadata({ ws, experiment }: Pipeline): Promise<KernelMetadata> {
  const file = path.join(paths.experiment(ws, experiment), "submission", "kernel-metadata.json");
  const at = { file: path.relative(ws.root, file) };
  const text = await readTextIfAny(file);
  if (text === undefined) throw noSubmissionFolder(experiment, at);
  const read = parseMetadata(text);
  if (typeof read === "string")
    throw new UserError({
      code: "kernel-metadata",
      message: read,
      at,
      expected:
        "id, title (5 to 50 characters), code_file, sources; as in templates/models/submission/",
      next: `fix ${at.file}`,
    });
  if (read.enable_internet)
    throw new UserError({
      code: "kernel-internet",
      message: "enable_internet is true: a code competition takes no notebook that had internet",
      at,
      expected:
        '"enable_internet": false, and what it needs in deps/requirements.txt or in artifacts/',
      next: `fix ${at.file}`,
    });
  return read;
}

function parseMetadata(text: string): KernelMetadata | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not JSON: ${(error as Error).message}`;
  }
  const parsed = kernelMetadataSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    return `${issue.path.join(".")}: ${issue.message}`;
  }
  if (slugify(parsed.data.title).length < 5)
    return `title: "${parsed.data.title}" leaves too little for an address`;
  return parsed.data;
}

/** The code as it is pushed: with the content's SHA-256 in it, so that the version can be known again. */
async function readCode(
  { ws, experiment, contents }: LivePipeline,
  metadata: KernelMetadata,
): Promise<string> {
  const folder = path.join(paths.experiment(ws, experiment), "submission");
  const file = path.join(folder, metadata.code_file);
  const at = { file: path.relative(ws.root, file) };
  const text = await readTextIfAny(file);
  if (text === undefined) throw noSubmissionFolder(experiment, at);
  if (metadata.kernel_type === "script") return `# crossfold ${contents.kernel}\n${text}`;
  const notebook = notebookSchema.safeParse(parseJson(text));
  if (notebook.success) return JSON.stringify(cleanNotebook(notebook.data, contents.kernel));
  throw new UserError({
    code: "notebook",
    message: "not a notebook that can be read",
    at,
    expected: "the JSON of a notebook, with cells",
    next: `fix ${at.file}`,
  });
}

const notebookSchema = z.looseObject({
  metadata: z.record(z.string(), z.unknown()).default({}),
  cells: z.array(
    z.looseObject({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]) }),
  ),
});

/** As Kaggle wants it: the source of each cell one string, and nothing left of earlier runs. */
function cleanNotebook(notebook: z.output<typeof notebookSchema>, content: string): object {
  const cells = notebook.cells.map(({ source, ...cell }) => ({
    ...cell,
    ...(cell.cell_type === "code" ? { outputs: [], execution_count: null } : {}),
    source: typeof source === "string" ? source : source.join(""),
  }));
  return { ...notebook, cells, metadata: { ...notebook.metadata, crossfold: { content } } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function kernelToSave(metadata: KernelMetadata, text: string): KernelToSave {
  return {
    slug: metadata.id,
    newTitle: metadata.title,
    text,
    language: metadata.language,
    kernelType: metadata.kernel_type,
    isPrivate: metadata.is_private,
    enableInternet: false,
    enableGpu: metadata.enable_gpu,
    enableTpu: metadata.enable_tpu,
    competitionDataSources: metadata.competition_sources,
    datasetDataSources: metadata.dataset_sources,
    kernelDataSources: metadata.kernel_sources,
    modelDataSources: metadata.model_sources,
    categoryIds: metadata.keywords,
    ...(metadata.machine_shape === undefined ? {} : { machineShape: metadata.machine_shape }),
    ...(metadata.docker_image === undefined ? {} : { dockerImage: metadata.docker_image }),
    ...(metadata.docker_image_pinning_type === undefined
      ? {}
      : { dockerImagePinningType: metadata.docker_image_pinning_type }),
  };
}

function noSubmissionFolder(experiment: string, at: { file: string }): UserError {
  return new UserError({
    code: "no-submission-folder",
    message: `${experiment} has no notebook to submit`,
    at,
    expected:
      "submission/ with kernel-metadata.json and the notebook; new makes it in a code competition",
    next: `copy templates/models/submission to models/${experiment}/submission`,
  });
}
