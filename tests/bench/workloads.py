"""The events that the benchmarks run on: an invented caseload, and one long childhood."""

import datetime
import json
import subprocess

AUTHORITY = "E99999999"
FROM, DAYS = "2025-01-01", 365
EVENTS_A_CHILD = 64  # what `watchkeeper sample` gives for such a year, about


def caseload(tool, path, events):
    """Writes about so many events of one year, in the order in which they were recorded, and returns how many."""
    with open(path, "wb") as file:
        subprocess.run([tool, "sample", "--children", str(max(1, round(events / EVENTS_A_CHILD))), "--from", FROM,
                        "--days", str(DAYS), "--seed", "1"], stdout=file, check=True)
    with open(path, "rb") as file:
        return sum(1 for _ in file)


def years_of_a_council(tool, path, children, years):
    """Writes what its case system would publish of those years, and returns how many events."""
    begin = datetime.date.fromisoformat(FROM) - datetime.timedelta(days=DAYS * (years - 1))
    with open(path, "wb") as file:
        subprocess.run([tool, "sample", "--children", str(children), "--from", str(begin), "--days", str(DAYS * years),
                        "--seed", "1"], stdout=file, check=True)
    with open(path, "rb") as file:
        return sum(1 for _ in file)


class _Child:
    """Writes one child's events, each recorded a day after it happened."""

    def __init__(self):
        self.events = []

    def record(self, day, event_type, at=None, **data):
        """One event; `at` is an instant's time of day, without it the date alone."""
        occurred = f"{day}T{at}Z" if at else str(day)
        self.events.append({
            "specversion": "1.0", "id": f"long-{len(self.events) + 1:05}", "source": "/bench", "type": event_type,
            "subject": "child/LONG-1", "time": f"{day + datetime.timedelta(days=1)}T08:00:00Z",
            "data": {"occurred_at": occurred, "authority": AUTHORITY, **data}})


def _days(first, last, every):
    return [first + datetime.timedelta(days=n) for n in range(0, (last - first).days, every)]


def _placements(child, born, end):
    for number, day in enumerate(_days(born, end, 180)):
        reference = {"placement": f"P{number}"}
        child.record(day, "placement.started", placement_type="U1", location="own_area", **reference)
        left = min(day + datetime.timedelta(days=180), end)
        child.record(left, "placement.ended", **reference)


def _missing(child, born, end):
    """From the twelfth year on every eight days: some four events each time."""
    start = born.replace(year=born.year + 11)
    for number, day in enumerate(_days(start, end, 8)):
        episode = {"episode": f"M{number}"}
        child.record(day, "missing.started", "20:00:00", kind="M", **episode)
        child.record(day + datetime.timedelta(days=1), "missing.ended", "09:00:00", **episode)
        child.record(day + datetime.timedelta(days=2), "return_interview.offered", "10:00:00", **episode)
        child.record(day + datetime.timedelta(days=2), "return_interview.completed", "11:00:00", **episode)


def long_childhood(path):
    """A child in care from birth to the eighteenth birthday: 2,000 facts."""
    born, child = datetime.date(2007, 5, 2), _Child()
    end = born.replace(year=born.year + 18)
    child.record(born, "child.registered", date_of_birth=str(born), sex="F")
    child.record(born, "care.started", legal_status="C2", arrangement="full")
    _placements(child, born, end)
    _missing(child, born, end - datetime.timedelta(days=14))
    for day in _days(born + datetime.timedelta(days=7), end, 35):
        child.record(day, "visit.made", kind="statutory", seen=True, by_role="social-worker")
    for number, day in enumerate(_days(born + datetime.timedelta(days=19), end, 150)):
        child.record(day, "review.held", kind="care", review=f"R{number}")
    for day in _days(born + datetime.timedelta(days=14), end, 175):
        child.record(day, "health_assessment.completed", kind="review")
    number = 0
    while len(child.events) < 2000:
        child.record(born + datetime.timedelta(days=3 * number), "worker.allocated", role="social-worker",
                     worker=f"W{number}")
        number += 1
    child.events.sort(key=lambda event: (event["time"], event["id"]))
    with open(path, "w", encoding="ascii") as file:
        file.writelines(json.dumps(event, separators=(",", ":")) + "\n" for event in child.events)
    return len(child.events)
