"""What counts of what was recorded: voids, chains of corrections, repeated references (R6, R7, R8)."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

# R8: types of which one fact a reference stands.
REFERENCES = {"placement.started": "placement", "placement.ended": "placement", "review.held": "review",
              "missing.started": "episode", "missing.ended": "episode"}


@dataclass(frozen=True)
class Moment:
    """An instant that may be a bare date."""
    at: int
    bare: bool
    day: object


@dataclass(frozen=True, eq=False)
class Fact:
    """A standing record, with the first record of its chain."""
    record: object
    first: object

    @cached_property
    def moment(self):
        return Moment(self.record.at, self.record.bare, self.record.day)

    @property
    def type(self):
        return self.record.type

    @property
    def at(self):
        return self.record.at

    @property
    def day(self):
        return self.record.day

    def get(self, name):
        return self.record.data.get(name)

    @cached_property
    def order(self):
        return (self.record.at, *self.record.recorded)


def on_or_after(fact, opening):
    """R5: where either is a bare date only the days are compared."""
    if fact.moment.bare or opening.bare:
        return fact.moment.day >= opening.day
    return fact.moment.at >= opening.at


def on_or_before(fact, end):
    """R5. end: None is never."""
    if end is None:
        return True
    if fact.moment.bare or end.bare:
        return fact.moment.day <= end.day
    return fact.moment.at <= end.at


class Records:
    """All records of one subject that are known."""

    def __init__(self, records):
        self.by_key = {(record.source, record.id): record for record in records}
        self.voids = defaultdict(list)
        self.successors = defaultdict(list)
        for record in records:
            if record.type == "record.voided":
                self.voids[record.source, record.data["target"]].append(record)
            if self.original(record):
                self.successors[record.source, record.data["replaces"]].append(record)

    def original(self, record):
        """The record this one replaces, if it is known. A record cannot replace itself."""
        key = record.source, record.data.get("replaces")
        return self.by_key.get(key) if key != (record.source, record.id) else None

    def is_voided(self, record, seen=()):
        """R6: a void can be voided, and corrected like any other record. A circle of voids voids nothing."""
        if record in seen:
            return False
        return any(not self.is_voided(void, (*seen, record)) and not self.is_replaced(void, (*seen, record))
                   for void in self.voids[record.source, record.id])

    def is_replaced(self, record, seen=()):
        """R7: by any record that is not voided, directly or through others of the chain, voided or not."""
        return any(not self.is_voided(other, seen) for other in self.replacing(record))

    def replacing(self, record):
        found, todo = [], [record]
        while todo:
            current = todo.pop()
            for other in self.successors[current.source, current.id]:
                if other not in found:
                    found.append(other)
                    todo.append(other)
        return found

    def chain_of(self, record):
        """Every known record that is linked with this one by `replaces`, in whatever direction."""
        found, todo = [], [record]
        while todo:
            current = todo.pop()
            if current in found:
                continue
            found.append(current)
            todo += self.successors[current.source, current.id]
            if self.original(current):
                todo.append(self.original(current))
        return found

    def first(self, record):
        """The first record of the chain: the one recorded first (R19: the date "as first recorded")."""
        return min(self.chain_of(record), key=lambda member: member.recorded)

    def standing(self):
        """One fact a chain (R7), then one a reference (R8)."""
        chains = defaultdict(list)
        for record in self.by_key.values():
            if not self.is_voided(record) and not self.is_replaced(record):
                first = self.first(record)
                chains[first.source, first.id].append(Fact(record, first))
        facts = [max(chain, key=recorded) for chain in chains.values()]
        named = defaultdict(list)
        for fact in facts:
            field = REFERENCES.get(fact.type)
            named[(fact.type, fact.get(field)) if field else fact].append(fact)
        return [max(same, key=recorded) for same in named.values()]


def recorded(fact):
    return fact.record.recorded


class Facts:
    """The facts of one subject that are true at an instant (R16), and what the whole record says of them."""

    def __init__(self, standing, now):
        self.now = now
        self.all = standing
        self.future = sorted({fact.at for fact in standing if fact.at > now})
        self.by_type = defaultdict(list)
        for fact in sorted(standing, key=lambda fact: fact.order):
            if fact.at <= now:
                self.by_type[fact.type].append(fact)

    def of(self, *types):
        found = [fact for name in types for fact in self.by_type.get(name, ())]
        return sorted(found, key=lambda fact: fact.order) if len(types) > 1 else found

    @cached_property
    def date_of_birth(self):
        """R34: recorded last among those that carry one."""
        carrying = [fact for fact in self.of("child.registered", "child.updated") if fact.get("date_of_birth")]
        return max(carrying, key=recorded).get("date_of_birth") if carrying else None

    @cached_property
    def death(self):
        deaths = self.of("child.died")
        return deaths[0].moment if deaths else None

    def dated_anchor(self, kind, fact, counts):
        """R19: kind and local date of the first record; the second standing fact of that kind and date gets .2."""
        same = [other for other in self.all if counts(other) and other.first.day == fact.first.day]
        same.sort(key=lambda other: other.first.recorded)
        place = same.index(fact) + 1
        return f"{kind}:{fact.first.day}" + (f".{place}" if place > 1 else "")


# R19: what counts as a fact of a dated kind.
def is_care_start(fact):
    return fact.type == "care.started"


def is_visit(fact):
    """R20."""
    return fact.type == "visit.made" and fact.get("kind") == "statutory" and fact.get("seen") is True


def is_assessment(fact):
    """R27: completed or refused, of either kind."""
    return fact.type in ("health_assessment.completed", "health_assessment.refused") and \
        fact.get("kind") in ("initial", "review")


def is_order(fact):
    """R23."""
    return fact.type == "legal_status.changed" and fact.get("action") == "made" and \
        fact.get("legal_status") in ("C1", "C2")
