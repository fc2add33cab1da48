import type { OperationCall } from "../../core/errors/next-action.ts";
import type { Operation } from "../../operations/operation.ts";
import type { Renderer } from "../text/renderers.ts";
import type { Style } from "../text/style.ts";
import { plainValue } from "../text/terminal-text.ts";
import { definitionOf } from "./load-operation.ts";

/** How a door spells an operation to call; the definition is undefined where it cannot be loaded any more. */
export type Spelling = (call: OperationCall, operation: Operation | undefined) => string;

/**
 * A result as text, with the operations that it names as the door spells them; untrusted text in it is made plain
 * first, so that its columns line up and every colour is ours. Only those are loaded: a renderer is
 * pure, so that a first turn tells which they are.
 */
export async function renderSpelled<Output>(
  render: Renderer<Output>,
  output: Output,
  style: Style,
  spelling: Spelling,
): Promise<string> {
  const named = new Set<string>();
  const collect = ({ operation }: OperationCall): string => {
    named.add(operation);
    return "";
  };
  const shown = plainValue(output);
  const text = render(shown, { ...style, spell: collect });
  if (named.size === 0) return text;
  const known = new Map(
    await Promise.all([...named].map(async (name) => [name, await definitionOf(name)] as const)),
  );
  const spell = (call: OperationCall): string => spelling(call, known.get(call.operation));
  return render(shown, { ...style, spell });
}
