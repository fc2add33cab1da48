import { z } from "zod";

/** `20261123-011530-exp002-k3f9`: UTC second, what runs, four random characters. */
export const runIdPattern = /^\d{8}-\d{6}-[A-Za-z0-9_.-]+-[a-z0-9]{4}$/;

/** `spec.json`: what was asked, written once before anything starts. */
export const runSpecSchema = z.looseObject({
  schema: z.literal(1),
  id: z.string().regex(runIdPattern),
  /** `train`: train.py of an experiment. `script`: any other script. */
  kind: z.enum(["train", "script"]),
  experiment: z.string().nullable(),
  /** The script, relative to the workspace. */
  script: z.string(),
  /** What follows the script on the command line. */
  args: z.array(z.string()),
  debug: z.boolean(),
  backend: z.string(),
  /** Of a remote run: what its compute target needs to know (machine, project, bucket ...), in that target's own terms. */
  target: z.record(z.string(), z.unknown()).optional(),
  /** The whole argument list that was executed. */
  command: z.array(z.string()),
  /** ISO 8601, UTC. */
  created: z.string(),
  /** Its number in the order in which runs of the workspace were started. Runs of older versions do not have it. */
  sequence: z.int().positive().optional(),
  git: z
    .object({
      commit: z.string().nullable(),
      branch: z.string().nullable(),
      /** True where tracked files differ from the commit or files are untracked; the difference is `dirty.patch`. */
      dirty: z.boolean(),
    })
    .nullable(),
  /** SHA-256, hex. `data` by path relative to the workspace. */
  hashes: z.object({
    code: z.string(),
    lock: z.string().nullable(),
    /** Of project.yml. Runs of older versions do not have it. */
    project: z.string().optional(),
    data: z.record(z.string(), z.string()),
  }),
  /** Of a script of an experiment: the recorded run whose artifacts it was given; null where there was none. */
  uses: z.string().nullable().optional(),
  python: z.string(),
  host: z.object({ name: z.string(), platform: z.string(), cpus: z.number() }),
});
export type RunSpec = z.output<typeof runSpecSchema>;
