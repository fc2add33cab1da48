import path from "node:path";
import { guessCompetition } from "../../core/competition/competition-guess.ts";
import { targetColumns } from "../../core/competition/project.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { readProjectText } from "../../storage/competition/project-file.ts";
import { type ProjectSetting, withSettings } from "../../storage/competition/project-settings.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { findData } from "./competition-data.ts";
import { readHeads } from "./competition-settings.ts";

/** Fills in `data.id` and `data.target` where project.yml has none and the files say; a line on each. */
export async function inferColumns({ root, project }: Workspace): Promise<string[]> {
  const { id, target, train, test, sample_submission } = project.data;
  if (id !== undefined && target !== undefined) return [];
  const found = await findData(root, project.competition_name, { train, test, sample_submission });
  const given = targetColumns(project);
  const guess = guessCompetition({
    ...(await readHeads(found)),
    ...(given.length > 0 ? { target: given } : {}),
  });
  const settings: ProjectSetting[] = [
    ...(id === undefined && guess.id !== undefined ? [columns("id", [guess.id])] : []),
    ...(target === undefined && guess.target !== undefined
      ? [columns("target", guess.target)]
      : []),
  ];
  if (settings.length === 0) return [];
  const file = path.join(root, "project.yml");
  await writeAtomic(file, withSettings(await readProjectText(file), settings, "project.yml"));
  return settings.map(({ path: at, value }) => `${at.join(".")}: ${[value].flat().join(", ")}`);
}

function columns(key: "id" | "target", names: string[]): ProjectSetting {
  return { path: ["data", key], value: names.length === 1 ? names[0]! : names };
}
