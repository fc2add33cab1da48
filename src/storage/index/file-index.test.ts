import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { afterFile } from "../../../test/support/after-file.ts";
import { FileIndex, forgetIndexes, type IndexKind, openIndex, saveIndexes } from "./file-index.ts";

let root = "";
/** Keys whose files were read. */
let read: string[] = [];

const kind: IndexKind<string, string[]> = {
  name: "pages",
  shape: 1,
  text: "loose",
  filesIn: (ws) => (key) => [path.join(ws.root, key)],
  derive: ([source], key) => {
    read.push(key);
    const text = typeof source === "object" && "text" in source ? source.text : String(source);
    return { head: `head of ${text}`, rest: [text, "価格 😀 \u2028"] };
  },
};

const indexFile = () => path.join(root, ".crossfold", "index", kind.name);

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "crossfold-index-"));
  const made = root;
  afterFile(async () => rmSync(made, { recursive: true, force: true }));
  read = [];
});

function write(name: string, text: string): void {
  writeFileSync(path.join(root, name), text);
}

/** As a new process finds it. */
function reopen() {
  saveIndexes();
  forgetIndexes();
  read = [];
  return openIndex({ root }, kind);
}

/** Until no write can leave the stamps of these files as they are. */
const rest = () => pause(150);

test("a file at rest is read once, by whichever process", async () => {
  write("a", "one");
  write("b", "two");
  await rest();
  openIndex({ root }, kind).read("a");
  openIndex({ root }, kind).read("b");
  openIndex({ root }, kind).read("gone");
  expect(read).toEqual(["a", "b", "gone"]);
  const index = reopen();
  expect(index.read("b")).toMatchObject({ head: "head of two", kept: true });
  expect(index.read("a")!.whole()).toEqual({
    head: "head of one",
    rest: ["one", "価格 😀 \u2028"],
  });
  expect(index.read("gone")!.head).toBe("head of absent");
  expect(read).toEqual(["a"]);
});

test("many rests are read from the index", async () => {
  const names = Array.from({ length: 40 }, (_, at) => `page${at}`);
  for (const name of names) write(name, name.repeat(3));
  await rest();
  for (const name of names) openIndex({ root }, kind).read(name);
  const index = reopen();
  const wholes = names.map((name) => index.read(name)!.whole()!.rest[0]);
  expect(wholes).toEqual(names.map((name) => name.repeat(3)));
  expect(read.length).toBeLessThan(20);
});

describe("a file that was written since is read", () => {
  const changes: Record<string, (file: string) => void> = {
    "in place, as long as before": (file) => writeFileSync(file, "two"),
    "in place, its times put back": (file) => {
      execFileSync("cp", ["-p", file, `${file}.old`]);
      writeFileSync(file, "two");
      execFileSync("touch", ["-r", `${file}.old`, file]);
    },
    "by a rename": (file) => {
      writeFileSync(`${file}.new`, "two");
      renameSync(`${file}.new`, file);
    },
    "by a rename of one as old": (file) => {
      writeFileSync(`${file}.new`, "two");
      execFileSync("touch", ["-r", file, `${file}.new`]);
      renameSync(`${file}.new`, file);
    },
    "by a line more": (file) => appendFileSync(file, "two"),
    "under another name of it": (file) => {
      linkSync(file, `${file}.other`);
      writeFileSync(`${file}.other`, "two");
    },
    "through a link": (file) => {
      writeFileSync(`${file}.there`, "two");
      rmSync(file);
      symlinkSync(`${file}.there`, file);
    },
    "it went": (file) => rmSync(file),
    "a folder took its place": (file) => {
      rmSync(file);
      mkdirSync(file);
    },
    "a link to nothing took its place": (file) => {
      rmSync(file);
      symlinkSync("nowhere", file);
    },
  };

  test.each(Object.keys(changes))("%s", async (how) => {
    write("a", "one");
    await rest();
    openIndex({ root }, kind).read("a");
    const index = reopen();
    changes[how]!(path.join(root, "a"));
    expect(index.read("a")!.head).not.toBe("head of one");
    expect(read).toEqual(["a"]);
    const fresh = new FileIndex(
      { root: "/nowhere" },
      { ...kind, filesIn: () => () => [path.join(root, "a")] },
    );
    expect(index.read("a")!.head).toBe(fresh.read("a")!.head);
  });
});

test("a file that was written just now is not remembered: one more write may leave its stamp as it is", async () => {
  write("a", "one");
  expect(openIndex({ root }, kind).read("a")!.kept).toBe(false);
  await rest();
  expect(openIndex({ root }, kind).read("a")!.kept).toBe(true);
  for (let round = 0; round < 200; round += 1) {
    write("a", "old");
    openIndex({ root }, kind).read("a");
    write("a", "new");
    expect(openIndex({ root }, kind).read("a")!.head).toBe("head of new");
  }
});

test("a pipe in a file's place stops nothing", () => {
  execFileSync("mkfifo", [path.join(root, "a")]);
  expect(openIndex({ root }, kind).read("a")!.kept).toBe(false);
});

test("what is damaged is thrown away, whatever the damage", async () => {
  const names = ["a", "b", "c"];
  for (const name of names) write(name, name.repeat(20));
  await rest();
  for (const name of names) openIndex({ root }, kind).read(name);
  saveIndexes();
  const whole = readFileSync(indexFile());
  for (let at = 0; at < whole.length; at += 7) {
    const flipped = Buffer.from(whole);
    flipped[at]! ^= 0x10;
    for (const bytes of [
      flipped,
      whole.subarray(0, at),
      Buffer.concat([whole, flipped.subarray(at)]),
    ]) {
      writeFileSync(indexFile(), bytes);
      const index = new FileIndex({ root }, kind);
      for (const name of names) expect(index.read(name)!.head).toBe(`head of ${name.repeat(20)}`);
    }
  }
});

test("one of another shape is thrown away", async () => {
  write("a", "one");
  await rest();
  openIndex({ root }, kind).read("a");
  saveIndexes();
  read = [];
  new FileIndex({ root }, { ...kind, shape: 2 }).read("a");
  expect(read).toEqual(["a"]);
});

test.each<[string, (file: string) => void]>([
  ["removed", (file) => rmSync(file)],
  [
    "damaged",
    (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 20]! ^= 1;
      writeFileSync(file, bytes);
    },
  ],
])("what an index that was %s meanwhile no longer holds is read", async (_how, change) => {
  const names = Array.from({ length: 40 }, (_, at) => `page${at}`);
  for (const name of names) write(name, name);
  await rest();
  for (const name of names) openIndex({ root }, kind).read(name);
  const index = reopen();
  const entries = names.map((name) => index.read(name)!);
  change(indexFile());
  expect(entries.map((entry) => entry.whole()!.rest[0])).toEqual(names);
});

test("keys that have gone are forgotten, those of another list are not", async () => {
  mkdirSync(path.join(root, "x"));
  for (const name of ["a", "b", "x/c"]) write(name, name);
  await rest();
  for (const name of ["a", "b", "x/c"]) openIndex({ root }, kind).read(name);
  const index = reopen();
  rmSync(path.join(root, "b"));
  index.retain(["a", "d"], "");
  index.retain(["x/c"], "x/");
  write("d", "d");
  await rest();
  index.read("d");
  reopen();
  expect(readFileSync(indexFile(), "latin1")).not.toContain('"b"');
});

test("JSON that would give back another value is not remembered", async () => {
  const odd: IndexKind<unknown, null> = {
    ...kind,
    name: "odd",
    derive: ([source], key) => {
      read.push(key);
      return { head: JSON.parse((source as { text: string }).text), rest: null };
    },
  };
  write("a", '{"lr": 1e999}');
  write("b", "[-0]");
  await rest();
  for (const round of [1, 2]) {
    void round;
    const index = openIndex({ root }, odd);
    expect(index.read("a")!.head).toEqual({ lr: Infinity });
    expect(index.read("b")!.head).toEqual([-0]);
    saveIndexes();
    forgetIndexes();
  }
  expect(read).toEqual(["a", "b", "a", "b"]);
});

test("a workspace that went is not made again, and one that cannot be written is read", async () => {
  write("a", "one");
  await rest();
  openIndex({ root }, kind).read("a");
  rmSync(root, { recursive: true });
  saveIndexes();
  expect(() => statSync(root)).toThrow();
  mkdirSync(root);
  write("a", "one");
  write(".crossfold", "a file where a folder belongs");
  await rest();
  expect(openIndex({ root }, kind).read("a")!.head).toBe("head of one");
  saveIndexes();
  expect(readdirSync(root).toSorted()).toEqual([".crossfold", "a"]);
});

test("what a killed command left half written goes", async () => {
  write("a", "one");
  await rest();
  openIndex({ root }, kind).read("a");
  saveIndexes();
  const [old, young] = [`${indexFile()}.1-x.part`, `${indexFile()}.2-y.part`];
  for (const file of [old, young]) writeFileSync(file, "half");
  utimesSync(old, new Date(0), new Date(0));
  write("b", "two");
  await rest();
  openIndex({ root }, kind).read("b");
  saveIndexes();
  expect(readdirSync(path.dirname(indexFile())).toSorted()).toEqual(["pages", "pages.2-y.part"]);
});
