import { UserError } from "../../core/errors/user-error.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

export function onKaggle({ project }: Workspace): boolean {
  return project.competition_platform === "kaggle";
}

/** Throws a UserError where the workspace's competition is not held at Kaggle. */
export function requireKaggle(ws: Workspace): void {
  if (onKaggle(ws)) return;
  const { competition_name: name, competition_platform: platform } = ws.project;
  throw new UserError({
    code: "not-on-kaggle",
    message: `${name} is held on ${platform}, not on Kaggle`,
    expected: "competition_platform: kaggle in project.yml",
    next: {
      operation: "docs add",
      input: {},
      why: "saves a page by hand; data go into data/input",
    },
    exitCode: 2,
  });
}
