import { setTimeout as sleep } from "node:timers/promises";

interface LookOptions {
  looks: number;
  /** Before the second look; each later wait is half as long again. */
  firstWaitMs: number;
}

/** Over some four seconds: a list may lag behind. */
const usual: LookOptions = { looks: 5, firstWaitMs: 500 };

/**
 * After an effect with an unknown outcome: looks for its result by our own mark until it shows. Undefined where it does
 * not; then the outcome stays unknown. A look that fails says nothing either.
 */
export async function lookFor<T>(
  find: () => Promise<T | undefined>,
  { looks, firstWaitMs }: LookOptions = usual,
): Promise<T | undefined> {
  for (let [look, wait] = [1, firstWaitMs]; ; [look, wait] = [look + 1, wait * 1.5]) {
    const found = await find().catch(() => undefined);
    if (found !== undefined || look >= looks) return found;
    await sleep(wait);
  }
}
