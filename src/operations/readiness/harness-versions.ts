import { UserError } from "../../core/errors/user-error.ts";
import { withExperimentLock } from "../../storage/experiment/experiment-lock.ts";
import {
  harnessVersion,
  replaceHarness,
  shippedHarnessVersion,
} from "../../storage/experiment/harness.ts";
import {
  experimentFolder,
  listExperiments,
  paths,
  type Workspace,
} from "../../storage/workspace/workspace.ts";
import type { Check } from "./readiness-check.ts";

/** The name under which the harness that new experiments get is upgraded. */
const forNew = "templates";

/** Says which experiments have an older harness than this program ships. None of them has to change. */
export async function checkHarness(ws: Workspace): Promise<Check> {
  const shipped = await shippedHarnessVersion();
  const older: { name: string; version: number }[] = [];
  for (const name of [forNew, ...(await listExperiments(ws))]) {
    const version = await harnessVersion(await folderOf(ws, name));
    if (version !== undefined && version < shipped) older.push({ name, version });
  }
  const said = older.map(({ name, version }) => `${name} (version ${version})`).join(", ");
  const [first] = older;
  return {
    name: "harness",
    found: true,
    version: String(shipped),
    detail: older.length === 0 ? null : `older in ${said}`,
    neededFor: "training",
    required: false,
    how:
      first === undefined
        ? null
        : {
            operation: "doctor",
            input: { upgradeHarness: [first.name] },
            why: "replaces that one",
          },
  };
}

/** Replaces the harness of these experiments by the shipped one; says what was done. */
export async function upgradeHarnesses(
  ws: Workspace,
  names: readonly string[],
  now: Date,
): Promise<string[]> {
  const shipped = await shippedHarnessVersion();
  const plans = await Promise.all(names.map(async (name) => planUpgrade(ws, name)));
  return withExperimentLock(ws, async () => {
    const done = [];
    for (const { name, folder, version } of plans) {
      if (version >= shipped) {
        done.push(`harness of ${name}: up-to-date (version ${version})`);
        continue;
      }
      const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
      const kept = await replaceHarness(ws, folder, `harness-${name}-v${version}-${stamp}`);
      done.push(`harness of ${name}: version ${version} -> ${shipped}; the old one is in ${kept}`);
    }
    return done;
  });
}

async function planUpgrade(
  ws: Workspace,
  name: string,
): Promise<{ name: string; folder: string; version: number }> {
  const folder = await folderOf(ws, name);
  const version = await harnessVersion(folder);
  if (version !== undefined) return { name, folder, version };
  throw new UserError({
    code: "no-harness",
    message: `${name} has no harness/ of Crossfold's to upgrade`,
    expected: "an experiment whose harness/__init__.py has a VERSION, or templates",
    next: { operation: "doctor", input: {}, why: "says which harnesses are older" },
    exitCode: 2,
  });
}

async function folderOf(ws: Workspace, name: string): Promise<string> {
  return name === forNew ? paths.templates(ws) : experimentFolder(ws, name);
}
