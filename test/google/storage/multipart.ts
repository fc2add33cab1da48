import { parseObject } from "../exchange.ts";
import { invalid } from "../google-problem.ts";

export interface MultipartUpload {
  resource: Record<string, unknown>;
  contentType: string | undefined;
  media: Buffer;
}

/** The two parts of a multipart/related upload: the object's resource as JSON, and its bytes. */
export function parseMultipart(contentType: string, body: Buffer): MultipartUpload {
  const found = /^multipart\/related;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) throw invalid("Multipart upload without a boundary");
  const [first, second] = split(body, boundary);
  if (first === undefined || second === undefined) {
    throw invalid("Missing end boundary in multipart body.");
  }
  const resource = parseObject(first.content.toString("utf8"));
  return { resource, contentType: second.type, media: second.content };
}

interface Part {
  type: string | undefined;
  content: Buffer;
}

function split(body: Buffer, boundary: string): Part[] {
  const mark = Buffer.from(`\r\n--${boundary}`);
  const whole = Buffer.concat([Buffer.from("\r\n"), body]);
  const parts: Part[] = [];
  let start = whole.indexOf(mark);
  for (;;) {
    const next = start < 0 ? -1 : whole.indexOf(mark, start + mark.length);
    if (next < 0) return parts;
    const inside = whole.subarray(start + mark.length, next);
    const blank = inside.indexOf("\r\n\r\n");
    const head = inside.subarray(0, blank).toString("utf8");
    const type = /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim();
    parts.push({ type, content: inside.subarray(blank + 4) });
    start = next;
  }
}
