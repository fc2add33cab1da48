import { safeDump } from "js-yaml";

/**
 * One or more keys as Backlog.md's own YAML writer spells them, each line without its end. It is that of js-yaml 3,
 * which quotes and folds differently from its successors; only so do files written by both sides stay the same.
 */
export function yamlLines(values: Record<string, unknown>): string[] {
  return safeDump(values).trimEnd().split("\n");
}
