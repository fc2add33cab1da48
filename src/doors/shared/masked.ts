import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { maskText, maskValue } from "../../core/secrets/mask.ts";
import { maskArguments } from "../../core/secrets/secret-arguments.ts";
import { longestFirst } from "../../core/secrets/spellings.ts";
import { makeStreamMasker } from "../../core/secrets/stream-masker.ts";
import { workspaceSecrets } from "../../storage/workspace/workspace-secrets.ts";
import { findWorkspaceRoot } from "../../storage/workspace/workspace.ts";

/** Does work of a command whose news, result and errors leave it with the secrets masked: of the workspace, and of `input`. */
export async function withSecretsMasked<T>(
  context: Context,
  input: unknown,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const root = findWorkspaceRoot(context.cwd);
  const known = await workspaceSecrets(root, context.env);
  const secrets = longestFirst([...known, ...argumentsIn(input)]);
  const written = makeStreamMasker(secrets);
  const printed = makeStreamMasker(secrets);
  const { progress } = context;
  const masked: Context = {
    ...context,
    progress: {
      step: (text) => progress.step(maskText(text, secrets)),
      portion: (done, total, label) => progress.portion(done, total, maskText(label, secrets)),
      output: (chunk) => pass(printed.feed(chunk), (bytes) => progress.output(bytes)),
    },
    write: (chunk) => pass(written.feed(chunk), context.write),
  };
  try {
    return maskValue(await work(masked), secrets);
  } catch (error) {
    throw maskError(error, secrets);
  } finally {
    pass(written.end(), context.write);
    pass(printed.end(), (bytes) => progress.output(bytes));
  }
}

function pass(bytes: Uint8Array, to: (chunk: Uint8Array) => void): void {
  if (bytes.length > 0) to(bytes);
}

/** Secrets among the arguments that a script is to get; `extraArgs` are words in one text. */
function argumentsIn(input: unknown): string[] {
  if (typeof input !== "object" || input === null) return [];
  const { args, extraArgs } = input as { args?: unknown; extraArgs?: unknown };
  const words = Array.isArray(args) ? args.filter((one) => typeof one === "string") : [];
  const more = typeof extraArgs === "string" ? extraArgs.split(/\s+/).map(unquoted) : [];
  return [...maskArguments(words).secrets, ...maskArguments(more).secrets];
}

function unquoted(word: string): string {
  return word.replaceAll(/^["']|["']$/g, "");
}

function maskError(error: unknown, secrets: readonly string[]): unknown {
  if (error instanceof UserError) return maskUserError(error, secrets);
  if (error instanceof Error) {
    error.message = maskText(error.message, secrets);
    if (error.stack !== undefined) error.stack = maskText(error.stack, secrets);
  }
  return error;
}

/** A kind of UserError of its own stays what it is. */
function maskUserError(error: UserError, secrets: readonly string[]): UserError {
  const { message, at, expected, next } = error;
  return Object.assign(error, maskValue({ message, at, expected, next }, secrets));
}
