import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** What replaces modules, or starts a stand-in for Google, whose library remembers where it found it the first time. */
const leavesTraces = /^vi\.mock\(|start(?:FakeGoogle|GoogleServer|Cloud)\(/m;

/** Test files below these folders that cannot share their modules with others. */
export function isolatedFiles(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/")))
      .filter((file) => leavesTraces.test(readFileSync(file, "utf8"))),
  );
}
