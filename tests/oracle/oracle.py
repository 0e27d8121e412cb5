#!/usr/bin/env python3
"""Says from domain/semantics.md alone what Watchkeeper must say: a second, slow, independent program.

    oracle.py replay [--until T] [--silent-until T] FILE    statements, a line each; refused lines on stderr
    oracle.py duties --at T FILE                            every duty and risk, a JSON object each
"""

import argparse
import json
import sys

import calendars
from facts import Records
from joining import Known
from reading import read_lines
from said import Derived, Replay


def instant(text):
    found = calendars.read_instant(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"no RFC 3339 time: {text}")
    return found


def events_of(path):
    with open(path, "rb") as stream:
        for number, event, error_class in read_lines(stream):
            if error_class:
                print(number, error_class, sep="\t", file=sys.stderr)
            else:
                yield event


def replay(options):
    run = Replay(lambda *line: print(*line, sep="\t"), options.silent_until)
    for event in events_of(options.file):
        if options.until is None or event.time <= options.until:
            run.take(event)
    run.finish(options.until)


def duties(options):
    known, taken = Known(), set()
    for event in events_of(options.file):
        if (event.source, event.id) not in taken and event.time <= options.at:
            taken.add((event.source, event.id))
            known.take(event)
    counting = known.counting(options.at)
    for subject in sorted(counting):
        if subject.startswith("child/"):
            print_duties(subject, Derived(Records(counting[subject]).standing(), options.at))


def print_duties(subject, derived):
    for rule, anchor in sorted({*derived.duties, *derived.risks}):
        one = derived.duties.get((rule, anchor))
        row = duty_row(one, derived.now) if one else risk_row(derived.risks[rule, anchor], derived.now)
        times = {name: None if at is None else calendars.write_instant(at) for name, at in row[:-1]}
        print(json.dumps({"subject": subject, "rule": rule, "anchor": anchor, **times, "state": row[-1]}))


def duty_row(duty, now):
    return ("opened_at", duty.opened_at), ("due_at", duty.due_at), ("met_at", duty.met_at), duty.state(now)


def risk_row(risk, now):
    state = risk.now(now)[0] or "cleared"
    return ("opened_at", risk.opened_at()), ("due_at", None), ("met_at", None), state


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("replay")
    command.add_argument("--until", type=instant)
    command.add_argument("--silent-until", type=instant)
    command.set_defaults(run=replay)
    command = commands.add_parser("duties")
    command.add_argument("--at", type=instant, required=True)
    command.set_defaults(run=duties)
    for command in commands.choices.values():
        command.add_argument("file")
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
