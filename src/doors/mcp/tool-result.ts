import type { CallToolResult } from "@modelcontextprotocol/server";
import type { z } from "zod";
import { makeStyle, type Style } from "../text/style.ts";
import { renderers } from "../cli/renderers.ts";
import { formatLocation, UserError } from "../../core/errors/user-error.ts";
import type { Operation } from "../../operations/operation.ts";
import type { OperationName } from "../../operations/table.ts";
import type { Heard } from "./tool-context.ts";
import type { failureSchema } from "./tool-schema.ts";

type Renderer = (output: unknown, style: Style) => string;

const plain = makeStyle({ color: false, width: Infinity });

/** A result as data and as the text a terminal would show. One that the command line would exit 1 for is an error. */
export async function successResult(
  name: OperationName,
  operation: Operation,
  output: z.output<z.ZodType>,
  { text, output: printed }: Heard,
): Promise<CallToolResult> {
  const render = (await renderers[name]()) as Renderer;
  const failed = operation.exitCode?.(output) === 1;
  const parts = [render(output, plain), text ?? "", failed ? (printed ?? "") : ""];
  const shown = parts.filter((part) => part !== "");
  return {
    content: (shown.length === 0 ? ["(nothing)"] : shown).map(toContent),
    structuredContent: { ...(output as object), ...(text === undefined ? {} : { text }) },
    ...(failed ? { isError: true } : {}),
  };
}

function toContent(text: string): { type: "text"; text: string } {
  return { type: "text", text };
}

/** A failure as data and as text that says what to do next. */
export function failureResult(error: unknown): CallToolResult {
  const failure = error instanceof UserError ? error : bug(error);
  const { code, message, at, expected, next } = failure;
  const details = { code, message, at: at ?? null, expected: expected ?? null, next: next ?? null };
  const structuredContent: z.output<typeof failureSchema> = { error: details };
  const lines = [
    `${at === undefined ? "" : `${formatLocation(at)}: `}${message}`,
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...(next === undefined ? [] : [`next: ${next}`]),
  ];
  return { content: [toContent(lines.join("\n"))], structuredContent, isError: true };
}

function bug(error: unknown): UserError {
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`crossfold mcp: this is a bug in crossfold; please report it\n${stack}\n`);
  return new UserError({
    code: "bug",
    message: `this is a bug in crossfold: ${error instanceof Error ? error.message : String(error)}`,
    next: "tell the user; the details are in the server's stderr",
  });
}
