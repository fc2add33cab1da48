import { z } from "zod";
import { UserError } from "../../../core/errors/user-error.ts";
import { findPlatform } from "../../../platform/platforms.ts";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";

const input = z.object({
  timeout: z.number().positive().default(3_600).describe("Wait at most this many seconds"),
});

const output = z.object({
  /** `current`: fetched before for these requirements. `skipped`: deps/requirements.txt asks for nothing. */
  status: z.enum(["done", "up-to-date", "skipped"]),
  summary: z.string(),
});

export const deps = defineOperation({
  description:
    "Has a Kaggle notebook with internet fetch the wheels of deps/requirements.txt, for the notebooks of a code competition, which have none. Done only where the requirements changed; submit does it too.",
  whenToUse: "Use it after a change of deps/requirements.txt; `submit` does it too.",
  input,
  output,
  effect: "write",
  examples: [{ command: "deps", summary: "after a change in deps/requirements.txt" }],
  async run(context, { timeout }) {
    const ws = await openWorkspace(context.cwd);
    const { remote } = findPlatform(ws.project.competition_platform);
    if (remote === undefined)
      throw new UserError({
        code: "no-steps",
        message: "only a Kaggle code competition needs wheels",
        expected: "competition_platform: kaggle in project.yml",
        next: { operation: "submit", input: {}, why: "takes a file, which needs no wheels" },
      });
    const { status, summary } = await remote.code.prepareDeps(context, ws, timeout);
    return { status, summary };
  },
});
