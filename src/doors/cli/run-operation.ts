import type { z } from "zod";
import type { Operation } from "../../operations/operation.ts";
import { type OperationName, operations } from "../../operations/table.ts";
import { parseArguments, type Typed } from "./command.ts";
import { makeContext, streamStyle } from "./context.ts";
import { commandHelp } from "./help.ts";
import type { Style } from "../text/style.ts";
import { renderers } from "./renderers.ts";

type Renderer = (output: unknown, style: Style) => string;

/** Runs one command of the table: arguments to input, result to text or JSON. Returns the exit code. */
export async function runOperation(
  name: OperationName,
  args: readonly string[],
  front: { cwd: string | undefined },
): Promise<number> {
  // Every entry is an operation of its own types; from here on its schemas are what holds them together.
  const operation = (await operations[name].load()) as unknown as Operation;
  const typed = parseArguments(operation, name, args);
  const style = streamStyle(process.stdout);
  if (typed.help) {
    process.stdout.write(`${commandHelp(operation, name, style)}\n`);
    return 0;
  }
  // Loaded before the work, which may take hours: an upgrade meanwhile takes the program's files away.
  const render = typed.json ? undefined : ((await renderers[name]()) as Renderer);
  const { output, text } = await run(operation, typed, front.cwd);
  if (render === undefined) {
    const document = { ...(output as object), ...(text === undefined ? {} : { text }) };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const rendered = render(output, style);
    if (rendered !== "") process.stdout.write(`${rendered}\n`);
  }
  return operation.exitCode?.(output as z.output<z.ZodType>) ?? 0;
}

async function run(operation: Operation, typed: Typed, frontCwd: string | undefined) {
  const held: Uint8Array[] = [];
  const context = makeContext({
    cwd: typed.cwd ?? frontCwd,
    json: typed.json,
    write: (chunk) => void (typed.json ? held.push(chunk) : process.stdout.write(chunk)),
  });
  try {
    const result = await operation.run(context, typed.input);
    const output = operation.output.parse(result);
    return { output, text: held.length === 0 ? undefined : Buffer.concat(held).toString() };
  } finally {
    context.end();
  }
}
