import { z } from "zod";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import {
  applySkill,
  planSkill,
  skillActions,
  type SkillChange,
  skillFolder,
} from "../../workspace/skill-files.ts";

const output = z.object({
  /** Relative to the workspace. */
  folder: z.string(),
  /** False where `dryRun` left everything as it was. */
  applied: z.boolean(),
  files: z.array(
    z.object({
      /** Relative to the folder. */
      path: z.string(),
      action: z.enum(skillActions),
      /** What to know of it, where there is something. */
      note: z.string().nullable(),
    }),
  ),
});

export const skill = defineOperation({
  description:
    "Writes the skill for coding agents into .claude/skills/experiment-workflow/, or updates it: unedited files get the new text, edited files are kept and listed, removed files stay removed. --force writes the new text everywhere and saves what it replaces beside it as .orig.",
  whenToUse: "Use it when the workspace has no skill for coding agents, or an older one.",
  input: z.object({
    force: z
      .boolean()
      .default(false)
      .describe(
        "Replace edited files too, each saved beside itself as .orig, and restore removed ones",
      ),
    dryRun: z.boolean().default(false).describe("Only say what would be done"),
  }),
  output,
  effect: "write",
  idempotent: true,
  examples: [
    { command: "skill", summary: "write it, or update it and keep what you changed" },
    { command: "skill --dry-run", summary: "what an update would do" },
    { command: "skill --force", summary: "the shipped text, yours saved as .orig" },
  ],
  async run(context, { force, dryRun }) {
    const { root } = await openWorkspace(context.cwd);
    const changes = await planSkill(root, force);
    const saved = dryRun ? new Map<string, string>() : await applySkill(root, changes);
    const files = changes.map((change) => ({
      path: change.name,
      action: change.action,
      note: noteOn(change, saved.get(change.name)),
    }));
    return { folder: skillFolder, applied: !dryRun, files };
  },
});

function noteOn({ action, newer }: SkillChange, saved: string | undefined): string | null {
  if (saved !== undefined) return `yours is in ${saved}`;
  if (action === "left-out") return "you removed it; --force restores it";
  if (action !== "kept") return null;
  return newer ? "you changed it, and there is a newer text: --force writes it" : "you changed it";
}
