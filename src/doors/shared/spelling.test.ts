import { expect, test, vi } from "vitest";
import { makeStyle } from "../text/style.ts";
import { renderTasks } from "../text/tasks.ts";
import { renderSpelled } from "./spelling.ts";

const style = makeStyle({ color: false, width: Infinity });

test("a renderer's operations are spelled by the door, each by its own definition", async () => {
  const text = await renderSpelled(
    renderTasks,
    { tasks: [], problems: [] },
    style,
    ({ operation, why }, definition) => `<${operation}: ${definition?.positionals?.[0]}, ${why}>`,
  );
  expect(text).toBe("No tasks.\nnext  <plan add: hypothesis, makes one>   makes one");
});

test("one that names none is rendered without loading any", async () => {
  const spelling = vi.fn();
  expect(await renderSpelled(() => "done", {}, style, spelling)).toBe("done");
  expect(spelling).not.toHaveBeenCalled();
});

test("an operation that cannot be loaded is spelled without its definition", async () => {
  const call = { operation: "gone", input: {}, why: "" };
  const text = await renderSpelled(
    (_, { spell }) => spell(call),
    {},
    style,
    (one, definition) => (definition === undefined ? `${one.operation}?` : "known"),
  );
  expect(text).toBe("gone?");
});
