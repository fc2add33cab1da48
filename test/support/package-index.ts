import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { x } from "tinyexec";
import { findPython } from "../../src/python/uv.ts";
import { hashFile } from "../../src/storage/files/hashes.ts";
import { makeTempFolder } from "./cli.ts";
import { toolEnv } from "./tools.ts";

export interface PackageIndex {
  url: string;
  close(): void;
}

const makeWheel = `
import sys, zipfile
file, name, version = sys.argv[1:]
info = f"{name}-{version}.dist-info/"
files = {
    f"{name}.py": "",
    info + "METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n",
    info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
}
record = "".join(f"{path},,\\n" for path in [*files, info + "RECORD"])
with zipfile.ZipFile(file, "w") as wheel:
    for path, text in [*files.items(), (info + "RECORD", record)]:
        wheel.writestr(path, text)
`;

/** A Python package index on this machine with one wheel a package. */
export async function startPackageIndex(versions: Record<string, string>): Promise<PackageIndex> {
  const folder = await makeTempFolder();
  const python = (await findPython(toolEnv()))!.file;
  for (const [name, version] of Object.entries(versions)) {
    await mkdir(path.join(folder, name));
    const wheel = path.join(folder, name, wheelOf(name, version));
    const { exitCode, stderr } = await x(python, ["-c", makeWheel, wheel, name, version]);
    if (exitCode !== 0) throw new Error(stderr);
  }
  const server = createServer(async (request, response) => {
    const [, name = "", file = ""] = decodeURIComponent(request.url ?? "").split("/");
    const version = versions[name];
    if (version === undefined) return void response.writeHead(404).end();
    if (file !== "") return void response.end(await readFile(path.join(folder, name, file)));
    const wheel = wheelOf(name, version);
    response.setHeader("content-type", "text/html");
    const hash = await hashFile(path.join(folder, name, wheel));
    response.end(`<a href="/${name}/${encodeURIComponent(wheel)}#sha256=${hash}">${wheel}</a>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

function wheelOf(name: string, version: string): string {
  return `${name}-${version}-py3-none-any.whl`;
}
