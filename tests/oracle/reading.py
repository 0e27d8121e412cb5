"""Reading event lines: what is refused (R44), and one Event for each line taken."""

import json
import re
from dataclasses import dataclass
from datetime import date

import calendars
from catalogue import PERSON_FIELDS, TYPES

LINE_BYTES_MAX = 1 << 20
REFERENCE = re.compile(r"^[A-Za-z0-9._~:-]{1,64}$", re.ASCII)
AUTHORITY = re.compile(r"^[A-Za-z][0-9]{8}$", re.ASCII)
ENVELOPE = ("id", "source", "type", "subject", "time")


class Refused(Exception):
    pass


@dataclass(frozen=True)
class Event:
    source: str
    id: str
    type: str
    subject: str
    time: int
    data: dict
    at: int
    bare: bool
    day: date

    @property
    def recorded(self):
        """The order of recording: time, then source, then id (R7)."""
        return self.time, self.source, self.id


def refuse_if(wrong, error_class):
    if wrong:
        raise Refused(error_class)


def read_line(line):
    """R44: the first class that fits. line: bytes without the line end."""
    refuse_if(len(line) > LINE_BYTES_MAX, "too_large")
    event = parse(line)
    refuse_if(event.get("specversion") != "1.0", "bad_envelope")
    refuse_if(any(not isinstance(event.get(key), str) or not event[key] for key in ENVELOPE), "bad_envelope")
    time = calendars.read_instant(event["time"])
    refuse_if(time is None, "bad_date")
    refuse_if(event["type"] not in TYPES, "unknown_type")
    kinds, required, known = TYPES[event["type"]]
    kind, _, reference = event["subject"].partition("/")
    refuse_if(kind not in kinds or not REFERENCE.match(reference), "bad_subject")
    data = event.get("data")
    refuse_if(not isinstance(data, dict), "missing_field")
    # A null is a field that was not given.
    data = {name: value for name, value in data.items() if value is not None}
    check_fields(event["type"], data, required, known)
    at, bare = read_date_or_time(data["occurred_at"])
    return Event(event["source"], event["id"], event["type"], event["subject"], time, data, at, bare,
                 calendars.local_day(at))


def parse(line):
    def no_constant(_):
        raise ValueError

    try:
        event = json.loads(line.decode("utf-8"), parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise Refused("not_json") from None
    refuse_if(not isinstance(event, dict), "not_json")
    return event


def check_fields(event_type, data, required, known):
    refuse_if(any(name not in data for name in ("occurred_at", "authority", *required)), "missing_field")
    refuse_if(event_type == "child.updated" and not PERSON_FIELDS & set(data), "missing_field")
    refuse_if(not isinstance(data["occurred_at"], str), "bad_value")
    refuse_if(not isinstance(data["authority"], str) or not AUTHORITY.match(data["authority"]), "bad_value")
    given = [(data[name], kind) for name, kind in known.items() if name in data]
    refuse_if(not all(has_kind(value, kind) for value, kind in given), "bad_value")
    refuse_if(read_date_or_time(data["occurred_at"]) is None, "bad_date")
    refuse_if(any(kind == "d" and calendars.read_date(value) is None for value, kind in given), "bad_date")
    refuse_if(any(kind == "t" and calendars.read_instant(value) is None for value, kind in given), "bad_date")
    if "period_start" in data and "period_end" in data:
        refuse_if(data["period_end"] < data["period_start"], "end_before_start")


def has_kind(value, kind):
    if kind == "b":
        return isinstance(value, bool)
    if kind == "n":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "l":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, str)


def read_date_or_time(text):
    """R5: a bare date stands at 00:00 local of that day. Returns (instant, bare) or None."""
    day = calendars.read_date(text)
    if day:
        return calendars.midnight(day), True
    instant = calendars.read_instant(text)
    return None if instant is None else (instant, False)


def read_lines(stream):
    """Yields (line number, Event or None, class of refusal or None)."""
    for number, line in enumerate(stream, 1):
        try:
            yield number, read_line(line.rstrip(b"\r\n")), None
        except Refused as refused:
            yield number, None, str(refused)
