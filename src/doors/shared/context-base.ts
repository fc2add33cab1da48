import { randomInt } from "node:crypto";
import type { Context } from "../../core/context.ts";

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";

/** What a context is made of behind every door: the folder to work in, the real environment, clock and ids. */
export function contextBase(cwd: string): Pick<Context, "cwd" | "env" | "now" | "randomId"> {
  return {
    cwd,
    env: process.env,
    now: () => new Date(),
    randomId: (length) =>
      Array.from({ length }, () => letters[randomInt(letters.length)]!).join(""),
  };
}
