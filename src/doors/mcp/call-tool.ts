import type { CallToolResult, ServerContext } from "@modelcontextprotocol/server";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { loadOperation } from "../shared/load-operation.ts";
import { perform } from "../shared/perform.ts";
import { requireWorkspaceFiles } from "../shared/workspace-files.ts";
import type { Operation } from "../../operations/operation.ts";
import { isRare, type OperationName } from "../../operations/table.ts";
import { manualOf, moreTool, readMore } from "./more-tool.ts";
import { makeToolContext } from "./tool-context.ts";
import { checkToolInput, structuredKey } from "./tool-input.ts";
import { operationOf } from "./tool-name.ts";
import { failureResult, ownResult, successResult } from "./tool-result.ts";

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
  const { [structuredKey]: asked, ...given } = params.arguments ?? {};
  const structured = asked === true;
  const ended = answer(cwd, { name: params.name, given, structured }, request).catch((error) =>
    failureResult(error, structured),
  );
  return { ended, result: Promise.race([ended, givenUp(request.mcpReq.signal)]) };
}

interface Asked {
  name: string;
  given: Record<string, unknown>;
  structured: boolean;
}

async function answer(cwd: string, asked: Asked, request: ServerContext): Promise<CallToolResult> {
  if (asked.name !== moreTool) {
    const name = operationOf(asked.name);
    if (name === undefined) throw unknownTool(asked.name);
    if (isRare(name)) throw throughMore(asked.name, name);
    return callOperation(cwd, { ...asked, name }, request);
  }
  const { name, input } = readMore(asked.given);
  if (input === undefined) return ownResult(await manualOf(name));
  return callOperation(cwd, { ...asked, name, given: input }, request);
}

async function callOperation(
  cwd: string,
  { name, given, structured }: Asked & { name: OperationName },
  request: ServerContext,
): Promise<CallToolResult> {
  const operation: Operation = await loadOperation(name);
  const input = checkToolInput(operation, given);
  await requireWorkspaceFiles(cwd, operation, input);
  const { context, heard } = makeToolContext(cwd, request);
  const output = await perform(context satisfies Context, operation, input);
  return successResult(name, operation, output, heard(), structured);
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

function throughMore(tool: string, name: OperationName): UserError {
  return new UserError({
    code: "no-tool",
    message: `${tool} is called through ${moreTool}`,
    next: `${moreTool} ${JSON.stringify({ command: name })} says what it takes`,
    exitCode: 2,
  });
}
