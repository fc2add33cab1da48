import { kaggle } from "./kaggle/kaggle.ts";
import { local } from "./local/local.ts";
import { manual } from "./manual.ts";
import type { Platform } from "./platform.ts";

/** Every platform that Crossfold submits to itself, by its name in project.yml. */
const platforms = { local, kaggle } as const satisfies Record<string, Platform>;

/** The platform of that name; for any other name the user uploads the file. */
export function findPlatform(name: string): Platform {
  return Object.hasOwn(platforms, name) ? platforms[name as keyof typeof platforms] : manual;
}
