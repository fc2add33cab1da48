import type { Context } from "../../core/context.ts";
import type { Project } from "../../core/competition/project.ts";
import { UserError } from "../../core/errors/user-error.ts";

/**
 * Whether an experiment gets `submission/`: only a Kaggle code competition's does, unless `KAGGLE_CODE_SUB` says
 * true or false. Throws a UserError for any other value of it.
 */
export function wantsSubmissionFolder(project: Project, env: Context["env"]): boolean {
  const override = env.KAGGLE_CODE_SUB;
  if (override === undefined || override === "") {
    return project.competition_platform === "kaggle" && project.is_code_competition;
  }
  if (/^(true|false)$/i.test(override)) return override.toLowerCase() === "true";
  throw new UserError({
    code: "kaggle-code-sub",
    message: `KAGGLE_CODE_SUB is "${override}"`,
    expected: "true or false",
    next: "unset KAGGLE_CODE_SUB, to follow project.yml",
    exitCode: 2,
  });
}
