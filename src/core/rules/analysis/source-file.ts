import type { Module } from "./python-tree.ts";

interface Comment {
  /** Without the `#`. */
  text: string;
  line: number;
  /** Whether nothing but space stands before it. */
  alone: boolean;
}

/** A Python file as rules see it. */
export interface SourceFile {
  /** Relative to the experiment's folder, with `/`. */
  name: string;
  lines: readonly string[];
  comments: readonly Comment[];
  tree: Module;
}

/** A file that is no valid Python. */
export interface SyntaxFault {
  name: string;
  lines: readonly string[];
  fault: { message: string; line: number; column: number };
}

/** Lines without their ends, a byte order mark left out. */
export function splitLines(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Column counted from 1 in characters, of an offset in bytes of UTF-8 as Python counts it. */
export function columnAt(lines: readonly string[], line: number, byteOffset: number): number {
  const text = lines[line - 1] ?? "";
  // oxlint-disable-next-line no-control-regex
  if (/^[\u0000-\u007F]*$/.test(text)) return byteOffset + 1;
  return decoder.decode(encoder.encode(text).slice(0, byteOffset)).length + 1;
}
