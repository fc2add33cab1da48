import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { repository } from "./tools.ts";

type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

/** A small competition made by a test: its files by name, and project.yml without the name. */
export interface Competition {
  files: Record<string, Row[]>;
  project: string;
  /** Replacements in the copied settings.py. */
  settings?: Record<string, string>;
  /** The template of models/exp001; `models` where it is left out. */
  template?: string;
}

/** Numbers in [0, 1), the same at every run. */
export function randomSource(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function toCsv(rows: readonly Row[]): string {
  const names = Object.keys(rows[0]!);
  const lines = [names, ...rows.map((row) => names.map((name) => row[name]))];
  return lines.map((line) => `${line.map(quote).join(",")}\n`).join("");
}

function quote(cell: Cell | undefined): string {
  const text = cell === null || cell === undefined ? "" : String(cell);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export async function readCsvRows(file: string): Promise<Record<string, string>[]> {
  return parse(await readFile(file, "utf8"), { columns: true });
}

/** A workspace laid out by hand from the template, with models/exp001. Returns its root. */
export async function layOutWorkspace(competition: Competition): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), "crossfold-template-"));
  await cp(path.join(repository, "templates", "workspace"), root, { recursive: true });
  await writeFile(
    path.join(root, "project.yml"),
    `competition_name: small\ncompetition_platform: local\n${competition.project}`,
  );
  await copyExperiment(root, competition.template ?? "models", competition.settings ?? {});
  const input = path.join(root, "data", "input", "small");
  await mkdir(input, { recursive: true });
  for (const [name, rows] of Object.entries(competition.files)) {
    await writeFile(path.join(input, name), toCsv(rows));
  }
  return root;
}

async function copyExperiment(
  root: string,
  template: string,
  settings: Record<string, string>,
): Promise<void> {
  const folder = path.join(root, "models", "exp001");
  await cp(path.join(root, "templates", template), folder, { recursive: true });
  await cp(path.join(root, "templates", "harness"), path.join(folder, "harness"), {
    recursive: true,
  });
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".py")) continue;
    const file = path.join(folder, name);
    let text = (await readFile(file, "utf8")).replaceAll("exp000", "exp001");
    for (const [from, to] of Object.entries(name === "settings.py" ? settings : {})) {
      if (!text.includes(from)) throw new Error(`settings.py has no "${from}"`);
      text = text.replace(from, to);
    }
    await writeFile(file, text);
  }
}
