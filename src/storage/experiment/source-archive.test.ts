import { mkdir, readFile, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { list } from "tar";
import { x } from "tinyexec";
import { expect, test } from "vitest";
import { makeTempFolder } from "../../../test/support/cli.ts";
import { toolEnv } from "../../../test/support/tools.ts";
import { listKnownFiles } from "../../git/list-files.ts";
import { writeSourceArchive } from "./source-archive.ts";

const usual: Record<string, string> = {
  "project.yml": "competition_name: tiny\n",
  "pyproject.toml": "[project]\n",
  "uv.lock": "version = 1\n",
  ".gitignore": ".env\nartifacts/\ndata/\nignored.py\n__pycache__/\n",
  ".env": "TOKEN=hidden-in-env\n",
  "lib/__init__.py": "",
  "lib/words.yaml": "見出し: あ\n",
  "lib/__pycache__/a.pyc": "x",
  "common.py": "x = 1\n",
  "ignored.py": "",
  "README.md": "",
  "train.csv": "id\n",
  "Taskfile.yml": "",
  "mlflow.db": "",
  "notes.ipynb": "{}",
  "kaggle.json": "{}",
  "lib/service.json": '{"type": "service_account", "private_key": "hidden"}',
  "lib/server.pem": "",
  ".venv/pyvenv.cfg": "",
  "data/input/tiny/train.csv": "id\n",
  "backlog/config.yml": "",
  "templates/models/train.py": "",
  "docker/entrypoint.py": "",
  "models/shared.py": "",
  "models/exp002/train.py": "other",
  "models/exp001/train.py": "edited since",
  "models/exp001/artifacts/oof.csv": "id\n",
};
const copied: Record<string, string> = {
  "train.py": "print('as it ran')\n",
  "@odd name.py": "",
  "keys/.env.local": "TOKEN=hidden-too\n",
};

async function write(root: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
}

async function makeWorkspace() {
  const root = await makeTempFolder();
  const codeFolder = path.join(root, ".crossfold/runs/a/code");
  await write(root, usual);
  await write(codeFolder, copied);
  const archive = async (name = "source.tar.gz") => {
    const target = path.join(root, ".crossfold", name);
    const known = await listKnownFiles(root);
    const request = { folder: "models/exp001", codeFolder, target, known };
    return { target, ...(await writeSourceArchive({ root }, request)) };
  };
  return { root, codeFolder, archive };
}

const init = (root: string) =>
  x("git", ["init", "--quiet"], { nodeOptions: { cwd: root, env: toolEnv() } });

/** Text by path, as an unpacker sees it. */
async function contents(file: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  await list({
    file,
    onReadEntry: (entry) => {
      const name = path.posix.normalize(entry.path);
      found[name] = "";
      entry.on("data", (chunk) => (found[name] += chunk.toString()));
    },
  });
  return found;
}

const shipped = [
  "common.py",
  "lib/__init__.py",
  "lib/words.yaml",
  "models/exp001/@odd name.py",
  "models/exp001/train.py",
  "models/shared.py",
  "project.yml",
  "pyproject.toml",
  "uv.lock",
];

test("holds the code as its run took it and the shared code, and no data, artifact or secret", async () => {
  const ws = await makeWorkspace();
  await init(ws.root);
  const result = await ws.archive();
  expect(result.files).toEqual(shipped);
  const inside = await contents(result.target);
  expect(Object.keys(inside)).toEqual(shipped);
  expect(inside["models/exp001/train.py"]).toBe("print('as it ran')\n");
  expect(JSON.stringify(inside)).not.toContain("hidden");
  expect(result.bytes).toBe((await readFile(result.target)).byteLength);
  expect(result.leftOut).toEqual([
    { file: "kaggle.json", reason: "named like a secret" },
    { file: "lib/server.pem", reason: "named like a secret" },
    { file: "lib/service.json", reason: "holds a private key or credentials" },
    { file: "models/exp001/keys/.env.local", reason: "named like a secret" },
  ]);
});

test("without git everything that is there is asked", async () => {
  const { archive } = await makeWorkspace();
  const { files } = await archive();
  expect(files).toEqual([...shipped, "ignored.py"].toSorted());
});

test("the same files give the same bytes, whenever they were written", async () => {
  const ws = await makeWorkspace();
  const first = await ws.archive("a.tar.gz");
  await utimes(path.join(ws.root, "common.py"), 1, 1);
  const second = await ws.archive("b.tar.gz");
  expect(second.sha256).toBe(first.sha256);
  expect((await readFile(second.target)).equals(await readFile(first.target))).toBe(true);
  await writeFile(path.join(ws.root, "common.py"), "x = 2\n");
  expect((await ws.archive("c.tar.gz")).sha256).not.toBe(first.sha256);
});

test("a link inside the workspace is shipped as what it names", async () => {
  const ws = await makeWorkspace();
  await symlink("../exp002/train.py", path.join(ws.codeFolder, "other.py"));
  await symlink("../data/input/tiny/train.csv", path.join(ws.root, "lib/train.csv"));
  await symlink("../.env", path.join(ws.root, "lib/settings.txt"));
  const result = await ws.archive();
  const inside = await contents(result.target);
  expect(inside["models/exp001/other.py"]).toBe("other");
  expect(result.leftOut.map(({ file }) => file)).toEqual(
    expect.arrayContaining(["lib/settings.txt", "lib/train.csv"]),
  );
  expect(JSON.stringify(inside)).not.toContain("hidden");
});

test("a link that leaves the workspace is refused and nothing is left behind", async () => {
  const ws = await makeWorkspace();
  await symlink("/etc/hostname", path.join(ws.codeFolder, "host.txt"));
  await expect(ws.archive()).rejects.toMatchObject({ code: "link-leaves-workspace" });
  await expect(readFile(path.join(ws.root, ".crossfold/source.tar.gz"))).rejects.toThrow("ENOENT");
});

test("a file too large for code is left out and named", async () => {
  const ws = await makeWorkspace();
  await truncate(path.join(ws.root, "lib/words.yaml"), 20_000_001);
  expect((await ws.archive()).leftOut).toContainEqual({
    file: "lib/words.yaml",
    reason: "larger than 20 MB",
  });
});

test("a file that git knows and that is gone is no error", async () => {
  const ws = await makeWorkspace();
  await init(ws.root);
  const { codeFolder, root } = ws;
  const known = ["common.py", "gone.py"];
  const target = path.join(root, "a.tar.gz");
  const { files } = await writeSourceArchive(ws, {
    folder: "models/exp001",
    codeFolder,
    target,
    known,
  });
  expect(files).not.toContain("gone.py");
  expect(files).toContain("uv.lock");
});
