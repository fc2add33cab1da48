import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { x } from "tinyexec";

/** How this machine reaches package registries: nothing else of its environment goes into a session. */
const network =
  /^(?:https?_proxy|no_proxy|pip_(?:index_url|extra_index_url|config_file|cert|trusted_host)|ssl_cert_(?:file|dir)|requests_ca_bundle)$/i;

/** Nothing listens there: what a session without internet reaches. */
const nowhere = "http://127.0.0.1:9";

/** Variables of one session. Packages that it installs go into its own folder, as they do into its container. */
export function sessionEnvironment(
  interpreter: Interpreter,
  root: string,
  options: { internet: boolean; rerun: boolean },
): Record<string, string> {
  const packages = path.join(root, "packages");
  return {
    PATH: [path.dirname(interpreter.path), "/usr/local/bin", "/usr/bin", "/bin"].join(
      path.delimiter,
    ),
    HOME: path.join(root, "home"),
    TMPDIR: path.join(root, "tmp"),
    LANG: "C.UTF-8",
    PYTHONUNBUFFERED: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    OMP_NUM_THREADS: "1",
    PYTHONPATH: [packages, ...interpreter.pip].join(path.delimiter),
    PIP_TARGET: packages,
    PIP_NO_INPUT: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_ROOT_USER_ACTION: "ignore",
    CROSSFOLD_KAGGLE_ROOT: root,
    KAGGLE_KERNEL_RUN_TYPE: "Batch",
    KAGGLE_URL_BASE: "https://www.kaggle.com",
    KAGGLE_DATA_PROXY_TOKEN: "data-proxy-token",
    ...(options.rerun ? { KAGGLE_IS_COMPETITION_RERUN: "1" } : {}),
    ...(options.internet ? online() : offline()),
  };
}

function online(): Record<string, string> {
  const proxies = Object.entries(process.env).filter(([name]) => network.test(name));
  const config = [".config/pip/pip.conf", ".pip/pip.conf"]
    .map((file) => path.join(homedir(), file))
    .find((file) => existsSync(file));
  return {
    ...(config === undefined ? {} : { PIP_CONFIG_FILE: config }),
    ...(Object.fromEntries(proxies) as Record<string, string>),
  };
}

function offline(): Record<string, string> {
  const names = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
  ];
  const proxies = Object.fromEntries(names.map((name) => [name, nowhere]));
  return { ...proxies, NO_PROXY: "", no_proxy: "", PIP_RETRIES: "0", PIP_CONFIG_FILE: "/dev/null" };
}

/** An interpreter, and the archive of pip where it has none. */
export interface Interpreter {
  path: string;
  pip: string[];
}

const known = new Map<string, Promise<Interpreter>>();

/** Kaggle's image has pip; an interpreter made by uv has only the archive that ensurepip would install. */
export function findInterpreter(python: string): Promise<Interpreter> {
  const before = known.get(python);
  if (before !== undefined) return before;
  const found = ask(python);
  known.set(python, found);
  return found;
}

async function ask(python: string): Promise<Interpreter> {
  const code = `import importlib.util, pathlib, sys, sysconfig
print(sys.executable)
if importlib.util.find_spec("pip") is None:
    ensurepip = importlib.util.find_spec("ensurepip")
    bundled = [pathlib.Path(ensurepip.origin).parent / "_bundled"] if ensurepip else []
    shared = sysconfig.get_config_var("WHEEL_PKG_DIR")
    folders = bundled + ([pathlib.Path(shared)] if shared else [])
    for wheel in [wheel for folder in folders for wheel in folder.glob("pip-*.whl")][:1]:
        print(wheel)
`;
  const { stdout } = await x(python, ["-c", code]);
  const [executable = "", ...pip] = stdout.split("\n").filter((line) => line !== "");
  return { path: executable, pip };
}
