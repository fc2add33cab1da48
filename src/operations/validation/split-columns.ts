import { nearNames } from "../../core/text/near-names.ts";
import { UserError } from "../../core/errors/user-error.ts";
import type { SplitTables } from "../../tables/train-test-tables.ts";

/** The targets: those given, or the columns that only train has. Throws a UserError where train lacks one or none is found. */
export function chooseTargets(
  tables: SplitTables,
  given: readonly string[],
  id: string | undefined,
  file: string,
): string[] {
  for (const name of given) checkColumn(tables, name, file);
  if (given.length > 0) return [...given];
  const onlyTrain = [...tables.train.keys()].filter(
    (name) => name !== id && tables.test?.has(name) === false,
  );
  if (onlyTrain.length === 1) return onlyTrain;
  throw new UserError({
    code: "no-target",
    message:
      onlyTrain.length === 0
        ? "the target column is not known: project.yml does not name it"
        : `the target column is not known: test lacks ${onlyTrain.slice(0, 8).join(", ")}`,
    expected: "data.target in project.yml, or --target; several times for several targets",
    next: {
      operation: "split",
      input: { target: onlyTrain.slice(0, 1) },
      why: "the column to predict",
    },
    exitCode: 2,
  });
}

/** Throws a UserError, with names that are near, where train has no such column. */
export function checkColumn(tables: SplitTables, name: string, file: string): void {
  if (tables.train.has(name)) return;
  const names = [...tables.train.keys()];
  const near = nearNames(name, names);
  const all = `${names.slice(0, 12).join(", ")}${names.length > 12 ? ` and ${names.length - 12} more` : ""}`;
  throw new UserError({
    code: "no-column",
    message: `train has no column ${JSON.stringify(name)}`,
    at: { file, line: 1 },
    expected: near.length > 0 ? `did you mean ${near.join(" or ")}?` : `one of ${all}`,
    next: "use the column's name in the file, in project.yml or on the command line",
    exitCode: 2,
  });
}
