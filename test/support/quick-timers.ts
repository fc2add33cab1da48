import { promisify } from "node:util";

const real = promisify(globalThis.setTimeout);
const factor = 25;

/**
 * `node:timers/promises` with every wait 25 times as short, for tests of what looks again and again. All waits shrink
 * alike, so that a time limit counted in waits still leaves real programs their time. A test file says
 * `vi.mock("node:timers/promises", () => import("…/test/support/quick-timers.ts"))`.
 */
export function setTimeout<T>(ms = 0, value?: T, options = {}): Promise<T | undefined> {
  return real(ms / factor, value, options);
}
