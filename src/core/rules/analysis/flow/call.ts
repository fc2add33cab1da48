import { type Call, dotted, type PyNode } from "../python-tree.ts";
import { fieldOf } from "./attributes.ts";
import { mixed } from "./joining.ts";
import { libraryCall } from "./library.ts";
import { type Arguments, given, type Machine } from "./machine.ts";
import { methodCall } from "./methods.ts";
import { exceptThese } from "./names.ts";
import { namesValue, picksOf } from "./table.ts";
import { type OwnClass, type Scope, type Thing, unknown, type Value } from "./values.ts";

export function evaluateCall(machine: Machine, call: Call, scope: Scope): Value {
  const { func } = call;
  if (func.nodeType !== "Attribute") {
    const callee = machine.evaluate(func, scope);
    const values = argumentValues(machine, call, scope);
    return callValue(machine, callee, values, call);
  }
  if (isSuper(func.value)) return superCall(machine, call, func.attr, scope);
  const of = machine.evaluate(func.value, scope);
  const { shape } = of;
  if (shape.kind === "library" || shape.kind === "module" || shape.kind === "class") {
    const callee = machine.evaluate(func, scope);
    return callValue(machine, callee, argumentValues(machine, call, scope), call);
  }
  if (shape.kind === "thing") {
    const method = fieldOf(machine, of, shape.thing, func.attr);
    if (method !== undefined)
      return callValue(machine, method, argumentValues(machine, call, scope), call);
  }
  if (shape.kind === "names" && func.value.nodeType === "Name") {
    const changed = changedNames(machine, of, call, func.attr, scope);
    if (changed !== undefined) {
      scope.names.set(func.value.id, changed);
      return unknown;
    }
  }
  return methodCall(machine, of, call, func.attr, argumentValues(machine, call, scope), scope);
}

function isSuper(node: PyNode): boolean {
  return node.nodeType === "Call" && dotted(node.func) === "super";
}

/** `super().method()` of an own base class. */
function superCall(machine: Machine, call: Call, name: string, scope: Scope): Value {
  const self = scopeSelf(scope);
  const values = argumentValues(machine, call, scope);
  if (self?.shape.kind !== "thing") return unknown;
  for (const base of self.shape.thing.owner.bases) {
    const thing: Thing = { owner: base, fields: self.shape.thing.fields };
    const method = fieldOf(machine, self, { ...thing, fields: new Map() }, name);
    if (method?.shape.kind === "function")
      return machine.enter({ ...method.shape.own, self }, values, call, machine.place);
  }
  return unknown;
}

function scopeSelf(scope: Scope): Value | undefined {
  for (let one: Scope | undefined = scope; one !== undefined; one = one.parent) {
    const found = one.names.get("self");
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `features.remove("id")`, `features.append("f")` */
function changedNames(
  machine: Machine,
  of: Value,
  call: Call,
  name: string,
  scope: Scope,
): Value | undefined {
  if (of.shape.kind !== "names" || !/^(remove|append|extend|discard|add|update)$/.test(name))
    return undefined;
  const [first] = call.args;
  const value = first === undefined ? unknown : machine.evaluate(first, scope);
  const picks = picksOf(value);
  if (/^(remove|discard)$/.test(name))
    return namesValue(
      of.shape.picks.map((pick) => exceptThese(pick, picks)),
      of.shape.at,
      of.traces,
    );
  return namesValue(
    [...of.shape.picks, ...(picks ?? [{ except: [], sure: false }])],
    of.shape.at,
    of.traces,
  );
}

function argumentValues(machine: Machine, call: Call, scope: Scope): Arguments {
  const args = call.args.flatMap((one) => {
    if (one.nodeType !== "Starred") return [machine.evaluate(one, scope)];
    const value = machine.evaluate(one.value, scope);
    return value.shape.kind === "items" && value.shape.loose !== true ? value.shape.items : [value];
  });
  const named = new Map<string, Value>();
  for (const { arg, value: node } of call.keywords) {
    const value = machine.evaluate(node, scope);
    if (arg !== undefined && arg !== null) named.set(arg, value);
    else if (value.shape.kind === "dict") {
      for (const [key, inner] of value.shape.entries) named.set(key, inner);
      if (value.traces.length > 0) named.set("**", { ...unknown, traces: value.traces });
    }
  }
  return { args, named };
}

/** Calls what a value stands for. */
function callValue(machine: Machine, callee: Value, values: Arguments, call: Call): Value {
  const { shape } = callee;
  switch (shape.kind) {
    case "function":
      return machine.enter(shape.own, values, call, machine.place);
    case "class":
      return instance(machine, shape.own, values, call);
    case "library":
      return libraryCall(machine, shape.name, values, call);
    case "thing": {
      const method =
        fieldOf(machine, callee, shape.thing, "__call__") ??
        fieldOf(machine, callee, shape.thing, "forward");
      if (method?.shape.kind === "function")
        return machine.enter(method.shape.own, values, call, machine.place);
      return mixed([callee, ...given(values)]);
    }
    case "made":
      return mixed(given(values));
    default:
      return mixed([callee, ...given(values)]);
  }
}

/** An object of an own class: __init__ is followed, fields of a dataclass are filled. */
function instance(machine: Machine, own: OwnClass, values: Arguments, call: Call): Value {
  const thing: Thing = { owner: own, fields: new Map() };
  const value: Value = { rows: 0, traces: [], shape: { kind: "thing", thing } };
  const init = fieldOf(machine, value, thing, "__init__");
  if (init?.shape.kind === "function") {
    machine.enter(init.shape.own, values, call, machine.place);
    return value;
  }
  const fields = own.node.body.flatMap((node) =>
    node.nodeType === "AnnAssign" && node.target.nodeType === "Name" ? [node.target.id] : [],
  );
  for (const [at, one] of values.args.entries()) thing.fields.set(fields[at] ?? `*${at}`, one);
  for (const [name, one] of values.named) thing.fields.set(name, one);
  const after = fieldOf(machine, value, thing, "__post_init__");
  if (after?.shape.kind === "function")
    machine.enter(after.shape.own, { args: [], named: new Map() }, call, machine.place);
  return value;
}
