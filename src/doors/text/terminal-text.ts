import { unseen } from "../../core/text/unseen.ts";

/** Characters of a command to the terminal (a title, a link, the clipboard) before it is taken for text. */
const longestCommand = 4096;

// The forms of ECMA-48, in seven bits and in eight.
const colorCode = String.raw`\u001B\[[\d;:]{0,64}m`;
const parameters = "[0-?]{0,256}[ -/]{0,16}";
const control = String.raw`(?:\u001B\[|\u009B)${parameters}[@-~]`;
const commandStart = String.raw`(?:\u001B[\]PX^_k]|[\u0090\u0098\u009D-\u009F])[^\p{Cc}]{0,${longestCommand}}`;
const command = String.raw`${commandStart}(?:\u0007|\u001B\\|\u009C)`;
const escape = String.raw`\u001B[ -/]{0,16}[0-~]`;
// England's flag, and a variant of a Chinese character: invisible characters that change one that is seen.
const flag = String.raw`\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{1,6}\u{E007F}`;
const variant = String.raw`(?<=\p{Script=Han})[\u{E0100}-\u{E01EF}]`;

const special = new RegExp(
  `(?<color>${colorCode})|(?<kept>\\r\\n|${flag}|${variant})|${control}|${command}|${escape}|${unseen.source}`,
  "gu",
);

/** The beginning of what the next bytes may complete. */
const unfinished = new RegExp(
  String.raw`(?:(?:\u001B\[|\u009B)${parameters}|${commandStart}\u001B?|\u001B[ -/]{0,16}|\u{1F3F4}[\u{E0020}-\u{E007E}]{0,6}|\r)$`,
  "u",
);

/** Text that does nothing to a terminal but show, tabs and line ends included. Untrusted text is shown through it. */
export function plainText(text: string): string {
  return cleaned(text, { colors: false, carriageReturn: "" });
}

/** The same of a text that has our own colours in it, which stay. */
export function colorsOnly(text: string): string {
  return cleaned(text, { colors: true, carriageReturn: "" });
}

/** A value whose texts, its keys among them, are all plain. */
export function plainValue<Value>(value: Value): Value {
  return plain(value) as Value;
}

function plain(value: unknown): unknown {
  if (typeof value === "string") return plainText(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [plainText(key), plain(one)]),
  );
}

/**
 * Bytes of a program as text for a terminal, wherever they are cut: colours stay, everything else that a terminal would
 * obey goes. With `inPlace` a progress bar's carriage returns stay too; without they end the line.
 */
export function terminalFilter({ inPlace }: { inPlace: boolean }): {
  add(bytes: Uint8Array): string;
  /** The end of a colour that was left on, before a line of our own. */
  reset(): string;
  /** What was held back, then the same. */
  end(): string;
} {
  const carriageReturn = inPlace ? "\r" : "\n";
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let held = "";
  let colored = false;
  const clean = (text: string): string => {
    const shown = cleaned(text, { colors: true, carriageReturn });
    const last = shown.slice(shown.lastIndexOf("\u001B[") + 2);
    if (shown.includes("\u001B[")) colored = !/^(?:[\d;:]*;)?0*m/.test(last);
    return shown;
  };
  const reset = (): string => {
    const end = colored ? "\u001B[0m" : "";
    colored = false;
    return end;
  };
  return {
    add(bytes) {
      const text = held + decoder.decode(bytes, { stream: true });
      const cut = unfinished.exec(text)?.index ?? text.length;
      held = text.slice(cut);
      return clean(text.slice(0, cut));
    },
    reset,
    end() {
      const rest = clean(held + decoder.decode());
      held = "";
      return rest + reset();
    },
  };
}

function cleaned(text: string, keep: { colors: boolean; carriageReturn: string }): string {
  return text.replaceAll(special, (found, color?: string, kept?: string) => {
    if (kept !== undefined) return kept;
    if (color !== undefined) return keep.colors && !conceals(color) ? color : "";
    if (found === "\r") return keep.carriageReturn;
    return found === "\u2028" || found === "\u2029" ? " " : "";
  });
}

/** Whether a colour code has the 8 that hides text, which no colour by number or by red, green and blue is. */
function conceals(color: string): boolean {
  const others = /(?<=^|;)(?:[345]8;5;\d*|[345]8;2(?:;\d*){3})/g;
  return /(?<=^|;)0*8(?=;|$)/.test(color.slice(2, -1).replaceAll(others, ""));
}
