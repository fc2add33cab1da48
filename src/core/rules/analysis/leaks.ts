import type { Found } from "../rule.ts";
import type { ExperimentSource } from "./experiment-source.ts";
import { followTraining } from "./flow/follow.ts";
import type { Leak, LeakKind } from "./flow/machine.ts";

/** Findings for what was seen to leak while the training code was followed. */
export function leakFindings(
  source: ExperimentSource,
  messages: Partial<Record<LeakKind, (leak: Leak) => string>>,
): Found[] {
  const leaks = followTraining(source)?.leaks ?? [];
  return leaks.flatMap((leak) => {
    const message = messages[leak.kind]?.(leak);
    if (message === undefined) return [];
    const found: Found = { file: leak.file, at: leak.at, message };
    return [leak.mild ? { ...found, severity: "warning" } : found];
  });
}
