import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { makeTempFolder } from "./cli.ts";
import { toolEnv } from "./tools.ts";

export interface ToolResult {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** Runs the real Backlog.md. An editor in the environment would enter the settings that its `init` writes. */
export async function backlogTool(cwd: string, args: readonly string[]): Promise<ToolResult> {
  const { exitCode, stdout, stderr } = await x("backlog", [...args], {
    nodeOptions: { cwd, env: toolEnv({ EDITOR: undefined, VISUAL: undefined }) },
  });
  return { exitCode, stdout, stderr };
}

/** The same, where anything but success fails the test. */
export async function mustBacklog(cwd: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await backlogTool(cwd, args);
  if (exitCode !== 0) throw new Error(`backlog ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout;
}

export async function makeRepository(): Promise<string> {
  const folder = await makeTempFolder();
  await x("git", ["init", "--quiet"], { nodeOptions: { cwd: folder, env: toolEnv() } });
  return folder;
}

/** A repository with a backlog that the real tool made, other branches and remotes turned off. */
export async function makeToolBacklog(name = "Demo"): Promise<string> {
  const folder = await makeRepository();
  await mustBacklog(folder, ["init", name, "--integration-mode", "none", "--defaults"]);
  const file = path.join(folder, "backlog", "config.yml");
  const config = await readFile(file, "utf8");
  await writeFile(
    file,
    config.replaceAll(/^(remote_operations|check_active_branches): true$/gm, "$1: false"),
  );
  return folder;
}

/** Every file and folder of a repository's backlog by path, locks left out; a folder's text is null. */
export async function backlogTree(root: string): Promise<Record<string, string | null>> {
  const top = path.join(root, "backlog");
  const entries = await readdir(top, { withFileTypes: true, recursive: true });
  const tree: Record<string, string | null> = {};
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(top, file);
    if (name.startsWith(".locks")) continue;
    tree[name] = entry.isFile() ? await readFile(file, "utf8") : null;
  }
  return Object.fromEntries(Object.entries(tree).toSorted());
}

/** The latest minute that stands in any of the backlog's dates, as the moment to give to ours. */
export async function lastMinute(root: string): Promise<Date> {
  const texts = Object.values(await backlogTree(root)).join("\n");
  const dates = [...texts.matchAll(/^(?:created_|updated_)?date: '(.{16})'$/gm)].map(
    (match) => match[1]!,
  );
  return new Date(`${dates.toSorted().at(-1)!.replace(" ", "T")}:00Z`);
}
