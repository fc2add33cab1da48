import { readFile } from "node:fs/promises";
import path from "node:path";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { packageRoot } from "../../package-root.ts";
import { recordFiles } from "../../storage/run/run-record.ts";
import type { JobRequest } from "../backend.ts";

/** Kaggle takes kernels of about a megabyte (one observer's word); beyond it we do not try. */
const mostBytes = 1_000_000;

/** The kernel's source: the runner of templates/kaggle with the run's code, packages and arguments in it. */
export async function kernelScript({ spec, folder, env }: JobRequest): Promise<string> {
  const runner = await readFile(
    path.join(packageRoot(), "templates/kaggle/train_kernel.py"),
    "utf8",
  );
  const source = await readFile(path.join(folder, recordFiles.source));
  const payload = {
    script: spec.script,
    args: spec.args,
    environment: environmentOf(spec, env),
    requirements: await readFile(path.join(folder, recordFiles.requirements), "utf8"),
    source: source.toString("base64"),
  };
  const text = runner.replace("PAYLOAD: dict[str, Any] = {}", () => payloadLine(payload));
  if (Buffer.byteLength(text) <= mostBytes) return text;
  throw new UserError({
    code: "kernel-size",
    message: `the code of run ${spec.id} makes a kernel of ${Math.ceil(text.length / 1000)} kB, more than Kaggle takes`,
    expected: "less than 1 MB: the experiment and the code it shares, without data",
    next: "move large files out of the experiment's folder, or train on vertex",
  });
}

/** JSON in a Python string: Python's literals have other words for true, false and null. */
function payloadLine(payload: unknown): string {
  return `PAYLOAD: dict[str, Any] = __import__("json").loads(${JSON.stringify(JSON.stringify(payload))})`;
}

function environmentOf(spec: RunSpec, env: JobRequest["env"]): Record<string, string> {
  const { MLFLOW_EXPERIMENT_NAME, MLFLOW_RUN_CONTEXT } = env;
  return {
    CROSSFOLD_RUN_ID: spec.id,
    PYTHONUNBUFFERED: "1",
    ...(MLFLOW_EXPERIMENT_NAME === undefined ? {} : { MLFLOW_EXPERIMENT_NAME }),
    ...(MLFLOW_RUN_CONTEXT === undefined ? {} : { MLFLOW_RUN_CONTEXT }),
  };
}
