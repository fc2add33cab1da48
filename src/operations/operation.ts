import type { z } from "zod";
import type { Context } from "../core/context.ts";

/** What shell completion offers for an argument. */
export type Completion = "experiment" | "task" | "run" | "doc" | "file" | "folder";

/** One use case, behind every door: command line, MCP, HTTP. */
export interface Operation<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodType = z.ZodType,
> {
  /** What it does: the long help, and what an agent reads. */
  description: string;
  /** When an agent should call it, and what it should know of the result. */
  whenToUse: string;
  input: Input;
  output: Output;
  /** Whether it only reads, also writes, or may remove or overwrite what a user made. */
  effect: "read" | "write" | "destroy";
  /** Once more with the same input changes nothing more; what only reads need not say so. */
  idempotent?: true;
  /** Input keys given without a flag, in order. The last may be an array and takes the rest. */
  positionals?: readonly (keyof z.input<Input> & string)[];
  /** One-letter flags by input key. */
  short?: Partial<Record<keyof z.input<Input> & string, string>>;
  /** The input key that takes everything after `--`, untouched. */
  passthrough?: keyof z.input<Input> & string;
  /** Inputs that only a terminal needs: to look on, to choose how text looks, to type a list as one string. */
  terminalOnly?: readonly (keyof z.input<Input> & string)[];
  completions?: Partial<Record<keyof z.input<Input> & string, Completion>>;
  /** Command lines for the help, without the leading `crossfold`. */
  examples: readonly { command: string; summary: string }[];
  run(context: Context, input: z.output<Input>): Promise<z.output<Output>>;
  /** Its result is untrusted text (a document, a task), not text of ours that quotes some. */
  untrustedText?: true;
  /** Exit code of a result that is no error yet not a success (a run that failed). */
  exitCode?(output: z.output<Output>): 0 | 1 | 3;
}

/** Keeps the types of an operation's schemas while it is written down. */
export function defineOperation<Input extends z.ZodObject, Output extends z.ZodType>(
  operation: Operation<Input, Output>,
): Operation<Input, Output> {
  return operation;
}
