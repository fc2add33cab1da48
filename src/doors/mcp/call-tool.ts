import type { CallToolResult, ServerContext } from "@modelcontextprotocol/server";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { loadOperation } from "../shared/load-operation.ts";
import { perform } from "../shared/perform.ts";
import type { Operation } from "../../operations/operation.ts";
import { makeToolContext } from "./tool-context.ts";
import { checkToolInput } from "./tool-input.ts";
import { operationOf } from "./tool-name.ts";
import { failureResult, successResult } from "./tool-result.ts";

interface Call {
  /** What the client gets; it comes at once where the client has given the call up. */
  result: Promise<CallToolResult>;
  /** Resolves when the operation has ended. */
  ended: Promise<unknown>;
}

interface CallParams {
  name: string;
  arguments?: Record<string, unknown> | undefined;
}

/** Calls an operation as a tool. Failures are results that an agent can act on; bugs go to stderr with their stack. */
export function callTool(cwd: string, params: CallParams, request: ServerContext): Call {
  const ended = runTool(cwd, params, request).catch(failureResult);
  return { ended, result: Promise.race([ended, givenUp(request.mcpReq.signal)]) };
}

async function runTool(
  cwd: string,
  { name: tool, arguments: given = {} }: CallParams,
  request: ServerContext,
): Promise<CallToolResult> {
  const name = operationOf(tool);
  if (name === undefined) throw unknownTool(tool);
  const operation: Operation = await loadOperation(name);
  const input = checkToolInput(operation, given);
  const { context, heard } = makeToolContext(cwd, request);
  const output = await perform(context satisfies Context, operation, input);
  return successResult(name, operation, output, heard());
}

/** No one reads the answer of a cancelled call; an operation that listens to no interrupt ends unheard. */
function givenUp(signal: AbortSignal): Promise<CallToolResult> {
  return new Promise((resolve) => {
    const say = (): void =>
      resolve({ content: [{ type: "text", text: "cancelled" }], isError: true });
    if (signal.aborted) say();
    else signal.addEventListener("abort", say, { once: true });
  });
}

function unknownTool(name: string): UserError {
  return new UserError({
    code: "no-tool",
    message: `there is no tool ${name}`,
    next: "tools/list names every tool",
    exitCode: 2,
  });
}
