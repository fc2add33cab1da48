import path from "node:path";
import { packageRoot } from "../package-root.ts";
import type { Place } from "./backend.ts";
import { kaggle } from "./kaggle/kaggle.ts";
import { local } from "./local/local.ts";
import { vertex } from "./vertex/vertex.ts";

/** Every place where a run can run. Another one is a folder and a line here. */
export const places = { vertex, local, kaggle } as const satisfies Record<string, Place>;

export type PlaceName = keyof typeof places;
export const placeNames = Object.keys(places) as [PlaceName, ...PlaceName[]];

/** The place of that name; undefined for one that this version does not know. */
export function findPlace(name: string): Place | undefined {
  return Object.hasOwn(places, name) ? places[name as PlaceName] : undefined;
}

/** The command line that starts this program. */
export function ownProgram(): string[] {
  return [process.execPath, path.join(packageRoot(), "dist", "main.js")];
}
