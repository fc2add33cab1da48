import { execFileSync } from "node:child_process";
import { mkdir, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { findBacklog } from "../src/backlog/backlog.ts";
import { addDoc } from "../src/backlog/docs.ts";
import { UserError } from "../src/core/errors/user-error.ts";
import { loadOperation } from "../src/doors/shared/load-operation.ts";
import { perform } from "../src/doors/shared/perform.ts";
import type { Operation } from "../src/operations/operation.ts";
import type { OperationName } from "../src/operations/table.ts";
import type { Workspace } from "../src/storage/workspace/workspace.ts";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  metricsOf,
  testContext,
  testNow,
} from "./support/workspace.ts";

type Put = (file: string, text: string) => unknown;
type Command = readonly [OperationName, object];

/** What may be in a file's place; every command that reads the file names it then. */
const unreadable: Record<string, Put> = {
  "a folder": (file) => mkdir(file),
  "a link to nothing": (file) => symlink("nothing", file),
  "a link to itself": (file) => symlink(path.basename(file), file),
  "a pipe": (file) => execFileSync("mkfifo", [file]),
  "200 MB": async (file) => {
    await writeFile(file, "a");
    await truncate(file, 200 * 1024 ** 2);
  },
  binary: (file) =>
    writeFile(file, Buffer.from(Array.from({ length: 999 }, (_, at) => (at * 7919) % 256))),
  "not UTF-8": (file, text) =>
    writeFile(file, Buffer.concat([Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from(text)])),
};

/** What may be odd about a file and hinders nothing. */
const odd: Record<string, Put> = {
  "a byte order mark": (file, text) => writeFile(file, `\uFEFF${text}`),
  "Windows line ends": (file, text) => writeFile(file, text.replaceAll("\n", "\r\n")),
};

const aliasBomb = [..."bcdefghi"].reduce(
  (text, name, at) =>
    `${text}${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[at]}`).join(", ")}]\n`,
  "a: &a [x, x, x, x, x, x, x, x, x]\n",
);

/** YAML that is to be refused, with the file's name. */
const badYaml: Record<string, string> = {
  tabs: "a:\n\t- b",
  "an alias bomb": aliasBomb,
  "an alias of nothing": "metadata: *nothing",
  "an alias of itself": "metadata: &a { a: *a }",
  "emphasis as a value": "metadata: *important*",
  "a key twice": "metadata: {}\nmetadata: {}",
  "300 levels": `metadata: ${"[".repeat(300)}${"]".repeat(300)}`,
  "3,000 levels": `metadata: ${"[".repeat(3000)}${"]".repeat(3000)}`,
};

/** YAML that may be refused or read, and is no bug either way. */
const strangeYaml: Record<string, string> = {
  "a merge key": "<<: { a: 1 }",
  __proto__: "__proto__: { name: x, title: x }",
  "__proto__ inside": "metadata: { __proto__: { url: x }, constructor: 1 }",
  "a function's tag": "metadata: !!js/function 'function () {}'",
  "binary text": "hypothesis: !!binary aGVsbG8=",
  "numbers that are none": "a: .nan\nb: .inf\nc: 1e999",
  "a mapping as a key": "{ a: 1 }: b",
};

const badJson: Record<string, string> = {
  __proto__: '{"__proto__":{"kind":"cv"}}',
  NaN: '{"kind":"lb","at":"x","side":"public","score":NaN,"source":"given"}',
  infinity: '{"kind":"lb","at":"x","side":"public","score":1e999,"source":"given"}',
  "100,000 levels": `{"kind":"cv","config":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
  "half a line": '{"kind":"c',
  "a list": "[]",
};

const wrap = (around: (text: string, added: string) => string, texts: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(texts).map(([name, added]): [string, Put] => [
      name,
      (file, text) => writeFile(file, around(text, added)),
    ]),
  );
const after = (text: string, added: string) => `${text}${added}\n`;
const inFrontmatter = (text: string, added: string) =>
  text.replace("---\n", () => `---\n${added}\n`);
const asWhole = (_: string, added: string) => added;

const run = "20261123-011530-exp001-k3f9";
const history: Command = ["history", {}];
const plan: Command = ["plan", {}];
const tasks: Command = ["tasks", {}];
const showOwn: Command = ["show", { experiment: "exp001" }];

interface Row {
  file: string;
  /** What is put in its place that has to be named. */
  bad: Record<string, Put>;
  /** What hinders nothing, or is refused. */
  fine?: Record<string, Put>;
  /** They name the file and still show experiment exp002. */
  lists: readonly Command[];
  /** They are about the file alone, and fail. */
  fail: readonly Command[];
}

const folder = Object.fromEntries(
  ["a link to nothing", "a link to itself", "a pipe", "binary"].map((name) => [
    name,
    unreadable[name]!,
  ]),
);

const table: Row[] = [
  {
    file: "models/exp001/experiment.yml",
    bad: { ...unreadable, ...wrap(after, badYaml) },
    fine: { ...odd, ...wrap(after, strangeYaml) },
    lists: [history, plan],
    fail: [["done", { experiment: "exp001", summary: "s" }]],
  },
  {
    file: "models/exp001/scores.jsonl",
    bad: { ...unreadable, ...wrap(after, badJson) },
    fine: odd,
    lists: [history, plan],
    fail: [],
  },
  {
    file: "models/exp001/scores.jsonl",
    bad: Object.fromEntries(Object.entries(unreadable).slice(0, 5)),
    lists: [
      ["verify", {}],
      ["clean", { dryRun: true }],
    ],
    fail: [["lb", { experiment: "exp001", score: 0.7 }]],
  },
  {
    file: "models/exp001",
    bad: folder,
    lists: [history, plan],
    fail: [
      showOwn,
      ["compare", { a: "exp001", b: "exp002" }],
      ["new", { experiment: "exp001", from: "exp002" }],
    ],
  },
  { file: "models", bad: folder, lists: [], fail: [history, plan, showOwn, ["verify", {}]] },
  {
    file: "backlog/tasks/task-1 - exp001-try-exp001.md",
    bad: {
      ...unreadable,
      ...wrap(inFrontmatter, { ...badYaml, "a title in emphasis": "title: *x*" }),
    },
    fine: { ...odd, ...wrap(inFrontmatter, strangeYaml) },
    lists: [tasks, plan],
    fail: [["tasks view", { id: "1" }]],
  },
  {
    file: "backlog/tasks",
    bad: folder,
    lists: [plan],
    fail: [tasks, ["overview", {}]],
  },
  {
    file: "backlog/docs/doc-1 - Rules.md",
    bad: { ...unreadable, ...wrap(inFrontmatter, badYaml) },
    fine: { ...odd, ...wrap(inFrontmatter, strangeYaml) },
    lists: [],
    fail: [["docs view", { id: "1" }]],
  },
  {
    file: "backlog/config.yml",
    bad: { ...unreadable, ...wrap(after, badYaml) },
    fine: { ...odd, ...wrap(after, strangeYaml) },
    lists: [],
    fail: [tasks],
  },
  {
    file: "project.yml",
    bad: {
      ...Object.fromEntries(Object.entries(unreadable).filter(([name]) => !name.includes("link"))),
      ...wrap(after, badYaml),
    },
    fine: { ...odd, ...wrap(after, strangeYaml) },
    lists: [],
    fail: [history, ["split", {}]],
  },
  {
    file: `.crossfold/runs/${run}/spec.json`,
    bad: { ...unreadable, ...wrap(asWhole, badJson) },
    fine: odd,
    lists: [history, ["runs", {}]],
    fail: [
      ["logs", { run: "exp001" }],
      ["record", { target: run }],
    ],
  },
  {
    file: ".crossfold/runs",
    bad: folder,
    lists: [history],
    fail: [["logs", { run: "exp001" }]],
  },
  {
    file: `.crossfold/runs/${run}/output.log`,
    bad: Object.fromEntries(Object.entries(unreadable).slice(0, 4)),
    lists: [],
    fail: [["logs", { run: "exp001" }]],
  },
  {
    file: ".crossfold/views",
    bad: folder,
    lists: [],
    fail: [["record", { target: run }]],
  },
  {
    file: "data/input/toy/train.csv",
    bad: { ...folder, "a folder": unreadable["a folder"]! },
    lists: [],
    fail: [["split", {}]],
  },
];

let ws: Workspace;

beforeAll(async () => {
  ws = await makeWorkspace();
  for (const name of ["exp001", "exp002"]) {
    await addExperiment(ws, name, { hypothesis: `try ${name}` });
    const folds = [0.5, 0.6, 0.5, 0.6, 0.5];
    const id = await addRun(ws, name, { metrics: metricsOf(folds) });
    await call(["record", { target: id }]);
    await call(["lb", { experiment: name, score: 0.6 }]);
  }
  await addDoc(await findBacklog(ws.root), { title: "Rules", content: "text" }, { now: testNow });
  const input = path.join(ws.root, "data", "input", "toy");
  await mkdir(input, { recursive: true });
  await writeFile(path.join(input, "train.csv"), "id,target\n1,0\n2,1\n");
});

interface Outcome {
  ended: "done" | "failed" | "bug" | "hung";
  text: string;
}

async function call([name, given]: Command): Promise<Outcome> {
  const operation: Operation = await loadOperation(name);
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ ended: "hung", text: "" }), 20_000);
  });
  const done = perform(testContext(ws), operation, operation.input.parse(given)).then(
    (output): Outcome => ({ ended: "done", text: JSON.stringify(output) }),
    (error: Error): Outcome =>
      error instanceof UserError
        ? { ended: "failed", text: `${error.message} ${error.at?.file} ${error.exitCode}` }
        : { ended: "bug", text: `${error.stack}` },
  );
  return Promise.race([done, hung]).finally(() => clearTimeout(timer));
}

/** Puts what is bad in the file's place while `work` goes on. */
async function inPlace(file: string, put: Put, work: () => Promise<void>): Promise<void> {
  const at = path.join(ws.root, file);
  const text = await readFile(at, "utf8").catch(() => "");
  await rename(at, `${ws.root}.aside`);
  try {
    await put(at, text);
    await work();
  } finally {
    await rm(at, { recursive: true, force: true });
    await rename(`${ws.root}.aside`, at);
  }
}

test.each(table)(
  "$file: whatever is wrong with it, it is named and hides nothing else",
  async (row) => {
    const wrong: string[] = [];
    const note = (name: string, [command]: Command, { ended, text }: Outcome) =>
      wrong.push(`${name}: ${command} ${ended}: ${text.slice(0, 300)}`);
    for (const [name, put] of Object.entries(row.bad))
      await inPlace(row.file, put, async () => {
        for (const command of row.lists) {
          const outcome = await call(command);
          const { problems = [] } = outcome.ended === "done" ? JSON.parse(outcome.text) : {};
          const isNamed = JSON.stringify(problems).includes(path.basename(row.file));
          const others = command[0] === "clean" || outcome.text.includes("exp002");
          if (outcome.ended !== "done" || !isNamed || !others) note(name, command, outcome);
        }
        for (const command of row.fail) {
          const outcome = await call(command);
          const isNamed = outcome.text.includes(path.basename(row.file));
          if (outcome.ended !== "failed" || !isNamed) note(name, command, outcome);
        }
      });
    for (const [name, put] of Object.entries(row.fine ?? {}))
      await inPlace(row.file, put, async () => {
        for (const command of row.lists) {
          const outcome = await call(command);
          const isShown = outcome.ended === "done" && outcome.text.includes("exp002");
          if (!isShown) note(name, command, outcome);
        }
      });
    expect(wrong).toEqual([]);
  },
);
