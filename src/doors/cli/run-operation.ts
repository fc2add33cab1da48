import type { z } from "zod";
import type { Operation } from "../../operations/operation.ts";
import type { OperationName } from "../../operations/table.ts";
import { parseArguments, type Typed } from "./command.ts";
import { makeContext, terminalStyle } from "./context.ts";
import { commandHelp } from "./help.ts";
import { loadOperation } from "../shared/load-operation.ts";
import { perform } from "../shared/perform.ts";
import { renderSpelled } from "../shared/spelling.ts";
import { stdout } from "../shared/terminal.ts";
import { loadRenderer } from "../text/renderers.ts";
import { commandLine } from "./command-line.ts";

/** Runs one command of the table: arguments to input, result to text or JSON. Returns the exit code. */
export async function runOperation(
  name: OperationName,
  args: readonly string[],
  front: { cwd: string | undefined },
): Promise<number> {
  const operation: Operation = await loadOperation(name);
  const typed = parseArguments(operation, name, args);
  const style = terminalStyle(stdout);
  if (typed.help) {
    stdout.write(`${commandHelp(operation, name, style)}\n`);
    return 0;
  }
  // Loaded before the work, which may take hours: an upgrade meanwhile takes the program's files away.
  const render = typed.json ? undefined : await loadRenderer(name);
  const { output, text } = await run(operation, typed, front.cwd);
  if (render === undefined) {
    const document = { ...(output as object), ...(text === undefined ? {} : { text }) };
    stdout.writeJson(document);
  } else {
    const rendered = await renderSpelled(render, output, style, commandLine);
    if (rendered !== "") stdout.write(`${rendered}\n`);
  }
  return operation.exitCode?.(output as z.output<z.ZodType>) ?? 0;
}

async function run(operation: Operation, typed: Typed, frontCwd: string | undefined) {
  const held: Uint8Array[] = [];
  const shown = stdout.passOn();
  const context = makeContext({
    cwd: typed.cwd ?? frontCwd,
    json: typed.json,
    write: (chunk) => void (typed.json ? held.push(chunk) : shown.write(chunk)),
  });
  try {
    const output = await perform(context, operation, typed.input);
    return { output, text: held.length === 0 ? undefined : Buffer.concat(held).toString() };
  } finally {
    shown.end();
    context.end();
  }
}
