#!/usr/bin/env python3
"""Makes stories for the whole statutory pack: invented subjects of every kind, to whom happens, in no sensible order, whatever
the rules of the pack ask for. What must be open at the end is what `watchkeeper replay` says of each story by itself, in the
order of its times and undisturbed: so the simulation shows that trouble changes nothing, not that the rules are right (that is
for the rule tests).

    tests/simulation/whole.py FOLDER --tool build/release/watchkeeper [--stories N]

Fails where a rule of the pack that can open opens in none of the stories.
"""

import argparse
import collections
import datetime
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from pool import LAST, PACK, UNTIL, stricter  # noqa: E402

OPEN = ("due_soon", "overdue", "unknown", "raised", "updated")
FIRST_DAY, DAYS = datetime.date(2024, 1, 8), 1000
KINDS = ("child",) * 24 + ("carer",) * 3 + ("home",) * 3 + ("authority", "proceedings")
# What is said of the records themselves, and what only persons say of alerts: pool.py has these.
APART = ("record.", "alert.", "feed.", "asyncapi", "care.alert", "care.escalation", "care.notice")


# What chance alone hardly brings about: most children have none of it.
SETTLED = {"placement_type": "U4", "basis": "long_term_foster", "long_term": True, "temporary": False}
SCENES = ({},) * 6 + (
    {"placement": SETTLED, "again": [("visit.made", {"kind": ["statutory"], "seen": [True]})] * 2},
    {"placement": SETTLED,
     "again": [("placement.changed", {"visits_agreed": [True], "long_term": [True], "basis": ["long_term_foster"]}),
               ("visit.made", {"kind": ["statutory"], "seen": [True]})]},
    {"placement": {"placement_type": "A3", "basis": "ordinary", "temporary": False},
     "again": [("review.held", {"kind": ["adoption"]})] * 2},
    {"again": [("missing.started", {"kind": ["M"]}), ("worker.allocated", {"role": ["social-worker"]})]},
)


# ---- what the pack asks for ----

def schemas(tool):
    """The strict schema of every event type."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([tool, "schema", "--strict", "--out", folder], check=True, capture_output=True)
        found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in pathlib.Path(folder).glob("*.json")}
    return {name: schema for name, schema in found.items() if not name.startswith(APART)}


def value_of(text):
    """true, 17 or a code."""
    return {"true": True, "false": False}.get(text, float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else text)


def fields_asked(condition):
    """The fields of one filter, each with the values that satisfy it."""
    asked = {}
    for field, values in re.findall(r"(\w+) in \[([^\]]*)\]", condition):
        asked[field] = [value_of(value.strip()) for value in values.split(",")]
    for field, value in re.findall(r"(\w+)\s*(?:=|>=| is )\s*([\w.]+)", re.sub(r"\[[^\]]*\]", "", condition)):
        if not value.startswith("opening") and value not in ("not", "each", "known"):
            asked[field] = [value_of(value)]
    return asked


def mentions(known):
    """(type, fields asked) of each mention of an event type in the pack."""
    text = "\n".join(line.split(" #")[0] for line in PACK.read_text(encoding="utf-8").splitlines()
                     if not line.lstrip().startswith("#"))
    found = []
    for event_type, condition in re.findall(r"\b([a-z_]+\.[a-z_]+)\b(?:\{([^}]*)\})?", text):
        if event_type in known and (event_type, condition) not in found:
            found.append((event_type, condition))
    return [(event_type, fields_asked(condition)) for event_type, condition in found]


# ---- events ----

class Subject:
    """The events of one subject."""

    def __init__(self, rng, known, kind, name):
        self.rng, self.known, self.kind, self.name = rng, known, kind, name
        self.authority = rng.choice(("E06000052", "E06000049", "E06000019"))
        self.start = FIRST_DAY + datetime.timedelta(days=rng.randrange(300))
        self.days = DAYS - 350
        self.events = []

    def day(self):
        """One of the days of the story, sooner rather than later."""
        return self.start + datetime.timedelta(days=int(self.rng.random() ** 1.5 * self.days))

    def value(self, field, schema, definitions):
        """A value of the field; references are few, so that what belongs together often meets."""
        for part in schema.get("anyOf", ()) or schema.get("allOf", ()) or (schema,):
            reference = part.get("$ref", "")
            if reference:
                part = definitions[reference.rsplit("/", 1)[1]]
            codes = [code for choice in (part, *part.get("anyOf", ()))
                     for code in choice.get("enum", [choice["const"]] if "const" in choice else [])]
            if codes:
                return self.rng.choice(codes)
            if reference.endswith("/instant"):
                return f"{self.day()}T10:00:00Z"
            if reference.endswith("/date"):
                return str(self.day())
            kinds = part.get("type", ())
            kinds = [kinds] if isinstance(kinds, str) else kinds
            if "boolean" in kinds:
                return self.rng.random() < 0.5
            if "number" in kinds or "integer" in kinds:
                return self.rng.randrange(part.get("minimum", 0), min(part.get("maximum", 30), 30) + 1)
            if "array" in kinds:
                return [f"{field}-1"]
            if "string" in kinds:
                return f"{self.name}-{field}{self.rng.randrange(1, 3)}"
        return None

    def data(self, event_type, asked, occurred):
        """What the type requires, most of what is asked for, and some of the rest."""
        schema = self.known[event_type]
        fields = schema["properties"]["data"]
        data = {"occurred_at": occurred, "authority": self.authority}
        for field, what in fields["properties"].items():
            if field in data or field == "replaces":
                continue
            chance = 1 if field in fields["required"] else 0.9 if field in asked else 0.2
            if self.rng.random() < chance:
                wanted = asked.get(field) if self.rng.random() < 0.9 else None
                value = self.rng.choice(wanted) if wanted else self.value(field, what, schema["$defs"])
                if value is not None:
                    data[field] = value
        if "period_start" in data and "period_end" in data: # the other way round it would be refused
            data["period_start"], data["period_end"] = sorted((data["period_start"], data["period_end"]))
        return data

    def add(self, event_type, asked, day, data=None):
        """Now and then recorded late, corrected or withdrawn."""
        lag = self.rng.randrange(60 if self.rng.random() < 0.1 else 3)
        hour = self.rng.randrange(24)
        time = f"{day + datetime.timedelta(days=lag)}T{hour:02}:{len(self.events) % 60:02}:30Z"
        occurred = str(day) if lag > 0 and self.rng.random() < 0.5 else f"{day}T{hour // 2:02}:15:00Z"
        event = self.publish(event_type, time, {**self.data(event_type, asked, occurred), **(data or {})})
        if self.rng.random() < 0.06:
            later = f"{day + datetime.timedelta(days=lag + 9)}T07:{len(self.events) % 60:02}:00Z"
            moved = str(day - datetime.timedelta(days=self.rng.randrange(4)))
            self.publish(event_type, later, {**event["data"], "occurred_at": moved, "replaces": event["id"]})
        elif self.rng.random() < 0.04:
            later = f"{day + datetime.timedelta(days=lag + 15)}T08:{len(self.events) % 60:02}:00Z"
            self.publish("record.voided", later, {"occurred_at": later, "authority": self.authority, "target": event["id"]})

    def publish(self, event_type, time, data):
        """One event; nothing after the end of the stories."""
        event = {"specversion": "1.0", "id": f"{self.name}-{len(self.events) + 1}", "source": "/simulation",
                 "type": event_type, "subject": f"{self.kind}/{self.name}", "time": time, "data": data}
        if time < LAST:
            self.events.append(event)
        return event

    def grow_up(self):
        """What the life of a child in care rests on."""
        age = self.rng.choice((0, 3, 4, 7, 9, 12, 14, 15, 15, 16, 17, 17, 20))
        born = self.start - datetime.timedelta(days=age * 365 + self.rng.randrange(365))
        alone = self.rng.random() < 0.1
        self.add("child.registered", {}, self.start, {"date_of_birth": str(born), "uasc": alone})
        if age == 20:
            return
        if self.rng.random() < 0.2: # for years already
            self.start -= datetime.timedelta(days=1000)
            self.days += 1000
        self.add("care.started", {}, self.start, {"legal_status": self.rng.choice(("C2", "C1", "V2", "V2", "E1", "V4", "J1")),
                                                  "arrangement": self.rng.choice(("full", "full", "full", "short_break"))})
        placement = {"placement": f"{self.name}-placement1"}
        scene = self.rng.choice(SCENES)
        self.add("placement.started", {}, self.start, {**placement, **scene.get("placement", {})})
        for event_type, fields in scene.get("again", ()):
            self.again(event_type, fields)
        if alone:
            self.add("missing.started", {}, self.start + datetime.timedelta(days=1), {"episode": f"{self.name}-episode1"})

    def again(self, event_type, fields):
        """The same thing some more times, of something else each time."""
        day = self.day()
        first = 1 if event_type == "placement.changed" else 3
        references = [field for field, what in self.known[event_type]["properties"]["data"]["properties"].items()
                      if field in ("placement", "episode", "review", "worker")]
        for number in range(self.rng.randrange(3, 7)):
            day += datetime.timedelta(days=self.rng.randrange(5, 45))
            self.add(event_type, fields, day, {field: f"{self.name}-{field}{number + first}" for field in references})


class Deck:
    """Gives the mentions of a kind of subject in any order, each as often as the others."""

    def __init__(self, rng, known, asked, kind):
        self.rng, self.left = rng, []
        self.all = [(event_type, fields) for event_type, fields in asked
                    if kind in re.findall(r"\w+", known[event_type]["properties"]["subject"]["pattern"].split("/")[0])]

    def draw(self):
        """One of them."""
        if not self.left:
            self.left = self.rng.sample(self.all, len(self.all))
        return self.left.pop()


def live(rng, known, decks, number):
    """The events of one story."""
    kind = rng.choice(KINDS)
    subject = Subject(rng, known, kind, f"whole{number}")
    if kind == "child":
        subject.grow_up()
    for _ in range(rng.randrange(1, 4)):
        subject.again(*decks[kind].draw())
    for _ in range(rng.randrange(12, 30)):
        event_type, fields = decks[kind].draw()
        if event_type not in ("child.died", "care.ended") or rng.random() < 0.2:
            subject.add(event_type, fields, subject.day())
    return sorted(subject.events, key=lambda event: (event["time"], event["id"]))


# ---- what comes of it ----

def expected(tool, stories):
    """What is open at the end and which steps, by the subject of the story."""
    alerts, rungs = collections.defaultdict(dict), collections.defaultdict(set)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        lines = sorted((event["time"], json.dumps(event)) for story in stories for event in story)
        file.writelines(line + "\n" for _, line in lines)
        file.flush()
        said = subprocess.run([tool, "replay", "--until", UNTIL, file.name], check=True, capture_output=True, text=True)
    for line in said.stdout.splitlines():
        statement = json.loads(line)
        data, subject = statement["data"], statement["subject"]
        if not statement["type"].startswith("care.escalation"):
            alerts[subject][data["alert"]] = data
            continue
        rung = re.match(r"(.*#rung-\d+)", statement["id"]).group(1)
        (rungs[subject].add if data["state"] == "raised" else rungs[subject].discard)(rung)
    for story in stories:
        subject = story[0]["subject"]
        still = [[alert, "raised" if data["state"] == "updated" else data["state"], data.get("due_at") or ""]
                 for alert, data in alerts[subject].items() if data["state"] in OPEN]
        yield {"events": [[event["subject"], event["time"], json.dumps(event)] for event in story],
               "open": sorted(still), "rungs": sorted(rungs[subject])}


def census(tool, stories):
    """By rule how many instances there are, and how many met or cleared, and how many breached."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(event) + "\n" for story in stories for event in story)
        file.flush()
        duties = subprocess.run([tool, "duties", "--json", "--at", UNTIL, "--events", file.name], check=True,
                                capture_output=True, text=True)
    states = collections.defaultdict(collections.Counter)
    for line in duties.stdout.splitlines():
        duty = json.loads(line)
        states[duty["rule"]][duty["state"]] += 1
    return states


def tell(tool, states):
    """Prints the counts; false where a rule that can open has not."""
    listed = subprocess.run([tool, "rules", "list", "--json"], check=True, capture_output=True, text=True)
    rules = [rule for rule in map(json.loads, listed.stdout.splitlines()) if not rule.get("off")]
    missing = [rule["id"] for rule in rules if rule["id"] not in states]
    met = sum(1 for counts in states.values() if counts["met"] + counts["met_late"] + counts["cleared"])
    breached = sum(1 for counts in states.values() if counts["overdue"] + counts["met_late"] + counts["raised"] + counts["cleared"])
    print(f"{len(rules)} rules: {len(states)} opened, {met} met or cleared, {breached} breached", file=sys.stderr)
    if missing:
        print("never opened: " + " ".join(missing), file=sys.stderr)
    return not missing


def main():
    """Writes stories.jsonl, pack.yaml, stricter.yaml and until."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--stories", type=int, default=1000)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    known = schemas(options.tool)
    asked, rng = mentions(known), random.Random(options.seed)
    decks = {kind: Deck(rng, known, asked, kind) for kind in dict.fromkeys(KINDS)}
    stories = [live(rng, known, decks, number) for number in range(options.stories)]
    made = list(expected(options.tool, stories))
    (options.folder / "stories.jsonl").write_text("".join(json.dumps(story) + "\n" for story in made), encoding="utf-8")
    text = PACK.read_text(encoding="utf-8")
    (options.folder / "pack.yaml").write_text(text, encoding="utf-8")
    (options.folder / "stricter.yaml").write_text(stricter(text), encoding="utf-8")
    (options.folder / "until").write_text(UNTIL + "\n", encoding="ascii")
    print(f"{len(made)} stories, {sum(len(story['events']) for story in made)} events", file=sys.stderr)
    sys.exit(0 if tell(options.tool, census(options.tool, stories)) else 1)


if __name__ == "__main__":
    main()
