"""Measures the parts that the command line names, prints their tables, and brings docs/performance.md up to date."""
import argparse
import sys
import time

import conversion
import inference
import models
import page

PARTS = {"float": inference.float_tables, "quantized": inference.quantized_tables, "convert": conversion.tables}


def main():
    parser = argparse.ArgumentParser(prog="Scripts/bench")
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("--models", nargs="+", metavar="MODEL", choices=models.names())
    parser.add_argument("--threads", nargs="+", type=int, default=models.thread_counts())
    arguments = parser.parse_args()
    if not models.SHARED.is_dir():
        sys.exit(f"bench: NOTHING IS MEASURED: no foreign models at {models.SHARED}; set ONNXQ_SHARED")
    start = time.monotonic()
    chosen = [models.find(name) for name in arguments.models or models.names()]
    sections = []
    for part in [arguments.part] if arguments.part else PARTS:
        for section in PARTS[part](chosen, arguments.threads):
            print(section, flush=True)
            sections.append(section)
    if not arguments.models and arguments.threads == models.thread_counts():
        page.write(sections)
    print(f"took {time.monotonic() - start:.0f} s", file=sys.stderr)


main()
