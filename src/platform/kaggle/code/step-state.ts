import { z } from "zod";
import { writeAtomic } from "../../../storage/files/atomic-write.ts";
import { paths, type Workspace } from "../../../storage/workspace/workspace.ts";
import { readTextIfAny } from "../../../storage/files/read-text.ts";

/** A kernel's version: `sending` where it is not known whether Kaggle took it. */
const kernelState = z.looseObject({
  /** SHA-256 of all that went into it. */
  content: z.string(),
  /** `owner/slug`. */
  ref: z.string(),
  version: z.int().nullable(),
  state: z.enum(["sending", "pushed", "complete", "failed"]),
});
export type KernelState = z.output<typeof kernelState>;

const modelState = z.looseObject({
  content: z.string(),
  /** `owner/model/other/variation`. */
  ref: z.string(),
  version: z.int().nullable(),
  state: z.enum(["sending", "pushed", "ready"]),
});
export type ModelState = z.output<typeof modelState>;

/** How far a version is that is not done, as a sentence about it ends. */
export const undone = {
  sending: "was sent, and no answer came",
  pushed: "was pushed, and not followed to its end",
  failed: "failed",
};

const outputState = z.looseObject({
  ref: z.string(),
  version: z.int(),
  /** Its name in the kernel's output. */
  name: z.string(),
});

/** How far an experiment is on its way. Without the file Kaggle is asked anew. */
const stateSchema = z.looseObject({
  model: modelState.optional(),
  kernel: kernelState.optional(),
  output: outputState.optional(),
});
export type CodeState = z.output<typeof stateSchema>;

export async function readState(ws: Workspace, name: string): Promise<CodeState> {
  try {
    return stateSchema.parse(JSON.parse((await readTextIfAny(paths.codeState(ws, name))) ?? ""));
  } catch {
    return {};
  }
}

export async function writeState(ws: Workspace, name: string, state: CodeState): Promise<void> {
  await writeAtomic(paths.codeState(ws, name), `${JSON.stringify(state, null, 2)}\n`);
}
