import { type Call, type PyNode, walk } from "./python-tree.ts";
import { enclosingFunction, type IndexedFile } from "./source-index.ts";

/** `splitter.split(X, y)`, not `text.split(",")`. */
export function isSplit(call: Call): boolean {
  const first = call.args[0];
  return (
    call.func.nodeType === "Attribute" &&
    call.func.attr === "split" &&
    first !== undefined &&
    first.nodeType !== "Constant" &&
    call.func.value.nodeType !== "Constant"
  );
}

/** Nodes of the same function as `node`, in order; of the module where it is in none. */
export function scopeNodes(file: IndexedFile, node: PyNode): readonly PyNode[] {
  const scope = enclosingFunction(file, node);
  return scope === undefined ? file.nodes : [...walk(scope)];
}
