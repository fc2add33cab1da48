import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** A field as Google's descriptor has it; names are camelCase. */
export interface FieldDescriptor {
  type: string;
  rule?: "repeated";
  keyType?: string;
  options?: Record<string, unknown>;
}

interface TypeDescriptor {
  fields?: Record<string, FieldDescriptor>;
  oneofs?: Record<string, { oneof: string[] }>;
  values?: Record<string, number>;
  nested?: Record<string, TypeDescriptor>;
}

export interface FoundType {
  /** Full name, such as `google.cloud.aiplatform.v1.Scheduling.Strategy`. */
  name: string;
  type: TypeDescriptor;
}

let root: TypeDescriptor | undefined;

/** The type that a field of `scope` means by a name, found as protobuf does: from the innermost scope outwards. */
export function findType(name: string, scope = ""): FoundType {
  root ??= load();
  const outer = scope === "" ? [] : scope.split(".");
  for (let depth = outer.length; depth >= 0; depth -= 1) {
    const full = [...outer.slice(0, depth), ...name.split(".")];
    const type = descend(root, full);
    if (type?.fields !== undefined || type?.values !== undefined)
      return { name: full.join("."), type };
  }
  throw new Error(`Google's descriptor has no ${name} (in ${scope})`);
}

/** The descriptors that come with Google's own client. */
function load(): TypeDescriptor {
  const require = createRequire(import.meta.url);
  const file = require.resolve("@google-cloud/aiplatform/build/protos/protos.json");
  return JSON.parse(readFileSync(file, "utf8")) as TypeDescriptor;
}

function descend(from: TypeDescriptor, names: string[]): TypeDescriptor | undefined {
  let at: TypeDescriptor | undefined = from;
  for (const name of names) at = at?.nested?.[name];
  return at;
}
