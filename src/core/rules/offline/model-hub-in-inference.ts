import { placesIn } from "../contract/missing-settings-class.ts";
import {
  type Code,
  type ExperimentSource,
  inferenceCode,
  nodesOf,
} from "../analysis/experiment-source.ts";
import {
  type Call,
  calledName,
  isConstant,
  keyword,
  type PyNode,
  stringValue,
  strings,
} from "../analysis/python-tree.ts";
import type { Found, Rule } from "../rule.ts";
import { resolve } from "../analysis/source-index.ts";

interface OfflineCall extends Code {
  call: Call;
  name: string;
}

/** Calls that inference.py makes, itself and through functions of the experiment. */
function* inferenceCalls(source: ExperimentSource): Generator<OfflineCall> {
  for (const { file, node } of nodesOf(inferenceCode(source))) {
    if (node.nodeType === "Call")
      yield { file, node, call: node, name: resolve(file, node.func) ?? calledName(node) };
  }
}

function findCalls(
  source: ExperimentSource,
  says: (one: OfflineCall) => string | undefined,
): Found[] {
  return [...inferenceCalls(source)].flatMap((one) => {
    const message = says(one);
    return message === undefined ? [] : [{ file: one.file, at: one.call, message }];
  });
}

const network =
  /^(requests|httpx|aiohttp|boto3|wget|gdown|ftplib|paramiko|socket)\.|^urllib\.request\.|^urllib3\.|^google\.cloud\.|^gcsfs\.|^s3fs\.|^smtplib\.|^openai\.|^kaggle\.api/;

export const noNetwork: Rule = {
  summary: "inference.py uses no network",
  why: "A code competition runs it without internet: the call fails after hours in the queue and takes a submission with it.",
  mend: "Fetch in train.py or before, keep what is needed in artifact_dir, and read it from there.",
  severity: "error",
  bad: `rates = requests.get("https://example.com/rates.json").json()`,
  good: `rates = json.loads((settings.artifact_dir / "rates.json").read_text())`,
  find: (source) =>
    findCalls(source, ({ call, name }) => {
      if (network.test(name)) return `${name} needs the network`;
      const address = stringValue(call.args[0]);
      const reads = /^(read_\w+|scan_\w+|urlopen|urlretrieve|get|load|open)$/.test(
        calledName(call),
      );
      return reads && address !== undefined && /^(https?|ftp|gs|s3):\/\//.test(address)
        ? `${address} needs the network`
        : undefined;
    }),
};

export const noInstall: Rule = {
  summary: "inference.py installs nothing",
  why: "pip has no index to ask without internet.",
  mend: "List the wheel in deps/requirements.txt, which goes with the submission, or install with --no-index --find-links.",
  severity: "error",
  bad: `subprocess.run(["pip", "install", "timm"])`,
  good: `import timm  # the wheel is listed in deps/requirements.txt`,
  find: (source) =>
    findCalls(source, ({ call, name }) => {
      if (!/^(os\.(system|popen)|subprocess\.\w+|pip\.main)$/.test(name)) return undefined;
      const words = call.args.flatMap((one) => [...strings(one)].map(({ text }) => text)).join(" ");
      if (!/\b(pip3?|uv|conda|apt(-get)?)\b.*\b(install|add)\b/.test(words)) return undefined;
      return /--no-index|--find-links|\.whl/.test(words)
        ? undefined
        : "an installation needs the network";
    }),
};

export const noModelHub: Rule = {
  summary: "inference.py takes its weights from artifact_dir, not from a model hub",
  why: "from_pretrained with a hub's name, pretrained=True and torch.hub download weights, which fails without internet.",
  mend: "Save model, tokenizer and configuration in train.py and load them from settings.artifact_dir; pass pretrained=False there.",
  severity: "error",
  bad: `tokenizer = AutoTokenizer.from_pretrained("microsoft/deberta-v3-base")`,
  good: `tokenizer = AutoTokenizer.from_pretrained(settings.artifact_dir / "tokenizer")`,
  find: (source) => findCalls(source, hubCall),
};

const downloads =
  /^(huggingface_hub\.\w+|kagglehub\.\w+|torch\.hub\.load\w*|nltk\.download|spacy\.cli\.download|gensim\.downloader\.load|datasets\.load_dataset)$/;

function hubCall({ call, name }: OfflineCall): string | undefined {
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

export const offlinePaths: Rule = {
  summary: "inference.py finds every file through DirectorySettings",
  why: "Where it runs for the leaderboard the folders are others than here.",
  mend: "Start every path from settings.input_dir, settings.artifact_dir or settings.output_dir.",
  severity: "warning",
  bad: `test = pl.read_csv("/kaggle/input/titanic/test.csv")`,
  good: `test = pl.read_csv(settings.input_dir / "test.csv")`,
  find: ({ inference }) => (inference === undefined ? [] : placesIn(inference)),
};

export const noTrainData: Rule = {
  summary: "inference.py does not read the training data",
  why: "Whatever it takes from train.csv (categories, means, scalers) was learnt in training and belongs into artifact_dir; read again, it may differ, and a hidden test may come without it.",
  mend: "Save in train.py what inference needs, and load that.",
  severity: "warning",
  bad: `train = pl.read_csv(settings.input_dir / "train.csv")\nencoder.fit(train["city"])`,
  good: `encoder = joblib.load(settings.artifact_dir / "encoder.joblib")`,
  find(source) {
    const file = source.project.data.train.split("/").at(-1)!;
    return findCalls(source, ({ call }) =>
      /^(read_\w+|scan_\w+|load|open)$/.test(calledName(call)) &&
      call.args[0] !== undefined &&
      namesFile(call.args[0], file)
        ? `${file} is read in inference`
        : undefined,
    );
  },
};

function namesFile(node: PyNode, file: string): boolean {
  for (const { text } of strings(node)) if (text.split("/").at(-1) === file) return true;
  return false;
}
