import type { CompleteRequestParams, CompleteResult } from "@modelcontextprotocol/server";
import { candidates } from "../shared/candidates.ts";
import type { Completion } from "../../operations/operation.ts";

type Kind = Exclude<Completion, "file" | "folder">;

/** The most values that one answer may hold. */
const most = 100;

const kinds: Record<string, Kind> = {
  "crossfold://docs/{id}": "doc",
  "crossfold://tasks/{id}": "task",
  "crossfold://runs/{id}/log": "run",
  "read-run": "run",
};

/** What the workspace has for an argument of a resource template or a prompt. */
export async function completeArgument(
  cwd: string,
  { ref, argument }: CompleteRequestParams,
): Promise<CompleteResult["completion"]> {
  const kind = kinds[ref.type === "ref/prompt" ? ref.name : ref.uri];
  const all = kind === undefined ? [] : await candidates(kind, cwd).catch(() => []);
  const typed = argument.value.toLowerCase();
  const fitting = all
    .map(({ value }) => value)
    .filter((value) => value.toLowerCase().startsWith(typed));
  return { values: fitting.slice(0, most), total: fitting.length, hasMore: fitting.length > most };
}
