import { stringify } from "yaml";
import type { Project } from "../../core/competition/project.ts";
import { guessComment } from "./validation-guess.ts";

/** A new project.yml, one key a line, as a user would write it. `guess`: the validation is not decided yet. */
export function formatProject(project: Project, { guess }: { guess: boolean }): string {
  const { metadata, data, validation } = project;
  return [
    "# The competition's settings. Crossfold reads this file at every command; edit it freely.",
    field("competition_name", project.competition_name),
    field("competition_platform", project.competition_platform, "kaggle, local, or any other name"),
    field("is_code_competition", project.is_code_competition),
    field("data", data),
    field("metric", project.metric),
    ...(guess ? [guessComment(validation)] : []),
    field("validation", validation, "also: group, time, gap"),
    field("metadata", metadata, "free"),
    "",
  ].join("\n");
}

function field(key: string, value: unknown, comment?: string): string {
  const text = stringify({ [key]: value }, { collectionStyle: "flow", lineWidth: 0 }).trim();
  // Flow style wraps the outer map too: `{ key: value }`.
  const line = text.replace(/^\{ ?/, "").replace(/ ?\}$/, "");
  return comment === undefined ? line : `${line}   # ${comment}`;
}
