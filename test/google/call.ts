import { type FakeGoogle } from "./fake-google.ts";

export interface Answer {
  status: number;
  headers: Headers;
  json: any;
}

/** A call of the fake with a good token; the body is sent as JSON unless it is text or bytes. */
export async function call(
  fake: FakeGoogle,
  line: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const [method = "GET", path = "/"] = line.split(" ");
  const raw = typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(path.startsWith("http") ? path : fake.url + path, {
    method,
    headers: { authorization: `Bearer ${await token(fake)}`, ...headers },
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    redirect: "manual",
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: parse(text) };
}

const tokens = new WeakMap<FakeGoogle, string>();

async function token(fake: FakeGoogle): Promise<string> {
  const known = tokens.get(fake);
  if (known !== undefined) return known;
  const path = "/computeMetadata/v1/instance/service-accounts/default/token";
  const response = await fetch(fake.url + path, { headers: { "metadata-flavor": "Google" } });
  const { access_token } = (await response.json()) as { access_token: string };
  tokens.set(fake, access_token);
  return access_token;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
