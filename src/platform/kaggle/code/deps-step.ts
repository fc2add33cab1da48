import type { KernelToSave } from "../../../clients/kaggle/kernels.ts";
import type { LivePipeline } from "./pipeline.ts";
import { runKernel } from "./run-kernel.ts";
import { undone } from "./step-state.ts";
import type { Step } from "./steps.ts";

/** Where the wheels lie in the kernel's output; the notebook looks for this folder among its inputs. */
const wheelFolder = "wheels";

/** Wheels of deps/requirements.txt, fetched by a kernel with internet and mounted where there is none. */
export const depsStep: Step = {
  name: "deps",
  plan({ contents, deps }) {
    if (contents.deps === null)
      return { status: "skipped", why: "deps/requirements.txt asks for nothing" };
    if (deps.kernel?.content !== contents.deps)
      return { status: "pending", why: "deps/requirements.txt is new or changed" };
    if (deps.kernel.state !== "complete")
      return { status: "pending", why: `its kernel ${undone[deps.kernel.state]}` };
    return { status: "up-to-date", why: `wheels of ${deps.kernel.ref} v${deps.kernel.version}` };
  },
  async run(pipeline) {
    const { contents, deps, names, owner } = pipeline;
    const content = contents.deps!;
    const slug = `${owner}/${names.deps.slug}`;
    const { ref, version } = await runKernel(pipeline, {
      called: "the kernel that fetches wheels",
      content,
      kernel: depsKernel(pipeline, slug, content),
      known: deps.kernel,
      keep: (kernel) => pipeline.keepDeps({ kernel }),
    });
    return `wheels of ${ref} v${version}`;
  },
};

function depsKernel(
  { contents, names }: Pick<LivePipeline, "contents" | "names">,
  slug: string,
  content: string,
): KernelToSave {
  const text = `# Wheels for notebooks without internet, by crossfold. Content ${content}
import subprocess
import sys
from pathlib import Path

wheels = Path("${wheelFolder}")
wheels.mkdir(exist_ok=True)
requirements = wheels / "requirements.txt"
requirements.write_text(${JSON.stringify(`${contents.requirements}\n`)}, encoding="utf-8")
pip = [sys.executable, "-m", "pip", "download", "--dest", wheels, "--requirement", requirements]
subprocess.run(pip, check=True)
print(*sorted(path.name for path in wheels.iterdir()), sep="\\n")
`;
  return {
    slug,
    newTitle: names.deps.title,
    text,
    language: "python",
    kernelType: "script",
    isPrivate: true,
    enableInternet: true,
    enableGpu: false,
    enableTpu: false,
  };
}
