import { z } from "zod";

export const transferOutput = z.object({
  direction: z.enum(["push", "pull"]),
  bucket: z.string(),
  /** True: nothing was moved, `files` says what would be. */
  dryRun: z.boolean(),
  /** Files moved, and their bytes. */
  moved: z.int(),
  bytes: z.int(),
  /** Files that are the same on both sides. */
  kept: z.int(),
  /** Files left out: debug runs, checkpoints. */
  leftOut: z.int(),
  /** The first of those moved, relative to the workspace and the bucket alike. */
  files: z.array(z.object({ path: z.string(), bytes: z.int() })),
  /** Left alone, with the reason. */
  conflicts: z.array(z.object({ path: z.string(), why: z.string() })),
});

export type TransferOutput = z.output<typeof transferOutput>;

/** How many of the moved files a result names. */
export const namedFiles = 100;

export const transferFlags = {
  bucket: z.string().optional().describe("The bucket; by default vertex.bucket of project.yml"),
  overwrite: z
    .boolean()
    .default(false)
    .describe("Also replace what differs and is newer on the other side"),
  dryRun: z.boolean().default(false).describe("Only say what would be moved"),
};

export const artifactFlags = {
  debug: z.boolean().default(false).describe("Take artifacts/debug/ along"),
  checkpoints: z.boolean().default(false).describe("Take checkpoint-* along"),
};
