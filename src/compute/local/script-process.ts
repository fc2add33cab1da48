import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { valuesName, writeRunSecrets } from "../../core/secrets/run-secrets.ts";
import { afterTheEnd, recordFiles } from "../../storage/run/run-record.ts";

const filterNode = "CROSSFOLD_FILTER_NODE";
const filterMain = "CROSSFOLD_FILTER_MAIN";

/**
 * The leader of the script's process group: it waits for the word to go, runs its arguments, and leaves their exit
 * code in the file that is its first one, whole or not at all. Without the word (its supervisor was killed) it runs
 * nothing. Signals to the group reach the script, and one that comes before it has begun keeps it from that; the leader
 * stays for the exit code. Before it leaves that, the record is put back as it was: what it was started with, and nothing
 * yet of what is written when a run has ended. On a full disk the code is the target of a link, which takes no space.
 * Where there are secrets to mask, the output goes to the log through a filter of its group, which outlives a supervisor;
 * what the script left in the background may hold that open, and is not waited for.
 */
const leader = `
stopped=
trap stopped=130 INT
trap stopped=143 TERM
trap stopped=129 HUP
IFS= read -r word && [ "$word$stopped" = go ] || exit 125
rc=$1
shift
record=\${rc%/*}
kept() { cat "$record/$1" 2>/dev/null; }
put_back() {
  [ -n "$2" ] || return
  [ "$(kept "$1")" = "$2" ] && [ ! -L "$record/$1" ] && return
  rm -rf "$record/$1.part"
  printf '%s\\n' "$2" >"$record/$1.part" && rm -rf "$record/$1" && mv -f "$record/$1.part" "$record/$1"
}
begin() {
  [ -z "$stopped" ] || return "$stopped"
  "$@"
}
node=$${filterNode}
main=$${filterMain}
values=$${valuesName}
unset ${filterNode} ${filterMain} ${valuesName}
spec=$(kept ${recordFiles.spec}) || spec=
state=$(kept ${recordFiles.state}) || state=
processes=$(kept ${recordFiles.processes}) || processes=
if [ -n "$node" ]; then
  pipes=$(mktemp -d) && mkfifo "$pipes/out" || exit 126
  (
    trap '' INT TERM HUP
    ${valuesName}=$values "$node" "$main" mask-output <"$pipes/out"
    : >"$pipes/done"
  ) &
  exec 3>"$pipes/out"
  begin "$@" </dev/null >&3 2>&3 3>&-
  code=$?
  exec 3>&-
  waited=0
  until [ -e "$pipes/done" ] || [ "$waited" -ge 60 ]; do sleep 0.05; waited=$((waited + 1)); done
  rm -rf "$pipes"
else
  begin "$@" </dev/null
  code=$?
fi
put_back ${recordFiles.spec} "$spec"
put_back ${recordFiles.state} "$state"
put_back ${recordFiles.processes} "$processes"
for name in ${afterTheEnd.join(" ")}; do rm -rf "$record/$name"; done
rm -rf "$rc" "$rc.part"
printf '%s\\n' "$code" >"$rc.part" && mv -f "$rc.part" "$rc" || ln -s "$code" "$rc"
exit "$code"
`;

export interface ScriptProcess {
  pid: number;
  /** Lets the script begin. */
  go(): void;
  /** Ends the leader without having run anything. */
  refuse(): void;
  /** Resolves when the leader has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts the leader, in a group of its own, with stdout and stderr straight into the log. Nothing runs before `go`. */
export async function prepareScript(
  folder: string,
  command: readonly string[],
  options: {
    cwd: string;
    env: Readonly<Record<string, string | undefined>>;
    log: number;
    /** What masks these values in the output: the command line that starts Crossfold. */
    filter?: { program: readonly string[]; values: readonly string[] } | undefined;
  },
): Promise<ScriptProcess> {
  const args = ["-c", leader, "crossfold-run", path.join(folder, recordFiles.rc), ...command];
  const { cwd, env, log, filter } = options;
  const [node = "", main = ""] = filter?.program ?? [];
  const masking =
    filter === undefined
      ? {}
      : {
          [filterNode]: node,
          [filterMain]: main,
          ...writeRunSecrets({ command: undefined, values: [...filter.values] }),
        };
  const child = spawn("/bin/sh", args, {
    cwd,
    env: { ...env, ...masking },
    detached: true,
    stdio: ["pipe", log, log],
  });
  await started(child);
  const stdin = child.stdin!;
  stdin.on("error", () => undefined);
  return {
    pid: child.pid!,
    go: () => void stdin.end("go\n"),
    refuse: () => void stdin.end(),
    ended: new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal }))),
  };
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => child.on("spawn", resolve).on("error", reject));
}
