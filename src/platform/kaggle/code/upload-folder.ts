import path from "node:path";
import type { Progress } from "../../../core/context.ts";
import { uploadBlob } from "../../../clients/kaggle/blobs.ts";
import type { UploadedFolder } from "../../../clients/kaggle/models.ts";
import type { Kaggle } from "../../../clients/kaggle/open-kaggle.ts";

/** Uploads files, four at a time, and puts their tokens into folders as the files lie. */
export async function uploadFolder(
  api: Kaggle,
  root: string,
  names: readonly string[],
  progress: Pick<Progress, "portion">,
): Promise<UploadedFolder> {
  const { default: limit } = await import("p-limit");
  const atOnce = limit(4);
  let done = 0;
  const tokens = await Promise.all(
    names.map((name) =>
      atOnce(async () => {
        const token = await uploadBlob(api, "MODEL", path.join(root, name));
        progress.portion((done += 1), names.length, "files");
        return { parts: name.split("/"), token };
      }),
    ),
  );
  return folderOf("", tokens);
}

interface Uploaded {
  parts: readonly string[];
  token: string;
}

function folderOf(name: string, uploaded: readonly Uploaded[]): UploadedFolder {
  const below = new Map<string, Uploaded[]>();
  for (const { parts, token } of uploaded) {
    const [folder, ...rest] = parts;
    if (rest.length === 0) continue;
    below.set(folder!, [...(below.get(folder!) ?? []), { parts: rest, token }]);
  }
  return {
    name,
    files: uploaded.filter(({ parts }) => parts.length === 1).map(({ token }) => token),
    directories: [...below].map(([folder, inside]) => folderOf(folder, inside)),
  };
}
