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

/** Noun folders of the services, with the nouns that each may use. None imports back: that is what keeps them apart. */
const services: Record<string, readonly string[]> = {
  artifacts: [],
  check: [],
  competition: [],
  demo: ["commands"],
  experiment: ["run"],
  readiness: [],
  run: ["artifacts", "score"],
  score: ["artifacts", "task"],
  submission: ["experiment", "score"],
  task: [],
  training: ["check", "commands", "run", "task"],
  transfer: [],
  validation: [],
  workspace: [],
};

const plain = ["core", "storage", "tables"];
const clients = ["clients/google", "clients/kaggle"];
const adapters = ["backlog", "python", "tracking", "compute", "platform", "git", ...clients];
const serviceRooms = Object.keys(services).map((noun) => `operations/${noun}`);

/** The rooms a room may import from, beside itself. */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  storage: ["core"],
  tables: ["core"],
  ...Object.fromEntries(adapters.map((room) => [room, ["core", "storage"]])),
  "clients/http": ["core", "storage"],
  "clients/google": ["core", "storage", "clients/http"],
  "clients/kaggle": ["core", "storage", "clients/http"],
  // A compute target or a platform may lie at Google or Kaggle, and what a call came to decides what is done next.
  compute: ["core", "storage", "clients/google", "clients/kaggle", "clients/http"],
  // A local competition is graded by the workspace's own Python where the metric is the user's.
  platform: ["core", "storage", "python", "clients/kaggle", "clients/http"],
  // operation.ts and table.ts: what an operation is, and which there are.
  operations: ["core", "operations/commands"],
  "operations/commands": ["operations", ...plain, ...adapters, ...serviceRooms],
  ...Object.fromEntries(
    Object.entries(services).map(([noun, others]) => [
      `operations/${noun}`,
      ["operations", ...plain, ...adapters, ...others.map((other) => `operations/${other}`)],
    ]),
  ),
  // Before any operation, the artifacts of the experiments that it names are put right.
  "doors/shared": [
    "core",
    "operations",
    "operations/artifacts",
    "storage",
    "backlog",
    "doors/text",
  ],
  "doors/text": ["core"],
  // The supervisor's process starts like a command.
  "doors/cli": ["core", "operations", "operations/run", "doors/shared", "doors/text"],
  "doors/mcp": ["core", "operations", "doors/shared", "doors/text"],
  main: ["doors/cli"],
};

/** What a room may load where it is asked for, and not before: the command `mcp` opens the other door. */
const mayOpen: Record<string, readonly string[]> = { "doors/cli": ["doors/mcp"] };

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

/** Floors whose rooms are the folders in them. */
const divided = new Set(["operations", "doors", "clients"]);

function roomOf(file: string): string {
  const [floor, noun, ...below] = file.split("/");
  if (noun === undefined) return file.replace(/\.ts$/, "");
  return below.length > 0 && divided.has(floor!) ? `${floor}/${noun}` : floor!;
}

/** Every import that goes against the arrows, as `file -> target`. */
function brokenArrows(graph: Graph): string[] {
  return [...graph].flatMap(([file, imports]) =>
    imports
      .filter((one) => !isAllowed(file, one, graph))
      .map(({ target }) => `${file} -> ${target}`),
  );
}

function isAllowed(file: string, { target, typeOnly, lazy }: Import, graph: Graph): boolean {
  const from = roomOf(file);
  if (!graph.has(target)) return from !== "core" || target === "zod";
  const to = roomOf(target);
  if (file.startsWith("doors/text/")) return mayRender(target, typeOnly);
  // Where the package lies is known to every room but the core.
  return (
    to === from ||
    (to === "package-root" && from !== "core") ||
    !!mayImport[from]?.includes(to) ||
    (lazy && !!mayOpen[from]?.includes(to))
  );
}

/** A renderer is pure: it takes types from operations and pure functions from the core and its own folder. */
function mayRender(target: string, typeOnly: boolean): boolean {
  return target.startsWith("doors/text/") || roomOf(target) === "core" || typeOnly;
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

  test("has no ring of nouns: services that use each other stand in one order", () => {
    const nouns: Graph = new Map(
      Object.entries(services).map(([noun, used]) => [
        noun,
        used.map((target) => ({ target, typeOnly: false, lazy: false })),
      ]),
    );
    expect(findCycle(nouns)).toBeUndefined();
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
    "operations/run/start-run.ts": "",
    "doors/text/style.ts": "",
    "git/snapshot.ts": "",
    "doors/mcp/serve.ts": "",
  };
  const cases: [string, string, string[]][] = [
    ["core/a.ts", 'import fs from "node:fs";', ["core/a.ts -> node:fs"]],
    ["core/a.ts", 'import { z } from "zod";', []],
    [
      "git/a.ts",
      'import { n } from "../operations/run/start-run.ts";',
      ["git/a.ts -> operations/run/start-run.ts"],
    ],
    [
      "git/a.ts",
      'import {\n  n,\n} from "../operations/run/start-run.ts";',
      ["git/a.ts -> operations/run/start-run.ts"],
    ],
    ["storage/a.ts", 'export * from "../git/snapshot.ts";', ["storage/a.ts -> git/snapshot.ts"]],
    [
      "operations/run/a.ts",
      'const m = await import("../../doors/text/style.ts");',
      ["operations/run/a.ts -> doors/text/style.ts"],
    ],
    ["doors/text/a.ts", 'import type { N } from "../../operations/run/start-run.ts";', []],
    [
      "doors/text/a.ts",
      'import { n } from "../../operations/run/start-run.ts";',
      ["doors/text/a.ts -> operations/run/start-run.ts"],
    ],
  ];

  test("a door opens another one lazily or not at all", () => {
    const opening = {
      "doors/cli/a.ts": 'const m = await import("../mcp/serve.ts");',
      "doors/cli/b.ts": 'import { m } from "../mcp/serve.ts";',
    };
    expect(brokenArrows(graphOf({ ...rooms, ...opening }))).toEqual([
      "doors/cli/b.ts -> doors/mcp/serve.ts",
    ]);
  });

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
