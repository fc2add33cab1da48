import {
  type Code,
  type ExperimentSource,
  inferenceCode,
  nodesOf,
  trainingFiles,
} from "../analysis/experiment-source.ts";
import { type Call, calledName, type PyNode, strings } from "../analysis/python-tree.ts";
import type { IndexedFile } from "../analysis/source-index.ts";
import type { Rule } from "../rule.ts";

const saves =
  /^(dump|save|save_model|save_pretrained|to_pickle|save_file|savez|write_text|write_bytes|export_model)$/;

const learned =
  /encoder|scaler|imputer|vectori[sz]er|tokenizer|transformer|tfidf|pca|svd|binarizer|preprocess/i;

export const encoderNotLoaded: Rule = {
  code: "XF502",
  name: "encoder-not-loaded",
  severity: "warning",
  summary: "inference.py loads the encoders that train.py saves",
  why: "The test rows must be transformed by what was fitted in training; if it is fitted again or left out, the columns mean something else.",
  fix: "Load the file from settings.artifact_dir in inference.py and pass it to predict().",
  bad: `# train.py\njoblib.dump(scaler, settings.artifact_dir / "scaler.joblib")   # inference.py never loads it`,
  good: `# inference.py\nscaler = joblib.load(settings.artifact_dir / "scaler.joblib")`,
  check(source) {
    if (source.inference === undefined) return [];
    const inInference = inferenceCode(source);
    const read = [...nodesOf(inInference)].flatMap(({ node }) => literalNames(node));
    if (read.some((text) => text.includes("*")) || usesFolderOnly(inInference)) return [];
    return savedFiles(source)
      .filter(({ text }) => learned.test(text) && !read.some((one) => sameFile(one, text)))
      .map(({ file, node, text }) => ({
        file,
        at: node,
        message: `inference.py never loads ${text}`,
      }));
  },
};

/** `glob`, `iterdir`: which files are loaded cannot be known. */
function usesFolderOnly(code: readonly Code[]): boolean {
  for (const { node } of nodesOf(code)) {
    if (node.nodeType === "Call" && /^(glob|rglob|iterdir|listdir)$/.test(calledName(node)))
      return true;
  }
  return false;
}

function literalNames(node: PyNode): string[] {
  if (node.nodeType !== "Constant" && node.nodeType !== "JoinedStr") return [];
  return [...strings(node)].map(({ text }) => text);
}

function sameFile(read: string, saved: string): boolean {
  return read !== "" && withoutNumbers(read) === withoutNumbers(saved);
}

/** A file's name with the fold's number, written or filled in, taken out. */
function withoutNumbers(text: string): string {
  return text
    .split("/")
    .at(-1)!
    .replaceAll(/\{\}|\d+/g, "");
}

function savedFiles(source: ExperimentSource): { file: IndexedFile; node: Call; text: string }[] {
  return trainingFiles(source).flatMap((file) =>
    file.calls
      .filter((call) => saves.test(calledName(call)))
      .flatMap((node) => {
        const texts = node.args.flatMap((one) => [...strings(one)].map(({ text }) => text));
        return texts
          .filter((text) => /\.\w{2,10}$/.test(text))
          .map((text) => ({ file, node, text }));
      }),
  );
}
