import type { CallToolResult } from "@modelcontextprotocol/server";
import type { z } from "zod";
import type { NextAction } from "../../core/errors/next-action.ts";
import { formatLocation, UserError } from "../../core/errors/user-error.ts";
import type { Operation } from "../../operations/operation.ts";
import type { OperationName } from "../../operations/table.ts";
import { bugReport, type ErrorDocument, errorDocument } from "../shared/error-document.ts";
import { definitionOf } from "../shared/load-operation.ts";
import { renderSpelled } from "../shared/spelling.ts";
import { stderr } from "../shared/terminal.ts";
import { loadRenderer } from "../text/renderers.ts";
import { makeStyle } from "../text/style.ts";
import type { Heard } from "./tool-context.ts";
import { toolCall } from "./tool-name.ts";
import type { failureSchema } from "./tool-schema.ts";

const plain = makeStyle({ color: false, width: Infinity });

/** A result as data and as the text a terminal would show. One that the command line would exit 1 for is an error. */
export async function successResult(
  name: OperationName,
  operation: Operation,
  output: z.output<z.ZodType>,
  { text, output: printed }: Heard,
): Promise<CallToolResult> {
  const rendered = await renderSpelled(await loadRenderer(name), output, plain, toolCall);
  const failed = operation.exitCode?.(output) === 1;
  const parts = [rendered, text ?? "", failed ? (printed ?? "") : ""];
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
export async function failureResult(error: unknown): Promise<CallToolResult> {
  const failure = error instanceof UserError ? errorDocument(error) : bug(error);
  const { message, at, expected, next } = failure;
  const structuredContent: z.output<typeof failureSchema> = { error: { ...failure } };
  const lines = [
    `${at === null ? "" : `${formatLocation(at)}: `}${message}`,
    ...(expected === null ? [] : [`expected: ${expected}`]),
    ...(next === null ? [] : [`next: ${await nextText(next)}`]),
  ];
  return { content: [toContent(lines.join("\n"))], structuredContent, isError: true };
}

async function nextText(next: NextAction): Promise<string> {
  if (typeof next === "string") return next;
  return `${toolCall(next, await definitionOf(next.operation))} (${next.why})`;
}

function bug(error: unknown): ErrorDocument {
  stderr.write(`crossfold mcp: ${bugReport(error)}`);
  const document = errorDocument(error);
  return {
    ...document,
    message: `this is a bug in crossfold: ${document.message}`,
    next: "tell the user; the details are in the server's stderr",
  };
}
