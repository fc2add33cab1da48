import type { z } from "zod";
import type { skill } from "../../operations/commands/setup/skill.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

type Output = z.output<typeof skill.output>;
type Action = Output["files"][number]["action"];

const words: Record<Action, string> = {
  created: "written",
  updated: "updated",
  same: "up to date",
  kept: "kept",
  replaced: "replaced",
  dropped: "removed, no longer part of the skill",
  "left-out": "left out",
};

export function renderSkill({ folder, applied, files }: Output, style: Style): string {
  const rows = files.map(({ path, action, note }) => {
    const word = action === "kept" ? style.yellow(words[action]) : words[action];
    return [`  ${path}`, word, note === null ? "" : style.dim(note)];
  });
  const head = applied ? style.bold(folder) : `${style.bold(folder)}, nothing written yet`;
  const body = table(rows, { header: ["", "", ""], style });
  return [head, body.slice(body.indexOf("\n") + 1)].join("\n");
}
