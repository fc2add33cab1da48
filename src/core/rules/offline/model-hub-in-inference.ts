import { findCalls, type InferenceCall } from "../analysis/inference-calls.ts";
import { calledName, isConstant, keyword, stringValue } from "../analysis/python-tree.ts";
import type { Rule } from "../rule.ts";

export const modelHubInInference: Rule = {
  code: "XF403",
  name: "model-hub-in-inference",
  severity: "error",
  summary: "inference.py loads its weights from artifact_dir, not from a model hub",
  why: "from_pretrained with the name of a hub model, pretrained=True and torch.hub download weights, which fails without internet.",
  fix: "Save model, tokenizer and configuration in train.py, load them from settings.artifact_dir, and pass pretrained=False.",
  bad: `tokenizer = AutoTokenizer.from_pretrained("microsoft/deberta-v3-base")`,
  good: `tokenizer = AutoTokenizer.from_pretrained(settings.artifact_dir / "tokenizer")`,
  check: (source) => findCalls(source, hubCall),
};

const downloads =
  /^(huggingface_hub\.\w+|kagglehub\.\w+|torch\.hub\.load\w*|nltk\.download|spacy\.cli\.download|gensim\.downloader\.load|datasets\.load_dataset)$/;

function hubCall({ call, name }: InferenceCall): string | undefined {
  if (downloads.test(name)) return `${name} downloads weights or data`;
  const first = stringValue(call.args[0]);
  if (
    calledName(call) === "from_pretrained" ||
    name === "sentence_transformers.SentenceTransformer"
  ) {
    const local = isConstant(keyword(call, "local_files_only"), true);
    const isId = first !== undefined && /^[\w.-]+(\/[\w.-]+)?$/.test(first);
    return isId && !local ? `"${first}" is downloaded from a model hub` : undefined;
  }
  if (isConstant(keyword(call, "pretrained"), true))
    return `${calledName(call)} downloads pretrained weights`;
  const weights = stringValue(keyword(call, "weights"));
  const fetched =
    weights === "imagenet" || weights === "DEFAULT" || weights?.startsWith("IMAGENET");
  return fetched ? `${calledName(call)} downloads weights "${weights}"` : undefined;
}
