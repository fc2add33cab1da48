import { mask, maskText } from "./mask.ts";
import { isCountOrSwitch, shortestSecret } from "./ordinary.ts";
import { isSecretName } from "./secret-name.ts";
import { longestFirst } from "./spellings.ts";

export interface MaskedArguments {
  /** As they may be kept and shown. */
  shown: string[];
  /** The values that were masked and are long enough to be masked wherever they come up. */
  secrets: string[];
}

/** Arguments of a script with the secrets among them masked: `--api-key X`, `--token=X`, `model.password=X`, `http://u:X@host`. */
export function maskArguments(
  args: readonly string[],
  known: readonly string[] = [],
): MaskedArguments {
  const secrets = new Set<string>();
  const hide = (value: string): string => {
    if (value === "" || isCountOrSwitch(value)) return value;
    // Of `Bearer X` the key alone is printed elsewhere.
    const key = value.trim().split(/\s+/).at(-1)!;
    for (const one of [value, key])
      if (one !== mask && one.length >= shortestSecret) secrets.add(one);
    return mask;
  };
  let awaited = false;
  const shown = args.map((arg) => {
    const isValue = awaited && !/^--?[A-Za-z]/.test(arg);
    awaited = false;
    if (isValue) return hide(arg);
    const given = /^(-{0,2}[A-Za-z_][\w.-]*)([=:])([^]*)$/.exec(arg);
    if (given !== null && isSecretName(lastPart(given[1]!)) && !given[3]!.startsWith("//"))
      return `${given[1]}${given[2]}${hide(given[3]!)}`;
    awaited = /^--?[A-Za-z][\w.-]*$/.test(arg) && isSecretName(lastPart(arg));
    return maskStatedIn(arg, hide);
  });
  // Of the longest first, lest a part of one be taken for another.
  const all = longestFirst([...known, ...secrets]);
  return { shown: shown.map((arg) => maskText(arg, all)), secrets: [...secrets] };
}

/** Values of a text's own JSON, addresses and headers. */
function maskStatedIn(text: string, hide: (value: string) => string): string {
  return text
    .replaceAll(
      // A name has an end, so that no long text is searched again from each of its characters.
      /(["']?)([A-Za-z_][\w.-]{0,199})\1(\s*[:=]\s*)(["'])([^"']*)\4/g,
      (all, quote: string, name: string, sign: string, own: string, value: string) =>
        isSecretName(name) ? `${quote}${name}${quote}${sign}${own}${hide(value)}${own}` : all,
    )
    .replaceAll(
      /([?&;])([A-Za-z_][\w.-]*)=([^&#\s]+)/g,
      (all, sign: string, name: string, value: string) =>
        isSecretName(name) ? `${sign}${name}=${hide(value)}` : all,
    )
    .replaceAll(
      /(:\/\/[^\s:/@]*):([^\s/@]+)@/g,
      (_, start: string, value: string) => `${start}:${hide(value)}@`,
    );
}

/** `model.api_key`: the key of a configuration. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).replace(/^-+/, "");
}
