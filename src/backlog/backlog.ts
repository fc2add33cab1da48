import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { UserError } from "../core/errors/user-error.ts";
import { readText } from "../storage/files/read-text.ts";
import { readYaml } from "../storage/files/read-yaml.ts";

/** What of Backlog.md's config.yml is used here; the rest is the tool's own. */
const configSchema = z.looseObject({
  project_name: z.coerce.string().default(""),
  default_status: z.string().min(1).default("To Do"),
  statuses: z.array(z.string().min(1)).min(1).default(["To Do", "In Progress", "Done"]),
  priorities: z.array(z.string().min(1)).default(["high", "medium", "low"]),
  task_prefix: z
    .string()
    .regex(/^[A-Za-z]+$/)
    .default("task"),
  zero_padded_ids: z.int().min(0).max(20).default(0),
  definition_of_done: z.array(z.string()).default([]),
  default_assignee: z.string().default(""),
  filesystem_only: z.boolean().default(false),
  /** Only in the config file of the workspace's own folder. */
  backlog_directory: z.string().optional(),
});
export type BacklogConfig = z.output<typeof configSchema>;

export interface Backlog {
  /** The workspace it belongs to. */
  root: string;
  /** `backlog/`, `.backlog/`, or what the config names; absolute. */
  folder: string;
  config: BacklogConfig;
}

/** The folder names Backlog.md looks for, in order. */
export const backlogFolders = ["backlog", ".backlog"] as const;

/** The config file in the workspace's own folder, for a backlog under another name. */
const rootConfig = "backlog.config.yml";

/** The config file of the backlog in `root`; undefined where there is no backlog. */
export function findBacklogConfig(root: string): string | undefined {
  const files = [...backlogFolders.map((name) => path.join(name, "config.yml")), rootConfig];
  return files.map((file) => path.join(root, file)).find((file) => existsSync(file));
}

/** The backlog of a workspace. Throws a UserError where there is none or its config cannot be read. */
export async function findBacklog(root: string): Promise<Backlog> {
  const file = findBacklogConfig(root);
  if (file === undefined) {
    throw new UserError({
      code: "no-backlog",
      message: `no backlog here: ${path.join(root, "backlog", "config.yml")} is not there`,
      next: { operation: "init", input: {}, why: "creates the workspace and its backlog" },
      exitCode: 2,
    });
  }
  const config = parseConfig((await readText(file)) ?? "", file);
  const own =
    path.basename(file) === rootConfig ? (config.backlog_directory ?? "backlog") : undefined;
  return { root, folder: own === undefined ? path.dirname(file) : path.resolve(root, own), config };
}

/** Text of config.yml to its value. Throws a UserError with file and line. */
export function parseConfig(text: string, file: string): BacklogConfig {
  const read = readYaml(text);
  if (!read.ok) throw configError(file, read.line, read.message);
  const result = configSchema.safeParse(read.value ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const key = String(issue.path[0] ?? "");
  const at = text.split("\n").findIndex((line) => line.startsWith(`${key}:`));
  throw configError(file, Math.max(at, 0) + 1, `${key || "the file"}: ${issue.message}`);
}

function configError(file: string, line: number, message: string): UserError {
  return new UserError({
    code: "backlog-config",
    message: `Backlog.md's settings cannot be read: ${message}`,
    at: { file, line },
    expected:
      'default_status: "To Do"\nstatuses: ["To Do", "In Progress", "Done"]\ntask_prefix: "task"',
    next: `fix line ${line} of ${file}`,
    exitCode: 2,
  });
}
