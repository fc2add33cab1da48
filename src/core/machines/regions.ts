import type { AcceleratorName } from "./accelerators.ts";

/** Regions in which Vertex AI trains on each accelerator, in Google's table "Using accelerators" (as of `machinesAsOf`). */
const regions: Record<AcceleratorName, string> = {
  NVIDIA_L4:
    "us-central1 us-east1 us-east4 us-west1 northamerica-northeast2 europe-west2 europe-west4 asia-northeast3 asia-south1 asia-southeast1 me-central2",
  NVIDIA_TESLA_T4:
    "us-central1 us-east1 us-east4 us-west1 us-west2 us-west4 northamerica-northeast1 southamerica-east1 europe-central2 europe-west1 europe-west2 europe-west3 europe-west4 asia-east1 asia-east2 asia-northeast1 asia-northeast3 asia-south1 asia-southeast1 asia-southeast2 australia-southeast1",
  NVIDIA_TESLA_P4:
    "us-central1 us-east4 us-west2 northamerica-northeast1 europe-west4 asia-southeast1 australia-southeast1",
  NVIDIA_TESLA_V100: "us-central1 us-east1 us-west1 europe-west4 asia-east1",
  NVIDIA_TESLA_P100: "",
  NVIDIA_TESLA_A100:
    "us-central1 us-east1 us-west3 us-west4 europe-west4 me-west1 asia-northeast3 asia-southeast1",
  NVIDIA_A100_80GB: "us-central1 us-east4 us-east5 europe-west4 asia-southeast1",
  NVIDIA_H100_80GB:
    "us-central1 us-east4 us-east5 us-west1 us-west4 northamerica-northeast2 europe-west1 europe-west2 europe-west3 europe-west4 asia-northeast1 asia-northeast3 asia-south1 asia-southeast1",
  NVIDIA_H100_MEGA_80GB:
    "us-central1 us-east4 us-east5 us-west1 us-west4 europe-north1 europe-west1 europe-west3 europe-west4 asia-east1 asia-northeast1 asia-southeast1 australia-southeast1",
  NVIDIA_H200_141GB:
    "us-central1 us-east4 us-east5 us-south1 us-west1 europe-west1 europe-west4 asia-south1 asia-south2",
  NVIDIA_B200:
    "us-central1 us-east1 us-east4 us-south1 us-west2 us-west3 europe-west4 asia-northeast1 asia-southeast1",
  NVIDIA_GB200: "us-central1 us-east4",
  NVIDIA_RTX_PRO_6000: "us-central1 us-east1 us-east4 europe-west4 asia-south2 asia-southeast1",
  TPU_V5E: "us-central1 us-east1 us-west1 us-west4",
  TPU_V6E:
    "us-central1 us-east1 us-east5 us-south1 southamerica-west1 europe-west4 asia-northeast1",
};

/** Regions that train on an accelerator; first those on the continent of `near`. */
export function regionsWith(accelerator: AcceleratorName, near = "us-central1"): string[] {
  const continent = near.split("-")[0]!;
  const all = regions[accelerator].split(" ").filter((region) => region !== "");
  const close = all.filter((region) => region.startsWith(`${continent}-`));
  return [...close, ...all.filter((region) => !close.includes(region))];
}
