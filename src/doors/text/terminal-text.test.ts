import { describe, expect, it, test } from "vitest";
import { colorsOnly, plainText, plainValue, terminalFilter } from "./terminal-text.ts";

const esc = "\u001B";

/** Bytes or text through the filter, cut as given. */
function filtered(pieces: readonly (Uint8Array | string)[], inPlace = true): string {
  const filter = terminalFilter({ inPlace });
  return [...pieces.map((piece) => filter.add(Buffer.from(piece))), filter.end()].join("");
}

describe("what a terminal would obey goes", () => {
  test.each([
    ["a window title", `${esc}]0;title\u0007`],
    ["a title of tmux", `${esc}ktitle${esc}\\`],
    ["the clipboard (OSC 52)", `${esc}]52;c;cm0gLXJm${esc}\\`],
    ["a notification (OSC 9)", `${esc}]9;hello\u0007`],
    ["a device control string", `${esc}P1$r0m${esc}\\`],
    ["a question to the terminal (DECRQSS)", `${esc}P$qm${esc}\\`],
    ["an application command", `${esc}_Gf=100;aaaa${esc}\\`],
    ["a privacy message", `${esc}^secret${esc}\\`],
    ["clearing the screen", `${esc}[2J${esc}[H`],
    ["the other screen", `${esc}[?1049h`],
    ["a private sequence that ends like a colour", `${esc}[>4;2m${esc}[?4m`],
    ["a colour with a blank in it", `${esc}[1 m`],
    ["asking where the cursor is", `${esc}[6n`],
    ["a whole reset", `${esc}c`],
    ["another set of characters", `${esc}(0`],
    ["controls of eight bits", "\u009B2J\u009D0;title\u009C\u0090q\u009C"],
    ["a colour of eight bits", "\u009B31m"],
    ["bells, backspaces and nulls", "\u0007\b\0\u007F\u0085\u000B\u000C"],
    ["directions", "\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\u200E\u200F\u061C"],
    ["invisible characters", "\u200B\u2060\u2063\uFEFF\u00AD\u180E\u3164\uFFA0\u115F\uFFF9"],
    ["letters of tags that hide text", "\u{E0001}\u{E0068}\u{E0069}\u{E007F}"],
    ["variants that hide bytes", "\u{E0100}\u{E0154}"],
  ])("%s", (_, text) => {
    expect(plainText(`a${text}b`)).toBe("ab");
    expect(colorsOnly(`a${text}b`)).toBe("ab");
    expect(filtered([`a${text}b`])).toBe("ab");
  });

  test("a link keeps its words", () => {
    const link = `${esc}]8;;https://example.org${esc}\\here${esc}]8;;${esc}\\`;
    expect(plainText(`see ${link}.`)).toBe("see here.");
  });

  test("what never ends, or goes over a line's end, is shown as text", () => {
    expect(plainText(`${esc}]0;one\ntwo`)).toBe("0;one\ntwo");
    expect(plainText(`${esc}]52;${"x".repeat(5000)}\u0007.`)).toBe(`52;${"x".repeat(5000)}.`);
    expect(plainText(`a${esc}`)).toBe("a");
    expect(plainText(`${esc}[3\n1m`)).toBe("3\n1m");
  });

  test("taking one away makes no other", () => {
    expect(colorsOnly(`${esc}${esc}]0;x\u0007[2J`)).toBe("[2J");
    expect(colorsOnly(`${esc}\u202E[2J`)).toBe("[2J");
    expect(colorsOnly(`${esc}[\u200B31m`)).toBe("31m");
  });
});

describe("what people read stays", () => {
  test.each([
    ["every script", "タイタニック |שלום| مرحبا ١٢٣ Ελλάδα"],
    ["emoji of several", "|👩‍👩‍👧|🏴‍☠️|❤️|🏴󠁧󠁢󠁥󠁮󠁧󠁿|"],
    ["Persian and Hindi joiners", "می‌خواهم क्‍ष"],
    ["variants of a Chinese character", "葛\u{E0100}飾区"],
    ["lines and tabs", "a\tb\r\nc\n"],
  ])("%s", (_, text) => {
    expect(plainText(text)).toBe(text);
    expect(filtered([text])).toBe(text);
  });

  test("a lone carriage return goes; separators become blanks", () => {
    expect(plainText("real\rfake")).toBe("realfake");
    expect(plainText("a\u2028b\u2029c")).toBe("a b c");
  });
});

test("colours are ours alone: untrusted text has none", () => {
  const text = `${esc}[31mred${esc}[0m`;
  expect(colorsOnly(text)).toBe(text);
  expect(plainText(text)).toBe("red");
});

test("a value is made plain as a whole, its keys too", () => {
  const value = {
    [`k${esc}[2J`]: [`a${esc}]0;x\u0007`, 1, null],
    deep: { __proto__: null, x: "\u202E" },
  };
  expect(plainValue(value)).toEqual({ k: ["a", 1, null], deep: { x: "" } });
  const own = JSON.parse('{"__proto__":{"a":"\\u0007"}}') as object;
  expect(Object.keys(plainValue(own))).toEqual(["__proto__"]);
});

describe("bytes of a program", () => {
  const text = `${esc}[1;31mred ★ 👩‍👧${esc}[0m\r 50%|█|\r${esc}]0;t${esc}\\100%\r\n${esc}[2Jשלום 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ${esc}P+q${esc}\\end\n`;
  const shown = `${esc}[1;31mred ★ 👩‍👧${esc}[0m\r 50%|█|\r100%\r\nשלום 🏴󠁧󠁢󠁥󠁮󠁧󠁿 end\n`;

  it("keep colours and a progress bar's carriage returns, wherever they are cut", () => {
    const bytes = Buffer.from(text);
    for (let size = 1; size <= bytes.length; size += 1) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(filtered(pieces), `${size} bytes at a time`).toBe(shown);
    }
  });

  it("have a line for each state of a bar where there is no terminal", () => {
    expect(filtered([" 10%\r 20%\r", "\n", "end\r\n"], false)).toBe(" 10%\n 20%\r\nend\r\n");
  });

  it("show what has come so far: only what may be part of a sequence waits", () => {
    const filter = terminalFilter({ inPlace: true });
    expect(filter.add(Buffer.from(`loss 0.1${esc}[3`))).toBe("loss 0.1");
    expect(filter.add(Buffer.from("1mred"))).toBe(`${esc}[31mred`);
    expect(filter.add(Buffer.from(`${esc}]0;${"x".repeat(5000)}`))).toBe(`0;${"x".repeat(5000)}`);
  });

  it("hide nothing, and leave no colour on", () => {
    expect(filtered([`${esc}[8ma${esc}[1;08mb${esc}[38;5;1;8mc`])).toBe("abc");
    const kept = `${esc}[38;5;8ma${esc}[48;2;8;8;8mb${esc}[38:5:8mc${esc}[0m`;
    expect(filtered([kept])).toBe(kept);
    expect(filtered([`${esc}[31mred${esc}[m`])).toBe(`${esc}[31mred${esc}[m`);
    expect(filtered([`${esc}[0;1mbold`])).toBe(`${esc}[0;1mbold${esc}[0m`);
  });

  it("that are no UTF-8 are no controls either", () => {
    expect(filtered([Buffer.from([0x61, 0x9b, 0x32, 0x4a, 0x62])])).toBe("a\uFFFD2Jb");
  });

  it("take time by their length alone", () => {
    for (const one of [`${esc}]`, "\u009D", `${esc}[`, `${esc}[1;`, "\u{1F3F4}", "\r", esc]) {
      const began = performance.now();
      filtered([one.repeat(100_000)]);
      expect(performance.now() - began, JSON.stringify(one)).toBeLessThan(5000);
    }
  });
});
