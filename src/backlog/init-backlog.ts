import { mkdir } from "node:fs/promises";
import path from "node:path";
import { writeAtomic } from "../storage/files/atomic-write.ts";
import { type Backlog, backlogFolders, findBacklog, findBacklogConfig } from "./backlog.ts";

const folders = [
  "tasks",
  "drafts",
  "completed",
  "docs",
  "decisions",
  "milestones",
  path.join("archive", "tasks"),
  path.join("archive", "drafts"),
  path.join("archive", "milestones"),
];

/**
 * The folders and config.yml of `backlog init`, except that looking through other branches and remotes is off: it
 * costs seconds a command. A backlog that is there keeps its config; only missing folders are made.
 */
export async function initBacklog(root: string, projectName: string): Promise<Backlog> {
  if (findBacklogConfig(root) === undefined) {
    await writeAtomic(path.join(root, backlogFolders[0], "config.yml"), configText(projectName));
  }
  const backlog = await findBacklog(root);
  for (const name of folders) await mkdir(path.join(backlog.folder, name), { recursive: true });
  return backlog;
}

function configText(projectName: string): string {
  const name = projectName.replaceAll(/["\\\r\n]/g, " ").trim();
  return `project_name: "${name}"
default_status: "To Do"
statuses: ["To Do", "In Progress", "Done"]
labels: []
date_format: yyyy-mm-dd
max_column_width: 20
auto_open_browser: true
default_port: 6420
remote_operations: false
auto_commit: false
filesystem_only: false
bypass_git_hooks: false
check_active_branches: false
active_branch_days: 30
task_prefix: "task"
`;
}
