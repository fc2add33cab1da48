import { z } from "zod";
import { Refusal } from "./reply.ts";

/** Fields of a request for one page of a list. */
export const pagingFields = {
  pageSize: z.int().min(1).max(200).optional(),
  pageToken: z.string().optional(),
};

/** One page of a list, and the token of the next. The official client asks for the first with an empty token. */
export function pageOf<Item>(
  items: readonly Item[],
  request: { pageSize?: number | undefined; pageToken?: string | undefined },
): { items: Item[]; nextPageToken: string } {
  const start = request.pageToken ? offsetOf(request.pageToken) : 0;
  const end = start + (request.pageSize ?? 20);
  const nextPageToken = end < items.length ? Buffer.from(`offset:${end}`).toString("base64") : "";
  return { items: items.slice(start, end), nextPageToken };
}

function offsetOf(token: string): number {
  const match = /^offset:(\d+)$/.exec(Buffer.from(token, "base64").toString());
  if (match === null) throw new Refusal(400, "Invalid page token");
  return Number(match[1]);
}
