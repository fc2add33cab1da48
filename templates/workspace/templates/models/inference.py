"""Submission of exp000: without internet, from artifacts/ and the test data alone."""

import argparse

from harness import write_submission
from settings import DirectorySettings
from train import predict


def main(debug: bool = False) -> None:
    settings = DirectorySettings(exp_name="exp000")
    if debug:
        settings.artifact_dir = settings.artifact_dir / "debug"
        settings.output_dir = settings.artifact_dir
    write_submission(predict, settings)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--debug", action="store_true", help="use artifacts/debug/")
    main(**vars(parser.parse_args()))
