import { findCalls, type InferenceCall } from "../analysis/inference-calls.ts";
import { calledName, isConstant, keyword, stringValue } from "../analysis/python-tree.ts";
import type { Rule } from "../rule.ts";

export const modelHubInInference: Rule = {
  code: "XF403",
  name: "model-hub-in-inference",
  severity: "error",
  summary: "inference.py takes its weights from artifact_dir, not from a model hub",
  why: "from_pretrained with a hub's name, pretrained=True and torch.hub download weights, which fails without internet.",
  fix: "Save model, tokenizer and configuration in train.py and load them from settings.artifact_dir; pass pretrained=False there.",
  bad: `tokenizer = AutoTokenizer.from_pretrained("microsoft/deberta-v3-base")`,
  good: `tokenizer = AutoTokenizer.from_pretrained(settings.artifact_dir / "tokenizer")`,
  check: (source) => findCalls(source, hubCall),
};

const downloads =
  /^(huggingface_hub\.\w+|kagglehub\.\w+|torch\.hub\.load\w*|nltk\.download|spacy\.cli\.download|gensim\.downloader\.load|datasets\.load_dataset)$/;

function hubCall({ call, name }: InferenceCall): string | undefined {
  if (downloads.test(name)) return `${name} downloads`;
  const first = stringValue(call.args[0]);
  if (
    calledName(call) === "from_pretrained" ||
    name === "sentence_transformers.SentenceTransformer"
  ) {
    const local = isConstant(keyword(call, "local_files_only"), true);
    const isId = first !== undefined && /^[\w.-]+(\/[\w.-]+)?$/.test(first);
    return isId && !local ? `"${first}" is fetched from a model hub` : undefined;
  }
  if (isConstant(keyword(call, "pretrained"), true))
    return `${calledName(call)} fetches pretrained weights`;
  const weights = stringValue(keyword(call, "weights"));
  const fetched =
    weights === "imagenet" || weights === "DEFAULT" || weights?.startsWith("IMAGENET");
  return fetched ? `${calledName(call)} fetches weights "${weights}"` : undefined;
}
