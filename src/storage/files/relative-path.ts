import path from "node:path";

const unsafe = /^[/~]|^[A-Za-z]:|\\|\p{Cc}/u;

/**
 * Where a name from outside lies below `folder`; undefined where it would lead out of it (`..`, an absolute
 * path) or no file can have it.
 */
export function pathBelow(folder: string, name: string): string | undefined {
  if (unsafe.test(name)) return undefined;
  const parts = name.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return undefined;
  return path.join(folder, ...parts);
}
