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
import { asData, namesAreData } from "./untrusted-text.ts";

const plain = makeStyle({ color: false, width: Infinity });

/**
 * A result as the text that a terminal would show and, where asked for, as data. One that the command line would exit 1
 * for is an error.
 */
export async function successResult(
  name: OperationName,
  operation: Operation,
  output: z.output<z.ZodType>,
  { text, output: printed }: Heard,
  structured: boolean,
): Promise<CallToolResult> {
  const rendered = await renderSpelled(await loadRenderer(name), output, plain, toolCall);
  const failed = operation.exitCode?.(output) === 1;
  const parts = [
    ...(rendered === "" ? [] : [marked(name, operation, rendered)]),
    ...(text === undefined ? [] : [asData(`what ${name} wrote`, text)]),
    ...(failed && printed !== undefined ? [asData("the end of what was printed", printed)] : []),
  ];
  return {
    content: (parts.length === 0 ? ["(nothing)"] : parts).map(toContent),
    ...(structured
      ? { structuredContent: { ...(output as object), ...(text === undefined ? {} : { text }) } }
      : {}),
    ...(failed ? { isError: true } : {}),
  };
}

/** Every answer says what in it is untrusted: an operation need not remember to. */
function marked(name: OperationName, { untrustedText }: Operation, rendered: string): string {
  return untrustedText ? asData(`what ${name} gives`, rendered) : `${namesAreData}\n${rendered}`;
}

/** A text of our own alone. */
export function ownResult(text: string): CallToolResult {
  return { content: [toContent(text)] };
}

function toContent(text: string): { type: "text"; text: string } {
  return { type: "text", text };
}

/** A failure as text that says what to do next and, where asked for, as data. */
export async function failureResult(error: unknown, structured: boolean): Promise<CallToolResult> {
  const failure = error instanceof UserError ? errorDocument(error) : bug(error);
  const { code, message, at, expected, next } = failure;
  const lines = [
    `${code}: ${at === null ? "" : `${formatLocation(at)}: `}${message}`,
    ...(expected === null ? [] : [`expected: ${expected}`]),
    ...(next === null ? [] : [`next: ${await nextText(next)}`]),
  ];
  return {
    content: [toContent(lines.join("\n"))],
    ...(structured ? { structuredContent: { error: failure } } : {}),
    isError: true,
  };
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
