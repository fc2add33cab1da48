import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../core/errors/user-error.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";

/** The template that `new` copies when none is named. */
export const usualTemplate = "models";

/** Names of the workspace's experiment templates: the folders of templates/ that hold a train.py. */
async function listTemplates(ws: Pick<Workspace, "root">): Promise<string[]> {
  const entries = await readdir(paths.templates(ws), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => existsSync(path.join(entry.parentPath, entry.name, "train.py")))
    .map((entry) => entry.name)
    .toSorted();
}

/** The folder of a template. Throws a UserError with the names there are where there is none of that name. */
export async function templateFolder(
  ws: Pick<Workspace, "root">,
  name = usualTemplate,
): Promise<string> {
  const names = await listTemplates(ws);
  if (names.includes(name)) return path.join(paths.templates(ws), name);
  if (name === usualTemplate) {
    throw new UserError({
      code: "no-template",
      message: "the experiment template is missing: there is no templates/models/ with a train.py",
      next: { operation: "init", input: {}, why: "writes what is missing, keeps the rest" },
    });
  }
  throw new UserError({
    code: "no-template",
    message: `there is no template "${name}": no templates/${name}/ with a train.py`,
    expected: names.length === 0 ? "none is there yet" : `one of ${names.join(", ")}`,
    next: {
      operation: "init",
      input: {},
      why: "writes the templates that are missing, keeps the rest",
    },
    exitCode: 2,
  });
}
