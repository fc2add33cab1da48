import path from "node:path";
import { packageRoot } from "../package-root.ts";
import type { ComputeTarget } from "./backend.ts";
import { kaggle } from "./kaggle/kaggle.ts";
import { local } from "./local/local.ts";
import { vertex } from "./vertex/vertex.ts";

/** Every compute target. Another one is a folder and a line here. */
export const targets = { vertex, local, kaggle } as const satisfies Record<string, ComputeTarget>;

export type TargetName = keyof typeof targets;
export const targetNames = Object.keys(targets) as [TargetName, ...TargetName[]];

/** The compute target of that name; undefined for one that this version does not know. */
export function findTarget(name: string): ComputeTarget | undefined {
  return Object.hasOwn(targets, name) ? targets[name as TargetName] : undefined;
}

/** The command line that starts this program. */
export function ownProgram(): string[] {
  return [process.execPath, path.join(packageRoot(), "dist", "main.js")];
}
