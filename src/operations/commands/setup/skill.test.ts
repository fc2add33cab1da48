import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { makeWorkspace, testContext } from "../../../../test/support/workspace.ts";
import { renderSkill } from "../../../doors/text/skill.ts";
import { makeStyle } from "../../../doors/text/style.ts";
import type { Workspace } from "../../../storage/workspace/workspace.ts";
import { skillFolder } from "../../workspace/skill-files.ts";
import { skill } from "./skill.ts";

const names = [
  "SKILL.md",
  "references/directory-settings.md",
  "references/tabular-feature-engineering.md",
  "references/validation-strategy.md",
];

async function update(ws: Workspace, request: { force?: boolean; dryRun?: boolean } = {}) {
  const result = await skill.run(testContext(ws), skill.input.parse(request));
  return Object.fromEntries(result.files.map((file) => [file.path, [file.action, file.note]]));
}

const fileIn = (ws: Workspace, name: string) => path.join(ws.root, skillFolder, name);
const textIn = (ws: Workspace, name: string) => readFile(fileIn(ws, name), "utf8");

/** Makes the workspace look as if an older Crossfold had written other text into these files. */
async function writeOlder(ws: Workspace, older: Record<string, string>): Promise<void> {
  const stamp = JSON.parse(await textIn(ws, ".crossfold.json")) as { files: object };
  const hashes = Object.entries(older).map(([name, text]) => [
    name,
    createHash("sha256").update(text).digest("hex"),
  ]);
  for (const [name, text] of Object.entries(older)) await writeFile(fileIn(ws, name), text);
  const files = { ...stamp.files, ...Object.fromEntries(hashes) };
  await writeFile(fileIn(ws, ".crossfold.json"), JSON.stringify({ files }));
}

test("writes the skill, and nothing the second time", async () => {
  const ws = await makeWorkspace();
  expect(await update(ws, { dryRun: true })).toMatchObject({ "SKILL.md": ["created", null] });
  await expect(readdir(path.join(ws.root, skillFolder))).rejects.toThrow("ENOENT");
  expect(Object.keys(await update(ws))).toEqual(names);
  expect(await textIn(ws, "SKILL.md")).toMatch(/^---\nname: experiment-workflow\n/);
  const again = await update(ws);
  expect(Object.values(again)).toEqual(names.map(() => ["same", null]));
});

test("an older text is updated where it was not edited; edits are kept and named", async () => {
  const ws = await makeWorkspace();
  await update(ws);
  const [untouched, edited] = ["references/directory-settings.md", "SKILL.md"] as const;
  await writeOlder(ws, { [untouched]: "old words", [edited]: "old words" });
  await writeFile(fileIn(ws, edited), "old words and mine");
  const result = await update(ws);
  expect(result[untouched]).toEqual(["updated", null]);
  expect(result[edited]).toEqual([
    "kept",
    "you changed it, and there is a newer text: --force writes it",
  ]);
  expect(await textIn(ws, untouched)).toContain("# DirectorySettings");
  expect(await textIn(ws, edited)).toBe("old words and mine");
  // What was remembered of the edited file stays: the next update is no less careful.
  expect((await update(ws))[edited]![0]).toBe("kept");
});

test("--force replaces edits and saves each beside itself, never over an earlier one", async () => {
  const ws = await makeWorkspace();
  await update(ws);
  for (const [text, saved] of [
    ["mine", "SKILL.md.orig"],
    ["mine again", "SKILL.md.orig1"],
  ] as const) {
    await writeFile(fileIn(ws, "SKILL.md"), text);
    expect((await update(ws))["SKILL.md"]).toEqual(["kept", "you changed it"]);
    expect((await update(ws, { force: true }))["SKILL.md"]).toEqual([
      "replaced",
      `yours is in ${saved}`,
    ]);
    expect(await textIn(ws, saved)).toBe(text);
  }
  expect(await textIn(ws, "SKILL.md")).toContain("# Experiment workflow");
});

test("a removed file stays away until it is asked for", async () => {
  const ws = await makeWorkspace();
  await update(ws);
  await rm(fileIn(ws, "SKILL.md"));
  expect((await update(ws))["SKILL.md"]).toEqual([
    "left-out",
    "you removed it; --force restores it",
  ]);
  expect((await update(ws, { force: true }))["SKILL.md"]).toEqual(["created", null]);
});

test("a file that is no longer part of the skill goes, unless it was edited; others' files stay", async () => {
  const ws = await makeWorkspace();
  await update(ws);
  await mkdir(fileIn(ws, "notes"));
  await writeFile(fileIn(ws, "notes/mine.md"), "mine");
  await writeOlder(ws, { "references/old.md": "old", "references/older.md": "older" });
  await writeFile(fileIn(ws, "references/older.md"), "older and mine");
  expect(await update(ws)).toMatchObject({
    "references/old.md": ["dropped", null],
    "references/older.md": ["kept", "you changed it"],
  });
  await expect(textIn(ws, "references/old.md")).rejects.toThrow("ENOENT");
  expect(await textIn(ws, "notes/mine.md")).toBe("mine");
});

test("without a stamp, or with one that points outside, files that differ are the user's", async () => {
  const ws = await makeWorkspace();
  await update(ws);
  const outside = path.join(ws.root, "precious.txt");
  await writeFile(outside, "precious");
  await writeFile(fileIn(ws, "SKILL.md"), "mine");
  const hash = createHash("sha256").update("precious").digest("hex");
  for (const stamp of ["{", JSON.stringify({ files: { "../../../precious.txt": hash } })]) {
    await writeFile(fileIn(ws, ".crossfold.json"), stamp);
    expect((await update(ws))["SKILL.md"]![0]).toBe("kept");
    expect(await readFile(outside, "utf8")).toBe("precious");
  }
});

test("the text says what was done", async () => {
  const ws = await makeWorkspace();
  await update(ws);
  await writeFile(fileIn(ws, "SKILL.md"), "mine");
  const result = await skill.run(testContext(ws), skill.input.parse({}));
  const text = renderSkill(result, makeStyle({ color: false, width: Infinity }));
  expect(text.split("\n").slice(0, 3)).toEqual([
    skillFolder,
    "  SKILL.md                                   kept        you changed it",
    "  references/directory-settings.md           up to date",
  ]);
});
