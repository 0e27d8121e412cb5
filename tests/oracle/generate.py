#!/usr/bin/env python3
"""Writes one invented adversarial history as event lines: generate.py --kind KIND --seed N [--children 6].

The same kind and seed always give the same lines. A sensible --until goes to stderr."""

import argparse
import json
import random
import sys
from collections import Counter
from datetime import date, timedelta

import calendars
import scenes
import spoil

DAY = timedelta(days=1)
LAG_SHORT, LAG_LONG = 36 * calendars.HOUR, 70 * 24 * calendars.HOUR


class Child:
    """Writes the events of one child, with bare dates and instants mixed."""

    def __init__(self, rng, name, lag):
        self.rng, self.name, self.lag = rng, name, lag
        self.authority = rng.choice(("E06000052", "E06000049", "E06000019", "E10000003"))
        self.events, self.counts = [], Counter()
        self.last_at = None

    def counted(self, what):
        self.counts[what] += 1
        return self.counts[what]

    def reference(self, letter):
        return f"{self.name}-{letter}{self.counted(letter)}"

    def last_reference(self, letter):
        return f"{self.name}-{letter}{self.counts[letter]}"

    def instant_on(self, day):
        """An instant of that local day; now and then its first or last millisecond."""
        first, after = calendars.midnight(day), calendars.midnight(day + DAY)
        chance = self.rng.random()
        if chance < 0.05:
            return first
        return after - 1 if chance < 0.1 else self.rng.randrange(first, after)

    def edge(self, last):
        """The due instant of a limit that ends with the day, a millisecond either side, or a bare date."""
        due = calendars.midnight(last + DAY)
        return self.rng.choice(({"at": due - 1, "bare": False}, {"at": due, "bare": False}, {"at": due + 1, "bare": False},
                                {"at": due - 1, "bare": True}, {"at": due, "bare": True}))

    def add(self, event_type, day, at=None, bare=None, **data):
        """bare None: by chance, and then the day stands for the instant."""
        if bare is None:
            bare = self.rng.random() < 0.35
        at = self.instant_on(day) if at is None else at
        if bare:
            at = calendars.midnight(calendars.local_day(at))
        occurred = calendars.local_day(at).isoformat() if bare else self.spell(at)
        self.last_at = at
        event = {"specversion": "1.0", "id": f"{self.name}-{self.counted('event')}", "source": "/test/case-system",
                 "type": event_type, "subject": f"child/{self.name}", "time": calendars.write_instant(at + self.delay()),
                 "data": {"occurred_at": occurred, "authority": self.authority, **data}}
        self.events.append(event)
        return event

    def spell(self, at):
        """In UTC, or now and then as the clock on the wall says."""
        if self.rng.random() < 0.85:
            return calendars.write_instant(at)
        local = (calendars.EPOCH + at * calendars.MILLISECOND).astimezone(calendars.LONDON)
        return local.isoformat(timespec="milliseconds" if at % 1000 else "seconds")

    def delay(self):
        return self.rng.choice((0, 0, self.rng.randrange(self.lag), self.rng.randrange(LAG_SHORT)))


SCENES = {
    "plain": [scenes.ordinary_life], "late": [scenes.ordinary_life], "corrected": [scenes.ordinary_life],
    "voided": [scenes.ordinary_life], "bad": [scenes.ordinary_life], "future": [scenes.ordinary_life, scenes.gaps],
    "dst": [scenes.clock_change], "boundary": [scenes.boundaries], "shortbreak": [scenes.short_breaks],
    "adoption": [scenes.adoption], "samecarer": [scenes.same_carer], "temporary": [scenes.temporary_stays],
    "orders": [scenes.orders], "health": [scenes.health], "gaps": [scenes.gaps], "missing": [scenes.missing],
    "moves": [scenes.moves], "erased": [scenes.ordinary_life, scenes.missing],
    "merged": [scenes.ordinary_life, scenes.missing],
    "mixed": [scenes.ordinary_life, scenes.short_breaks, scenes.adoption, scenes.same_carer, scenes.temporary_stays,
              scenes.orders, scenes.health, scenes.gaps, scenes.missing, scenes.moves, scenes.boundaries],
}
SPOILING = {
    "erased": [spoil.correct, spoil.void, spoil.erase], "merged": [spoil.correct, spoil.merge, spoil.void],
    "corrected": [spoil.correct], "voided": [spoil.void], "future": [spoil.know_before],
    "mixed": [spoil.correct, spoil.void, spoil.know_before, spoil.update],
}


def child_events(kind, rng, name):
    child = Child(rng, name, LAG_LONG if kind in ("late", "mixed") else LAG_SHORT)
    start = date(2011, 1, 1) + DAY * rng.randrange(365 * 13)
    for scene in rng.sample(SCENES[kind], min(len(SCENES[kind]), 2 if kind == "mixed" else 1)):
        scene(child, start)
    for change in SPOILING.get(kind, ()):
        change(child)
    return child.events


def history(kind, seed, n_children):
    rng = random.Random(f"{kind} {seed}")
    events = []
    for number in range(n_children):
        events += child_events(kind, rng, f"G{seed}-{number:04d}")
    events.sort(key=lambda event: calendars.read_instant(event["time"]))
    until = sensible_end(events, rng)
    if kind in ("mixed", "erased", "merged"):
        events = spoil.deliver_badly(events, rng)
    lines = [json.dumps(event) for event in events]
    return (spoil.break_lines(lines, rng) if kind == "bad" else lines), until


def sensible_end(events, rng):
    """Some time after the last record, so that what is left open falls due."""
    last = max(calendars.read_instant(event["time"]) for event in events)
    return calendars.write_instant(calendars.midnight(calendars.local_day(last) + DAY * rng.randint(20, 400)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", required=True, choices=sorted(SCENES))
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--children", type=int, default=6)
    options = parser.parse_args()
    lines, until = history(options.kind, options.seed, options.children)
    print(*lines, sep="\n")
    print(f"--until {until}", file=sys.stderr)


if __name__ == "__main__":
    main()
