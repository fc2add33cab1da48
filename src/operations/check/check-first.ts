import type { Context } from "../../core/context.ts";
import type { Finding } from "../../core/rules/rule.ts";
import { UserError } from "../../core/errors/user-error.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { checkFolder } from "./check-workspace.ts";

const mostShown = 5;

/** Checks the experiment as `check` does. Throws a UserError on errors; warnings are only mentioned. */
export async function checkFirst(
  context: Context,
  ws: Workspace,
  experiment: string,
): Promise<void> {
  const { findings } = await checkFolder(ws, experiment);
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw refusal(experiment, errors);
  const warnings = findings.filter(({ severity }) => severity === "warning").length;
  if (warnings === 0) return;
  const many = warnings === 1 ? "1 warning" : `${warnings} warnings`;
  context.progress.step(`check: ${many} in ${experiment}`);
}

function refusal(experiment: string, errors: readonly Finding[]): UserError {
  const [first] = errors;
  const lines = errors
    .slice(0, mostShown)
    .map(
      ({ file, line, column, code, name, message }) =>
        `  ${file}:${line}:${column} ${code} ${name}: ${message}`,
    );
  const rest = errors.length - lines.length;
  if (rest > 0) lines.push(`  and ${rest} more`);
  const fix = errors.some(({ fixable }) => fixable);
  return new UserError({
    code: "check-failed",
    message: `${experiment} breaks the conventions, so nothing was started:\n${lines.join("\n")}`,
    expected: `no errors from check; check explains a rule by its name, such as ${first!.name}`,
    next: {
      operation: "check",
      input: { experiments: [experiment], fix },
      why: "or train with check: false",
    },
    exitCode: 3,
  });
}
