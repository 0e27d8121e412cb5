"""What is said: the difference between what is true now and what was last said (R3, R18, R29, R40, R42)."""

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import calendars
from duties import Duties
from facts import Facts, Records
from joining import Known
from risks import Risks
from spans import Child

OPEN = ("due_soon", "overdue", "unknown")
CLOSED = ("met", "met_late", "cancelled")


class Derived:
    """Everything that is true of one subject at an instant: a pure function of its standing facts."""

    def __init__(self, standing, now):
        facts = Facts(standing, now)
        child = Child(facts)
        risks = Risks(child)
        self.now = now
        self.duties, self.risks = Duties(child).found, risks.found
        marks = [mark for found in (self.duties, self.risks) for one in found.values() for mark in one.marks()]
        self.marks = sorted(mark for mark in {*marks, *risks.marks, *facts.future} if mark > now)


@dataclass
class Alert:
    state: str = None
    due_at: int = None
    count: int = None
    # Since when it is open: the instant at which raised (or unknown) was last said of a risk.
    since: int = None
    times: Counter = field(default_factory=Counter)
    rungs: set = field(default_factory=set)


def type_of(state, before):
    """R42."""
    if state in ("met", "met_late", "cancelled", "cleared"):
        return "care.alert.cleared"
    if state == "withdrawn":
        return "care.alert.withdrawn"
    is_open = before in ("due_soon", "overdue", "unknown", "raised", "updated")
    return "care.alert.changed" if is_open else "care.alert.raised"


class Voice:
    """What has been said of one subject."""

    def __init__(self, subject):
        self.subject = subject
        self.alerts = defaultdict(Alert)
        self.lines = []
        self.numbers_from = 0
        self.erased_to = None

    def say_difference(self, derived):
        self.lines, self.now = [], derived.now
        if self.erased_to is not None:
            self.cancel_all()
        for key in sorted({*derived.duties, *derived.risks, *self.alerts}):
            alert_id = f"{self.subject}|{key[0]}|{key[1]}"
            if is_risk(key[0]):
                self.risk(alert_id, key, derived.risks.get(key))
            else:
                duty = derived.duties.get(key)
                self.duty(alert_id, key, duty)
                self.ladder(alert_id, key, duty)
        return self.lines

    def cancel_all(self):
        """R49. Event ids are never used again: their numbers go on from the second of the erasure."""
        for key, alert in sorted(self.alerts.items()):
            alert_id = f"{self.subject}|{key[0]}|{key[1]}"
            if alert.state in (*OPEN, "raised", "updated"):
                self.say(alert_id, key, "cancelled", None)
            self.ladder(alert_id, key, None)
        self.alerts.clear()
        self.numbers_from, self.erased_to = self.erased_to // 1000, None

    def say(self, alert_id, key, state, due_at):
        alert = self.alerts[key]
        event_type = type_of(state, alert.state)
        self.line(alert, alert_id, state, event_type, state, due_at)
        alert.state, alert.due_at = state, due_at

    def line(self, alert, alert_id, word, event_type, state, due_at):
        alert.times[word] += 1
        number = alert.times[word] + self.numbers_from
        suffix = f".{number}" if number > 1 else ""
        due = "-" if due_at is None else calendars.write_instant(due_at)
        self.lines.append((f"{alert_id}#{word}{suffix}", event_type, state, due))

    def duty(self, alert_id, key, duty):
        """The table of R18."""
        last = self.alerts[key].state if key in self.alerts else None
        state, due_at = true_now(duty, self.now)
        if state in OPEN:
            if last not in OPEN or (state, due_at) != (last, self.alerts[key].due_at):
                self.say(alert_id, key, state, due_at)
        elif state in CLOSED:
            if last in OPEN:
                begun = {"due_soon": duty.soon_at, "overdue": duty.due_at, "unknown": duty.opened_at}[last]
                never = begun is not None and duty.closed_at(self.now) < begun
                self.say(alert_id, key, "withdrawn" if never else state, due_at)
            elif last in CLOSED and last != state:
                self.say(alert_id, key, state, due_at)
        elif last in OPEN or (state is None and last in CLOSED):
            self.say(alert_id, key, "withdrawn", due_at)

    def ladder(self, alert_id, key, duty):
        """R40: speaks only while the duty is overdue."""
        reached = set()
        if duty and duty.state(self.now) == "overdue":
            reached = {number for number, at in enumerate(duty.rungs, 1) if at <= self.now}
        if not reached and key not in self.alerts:
            return
        alert = self.alerts[key]
        due_at = duty.due_at if duty else None
        for number in reached - alert.rungs:
            self.line(alert, alert_id, f"rung-{number}", "care.escalation.raised", "raised", due_at)
        for number in alert.rungs - reached:
            self.line(alert, alert_id, f"rung-{number}-ended", "care.escalation.ended", "ended", due_at)
        alert.rungs = reached

    def risk(self, alert_id, key, risk):
        """R29."""
        last = self.alerts[key].state if key in self.alerts else None
        was_open = last in ("raised", "updated", "unknown")
        state, count = risk.now(self.now) if risk else (None, None)
        if state is None:
            if was_open:
                held = risk and risk.held_since(self.alerts[key].since, self.now)
                self.say(alert_id, key, "cleared" if held else "withdrawn", None)
            return
        alert = self.alerts[key]
        if not was_open or (last == "unknown") != (state == "unknown"):
            self.say(alert_id, key, state, None)
            alert.since = self.now
        elif state == "raised" and count != alert.count:
            self.say(alert_id, key, "updated", None)
        alert.count = count


def is_risk(rule):
    return rule in ("missing-repeat", "missing-long", "three-moves", "under-16-unregulated")


def true_now(duty, now):
    """The state for the table: None where there is no such duty. Of an unset limit nothing is said (R36)."""
    if duty is None:
        return None, None
    state = duty.state(now)
    return "open" if duty.unset and state == "unknown" else state, duty.due_at


class Replay:
    """The virtual clock (R3)."""

    def __init__(self, write, silent_until=None):
        self.write, self.silent_until = write, silent_until
        self.clock = None
        self.taken = set()
        self.known = Known()
        self.standing = {}
        self.voices = {}
        self.wakes = {}
        self.heap = []
        self.touched = set()

    def take(self, event):
        """R4: the first of the same source and id stands. A duplicate does not move the clock."""
        if (event.source, event.id) in self.taken:
            return
        if self.clock is not None and event.time > self.clock:
            self.move(event.time)
        self.clock = event.time if self.clock is None else max(self.clock, event.time)
        self.taken.add((event.source, event.id))
        for subject in self.known.take(event):
            if subject.startswith("child/"):
                self.voices.setdefault(subject, Voice(subject)).erased_to = self.known.erased_to[subject]
        self.touched.add(event.subject)
        if self.known.special:  # whom it concerns is not asked: all are looked at again
            self.standing.clear()
            self.touched.update(self.voices)
            self.touched.update(f"child/{one.data['into']}" for records in self.known.records.values()
                                for one in records if one.type == "record.merged")

    def move(self, to):
        """Derives what was touched at the clock, then at each instant before `to` at which something may change."""
        self.step(self.clock)
        while self.heap and self.heap[0][0] < to:
            self.step(self.heap[0][0])

    def finish(self, until=None):
        if self.clock is None:
            return
        self.move(self.clock if until is None else until + 1)

    def step(self, now):
        while self.heap and self.heap[0][0] <= now:
            wake, subject = heapq.heappop(self.heap)
            if self.wakes.get(subject) == wake:
                self.touched.add(subject)
        lines = []
        counting = self.known.counting(now) if self.touched else {}
        for subject in self.touched:
            lines += self.derive(subject, counting.get(subject, []), now)
        self.touched.clear()
        for line in sorted(lines):
            self.write(calendars.write_instant(now), *line)

    def derive(self, subject, known, now):
        if not subject.startswith("child/"):
            return []
        # What was known changes only with a record: standing facts are kept until then.
        if self.standing.get(subject, (None,))[0] != len(known):
            self.standing[subject] = len(known), Records(known).standing()
        if self.silent_until is not None and now < self.silent_until:
            self.wake(subject, self.silent_until)
            return []
        derived = Derived(self.standing[subject][1], now)
        if derived.marks:
            self.wake(subject, derived.marks[0])
        return self.voices.setdefault(subject, Voice(subject)).say_difference(derived)

    def wake(self, subject, at):
        self.wakes[subject] = at
        heapq.heappush(self.heap, (at, subject))
