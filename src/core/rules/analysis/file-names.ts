import type { Found } from "../rule.ts";
import { argumentsOf, type Call, calledName, type PyNode, strings } from "./python-tree.ts";
import type { IndexedFile } from "./source-index.ts";

/** Calls that open, read or write the file they are given by name. */
const touchesFile =
  /^(open|Path|read_\w+|scan_\w+|to_(csv|parquet|feather|pickle|json|excel)|write_(csv|parquet|json|ipc|text|bytes|image)|savefig|save|savetxt|savez\w*|dump|load|loadtxt|imread|imwrite|glob|iglob|listdir|walk|save_model|load_model|load_state_dict|DataFrame|copy|copyfile|write_html)$/;

/** Strings given straight to a call that touches a file, as the whole of its name. */
export function* bareFileNames(
  file: IndexedFile,
): Generator<{ text: string; node: PyNode; call: Call }> {
  for (const call of file.calls) {
    if (!touchesFile.test(calledName(call))) continue;
    for (const one of argumentsOf(call)) {
      if (one.nodeType !== "Constant" && one.nodeType !== "JoinedStr") continue;
      const [first] = strings(one);
      if (first !== undefined && !isPartOfPath(file, call)) yield { ...first, call };
    }
  }
}

/** `folder / Path("x")`: the folder is what counts. */
function isPartOfPath(file: IndexedFile, call: Call): boolean {
  const parent = file.parents.get(call);
  if (calledName(call) !== "Path" || parent === undefined) return false;
  if (parent.nodeType === "BinOp") return parent.right === call;
  return parent.nodeType === "Attribute" && /^(exists|is_dir|is_file)$/.test(parent.attr);
}

const fixedFolder =
  /^(\/kaggle\/|\.\.?\/|\/content\/|\/home\/|\/Users\/|\/mnt\/|\/workspace\/|\/root\/|~\/|gs:\/\/|s3:\/\/|[A-Za-z]:\\|(data|input|inputs|artifacts?|outputs?|models|working)\/)/;

/** Whether a text names a place by itself, which DirectorySettings should name. */
export function namesPlace(text: string): boolean {
  return fixedFolder.test(text) && !/\s/.test(text);
}

/** Paths outside DirectorySettings, in one file. */
export function literalPaths(file: IndexedFile): Found[] {
  const found: Found[] = [];
  for (const { text, node } of bareFileNames(file)) {
    if (!namesPlace(text)) continue;
    found.push({
      file,
      at: node,
      message: `the path "${text}" does not come from DirectorySettings`,
    });
  }
  return found;
}
