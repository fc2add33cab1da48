import { z } from "zod";
import { method, type Methods } from "./method.ts";

export const blobMethods: Methods = {
  "blobs.BlobApiService/StartBlobUpload": method(
    {
      type: z.enum(["DATASET", "MODEL", "INBOX"]),
      name: z.string().min(1),
      contentType: z.string().optional(),
      contentLength: z.int().min(0).default(0),
      lastModifiedEpochSeconds: z.int().optional(),
    },
    (world, { name, contentLength }) => world.blobs.start(name, contentLength),
  ),
};
