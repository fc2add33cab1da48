import { setTimeout as sleep } from "node:timers/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { download, storageError } from "./downloads.ts";
import type { Faults } from "./faults.ts";
import { faultReply } from "./faults.ts";
import { upload } from "./uploads.ts";
import { breakConnection, readBody, sendReply } from "./wire.ts";
import type { World } from "./world.ts";

/** The origin of signed URLs: refuses credentials, which are none of its business. Gives back the status, 0 for none. */
export function makeStorage(world: World, faults: Faults) {
  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<number> => {
    if (request.headers.authorization !== undefined) {
      await readBody(request);
      const message = "Only one authentication mechanism allowed: the URL is signed.";
      await sendReply(response, storageError(400, "InvalidArgument", message));
      return 400;
    }
    const up = url.pathname.startsWith("/uploads/");
    const fault = faults.take(up ? "Upload" : "Download");
    if (fault?.kind === "slow") await sleep(fault.ms);
    if (fault?.kind === "broken-connection") return broken(response);
    if (!up) {
      await readBody(request);
      const { reply, cutAt } = await download(world.urls, url, request, fault);
      const answer = faultReply(fault) ?? reply;
      await sendReply(response, answer, cutAt);
      return answer.status;
    }
    const reply = await upload(world.blobs.find(url), request, fault);
    if (reply === undefined || fault?.kind === "lost-response") return broken(response);
    await sendReply(response, reply);
    return reply.status;
  };
}

function broken(response: ServerResponse): number {
  breakConnection(response);
  return 0;
}
