#!/usr/bin/env python3
"""Makes the stories that the simulation plays: invented adversarial histories, a child each, and the word of the oracle on
what is open at the end.

    tests/simulation/pool.py FOLDER [--seeds N]
"""

import argparse
import json
import pathlib
import subprocess
import sys

ORACLE = pathlib.Path(__file__).resolve().parents[1] / "oracle"
KINDS = ("plain", "late", "corrected", "voided", "missing", "moves", "shortbreak", "samecarer", "adoption", "health", "dst",
         "boundary", "temporary", "future")
UNTIL = "2027-03-03T12:34:56Z"


def python(*words):
    """Output of one of the oracle's programs."""
    return subprocess.run([sys.executable, ORACLE / words[0], *map(str, words[1:])], capture_output=True, text=True,
                          check=True).stdout


def stories(kind, seed):
    """Event lines; references carry the kind, since the generator numbers the children of every kind alike."""
    for line in python("generate.py", "--kind", kind, "--seed", seed, "--children", 4).splitlines():
        yield line.replace(f"G{seed}-", f"{kind}{seed}-")


def main():
    """Writes events.jsonl, duties.jsonl and until."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=3, help="histories of each kind")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    lines = [line for kind in KINDS for seed in range(1, options.seeds + 1) for line in stories(kind, seed)]
    events = options.folder / "events.jsonl"
    events.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    (options.folder / "duties.jsonl").write_text(python("oracle.py", "duties", "--at", UNTIL, events), encoding="utf-8")
    (options.folder / "until").write_text(UNTIL + "\n", encoding="ascii")
    print(f"{len({json.loads(line)['subject'] for line in lines})} stories, {len(lines)} events", file=sys.stderr)


if __name__ == "__main__":
    main()
