import { findCalls } from "../analysis/inference-calls.ts";
import { calledName, stringValue } from "../analysis/python-tree.ts";
import type { Rule } from "../rule.ts";

const network =
  /^(requests|httpx|aiohttp|boto3|wget|gdown|ftplib|paramiko|socket)\.|^urllib\.request\.|^urllib3\.|^google\.cloud\.|^gcsfs\.|^s3fs\.|^smtplib\.|^openai\.|^kaggle\.api/;

export const networkInInference: Rule = {
  code: "XF401",
  name: "network-in-inference",
  severity: "error",
  summary: "inference.py does not use the network",
  why: "A code competition runs it without internet: the call fails after hours in the queue, and the submission is lost.",
  fix: "Download in train.py or earlier, save what is needed to artifact_dir, and read it from there.",
  bad: `rates = requests.get("https://example.com/rates.json").json()`,
  good: `rates = json.loads((settings.artifact_dir / "rates.json").read_text())`,
  check: (source) =>
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
