import { z } from "zod";

/** As SaveKernel takes it: the sources of the cells are strings, not lists of lines. */
export const notebook = z.looseObject({
  cells: z.array(z.looseObject({ cell_type: z.string(), source: z.string() })),
  metadata: z
    .looseObject({ kernelspec: z.looseObject({ name: z.string() }).optional() })
    .optional(),
});

/** What stands for IPython's shell escapes. */
const prelude = `import os as _os, re as _re, shlex as _shlex, subprocess as _subprocess, sys as _sys

def _shell(line, names):
    line = _re.sub(r"\\{([^{}]+)\\}", lambda found: str(eval(found[1], names)), line)
    line = _re.sub(r"\\$(\\w+)", lambda found: str(names.get(found[1], found[0])), line)
    if _re.match(r"pip3?\\s", line):
        line = _shlex.quote(_sys.executable) + " -m " + line
    return _subprocess.run(line, shell=True).returncode

`;

/** The code cells of a notebook as one script. IPython goes on after a shell command that failed; so does this. */
export function scriptOf(text: string): string {
  const { cells, metadata } = notebook.parse(JSON.parse(text));
  if (metadata?.kernelspec === undefined) {
    return 'raise ValueError("No kernel name found in notebook and no override provided.")\n';
  }
  const code = cells
    .filter((cell) => cell.cell_type === "code")
    .map(({ source }) => cellCode(source));
  return prelude + code.join("\n\n");
}

function cellCode(source: string): string {
  const magic = /^%%(\w+)[ \t]*(.*)\n([\s\S]*)$/.exec(source);
  if (magic === null) return source.split("\n").map(lineCode).join("\n");
  const [, name, argument, rest] = magic;
  if (name === "writefile") {
    return `open(${JSON.stringify(argument)}, "w").write(${JSON.stringify(`${rest!.replace(/\n$/, "")}\n`)})`;
  }
  if (name === "bash" || name === "sh") return `_shell(${JSON.stringify(rest)}, {})`;
  return rest!.split("\n").map(lineCode).join("\n");
}

function lineCode(line: string): string {
  const [, indent = "", kind, rest = ""] = /^(\s*)(!|%)(.*)$/.exec(line) ?? [];
  if (kind === undefined) return line;
  if (kind === "!" || /^pip3?\s/.test(rest)) {
    return `${indent}_shell(${JSON.stringify(rest)}, {**globals(), **locals()})`;
  }
  const folder = /^cd\s+(.+)$/.exec(rest)?.[1];
  return folder === undefined ? `${indent}pass` : `${indent}_os.chdir(${JSON.stringify(folder)})`;
}
