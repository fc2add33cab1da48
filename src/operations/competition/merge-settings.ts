import path from "node:path";
import { z } from "zod";
import type { Project } from "../../core/competition/project.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import type { FetchedRecord } from "../../storage/competition/fetched-record.ts";
import { readProject, readProjectText } from "../../storage/competition/project-file.ts";
import { withSettings } from "../../storage/competition/project-settings.ts";
import type { KaggleSetting } from "./kaggle-settings.ts";

const value = z.union([z.string(), z.number(), z.boolean()]);

export const settingSchema = z.object({
  /** `metadata.deadline`. */
  key: z.string(),
  /** `kept`: project.yml says otherwise by someone's choice, and stays. */
  status: z.enum(["set", "changed", "same", "kept"]),
  /** What project.yml had; null where it had nothing. */
  before: value.nullable(),
  /** What Kaggle has. */
  fetched: value,
});
type Setting = z.output<typeof settingSchema>;

/**
 * Writes what was fetched into project.yml: where nothing stands, and where what stands is what was fetched the last time.
 * Comments stay. What someone wrote there stays too, and is reported.
 */
export async function mergeSettings(
  root: string,
  fetched: readonly KaggleSetting[],
  record: FetchedRecord,
): Promise<Setting[]> {
  const file = path.join(root, "project.yml");
  const project = await readProject(file);
  const settings = withOneMetric(fetched.map((one) => decide(project, one, record)));
  const changes = fetched.filter((_, index) =>
    ["set", "changed"].includes(settings[index]!.status),
  );
  if (changes.length > 0)
    await writeAtomic(file, withSettings(await readProjectText(file), changes, "project.yml"));
  return settings;
}

function decide(
  project: Project,
  { path: at, value: fetched }: KaggleSetting,
  record: FetchedRecord,
): Setting {
  const key = at.join(".");
  const before = valueAt(project, at);
  const status =
    before === null
      ? fetched === false
        ? "same"
        : "set"
      : sameValue(before, fetched)
        ? "same"
        : record.settings[key] === before
          ? "changed"
          : "kept";
  return { key, status, before, fetched };
}

/** Null where it is absent, empty, or the `false` that `init` writes where nothing better was known. */
function valueAt(project: Project, [key, inner]: KaggleSetting["path"]): Setting["before"] {
  const top = (project as unknown as Record<string, unknown>)[key];
  const found = inner === undefined ? top : (top as Record<string, unknown> | undefined)?.[inner];
  if (found === undefined || found === null || found === "") return null;
  if (key === "is_code_competition" && found === false) return null;
  return ["string", "number", "boolean"].includes(typeof found)
    ? (found as string | number | boolean)
    : String(found);
}

/** A date is the same as a time on that day. */
function sameValue(before: unknown, fetched: unknown): boolean {
  if (before === fetched) return true;
  const day = /^\d{4}-\d\d-\d\d$/;
  return typeof before === "string" && day.test(before) && String(fetched).startsWith(`${before}T`);
}

/** Name and direction of the metric go together: where one is someone's choice, both are. */
function withOneMetric(settings: Setting[]): Setting[] {
  const metric = settings.filter(({ key }) => key.startsWith("metric."));
  const kept = metric.some(({ status }) => status === "kept");
  return settings.map((one) =>
    kept && metric.includes(one) && one.status === "changed" ? { ...one, status: "kept" } : one,
  );
}
