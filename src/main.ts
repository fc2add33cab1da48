#!/usr/bin/env node
import { reportError } from "./cli/errors.ts";
import { runCommandLine } from "./cli/main-command.ts";

// A reader that has seen enough (`crossfold history | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const argv = process.argv.slice(2);
try {
  process.exitCode = await runCommandLine(argv);
} catch (error) {
  const own = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  process.exitCode = reportError(error, own.includes("--json"));
}
