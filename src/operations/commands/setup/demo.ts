import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Context } from "../../../core/context.ts";
import { nextActionSchema } from "../../../core/errors/next-action.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { defineOperation } from "../../operation.ts";
import { compare } from "../review/compare.ts";
import { history } from "../review/history.ts";
import { demoChapters } from "../../demo/demo-chapters.ts";

const output = z.object({
  root: z.string(),
  chapters: z.array(z.object({ summary: z.string(), seconds: z.number() })),
  history: history.output,
  compare: compare.output,
  next: z.array(nextActionSchema),
});

export const demo = defineOperation({
  description:
    "Makes a competition with hidden answers from real house sales and carries it through the whole loop: workspace, documents, plan, a first experiment from the template (debug run, full run, recorded), a second one with a changed idea, both submitted and graded, history and comparison. Leaves a workspace to go on in.",
  whenToUse: "Use it only to show Crossfold: it trains for a minute in a new folder.",
  input: z.object({
    folder: z
      .string()
      .optional()
      .describe(
        "A folder that is empty or not there; by default crossfold-demo, or the next free number",
      ),
  }),
  output,
  effect: "write",
  positionals: ["folder"],
  completions: { folder: "folder" },
  examples: [
    { command: "demo", summary: "in ./crossfold-demo" },
    { command: "demo /tmp/houses", summary: "somewhere else" },
  ],
  async run(context, { folder }) {
    const root = await demoFolder(context, folder);
    await mkdir(root, { recursive: true });
    const inside: Context = { ...context, cwd: root, ask: undefined };
    const chapters = [];
    for (const [index, { summary, run }] of demoChapters.entries()) {
      context.progress.step(`[${index + 1}/${demoChapters.length}] ${summary}`);
      const started = performance.now();
      await run(inside);
      chapters.push({ summary, seconds: Math.round((performance.now() - started) / 100) / 10 });
    }
    return {
      root,
      chapters,
      history: await history.run(inside, history.input.parse({})),
      compare: await compare.run(inside, compare.input.parse({ a: "exp001", b: "exp002" })),
      next: [
        `cd ${path.relative(context.cwd, root) || "."}`,
        {
          operation: "new",
          input: { experiment: "exp003", from: "exp002" },
          why: "an idea of your own",
        },
      ],
    };
  },
});

async function demoFolder(context: Context, asked: string | undefined): Promise<string> {
  if (asked !== undefined) {
    const root = path.resolve(context.cwd, asked);
    if ((await readdir(root).catch(() => [])).length === 0) return root;
    throw new UserError({
      code: "demo-folder",
      message: `${root} is not empty`,
      expected: "a folder that is empty or not there yet",
      next: { operation: "demo", input: {}, why: "makes a new folder" },
      exitCode: 2,
    });
  }
  const base = path.join(context.cwd, "crossfold-demo");
  for (let number = 1; ; number += 1) {
    const root = number === 1 ? base : `${base}-${number}`;
    if (!existsSync(root)) return root;
  }
}
