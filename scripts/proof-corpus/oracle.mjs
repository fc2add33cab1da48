// The true score of an OOF file, by test/fixtures/proof/oracle.py.
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const server = path.join(path.dirname(fileURLToPath(import.meta.url)), "oracle_server.py");

/** One Python process that answers for all cases, in the order of the questions. */
export function startOracle(python, corpus, env) {
  const child = spawn(python, [server, corpus], { env, stdio: ["pipe", "pipe", "inherit"] });
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(line));
  child.on("exit", () => {
    for (const resolve of waiting.splice(0)) resolve('{"error": "the oracle ended"}');
  });
  return {
    /** Score over all rows, and the mean of the folds where that is wanted; `error` where there is no honest reading. */
    ask: (workspace, columns, oof, mean) =>
      new Promise((resolve) => {
        waiting.push((line) => resolve(JSON.parse(line)));
        child.stdin.write(`${JSON.stringify({ workspace, case: columns, oof, mean })}\n`);
      }),
    close: () => child.stdin.end(),
  };
}
