import type { z } from "zod";
import type { Operation } from "../../operations/operation.ts";
import type { OperationName, OperationOf, OutputOf } from "../../operations/table.ts";
import { contextBase } from "../shared/context-base.ts";
import { withSecretsMasked } from "../shared/masked.ts";
import { loadOperation } from "../shared/load-operation.ts";
import { makeTailBuffer } from "./tail-buffer.ts";

const keptText = 64 * 1024;

type InputOf<Name extends OperationName> = z.input<OperationOf<Name>["input"]>;

/** Runs an operation that only reads, for a resource or a prompt. `text` is the end of what it wrote beside its result. */
export async function callReadOnly<Name extends OperationName>(
  cwd: string,
  name: Name,
  given: InputOf<Name>,
): Promise<{ output: OutputOf<Name>; text: string }> {
  const text = makeTailBuffer(keptText);
  const operation: Operation = await loadOperation(name);
  const context = {
    ...contextBase(cwd),
    progress: { step: () => {}, portion: () => {}, output: () => {} },
    ask: undefined,
    write: (chunk: Uint8Array) => text.add(chunk),
    onInterrupt: () => () => {},
  };
  const input = operation.input.parse(given);
  const output = await withSecretsMasked(context, input, (masked) => operation.run(masked, input));
  return { output: output as OutputOf<Name>, text: text.read() ?? "" };
}
