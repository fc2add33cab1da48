#!/usr/bin/env node
import module from "node:module";

// Node 22 and newer keep the compiled code for the next start.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

const argv = process.argv.slice(2);

// A reader that has seen enough (`crossfold history | head`) is no failure; news that no one reads is not missed.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.stderr.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

// What escapes from a callback; every other error comes through the await below.
process.on("uncaughtException", (error) => void fail(error).then((code) => process.exit(code)));

async function fail(error: unknown): Promise<number> {
  const errors = await import("./doors/cli/errors.ts").catch(() => undefined);
  if (errors === undefined) return failWithoutPackage(error);
  const own = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  return await errors.reportError(error, own.includes("--json"));
}

/** The files of this program were replaced or removed while it ran, as an upgrade does. */
function failWithoutPackage(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  // Not through terminal.ts, which may be gone too.
  process.stderr.write(
    `crossfold: ${message.replaceAll(/\p{C}/gu, "")}\n  next: run the same command again\n`,
  );
  return 70;
}

async function main(): Promise<void> {
  try {
    const { runCommandLine } = await import("./doors/cli/main-command.ts");
    process.exitCode = await runCommandLine(argv);
  } catch (error) {
    process.exitCode = await fail(error);
  }
}

void main();
