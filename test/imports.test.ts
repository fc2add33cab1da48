import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../src/package-root.ts";

type Graph = Map<string, Import[]>;
interface Import {
  /** A path from `src`, or the package's name. */
  target: string;
  /** Erased before anything runs. */
  typeOnly: boolean;
  /** `import()`: loaded when it is needed. */
  lazy: boolean;
}

const adapters = [
  "backlog",
  "python",
  "tracking",
  "compute",
  "platform",
  "git",
  "google",
  "kaggle",
];

/** The rooms a room may import from, beside itself. */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  storage: ["core"],
  ...Object.fromEntries(adapters.map((room) => [room, ["core", "storage"]])),
  // A place to run or to compete may lie at Google or Kaggle.
  compute: ["core", "storage", "google", "kaggle"],
  platform: ["core", "storage", "kaggle"],
  operations: ["core", "storage", ...adapters],
  // The command `mcp` opens the other door; that door shows results as the command line's renderers do.
  cli: ["core", "operations", "storage", "mcp"],
  mcp: ["core", "operations", "cli"],
  main: ["cli"],
};

const statement =
  /^\s*(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]+?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;

function importsIn(file: string, source: string): Import[] {
  return [...source.matchAll(statement)].map((match) => {
    const specifier = match[2] ?? match[3]!;
    const target = specifier.startsWith(".")
      ? path.posix.join(path.posix.dirname(file), specifier)
      : specifier;
    return { target, typeOnly: match[1] !== undefined, lazy: match[3] !== undefined };
  });
}

function roomOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : file.replace(/\.ts$/, "");
}

/** Every import that goes against the arrows, as `file -> target`. */
function brokenArrows(graph: Graph): string[] {
  return [...graph].flatMap(([file, imports]) =>
    imports
      .filter((one) => !isAllowed(file, one, graph))
      .map(({ target }) => `${file} -> ${target}`),
  );
}

function isAllowed(file: string, { target, typeOnly }: Import, graph: Graph): boolean {
  const from = roomOf(file);
  if (!graph.has(target)) return from !== "core" || target === "zod";
  const to = roomOf(target);
  if (file.startsWith("cli/render/")) return mayRender(target, typeOnly);
  // Where the package lies is known to every room but the core.
  return (
    to === from || (to === "package-root" && from !== "core") || !!mayImport[from]?.includes(to)
  );
}

/** A renderer is pure: it takes types from operations and pure functions from the core and its own folder. */
function mayRender(target: string, typeOnly: boolean): boolean {
  return target.startsWith("cli/render/") || roomOf(target) === "core" || typeOnly;
}

/** The first ring of imports that are carried out at start, as a chain of files, or undefined. */
function findCycle(graph: Graph): string[] | undefined {
  const finished = new Set<string>();
  const visit = (file: string, trail: string[]): string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (finished.has(file)) return undefined;
    for (const { target, typeOnly, lazy } of graph.get(file) ?? []) {
      const cycle = typeOnly || lazy ? undefined : visit(target, [...trail, file]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function graphOf(sources: Record<string, string>): Graph {
  return new Map(Object.entries(sources).map(([file, text]) => [file, importsIn(file, text)]));
}

function readHouse(): Record<string, string> {
  const src = path.join(packageRoot(), "src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  return Object.fromEntries(
    files.map((file) => [file, readFileSync(path.join(src, file), "utf8")]),
  );
}

describe("the house", () => {
  const house = graphOf(readHouse());

  test("has no import against the arrows", () => {
    expect(brokenArrows(house)).toEqual([]);
  });

  test("has no ring of imports", () => {
    expect(findCycle(house)).toBeUndefined();
  });

  test("is read as a whole: every room is there and every import is found", () => {
    expect([...new Set([...house.keys()].map(roomOf))].toSorted()).toEqual(
      [...Object.keys(mayImport), "package-root"].toSorted(),
    );
    const missing = [...house.values()]
      .flat()
      .filter(({ target }) => target.endsWith(".ts") && !house.has(target));
    expect(missing).toEqual([]);
  });
});

function ringWith(back: string): Graph {
  return graphOf({ "git/a.ts": 'import { b } from "./b.ts";', "git/b.ts": back });
}

describe("the rule", () => {
  const rooms = {
    "core/score.ts": "",
    "operations/new.ts": "",
    "cli/render/style.ts": "",
    "git/snapshot.ts": "",
  };
  const cases: [string, string, string[]][] = [
    ["core/a.ts", 'import fs from "node:fs";', ["core/a.ts -> node:fs"]],
    ["core/a.ts", 'import { z } from "zod";', []],
    ["git/a.ts", 'import { n } from "../operations/new.ts";', ["git/a.ts -> operations/new.ts"]],
    [
      "git/a.ts",
      'import {\n  n,\n} from "../operations/new.ts";',
      ["git/a.ts -> operations/new.ts"],
    ],
    ["storage/a.ts", 'export * from "../git/snapshot.ts";', ["storage/a.ts -> git/snapshot.ts"]],
    [
      "operations/a.ts",
      'const m = await import("../cli/render/style.ts");',
      ["operations/a.ts -> cli/render/style.ts"],
    ],
    ["cli/render/a.ts", 'import type { N } from "../../operations/new.ts";', []],
    [
      "cli/render/a.ts",
      'import { n } from "../../operations/new.ts";',
      ["cli/render/a.ts -> operations/new.ts"],
    ],
  ];

  test.each(cases)("%s: %s", (file, text, broken) => {
    expect(brokenArrows(graphOf({ ...rooms, [file]: text }))).toEqual(broken);
  });

  test("a ring is named file by file; types and lazy imports make none", () => {
    expect(findCycle(ringWith('import { a } from "./a.ts";'))).toEqual([
      "git/a.ts",
      "git/b.ts",
      "git/a.ts",
    ]);
    expect(findCycle(ringWith('import type { A } from "./a.ts";'))).toBeUndefined();
    expect(findCycle(ringWith('import("./a.ts");'))).toBeUndefined();
  });
});
