import { rename } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../../core/errors/user-error.ts";
import { downloadTo } from "../../../clients/kaggle/download.ts";
import {
  type KernelOutputFile,
  type KernelRef,
  listKernelOutput,
} from "../../../clients/kaggle/kernels.ts";
import { fromAddress } from "../../../clients/kaggle/sources.ts";
import { paths } from "../../../storage/workspace/paths.ts";
import type { LivePipeline, Pipeline } from "./pipeline.ts";
import type { Step } from "./steps.ts";

/** A submission is no larger; more is a mistake. */
const mostBytes = 4 * 1024 ** 3;

/** The file the notebook wrote, downloaded to be checked before a submission is spent on it. */
export const outputStep: Step = {
  name: "output",
  plan({ state: { kernel, output }, contents }) {
    const same =
      output !== undefined &&
      kernel?.content === contents.kernel &&
      output.ref === kernel.ref &&
      output.version === kernel.version;
    return same
      ? { status: "up-to-date", why: `${output.name} of v${output.version}` }
      : { status: "pending", why: "the notebook's output is not here yet" };
  },
  async run(pipeline) {
    const { api, context, state } = pipeline;
    const { ref, version } = state.kernel! as { ref: string; version: number };
    const [owner = "", slug = ""] = ref.split("/");
    const kernel: KernelRef = { owner, slug, version };
    const { fileName } = await findSubmission(pipeline, kernel);
    context.progress.step(`downloading ${fileName} of ${ref} v${version}`);
    const file = outputFile(pipeline, fileName);
    const address = async () => (await findSubmission(pipeline, kernel)).url;
    await downloadTo(api, fromAddress(api, `output ${fileName}`, address), `${file}.part`, {
      call: `output ${fileName}`,
      limit: mostBytes,
    });
    await rename(`${file}.part`, file);
    await pipeline.keep({ output: { ref, version, name: fileName } });
    return `${fileName} of v${version}`;
  },
};

/** Where the notebook's file lies here. */
export function outputFile({ ws, experiment }: Pipeline, name: string): string {
  return path.join(paths.notebookOutput(ws, experiment), path.basename(name));
}

async function findSubmission({ api }: LivePipeline, kernel: KernelRef): Promise<KernelOutputFile> {
  const { files } = await listKernelOutput(api, kernel);
  const named = files.filter(({ fileName }) => /^submission\.\w+$/.test(fileName));
  const found = named.find(({ fileName }) => fileName.endsWith(".csv")) ?? named[0];
  if (found !== undefined) return found;
  const others = files.map(({ fileName }) => fileName).slice(0, 10);
  throw new UserError({
    code: "no-output",
    message: `${kernel.owner}/${kernel.slug} v${kernel.version} wrote no submission file`,
    expected: `submission.csv in /kaggle/working; it wrote ${others.length === 0 ? "nothing" : others.join(", ")}`,
    next: "fix inference.py or the notebook, then run the same command again",
  });
}
