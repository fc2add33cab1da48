import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../package-root.ts";
import { maskConfig, maskText, maskValue } from "./mask.ts";
import { maskArguments } from "./secret-arguments.ts";
import { isSecretName, ordinaryWords, secretWords } from "./secret-name.ts";
import { secretVariables } from "./secret-variables.ts";
import { isOrdinary } from "./ordinary.ts";
import { makeStreamMasker } from "./stream-masker.ts";

test.each([
  "WANDB_API_KEY",
  "--api-key",
  "apiKey",
  "apikey",
  "password",
  "db_password",
  "DB_PASSWD",
  "client_secret",
  "HF_TOKEN",
  "accessToken",
  "token",
  "KAGGLE_KEY",
  "OPENAI_KEY",
  "AWS_ACCESS_KEY_ID",
  "aws_secret_access_key",
  "SLACK_WEBHOOK",
  "SENTRY_DSN",
  "Authorization",
])("%s is the name of a secret", (name) => expect(isSecretName(name)).toBe(true));

test.each([
  "max_tokens",
  "n_tokens",
  "tokenizer",
  "pad_token",
  "pad_token_id",
  "token_type_ids",
  "use_auth_tokens_count",
  "key",
  "sort_key",
  "group_key",
  "keys",
  "author",
  "secretary",
  "passes",
  "learning_rate",
  "TOKENIZERS_PARALLELISM",
  "CREDENTIALS_FILE",
  "secret_path",
  "PWD",
  "OLDPWD",
  "CREDENTIALS_DIRECTORY",
  "TOKEN_URL",
  "monkey",
])("%s is the name of no secret", (name) => expect(isSecretName(name)).toBe(false));

test.each([
  ["SECRET", secretWords],
  ["ORDINARY", ordinaryWords],
])("a training masks the same names: %s", async (name, pattern) => {
  const file = "templates/workspace/templates/harness/masking.py";
  const code = await readFile(path.join(packageRoot(), file), "utf8");
  const [, lines] = new RegExp(String.raw`^${name} = re\.compile\(\n(.*?)^\)`, "ms").exec(code)!;
  const strings = [...lines!.matchAll(/r"(.*)"/g)].map(([, text]) => text);
  expect(strings.join("")).toBe(pattern.source);
});

test.each([
  "1",
  "true",
  "/data",
  "/home/me/data/train.csv",
  "./models/exp001",
  "0.00012345",
  "1e-5",
  "12345678",
  "2026-11-24",
  "house-prices-2024",
  "us-central1",
  "europe-west4-a",
  "resnet50",
  "johnsmith",
  "http://127.0.0.1:5000",
  "gs://bucket-name/path",
  "me@example.com",
  "Tokyo Stock 2024",
  "住宅価格予測コンペ",
  "short1!",
])("%j may be shown", (value) => expect(isOrdinary(value)).toBe(true));

test.each([
  "hunter2hunter2",
  "s3cr3tvalue",
  "P@ssw0rd!",
  "sk-abcdefghijklmnop",
  "hf_abcdefghijklmnop",
  "550e8400-e29b-41d4-a716-446655440000",
  "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  "AKIAIOSFODNNEXAMPLE",
])("%j is taken for a key", (value) => expect(isOrdinary(value)).toBe(false));

test("of .env every telling value counts, of the shell those under a secret's name", () => {
  const dotEnv = {
    DEBUG: "1",
    DATA: "/data",
    REGION: "us-central1",
    ODD: "a1b2c3d4e5",
    DB_PASSWORD: "correcthorse",
    SHORT_TOKEN: "abc",
    URL: "postgres://me:longpassword@host/db",
    NEAR: "http://me:pw12@host",
    GOOGLE_APPLICATION_CREDENTIALS: "/home/me/key.json",
    PEM: "-----BEGIN\nabcdefgh1234\nx",
  };
  const found = secretVariables(dotEnv, { HOME: "/a1b2c3d4e5f6x", HF_TOKEN: "tokenoftheshell" });
  expect(found.toSorted()).toEqual(
    [
      "a1b2c3d4e5",
      "correcthorse",
      "longpassword",
      "me:pw12@",
      "tokenoftheshell",
      "-----BEGIN\nabcdefgh1234\nx",
      "abcdefgh1234",
    ].toSorted(),
  );
});

describe("arguments", () => {
  test.each<[string[], string[]]>([
    [
      ["--api-key", "abcdefgh1"],
      ["--api-key", "***"],
    ],
    [["--token=abc"], ["--token=***"]],
    [
      ["--password", "two words"],
      ["--password", "***"],
    ],
    [["--password=-dash"], ["--password=***"]],
    [
      ["--password", "-Xy9-dash1"],
      ["--password", "-Xy9-dash1"],
    ],
    [["model.api_key=abcdefgh1"], ["model.api_key=***"]],
    [["WANDB_API_KEY=abcdefgh1"], ["WANDB_API_KEY=***"]],
    [
      ["--url", "postgres://me:pw@host/db"],
      ["--url", "postgres://me:***@host/db"],
    ],
    [["https://host/?token=abcdefgh1&a=1"], ["https://host/?token=***&a=1"]],
    [['{"api_key": "abcdefgh1", "lr": 1}'], ['{"api_key": "***", "lr": 1}']],
    [
      ["--header", "Authorization: Bearer abcdefgh1"],
      ["--header", "Authorization:***"],
    ],
    [
      ["--max-tokens", "512", "--key", "a"],
      ["--max-tokens", "512", "--key", "a"],
    ],
    [
      ["--token", "--debug"],
      ["--token", "--debug"],
    ],
    [
      ["--use-token", "true", "--lr", "0.1"],
      ["--use-token", "true", "--lr", "0.1"],
    ],
    [
      ["--api-key", "abcdefgh1", "--again", "xabcdefgh1x"],
      ["--api-key", "***", "--again", "x***x"],
    ],
  ])("%j", (args, shown) => expect(maskArguments(args).shown).toEqual(shown));

  test("gives the values that are long enough to be looked for, and masks what is known", () => {
    const given = [
      "--api-key",
      "abcdefgh1",
      "--password",
      "short",
      "-H",
      "authorization: token abcdefgh2",
    ];
    expect(maskArguments(given).secrets).toEqual(
      expect.arrayContaining(["abcdefgh1", "abcdefgh2"]),
    );
    expect(maskArguments(given).secrets).not.toContain("short");
    expect(maskArguments(["--a", "b12345678"], ["b12345678"]).shown).toEqual(["--a", "***"]);
  });
});

test("texts lose known values, passwords of addresses and of headers, and nothing else", () => {
  const text = "basic features, bearer authentication, DEBUG=1, at http://a:b@h and sk-123456789";
  expect(maskText(text, ["sk-123456789"])).toBe(
    "basic features, bearer authentication, DEBUG=1, at http://a:***@h and ***",
  );
  expect(maskText("Authorization: Bearer abcdefgh.ijkl", [])).toBe("Authorization: Bearer ***");
  expect(maskText("$& $1 a1b2c3d4", ["a1b2c3d4"])).toBe("$& $1 ***");
  const at = new Date(0);
  expect(maskValue({ a: ["x a1b2c3d4"], n: 1, at, none: null }, ["a1b2c3d4"])).toEqual({
    a: ["x ***"],
    n: 1,
    at,
    none: null,
  });
});

test("a value is masked literally, whatever characters it has", () => {
  const values = ["a.b*c+d?e", "(x)[y]{z}", "^p|q$r/s\\t", "line one\nline two"];
  for (const value of values)
    expect(maskValue([`<${value}>`, "aXbbcdde"], values)).toEqual(["<***>", "aXbbcdde"]);
});

test.each(["a.", "a-", "://a:", "authorization "])("a long text of %j takes no time", (part) => {
  const text = part.repeat(200_000);
  const start = performance.now();
  expect(maskValue({ text }, ["a1b2c3d4"]).text).toBe(text);
  expect(maskArguments(["--text", text.slice(0, 100_000)]).shown[1]).toBe(text.slice(0, 100_000));
  expect(performance.now() - start).toBeLessThan(2000);
});

test.each([
  ["Zq7!xK(9)*p/w aY'8", "Zq7%21xK%289%29%2Ap/w%20aY%278"],
  ["Zq7!xK(9)*p/w aY'8", "Zq7%21xK%289%29%2Ap%2Fw+aY%278"],
  ["Zq7!xK(9)*p/w aY'8", "Zq7!xK(9)*p%2Fw%20aY'8"],
  ["Pä55wörd9x", String.raw`P\u00e455w\u00f6rd9x`],
  ["Pä55wörd9x", String.raw`P\xe455w\xf6rd9x`],
  ["Pä55wörd9x", String.raw`P\xc3\xa455w\xc3\xb6rd9x`],
  ["秘密😀key12", String.raw`\u79d8\u5bc6\U0001f600key12`],
  ["秘密😀key12", String.raw`\u79d8\u5bc6\ud83d\ude00key12`],
])("%j is masked as Python's json, urllib and repr spell it: %s", (value, spelled) => {
  expect(maskText(`at ${spelled}!`, [value])).toBe("at ***!");
  const masker = makeStreamMasker([value]);
  const shown = [...`at ${spelled}!`].map((char) => masker.feed(Buffer.from(char)));
  expect(Buffer.concat([...shown, masker.end()]).toString()).toBe("at ***!");
});

test("keys lose a secret that is no word", () => {
  const value = { config: { "to a1b2c3d4": 1, validation: "validation" } };
  expect(maskValue(value, ["validation", "a1b2c3d4"])).toEqual({
    config: { "to ***": 1, validation: "***" },
  });
});

test("a configuration's secrets are masked at any depth, counts and switches are not", () => {
  const config = {
    lr: 0.1,
    api_key: "k",
    wandb: { token: "abc", project: "p" },
    list: [{ password: "x" }],
    max_tokens: 512,
    token: 5,
    use_token: "true",
    uri: "http://a:b@h",
    secret: null,
  };
  expect(maskConfig(config)).toEqual({
    ...config,
    api_key: "***",
    wandb: { token: "***", project: "p" },
    list: [{ password: "***" }],
    uri: "http://a:***@h",
  });
});

describe("a stream", () => {
  const values = ["a1b2c3d4", "a1b2c3d4e5f6", 'quote"d and 秘密1'];
  const text = `x a1b2c3d4 y a1b2c3d4e5f6 z ${JSON.stringify(values[2])} ${values[2]} a1b2c3d\r\n`;
  const masked = 'x *** y *** z "***" *** a1b2c3d\r\n';

  test.each([1, 2, 3, 5, 7, 8, 1000])("in pieces of %i bytes loses every value", (size) => {
    const bytes = Buffer.from(text);
    const masker = makeStreamMasker(values);
    const shown = [];
    for (let at = 0; at < bytes.length; at += size)
      shown.push(masker.feed(bytes.subarray(at, at + size)));
    shown.push(masker.end());
    expect(Buffer.concat(shown).toString()).toBe(masked);
  });

  test("holds back nothing that no value begins with, and what it held in the end", () => {
    const masker = makeStreamMasker(values);
    expect(Buffer.from(masker.feed(Buffer.from("progress 12%\r"))).toString()).toBe(
      "progress 12%\r",
    );
    expect(Buffer.from(masker.feed(Buffer.from("a1b2"))).toString()).toBe("");
    expect(Buffer.from(masker.end()).toString()).toBe("a1b2");
  });
});
