#!/usr/bin/env python3
"""Makes the stories that the simulation plays: invented adversarial histories, a child each (or the references that were merged
into one child), and the word of the oracle on what is open at the end and which steps of its ladders have been reached.

    tests/simulation/pool.py FOLDER [--seeds N]
"""

import argparse
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
PACK = HERE.parents[1] / "rules/packs/england-statutory.yaml"
sys.path[:0] = [str(HERE.parent / "oracle"), str(HERE.parent / "support")]

import calendars  # noqa: E402
import statements  # noqa: E402
from facts import Records  # noqa: E402
from generate import history  # noqa: E402
from joining import Known  # noqa: E402
from reading import read_line  # noqa: E402
from said import OPEN, Derived, true_now  # noqa: E402

KINDS = ("plain", "late", "corrected", "voided", "missing", "moves", "shortbreak", "samecarer", "adoption", "health", "dst",
         "boundary", "temporary", "future", "orders", "gaps", "erased", "merged")
UNTIL = "2027-03-03T12:34:56Z"
LAST = "2027-01-01"  # so that what is published late has been published then
# Another pack for some days of a schedule: limits and leads that are stricter.
STRICTER = (("limit: 6 weeks\n", "limit: 5 weeks\n"), ("limit: 20 working_days\n", "limit: 15 working_days\n"),
            ("lead: 20 working_days\n", "lead: 25 working_days\n"), ("limit: 72 hours\n", "limit: 48 hours\n"))


def events_of(kind, seed):
    """(subject, time, line) of each event once; references carry the kind, since every kind numbers its children alike."""
    seen = set()
    for line in history(kind, seed, 4)[0]:
        line = line.replace(f"G{seed}-", f"{kind}{seed}-")
        event = json.loads(line)
        if (event["source"], event["id"]) not in seen and event["time"] < LAST:
            seen.add((event["source"], event["id"]))
            yield event["subject"], event["time"], line


def child_of(subject):
    """Further references of a child are its own with a letter behind it."""
    return subject.rstrip("bc")


def stories(kind, seed):
    """Lists of events, by child."""
    found = {}
    for event in events_of(kind, seed):
        found.setdefault(child_of(event[0]), []).append(event)
    return found.values()


def derived(events, until):
    """(subject, all that is true of it) by what the oracle makes of the events."""
    known = Known()
    for _, _, line in events:
        known.take(read_line(line.encode()))
    for subject, records in known.counting(until).items():
        yield subject, Derived(Records(records).standing(), until)


def true_at_the_end(events, until):
    """What must be open, with its due instant, and the steps that need a person."""
    alerts, rungs = [], []
    for subject, now in derived(events, until):
        for (rule, anchor), duty in now.duties.items():
            state, due_at = true_now(duty, until)
            if state in OPEN:
                alerts.append([f"{subject}|{rule}|{anchor}", state, "" if due_at is None else calendars.write_instant(due_at)])
            if state == "overdue":
                rungs += [f"{subject}|{rule}|{anchor}#rung-{number}" for number, at in enumerate(duty.rungs, 1) if at <= until]
        for (rule, anchor), risk in now.risks.items():
            if risk.now(until)[0] is not None:
                alerts.append([f"{subject}|{rule}|{anchor}", risk.now(until)[0], ""])
    return {"events": events, "open": sorted(alerts), "rungs": sorted(rungs)}


def core_rules(text):
    """The pack cut down to the rules that the oracle knows: entries begin with two spaces and a dash."""
    entries = re.split(r"(?m)^(?=  - |\S|  # )", text)
    return "".join(entry for entry in entries if not entry.startswith("  - ")
                   or any(rule in statements.CORE for rule in re.findall(r"- id: (\S+)", entry)))


def stricter(text):
    """The pack with other limits."""
    for old, new in STRICTER:
        assert old in text, old
        text = text.replace(old, new)
    return text


def main():
    """Writes stories.jsonl, pack.yaml, stricter.yaml and until."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=3, help="histories of each kind")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    until = calendars.read_instant(UNTIL)
    made = [true_at_the_end(events, until) for kind in KINDS for seed in range(1, options.seeds + 1)
            for events in stories(kind, seed)]
    (options.folder / "stories.jsonl").write_text("".join(json.dumps(story) + "\n" for story in made), encoding="utf-8")
    pack = core_rules(PACK.read_text(encoding="utf-8"))
    (options.folder / "pack.yaml").write_text(pack, encoding="utf-8")
    (options.folder / "stricter.yaml").write_text(stricter(pack), encoding="utf-8")
    (options.folder / "until").write_text(UNTIL + "\n", encoding="ascii")
    print(f"{len(made)} stories, {sum(len(story['events']) for story in made)} events", file=sys.stderr)


if __name__ == "__main__":
    main()
