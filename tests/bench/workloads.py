"""The events that the benchmarks run on: an invented caseload, and one long childhood."""

import datetime
import json
import subprocess

AUTHORITY = "E99999999"
FROM, DAYS = "2025-01-01", 365
EVENTS_A_CHILD = 192  # what `watchkeeper sample` gives for such a year, about


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

    def write(self, path):
        """All of them, in the order in which they were recorded; how many."""
        self.events.sort(key=lambda event: (event["time"], event["id"]))
        with open(path, "w", encoding="ascii") as file:
            file.writelines(json.dumps(event, separators=(",", ":")) + "\n" for event in self.events)
        return len(self.events)


def _days(first, last, every):
    return [first + datetime.timedelta(days=n) for n in range(0, (last - first).days, every)]


def _placements(child, born, end):
    for number, day in enumerate(_days(born, end, 180)):
        reference = {"placement": f"P{number}"}
        child.record(day, "placement.started", placement_type="U1", location="own_area", **reference)
        left = min(day + datetime.timedelta(days=180), end)
        child.record(left, "placement.ended", **reference)


def _missing(child, start, end, every):
    """Some four events each time."""
    for number, day in enumerate(_days(start, end, every)):
        episode = {"episode": f"M{number}"}
        child.record(day, "missing.started", "20:00:00", kind="M", **episode)
        child.record(day + datetime.timedelta(days=1), "missing.ended", "09:00:00", **episode)
        child.record(day + datetime.timedelta(days=2), "return_interview.offered", "10:00:00", **episode)
        child.record(day + datetime.timedelta(days=2), "return_interview.completed", "11:00:00", **episode)


def often_missing(path):
    """A child in care from birth to the eighteenth birthday, hardly ever at home since eleven: 2,000 facts. The worst
    that a record of this length is likely to be: 318 missing episodes, and a new social worker every few days."""
    born, child = datetime.date(2007, 5, 2), _Child()
    end = born.replace(year=born.year + 18)
    child.record(born, "child.registered", date_of_birth=str(born), sex="F")
    child.record(born, "care.started", legal_status="C2", arrangement="full")
    _placements(child, born, end)
    _missing(child, born.replace(year=born.year + 11), end - datetime.timedelta(days=14), 8)
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
    return child.write(path)


def _reviews(child, first, last):
    """Every five months, with the report before and the papers after."""
    for number, day in enumerate(_days(first, last, 150)):
        review = {"review": f"R{number}"}
        child.record(day - datetime.timedelta(days=5), "review.report_submitted", by_role="social-worker", **review)
        child.record(day, "review.held", kind="care", number=number + 1, **review)
        child.record(day + datetime.timedelta(days=4), "review.decisions_distributed", **review)
        child.record(day + datetime.timedelta(days=18), "review.record_distributed", **review)
        child.record(day + datetime.timedelta(days=18), "care_plan.agreed", version=number + 1)


def _homes(child, first, last):
    """A move every three years, each with its plan and those who are told."""
    for number, day in enumerate(_days(first, last, 1100)):
        placement = {"placement": f"P{number}"}
        child.record(day, "placement.started", placement_type="U4", location="own_area", **placement)
        child.record(day + datetime.timedelta(days=2), "placement_plan.agreed", **placement)
        for recipient in ("child", "parent", "gp", "school", "iro"):
            child.record(day + datetime.timedelta(days=3), "notification.sent", kind="placement", to=recipient)
        child.record(min(day + datetime.timedelta(days=1100), last), "placement.ended", **placement)


# What comes again and again: the day of the first, the days between two, the type, the fields.
_ROUND = (
    (7, 35, "visit.made", {"kind": "statutory", "seen": True, "by_role": "social-worker"}),
    (20, 21, "family_contact.recorded", {"kind": "face_to_face", "supervised": True}),
    (25, 30, "contact.made", {"by_role": "social-worker", "kind": "call"}),
    (28, 30, "oversight.recorded", {"kind": "supervision", "by_role": "team-manager"}),
    (14, 180, "health_assessment.completed", {"kind": "review", "assessor": "nurse"}),
    (300, 182, "dental_check.completed", {}),
    (300, 365, "immunisations.recorded", {"up_to_date": "yes"}),
    (1500, 365, "sdq.completed", {"score": 12}),
    (1200, 120, "pep.completed", {"kind": "review"}),
    (1200, 120, "attendance.recorded", {}),
    (2500, 120, "views.given", {"channel": "in_person"}),
    (2200, 90, "leisure.recorded", {"kind": "sport"}),
    (40, 500, "worker.allocated", {"role": "social-worker"}),
)


def long_childhood(path):
    """A child in care from birth to the eighteenth birthday: 2,000 facts of every kind."""
    born, child = datetime.date(2007, 5, 2), _Child()
    end = born.replace(year=born.year + 18)
    child.record(born, "child.registered", date_of_birth=str(born), sex="F")
    child.record(born, "care.started", legal_status="C2", arrangement="full")
    _homes(child, born, end)
    _reviews(child, born + datetime.timedelta(days=19), end)
    _missing(child, born.replace(year=born.year + 15), end, 20)
    for first, every, event_type, fields in _ROUND:
        for number, day in enumerate(_days(born + datetime.timedelta(days=first), end, every)):
            own = {"worker": f"W{number}"} if event_type == "worker.allocated" else {}
            if event_type == "attendance.recorded":
                own = {"period_start": str(day - datetime.timedelta(days=90)), "period_end": str(day), "percentage": 95}
            child.record(day, event_type, **fields, **own)
    number = 0
    while len(child.events) < 2000:
        child.record(born + datetime.timedelta(days=100 + 20 * number), "contact.made", by_role="social-worker")
        number += 1
    return child.write(path)
