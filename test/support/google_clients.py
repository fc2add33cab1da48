"""Drives Google's own Python clients, unchanged, and prints as JSON what they saw."""

import json
import os
import sys
import time

import google.auth
from google.api_core import exceptions
from google.cloud import aiplatform, storage

BUCKET, IMAGE = sys.argv[1:3]
ENDPOINT = os.environ["CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM"].rstrip("/")


def use_storage(credentials, project):
    client = storage.Client(project=project, credentials=credentials)
    bucket = client.bucket(BUCKET)
    # Above 8 MiB the client uploads in chunks that can be resumed.
    data = os.urandom(9_000_000)
    blob = bucket.blob("python/large.bin", chunk_size=2 * 1024 * 1024)
    blob.upload_from_string(data, checksum="crc32c")
    small = bucket.blob("python/small.txt")
    small.upload_from_string("small", checksum="md5")
    try:
        small.upload_from_string("other", if_generation_match=0)
        overwritten = True
    except exceptions.PreconditionFailed:
        overwritten = False
    seen = {
        "whole": bucket.blob("python/large.bin").download_as_bytes() == data,
        "range": bucket.blob("python/large.bin").download_as_bytes(start=10, end=19) == data[10:20],
        "overwritten": overwritten,
        "names": [one.name for one in client.list_blobs(BUCKET, prefix="python/", page_size=1)],
        "copied": bucket.copy_blob(small, bucket, "python/copy.txt").size,
    }
    for name in seen["names"]:
        bucket.delete_blob(name)
    seen["left"] = [one.name for one in client.list_blobs(BUCKET, prefix="python/")]
    return seen


def use_jobs(credentials, project):
    aiplatform.init(
        project=project,
        location="us-central1",
        credentials=credentials,
        api_endpoint=ENDPOINT,
        api_transport="rest",
        staging_bucket=f"gs://{BUCKET}/staging",
    )
    pool = {
        "machine_spec": {
            "machine_type": "g2-standard-8",
            "accelerator_type": "NVIDIA_L4",
            "accelerator_count": 1,
        },
        "replica_count": 1,
        "container_spec": {"image_uri": IMAGE, "args": ["from", "python"]},
    }
    job = aiplatform.CustomJob(
        display_name="python-job", worker_pool_specs=[pool], labels={"run_id": "python-1"}
    )
    job.submit(timeout=600)
    while job.state.name not in ("JOB_STATE_SUCCEEDED", "JOB_STATE_FAILED"):
        time.sleep(0.05)
    found = aiplatform.CustomJob.list(filter='labels.run_id="python-1"')
    return {
        "state": job.state.name,
        "found": [one.display_name for one in found],
        "started": job.start_time is not None and job.end_time >= job.start_time,
    }


credentials, project = google.auth.default()
print(
    json.dumps({"storage": use_storage(credentials, project), "jobs": use_jobs(credentials, project)})
)
