const tables = "csv tsv parquet feather arrow xlsx xls sqlite duckdb h5 hdf5 npy npz pkl pickle";
const archives = "zip 7z rar tar tgz gz bz2 xz zst";
const images = "png jpg jpeg gif bmp tif tiff webp heic dcm dicom nii svs psd tfrecord tfrec";
const recordings = "wav mp3 flac ogg m4a mp4 avi mov mkv webm";
const arrays = "mat edf las laz ply pcd stl geojson fasta fa fastq pdb sdf mol2";
const weights = "pt pth ckpt safetensors onnx joblib model bin";
const dataEndings = new Set(
  [tables, archives, images, recordings, arrays, weights].join(" ").split(" "),
);
/** Data where there is much of it; a settings file or a note otherwise. */
const textEndings = new Set("txt json jsonl ndjson xml html log".split(" "));

/** A folder with as many files of text is data; so is one file of this size. */
const manyTexts = 20;
const largeText = 1_000_000;

/** Folders that the workspace has for other things. */
const ownFolders = new Set(["models", "templates", "backlog", "docker", "deps", "node_modules"]);

interface FolderCount {
  data: number;
  texts: number;
  other: number;
}

/** A piece of data beside the workspace's own files. */
export interface DataEntry {
  /** Relative to the workspace, with `/`. */
  path: string;
  kind: "file" | "folder";
  /** How many files it holds. */
  files: number;
}

/** Whether a file of this name may be data, and has to be asked for its size. */
export function mayBeLargeText(file: string): boolean {
  return textEndings.has(ending(file));
}

/**
 * What among these files (relative paths) is a competition's data: files by their endings, and folders that hold nothing
 * else, each as one entry. A small data file amid code is a fixture and stays out. `size` is asked of texts only.
 */
export function dataAmong(
  files: readonly string[],
  size: (file: string) => number | undefined = () => undefined,
): DataEntry[] {
  const outside = files.filter((file) => {
    const [first, ...rest] = file.split("/");
    return !file.endsWith("/") && !(rest.length > 0 && (ownFolders.has(first!) || hidden(first!)));
  });
  const isLarge = (file: string) => mayBeLargeText(file) && (size(file) ?? 0) >= largeText;
  const counts = countByFolder(outside, isLarge);
  const entries = new Map<string, DataEntry>();
  for (const file of outside) {
    const folder = topDataFolder(file, counts);
    const inFolder = folder !== undefined;
    const alone = !file.includes("/") && dataEndings.has(ending(file));
    if (!inFolder && !alone && !isLarge(file)) continue;
    const name = folder ?? file;
    const known = entries.get(name);
    if (known === undefined)
      entries.set(name, { path: name, kind: inFolder ? "folder" : "file", files: 1 });
    else known.files += 1;
  }
  return [...entries.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function hidden(name: string): boolean {
  return name.startsWith(".");
}

function ending(file: string): string {
  return /[^/]\.([^./]+)$/.exec(file)?.[1]?.toLowerCase() ?? "";
}

function foldersAbove(file: string): string[] {
  const parts = file.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function countByFolder(
  files: readonly string[],
  isLarge: (file: string) => boolean,
): Map<string, FolderCount> {
  const counts = new Map<string, FolderCount>();
  for (const file of files) {
    const kind =
      dataEndings.has(ending(file)) || isLarge(file)
        ? "data"
        : textEndings.has(ending(file))
          ? "texts"
          : "other";
    for (const folder of foldersAbove(file)) {
      const count = counts.get(folder) ?? { data: 0, texts: 0, other: 0 };
      count[kind] += 1;
      counts.set(folder, count);
    }
  }
  return counts;
}

/** The outermost folder around a file that holds data and nothing else. */
function topDataFolder(file: string, counts: ReadonlyMap<string, FolderCount>): string | undefined {
  return foldersAbove(file).find((folder) => {
    const { data, texts, other } = counts.get(folder)!;
    return other === 0 && (data > 0 || texts >= manyTexts);
  });
}

/** A file or folder as a line of .gitignore that means it and nothing else. */
export function ignoreLine({ path: name, kind }: Pick<DataEntry, "path" | "kind">): string {
  const plain = name
    .replaceAll(/[\\*?[\]]/g, String.raw`\$&`)
    // A line cannot hold a line break; `?` is any one character.
    .replaceAll(/[\n\r]/g, "?")
    .replace(/ +$/, (spaces) => String.raw`\ `.repeat(spaces.length));
  return `/${plain}${kind === "folder" ? "/" : ""}`;
}
