"""Events for tests, and what must come of them by the tool's own `duties` (which the oracle checks)."""

import datetime
import functools
import itertools
import json
import pathlib
import subprocess
import tempfile

from kafka import Record

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "build/release/watchkeeper"
SOURCE = "/test/case-system"
AUTHORITY = "E10000003"
STRUCTURED = [("content-type", b"application/cloudevents+json")]
OPEN_ALERTS = ("due_soon", "overdue", "unknown", "raised", "updated")
_ids = itertools.count(1)


def now():
    """The wall clock, in UTC."""
    return datetime.datetime.now(datetime.timezone.utc)


def text(moment):
    """An instant as the events have it."""
    return moment.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ago(**units):
    """The instant that long ago: ago(hours=72)."""
    return now() - datetime.timedelta(**units)


def event(event_type, subject, occurred_at, recorded_at=None, event_id=None, **data):
    """One CloudEvent; occurred_at is an instant, or a date's text."""
    occurred = occurred_at if isinstance(occurred_at, str) else text(occurred_at)
    return {
        "specversion": "1.0", "id": event_id or f"test-{next(_ids)}", "source": SOURCE, "type": event_type,
        "subject": subject, "time": text(recorded_at or now()),
        "data": {"occurred_at": occurred, "authority": AUTHORITY, **data},
    }


def missing_and_back(child, returned_at, recorded_at=None):
    """A missing episode that ended then: its return interview is due 72 hours later."""
    episode = child.split("/")[1] + "-M1"
    started = returned_at - datetime.timedelta(hours=5)
    return [
        event("missing.started", child, started, recorded_at, episode=episode, kind="M"),
        event("missing.ended", child, returned_at, recorded_at, episode=episode),
    ]


def record(one, partition=None):
    """The message that a case system would send."""
    value = json.dumps(one).encode()
    return Record(key=one["subject"].encode(), value=value, headers=STRUCTURED, partition=partition)


def publish(kafka, topic, events):
    """Sends events as a case system would."""
    kafka.produce(topic, [record(one) for one in events])


def sample(children, start, days, seed):
    """An invented caseload, as parsed events."""
    lines = subprocess.run([TOOL, "sample", "--children", str(children), "--from", start, "--days", str(days), "--seed",
                            str(seed)], capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in lines.splitlines()]


def statements(kafka, topic):
    """What a read_committed reader finds on a topic of statements, in order within a partition."""
    return [json.loads(found.value) for found in kafka.read(topic) if found.value]


def fold(alerts):
    """{alert: (state, due_at)} of the alerts that are still open after all these statements."""
    last = {one["data"]["alert"]: (one["data"]["state"], one["data"].get("due_at")) for one in alerts}
    return {alert: said for alert, said in last.items() if said[0] in OPEN_ALERTS}


def _tool(command, events, *arguments):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(one) + "\n" for one in events)
        file.flush()
        place = ["--events", file.name] if command == "duties" else [file.name]
        done = subprocess.run([TOOL, command, *arguments, *place], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@functools.cache
def _unset():
    """Rules whose limit is not set, or may not be by the event that gives it: nothing is said while it is unknown (R36)."""
    words = ("unset", "field:")
    done = subprocess.run([TOOL, "rules", "list", "--json"], capture_output=True, text=True, check=True)
    rules = map(json.loads, done.stdout.splitlines())
    return {rule["id"] for rule in rules if any(word in (rule["limit"] or "") for word in words)}


def open_duties(events, at):
    """{alert: (state, due_at)} of what must be open at that time (R50)."""
    found = {}
    for duty in _tool("duties", events, "--at", at, "--json"):
        state = duty["state"]
        silent = state == "unknown" and duty["rule"] in _unset()
        if state in OPEN_ALERTS and not silent:
            found[f"{duty['subject']}|{duty['rule']}|{duty['anchor']}"] = (state, duty.get("due_at"))
    return found


def comparable(alerts):
    """The same with `updated` as `raised`: `duties` knows one word for both."""
    return {alert: ("raised" if said[0] == "updated" else said[0], said[1]) for alert, said in alerts.items()}


def replayed(events, until, silent_until):
    """What `replay` says of them: statements."""
    return _tool("replay", events, "--until", until, "--silent-until", silent_until)
