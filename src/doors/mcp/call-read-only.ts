import type { z } from "zod";
import { makeContext } from "../cli/context.ts";
import type { Operation } from "../../operations/operation.ts";
import { makeTailBuffer } from "./tail-buffer.ts";

const keptText = 64 * 1024;

/** Runs an operation that only reads, for a resource or a prompt. `text` is the end of what it wrote beside its result. */
export async function callReadOnly<Input extends z.ZodObject, Output extends z.ZodType>(
  cwd: string,
  operation: Operation<Input, Output>,
  given: z.input<Input>,
): Promise<{ output: z.output<Output>; text: string }> {
  const text = makeTailBuffer(keptText);
  const quiet = { step: () => {}, portion: () => {}, output: () => {} };
  const made = makeContext({ cwd, json: true, write: (chunk) => text.add(chunk) });
  const context = { ...made, progress: quiet, ask: undefined };
  const output = await operation.run(context, operation.input.parse(given));
  return { output, text: text.read() ?? "" };
}
