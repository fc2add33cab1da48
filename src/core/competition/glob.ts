const magic = /[*?[]/;

/** Whether a path has a character that a glob reads as more than itself. */
export function isGlob(text: string): boolean {
  return magic.test(text);
}

/** A glob over relative paths: `*` and `?` within a name, `**` over folders, `[abc]` and `[!a-c]` for one character. */
export function globPattern(glob: string): RegExp {
  const source = glob.replaceAll(
    /\*\*\/|\*\*|\*|\?|\[(!?)([^\]/]+)\]|[\\^$.+()|{}[\]]/g,
    (found, not: string | undefined, set: string | undefined) => {
      if (set !== undefined)
        return `[${not === "!" ? "^/" : ""}${set.replaceAll(/[\\^[\]]/g, String.raw`\$&`)}]`;
      const meanings: Record<string, string> = {
        "**/": "(?:.*/)?",
        "**": ".*",
        "*": "[^/]*",
        "?": "[^/]",
      };
      return meanings[found] ?? `\\${found}`;
    },
  );
  return new RegExp(`^${source}$`, "su");
}
