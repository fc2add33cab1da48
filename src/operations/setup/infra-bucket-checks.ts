import { readBucket } from "../../google/buckets.ts";
import { lackingOnBucket } from "../../google/iam.ts";
import { type InfraPlace, you } from "./infra-place.ts";
import { good, type InfraItem, judge, problem } from "./infra-result.ts";

const permissions = ["create", "get", "list", "delete"].map((verb) => `storage.objects.${verb}`);

/** Whether the bucket is there, near the machines. */
export function checkBucket({ google, vertex, project }: InfraPlace): Promise<InfraItem> {
  const { bucket, region } = vertex;
  const make = (name: string) =>
    `gcloud storage buckets create gs://${name} --project=${project} --location=${region} --uniform-bucket-level-access`;
  const missing = { what: `bucket gs://${bucket}`, next: make(bucket) };
  const attempted = { doing: `look at the bucket ${bucket}`, project, missing };
  return judge("bucket", attempted, async () => {
    const { location, locationType } = await readBucket(google, bucket);
    const where = location.toLowerCase();
    if (where === region) return good(`gs://${bucket} in ${region}`);
    const kind = locationType === undefined ? "" : ` (${locationType})`;
    return problem(
      `gs://${bucket} is in ${where}${kind}: training in ${region} wants a bucket of that region`,
      `${make(`${bucket}-${region}`)}   then: vertex: { bucket: ${bucket}-${region} } in project.yml`,
    );
  });
}

/** Whether the caller may put files into the bucket and read them back. */
export function checkBucketAccess({ google, vertex, project }: InfraPlace): Promise<InfraItem> {
  const { bucket } = vertex;
  const attempted = { doing: `look at your permissions on gs://${bucket}`, project };
  return judge("bucket access", attempted, async () => {
    const lacking = await lackingOnBucket(google, bucket, permissions);
    if (lacking.length === 0) return good("you may read and write it");
    return problem(
      `you lack ${lacking.join(", ")} on gs://${bucket}`,
      `gcloud storage buckets add-iam-policy-binding gs://${bucket} --member=${you} --role=roles/storage.objectAdmin`,
    );
  });
}
