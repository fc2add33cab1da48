import { parse } from "py-ast";
import type { Module } from "../core/rules/analysis/python-tree.ts";
import type { SourceFile, SyntaxFault } from "../core/rules/analysis/source-file.ts";
import { columnAt, splitLines } from "../core/rules/analysis/source-file.ts";

/**
 * Text of a Python file to its syntax tree and comments; a byte order mark and any line endings are fine. Gives a
 * fault with its source location where it is no valid Python.
 */
export function readSource(name: string, text: string): SourceFile | SyntaxFault {
  const lines = splitLines(text);
  try {
    const module = parse(`${lines.join("\n")}\n`, { comments: true });
    const comments = (module.comments ?? []).map(({ value, lineno, col_offset }) => ({
      text: value.replace(/^#/, "").trim(),
      line: lineno,
      alone: (lines[lineno - 1] ?? "").slice(0, col_offset).trim() === "",
    }));
    // The parser's types are wider than ours and of the same shape.
    return { name, lines, comments, tree: module as unknown as Module };
  } catch (error) {
    return { name, lines, fault: faultOf(error, lines) };
  }
}

const placeInMessage = / at line (\d+)(?:, column (\d+))?/;

/** Where the parser stopped: as fields of the error, or only in its message. */
function faultOf(error: unknown, lines: readonly string[]): SyntaxFault["fault"] {
  const { message, lineno, col_offset } = error as Error & { lineno?: number; col_offset?: number };
  const written = placeInMessage.exec(message);
  const line = Math.min(lineno ?? Number(written?.[1] ?? 1), Math.max(1, lines.length));
  const column = columnAt(lines, line, col_offset ?? Number(written?.[2] ?? 0));
  const summary = message.replace(placeInMessage, "");
  return { message: summary.charAt(0).toLowerCase() + summary.slice(1), line, column };
}
