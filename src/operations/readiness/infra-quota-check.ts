import { acceleratorOf } from "../../core/machines/accelerators.ts";
import { regionsWith } from "../../core/machines/regions.ts";
import { readQuota } from "../../clients/google/quotas.ts";
import type { InfraTarget } from "./infra-target.ts";
import { good, type InfraItem, judge, problem, unknown } from "./infra-result.ts";

/** Whether the project may use as many accelerators (without one: vCPUs) as the machine has, in the region. */
export function checkQuota(target: InfraTarget): Promise<InfraItem> {
  const { google, project, vertex, machine } = target;
  const { region } = vertex;
  const metric = metricOf(target);
  const name = machine.accelerator === undefined ? "CPU quota" : "quota";
  const page = `https://console.cloud.google.com/iam-admin/quotas?project=${project}`;
  return judge(name, { doing: "check the quota", project }, async () => {
    const needed = machine.accelerator === undefined ? machine.vcpus : machine.count;
    const what = machine.accelerator ?? "vCPUs";
    if (metric === null) return unknown(`the name of the quota for ${what} is not known`, page);
    const limit = await readQuota(google, { project, region, metric });
    if (limit === undefined) return unknown(`Google lists no limit for ${metric}`, page);
    const ask = `ask for ${needed} of ${metric} in ${region}: ${page}`;
    if (limit >= needed) return good(`${limitText(limit)} ${what} in ${region} (${metric})`);
    const others =
      machine.accelerator === undefined ? [] : regionsWith(machine.accelerator, region);
    const other = others.find((one) => one !== region);
    const otherRegion = other === undefined ? "" : `   or another region, such as ${other}`;
    return problem(
      `${limit} of ${metric} in ${region}; ${machine.machineType} needs ${needed}`,
      `${ask}${otherRegion}`,
    );
  });
}

function limitText(limit: number): string {
  return limit === Infinity ? "any number of" : `up to ${limit}`;
}

/** Spot and flex-start jobs draw on quotas of their own. Null where the name is not known. */
function metricOf({ machine, provisioning }: InfraTarget): string | null {
  const kind = provisioning === "on-demand" ? "" : "preemptible_";
  if (machine.accelerator === undefined) return cpuMetric(machine.machineType, kind);
  const { quota } = acceleratorOf(machine.accelerator);
  return quota === null ? null : `custom_model_training_${kind}${quota}`;
}

/** N1 and E2 share one quota; the other series have their own. */
function cpuMetric(machineType: string, kind: string): string | null {
  return /^(n1|e2)-/.test(machineType) ? `custom_model_training_${kind}cpus` : null;
}
