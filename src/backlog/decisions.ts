import path from "node:path";
import { writeAtomic } from "../storage/files/atomic-write.ts";
import type { Backlog } from "./backlog.ts";
import { backlogDate } from "./dates.ts";
import { markdownFiles, nextNumberedId } from "./doc-files.ts";
import { titleSlug } from "./file-name.ts";
import { withCreateLock } from "./lock.ts";
import { knownTitle } from "./task-values.ts";
import { yamlLines } from "./yaml-text.ts";

export interface NewDecision {
  title: string;
  /** Free words; `proposed` where none is given. */
  status?: string;
  context?: string;
  decision?: string;
  consequences?: string;
}

/** A new decision record. Without texts it is byte for byte what `backlog decision create` writes. */
export async function createDecision(
  backlog: Backlog,
  decision: NewDecision,
  { now }: { now: Date },
): Promise<{ id: string; file: string }> {
  const title = knownTitle(decision.title);
  return withCreateLock(backlog, async (assertHeld) => {
    const folder = path.join(backlog.folder, "decisions");
    const files = await markdownFiles(folder);
    const id = nextNumberedId(files, "decision", backlog.config.zero_padded_ids);
    const file = path.join(folder, `${id} - ${titleSlug(title)}.md`);
    assertHeld();
    await writeAtomic(file, composeDecision(id, title, decision, now));
    return { id, file };
  });
}

function composeDecision(id: string, title: string, decision: NewDecision, now: Date): string {
  const status = decision.status ?? "proposed";
  const frontmatter = yamlLines({ id, title, date: backlogDate(now), status });
  const sections = [
    `## Context\n\n${decision.context?.trim() ?? ""}`,
    `## Decision\n\n${decision.decision?.trim() ?? ""}`,
    `## Consequences\n\n${decision.consequences?.trim() ?? ""}`,
  ];
  const text = ["---", ...frontmatter, "---", sections.join("\n\n")].join("\n");
  return text.endsWith("\n") ? text : `${text}\n`;
}
