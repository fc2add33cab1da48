import { packageRoot } from "../package-root.ts";
import path from "node:path";
import type { Backend, Place } from "./backend.ts";
import { local } from "./local/local.ts";

/** Every place where a run can run. Another one is a folder and a line here. */
export const places = { local } as const satisfies Record<string, Place>;

export type PlaceName = keyof typeof places;
export const placeNames = Object.keys(places) as [PlaceName, ...PlaceName[]];

/** The backend a run was or will be given to; undefined for one that this version does not know. */
export function openBackend(
  name: string,
  program: readonly string[] = ownProgram(),
): Backend | undefined {
  return Object.hasOwn(places, name) ? places[name as PlaceName].open(program) : undefined;
}

function ownProgram(): string[] {
  return [process.execPath, path.join(packageRoot(), "dist", "main.js")];
}
