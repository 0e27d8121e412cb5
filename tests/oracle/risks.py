"""The risks of one child at one instant: a dictionary (rule, anchor) -> Risk."""

from dataclasses import dataclass, field
from datetime import date

import calendars
from spans import SHORT_BREAK, belongs_to, is_over, is_temporary_type

BAN_FROM = date(2021, 9, 9)
OUTSIDE_REG_27A = {"P2", "P3", "H5", "K3", "SL", "Z1", "Z11", "Z12", "Z13", "Z14"}


@dataclass(eq=False)
class Risk:
    """When it held, by what is known: pieces (from, to or None, raised or unknown, count)."""
    rule: str
    anchor: str
    pieces: list = field(default_factory=list)

    def now(self, now):
        for start, end, state, count in self.pieces:
            if start <= now and (end is None or now < end):
                return state, count
        return None, None

    def held_since(self, since, now):
        return any(start <= now and (end is None or end > since) for start, end, _, _ in self.pieces)

    def opened_at(self):
        return min(piece[0] for piece in self.pieces)

    def marks(self):
        return [mark for piece in self.pieces for mark in piece[:2] if mark is not None]


class Risks:
    def __init__(self, child):
        self.child, self.facts = child, child.facts
        self.found = {}
        # Instants at which a window ends.
        self.marks = []
        self.missing_long()
        self.missing_repeat()
        for period in child.periods:
            self.three_moves(period)
        for stay in child.stays:
            self.unregulated(stay)

    def add(self, rule, anchor, start, end, state="raised", count=None):
        if start <= self.facts.now and (end is None or start < end):
            self.found.setdefault((rule, anchor), Risk(rule, anchor)).pieces.append((start, end, state, count))

    def missing_long(self):
        """R31."""
        returns = {fact.get("episode"): fact.at for fact in self.facts.of("missing.ended")}
        for fact in self.facts.of("missing.started"):
            start = fact.at + 24 * calendars.HOUR
            self.marks.append(start)
            ends = [at for at in (returns.get(fact.get("episode")), self.death_at()) if at is not None]
            self.add("missing-long", f"missing:{fact.get('episode')}", start, min(ends, default=None))

    def death_at(self):
        return self.facts.death.at if self.facts.death else None

    def missing_repeat(self):
        """R28, R48: three or more in 90 days, or two or more in 28."""
        short, long = [], []
        for fact in self.facts.of("missing.started"):
            short.append((fact.at, calendars.midnight(fact.day + 28 * calendars.DAY)))
            long.append((fact.at, calendars.midnight(fact.day + 90 * calendars.DAY)))
        self.counted("missing-repeat", "child", long, None, self.death_at(),
                     lambda at: count_at(long, at) >= 3 or count_at(short, at) >= 2, short)

    def three_moves(self, period):
        """R32."""
        spans = self.child.profiles[period]
        starts = []
        for stay in self.child.stays:
            for placement in stay.placements:
                if placement.period is period and self.is_move(placement.fact, period, spans):
                    starts.append((placement.start.at, calendars.midnight(calendars.add_months(placement.start.day, 12))))
        self.counted("three-moves", period.anchor, starts, period.start.at, period.end and period.end.at,
                     lambda at: count_at(starts, at) >= 3)

    def is_move(self, fact, period, spans):
        if is_temporary_type(fact) or fact.get("same_carer") is True or fact.get("arrangement") == "short_break":
            return False
        at = max(fact.at, period.start.at)
        return not any(span.profile == SHORT_BREAK and span.start.at <= at and not is_over(span.end, at) for span in spans)

    def counted(self, rule, anchor, windows, start, end, holds, more=()):
        """A risk that counts facts in a window, within [start, end)."""
        breaks = {at for window in (*windows, *more) for at in window} | {at for at in (start, end) if at is not None}
        breaks = sorted(at for at in breaks if (start is None or at >= start) and (end is None or at <= end))
        self.marks += breaks
        for at, until in zip(breaks, breaks[1:] + [end]):
            if (end is None or at < end) and holds(at):
                self.add(rule, anchor, at, until, count=count_at(windows, at))

    def unregulated(self, stay):
        """R33. The anchor is the first placement outside reg 27A without a break."""
        anchor = None
        for start, end, placement, said_on in type_segments(stay):
            if placement is None:
                anchor = None
                continue
            anchor = anchor or f"placement:{placement.reference}"
            if said_on < BAN_FROM:
                continue
            sixteen = self.child.birthday_moment(16)
            if sixteen:
                end = sixteen.at if end is None else min(end, sixteen.at)
            self.add("under-16-unregulated", anchor, start, end, "raised" if sixteen else "unknown")


def count_at(windows, at):
    return sum(start <= at < end for start, end in windows)


def type_segments(stay):
    """Pieces of a stay: (from, to, the placement outside reg 27A or None, the day its type was set)."""
    settings = []
    for placement in stay.placements:
        settings.append((placement.start.at, placement, placement.fact.get("placement_type"), placement.fact.day))
        for change in placement.changes:
            in_force = change.at >= placement.start.at and stay.placement_at(change.at) is placement
            if change.get("placement_type") is not None and in_force:
                settings.append((change.at, placement, change.get("placement_type"), change.day))
    settings.sort(key=lambda setting: (setting[0], stay.placements.index(setting[1])))
    stay_end = stay.end.at if stay.end else None
    for (start, placement, code, day), after in zip(settings, settings[1:] + [(stay_end,)]):
        outside = placement if code in OUTSIDE_REG_27A else None
        yield start, after[0], outside, day
