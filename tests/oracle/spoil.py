"""What goes wrong with records on their way: corrections, voids, early knowledge, shuffling, broken lines."""

import json

import calendars

DAY_MS = 24 * calendars.HOUR


def share(child, part):
    return [event for event in child.events if child.rng.random() < part]


def after(child, event, days=40):
    """An instant of recording after the event's."""
    return calendars.read_instant(event["time"]) + child.rng.choice((1, calendars.HOUR, child.rng.randrange(days * DAY_MS)))


def derived(child, event, letter, time):
    """A further record of the same source and subject."""
    new = json.loads(json.dumps(event))
    new["id"] = f"{child.name}-{letter}{child.counted(letter)}"
    new["time"] = calendars.write_instant(time)
    return new


def correction(child, event):
    """The same fact with another date, and now and then another field. It may be recorded before what it corrects."""
    rng = child.rng
    early = rng.random() < 0.1
    time = calendars.read_instant(event["time"]) - rng.randrange(DAY_MS) if early else after(child, event)
    new = derived(child, event, "c", time)
    data = new["data"]
    data["replaces"] = event["id"]
    shift_date(rng, data, time)
    if "seen" in data and rng.random() < 0.3:
        data["seen"] = not data["seen"]
    if "placement_type" in data and rng.random() < 0.3:
        data["placement_type"] = rng.choice(("U4", "H5", "K2", "P1", "T1"))
    if "date_of_birth" in data:
        shifted = calendars.read_date(data["date_of_birth"]) + calendars.DAY * rng.randint(-400, 400)
        data["date_of_birth"] = shifted.isoformat()
    if "legal_status" in data and rng.random() < 0.3:
        data["legal_status"] = rng.choice(("V2", "V4", "C1", "C2"))
    return new


def shift_date(rng, data, latest):
    day = calendars.read_date(data["occurred_at"])
    at = calendars.midnight(day) if day else calendars.read_instant(data["occurred_at"])
    at = min(at + rng.choice((0, 1, -1, rng.randint(-10, 10) * DAY_MS, rng.randint(-40, 40) * calendars.HOUR)), latest)
    bare = rng.random() < 0.3
    data["occurred_at"] = calendars.local_day(at).isoformat() if bare else calendars.write_instant(at)


def correct(child):
    """Corrections, corrections of corrections, and two corrections of one record."""
    for event in share(child, 0.2):
        last = event
        for _ in range(child.rng.choice((1, 1, 2, 3))):
            new = correction(child, last)
            child.events.append(new)
            last = child.rng.choice((new, new, event))


def voiding(child, target, early=0.15):
    if child.rng.random() < early:
        time = calendars.read_instant(target["time"]) - child.rng.randrange(DAY_MS)
    else:
        time = after(child, target)
    new = derived(child, target, "v", time)
    new["type"] = "record.voided"
    new["data"] = {"occurred_at": new["time"], "authority": child.authority, "target": target["id"]}
    return new


def void(child):
    """Voids, voids of voids, and voids that miss: another source, or nothing there."""
    for event in share(child, 0.15):
        for _ in range(child.rng.choice((1, 1, 2, 3))):
            new = voiding(child, event)
            if child.rng.random() < 0.1:
                new["source"] = "/test/other-system"
            child.events.append(new)
            event = new


def about_the_child(child, event_type, **data):
    """A record of that type, recorded somewhere within the child's story."""
    new = derived(child, child.rng.choice(child.events), "k", 0)
    new["type"] = event_type
    new["time"] = calendars.write_instant(after(child, child.rng.choice(child.events), 200))
    new["data"] = {"occurred_at": new["time"], "authority": child.authority, **data}
    return new


def erase(child):
    """Now and then, and now and then again. What is recorded later begins anew."""
    for _ in range(child.rng.choice((0, 1, 1, 2))):
        child.events.append(about_the_child(child, "record.erased"))


def merge(child):
    """Part of it was recorded under other references, which are merged: late, twice, in chains and in rings."""
    names = [child.name] + [f"{child.name}{letter}" for letter in "bc"[:child.rng.choice((1, 1, 2))]]
    for event in child.events:
        event["subject"] = f"child/{child.rng.choice(names)}"
    merges = []
    for name in names[1:]:
        for _ in range(child.rng.choice((1, 1, 2))):
            merges.append(about_the_child(child, "record.merged", into=child.rng.choice(names)))
            merges[-1]["subject"] = f"child/{name}"
    if child.rng.random() < 0.3:
        merges.append(about_the_child(child, "record.merged", into=child.rng.choice(names)))
        merges[-1]["subject"] = f"child/{names[0]}"
    if child.rng.random() < 0.3:
        merges.append(voiding(child, child.rng.choice(merges)))
    child.events += merges
    if child.rng.random() < 0.3:
        child.events.append(about_the_child(child, "record.erased"))
        child.events[-1]["subject"] = f"child/{child.rng.choice(names)}"


def know_before(child):
    """R16: recorded before it happens."""
    for event in share(child, 0.25):
        if event["type"] != "record.voided":
            event["time"] = calendars.write_instant(calendars.read_instant(event["time"]) - child.rng.randrange(60 * DAY_MS))


def update(child):
    """Two records of one reference (R8), a second source, codes that no list has, fields that nobody knows."""
    for event in share(child, 0.06):
        if event["type"] in ("placement.started", "placement.ended", "review.held", "missing.started", "missing.ended"):
            new = derived(child, event, "u", after(child, event))
            new["source"] = child.rng.choice((event["source"], "/test/other-system"))
            shift_date(child.rng, new["data"], calendars.read_instant(new["time"]))
            child.events.append(new)
    for event in share(child, 0.04):
        if event["type"] == "legal_status.changed":
            event["data"]["legal_status"] = "Q9"
        if event["type"] == "visit.made":
            event["data"]["kind"] = "unheard_of"
        event["data"]["colour_of_door"] = 3


def deliver_badly(events, rng):
    """Out of order and more than once; a redelivery may differ, and is dropped all the same (R4)."""
    out = []
    for place, event in enumerate(events):
        out.append((place + (rng.randint(1, 60) if rng.random() < 0.15 else 0), event))
        if rng.random() < 0.05:
            again = json.loads(json.dumps(event))
            if rng.random() < 0.5 and "seen" in again["data"]:
                again["data"]["seen"] = not again["data"]["seen"]
            out.append((place + 61 + rng.randint(0, 80), again))
    return [event for _, event in sorted(out, key=lambda item: item[0])]


def set_field(name, value):
    def change(event):
        event["data"][name] = value
    return change


def set_attribute(name, value):
    def change(event):
        event[name] = value
    return change


def drop(name):
    def change(event):
        event.pop(name)
    return change


def swap_period(event):
    event["type"] = "attendance.recorded"
    event["data"] = {"occurred_at": "2020-05-01", "authority": "E06000052", "period_start": "2020-05-01", "period_end": "2020-04-30"}


# One change for each way in which R44 refuses a line; the comment says the class.
BREAKS = [
    drop("specversion"), drop("source"), drop("type"), drop("subject"), drop("time"), drop("id"),   # bad_envelope
    set_attribute("specversion", "0.3"), set_attribute("specversion", 1.0), set_attribute("id", 17),  # bad_envelope
    set_attribute("time", "2021-02-29T10:00:00Z"), set_attribute("time", "2021-02-28T10:00:00"),    # bad_date
    set_attribute("time", "yesterday"), set_attribute("time", "2021-02-28"),                        # bad_date
    set_attribute("type", "visit.planned"), set_attribute("type", "x"),                             # unknown_type
    set_attribute("subject", "dog/1"), set_attribute("subject", "home/1 2"), set_attribute("subject", "child/"),  # bad_subject
    set_attribute("subject", "G1-0001"), set_attribute("subject", "child/" + "x" * 65),             # bad_subject
    set_attribute("subject", "proceedings/G1"), set_attribute("subject", "child/G1/2"),             # bad_subject
    drop("data"), set_attribute("data", []), set_attribute("data", None),                           # missing_field
    set_field("occurred_at", None), set_field("authority", None),                                   # missing_field
    set_field("occurred_at", 5), set_field("authority", "E1000"), set_field("authority", ""),       # bad_value
    set_field("authority", 7), set_field("replaces", 4), set_field("notified_at", True),            # bad_value
    set_field("occurred_at", "31/12/2020"), set_field("occurred_at", "2021-02-29"),                 # bad_date
    set_field("occurred_at", "2021-03-01T10:00:00"), set_field("occurred_at", "2021-03-01T25:00:00Z"),  # bad_date
    set_field("notified_at", "soon"),                                                               # bad_date
    swap_period,                                                                                    # end_before_start
]
REQUIRED = {"placement.started": "placement", "visit.made": "kind", "review.held": "review", "missing.ended": "episode",
            "child.registered": "date_of_birth", "care.started": "arrangement", "care.ended": "reason"}


def broken(line, rng):
    event = json.loads(line)
    event["id"] += "-bad"
    chance = rng.random()
    if chance < 0.08:
        return json.dumps(event)[:rng.randint(1, 60)]
    if chance < 0.12:
        return rng.choice(("17", "[]", "null", '"text"', "nonsense"))
    if chance < 0.14:
        event["data"]["padding"] = "x" * (1 << 20)
    elif chance < 0.3 and event["type"] in REQUIRED:
        event["data"][REQUIRED[event["type"]]] = rng.choice((None, [], 3))
    else:
        rng.choice(BREAKS)(event)
    return json.dumps(event)


def break_lines(lines, rng):
    """Broken copies beside the lines they were made from, which stand."""
    out = []
    for line in lines:
        copies = [broken(line, rng)] if rng.random() < 0.3 else []
        out += [*copies, line] if rng.random() < 0.5 else [line, *copies]
    return out
