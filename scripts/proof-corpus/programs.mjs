// Starting programs: none waits for ever, and what a case starts is known.
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

/** Runs a program without standard input; kills it, and says so, when its time is up. */
export function run(file, words, { cwd, env, seconds = 120 }) {
  return new Promise((resolve) => {
    const child = spawn(file, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const result = { exitCode: null, stdout: "", stderr: "", timedOut: false };
    const timer = setTimeout(() => {
      result.timedOut = true;
      child.kill("SIGKILL");
      // What it started may hold its output open.
      child.stdout.destroy();
      child.stderr.destroy();
    }, seconds * 1000);
    child.stdout.on("data", (text) => (result.stdout += text));
    child.stderr.on("data", (text) => (result.stderr += text));
    child.on("error", (error) => (result.stderr += error.message));
    child.on("close", (exitCode) => {
      clearTimeout(timer);
      resolve({ ...result, exitCode });
    });
  });
}

/** Runs a program that must succeed. */
export async function must(file, words, options) {
  const result = await run(file, words, { seconds: 900, ...options });
  if (result.exitCode === 0) return result.stdout;
  throw new Error(`${file} ${words.join(" ")} failed:\n${result.stdout}${result.stderr}`);
}

/** What `look` finds, asked again and again until it finds something or `done` says that it never will. */
export async function until(look, done) {
  for (;;) {
    const last = done();
    const found = await look();
    if (found !== undefined || last) return found;
    await pause(20);
  }
}

/** Sends a signal to a process; false where there is none. */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
