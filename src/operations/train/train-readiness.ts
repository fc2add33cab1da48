import { existsSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../core/user-error.ts";
import { experimentFolder, paths, type Workspace } from "../../storage/workspace.ts";

/** The training script, relative to the workspace. Throws a UserError naming what is missing: experiment, script, data. */
export async function trainingScript(ws: Workspace, experiment: string): Promise<string> {
  const script = path.join(await experimentFolder(ws, experiment), "train.py");
  if (!existsSync(script)) {
    throw new UserError({
      code: "no-train-py",
      message: `${experiment} has no train.py`,
      at: { file: script },
      next: "write it, or copy the one in templates/models",
    });
  }
  const data = path.join(paths.input(ws), ws.project.data.train);
  if (!existsSync(data)) {
    throw new UserError({
      code: "no-train-data",
      message: `the training data is not there: ${data}`,
      at: { file: data },
      expected: `the competition's files in data/input/${ws.project.competition_name}/, as data.train in project.yml names them`,
      next: `put ${ws.project.data.train} there, or mend data.train in project.yml`,
    });
  }
  return path.relative(ws.root, script);
}
