import { readBucket } from "../../clients/google/buckets.ts";
import { lackingOnBucket } from "../../clients/google/iam.ts";
import { type InfraTarget, makeBucket, you } from "./infra-target.ts";
import { good, type InfraItem, judge, orMissing, problem, unknown } from "./infra-result.ts";

const permissions = ["create", "get", "list", "delete"].map((verb) => `storage.objects.${verb}`);

/** Whether the bucket is there, near the machines. */
export function checkBucket({ google, vertex, project }: InfraTarget): Promise<InfraItem> {
  const { bucket, region } = vertex;
  const make = makeBucket(bucket, project, region);
  const missing = problem(`there is no bucket gs://${bucket}`, make);
  const look = async () => {
    const { location, locationType } = await readBucket(google, bucket);
    const where = location.toLowerCase();
    if (where === region) return good(`gs://${bucket} in ${region}`);
    const kind = locationType === undefined ? "" : ` (${locationType})`;
    const other = `${bucket}-${region}`;
    return problem(
      `gs://${bucket} is in ${where}${kind}: training in ${region} needs a bucket in that region`,
      `${makeBucket(other, project, region)}   then: vertex: { bucket: ${other} } in project.yml`,
    );
  };
  const attempted = { doing: `check the bucket ${bucket}`, project };
  return judge("bucket", attempted, () => orMissing(missing, look));
}

/** Whether the caller may put files into the bucket and read them back. */
export function checkBucketAccess({ google, vertex, project }: InfraTarget): Promise<InfraItem> {
  const { bucket } = vertex;
  const look = async () => {
    const lacking = await lackingOnBucket(google, bucket, permissions);
    if (lacking.length === 0) return good("you may read and write it");
    return problem(
      `you lack ${lacking.join(", ")} on gs://${bucket}`,
      `gcloud storage buckets add-iam-policy-binding gs://${bucket} --member=${you} --role=roles/storage.objectAdmin`,
    );
  };
  const attempted = { doing: `check your permissions on gs://${bucket}`, project };
  return judge("bucket access", attempted, () => orMissing(noBucket, look));
}

/** What is said of a bucket that is to be made first. */
export const noBucket = unknown("there is no bucket yet");
