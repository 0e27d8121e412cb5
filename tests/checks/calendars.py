#!/usr/bin/env python3
"""Compares rules/calendars with public sources that know nothing of this repository.

    tests/checks/calendars.py                 the clock changes with tzdata (zoneinfo), the bank holidays with the PyPI
                                              package `holidays`; prints what was compared
    tests/checks/calendars.py --clock-changes prints the list of clock changes that tzdata gives, in the form of
                                              europe-london.yaml: for a new version of that file

Exit status: 0 agreed, 1 a difference that nothing explains, 77 something could not be compared (it is said what).
The data files are read line by line in the one form that they are written in, so that the check needs no YAML library
and shares no code with the reader that it stands beside; a line in any other form is itself a difference.
"""
import os
import re
import subprocess
import sys
import tempfile
import zoneinfo
from datetime import date, datetime, timedelta, timezone

CALENDARS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../rules/calendars")
DIFFERENT, NOT_COMPARED = 1, 77
CHANGES_FROM, CHANGES_TO = datetime(1968, 1, 1, tzinfo=timezone.utc), datetime(2101, 1, 1, tzinfo=timezone.utc)

# Bank holidays by proclamation, and those that one moved away: what an older release of the package may not know. In
# all nations, but for those of one.
PROCLAIMED = {
    "2011-04-29": "royal wedding",
    "2012-06-04": "spring bank holiday moved for the Diamond Jubilee",
    "2012-06-05": "Diamond Jubilee",
    "2020-05-08": "early May bank holiday moved for VE Day",
    "2022-06-02": "spring bank holiday moved for the Platinum Jubilee",
    "2022-06-03": "Platinum Jubilee",
    "2022-09-19": "State Funeral; missing in lists made before it was proclaimed",
    "2023-05-08": "Coronation; missing in lists made before it was proclaimed",
}
MOVED_AWAY = {
    "2012-05-28": "moved to 2012-06-04",
    "2020-05-04": "moved to 2020-05-08",
    "2022-05-30": "moved to 2022-06-02",
}
PROCLAIMED_IN_ONE = {"scotland": {"2026-06-15": "World Cup; missing in lists made before it was proclaimed"}}

# File of a nation: its names in the package.
NATIONS = {"england-and-wales": ("ENG", "WLS"), "scotland": ("SCT",), "northern-ireland": ("NIR",)}

differences = []


def differ(text):
    differences.append(text)
    print(f"DIFFERENCE: {text}")


def read_file(name, entry):
    """Header fields and the list entries (groups of the pattern `entry`) of one data file."""
    header, entries = {}, []
    with open(os.path.join(CALENDARS, name), encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if match := re.fullmatch(entry, line):
                entries.append(match.groups())
            elif match := re.fullmatch(r"(\w+): *(.*)", line):
                header[match[1]] = match[2].strip('"')
            elif line and not line.startswith("#"):
                differ(f"{name}:{number}: a line in a form that is not expected: {line}")
    return header, entries


def text_of(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def offset_at(zone, instant):
    return int(instant.astimezone(zone).utcoffset().total_seconds())


def change_between(zone, before, after):
    """The first second at which the offset is no longer that of `before`; they differ at `after`."""
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if offset_at(zone, middle) == offset_at(zone, before):
            before = middle
        else:
            after = middle
    return after


def changes_of_tzdata():
    """Every change of the offset, by asking each six hours, so that none can hide between two questions."""
    zone, step = zoneinfo.ZoneInfo("Europe/London"), timedelta(hours=6)
    changes, at = [], CHANGES_FROM
    while at < CHANGES_TO:
        if offset_at(zone, at) != offset_at(zone, at + step):
            change = change_between(zone, at, at + step)
            changes.append((text_of(change), offset_at(zone, change)))
        at += step
    return changes


def version_of_tzdata():
    for folder in zoneinfo.TZPATH:
        path = os.path.join(folder, "tzdata.zi")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as lines:
                return lines.readline().split()[-1]
    return "of unknown version"


def compare_lists(what, ours, theirs):
    for key in sorted(ours.keys() - theirs.keys()):
        differ(f"{what}: {key} {ours[key]}: ours only")
    for key in sorted(theirs.keys() - ours.keys()):
        differ(f"{what}: {key} {theirs[key]}: missing in ours")
    for key in sorted(ours.keys() & theirs.keys()):
        if ours[key] != theirs[key]:
            differ(f"{what}: {key}: {ours[key]} in ours, {theirs[key]} in theirs")


def compare_clock_changes():
    name = "europe-london.yaml"
    header, entries = read_file(name, r"  - \{at: (\S+), offset: (-?\d+)\}")
    ours = {at: int(offset) for at, offset in entries}
    theirs = dict(changes_of_tzdata())
    if len(ours) != len(entries) or list(ours) != sorted(ours):
        differ(f"{name}: the changes are not in order, or one is there twice")
    span = (CHANGES_FROM.date().isoformat(), (CHANGES_TO.date() - timedelta(days=1)).isoformat())
    if (header.get("from"), header.get("to")) != span:
        differ(f"{name}: from and to are not {span[0]} and {span[1]}")
    if int(header.get("offset", -1)) != offset_at(zoneinfo.ZoneInfo("Europe/London"), CHANGES_FROM):
        differ(f"{name}: the offset at its beginning is another")
    compare_lists(name, ours, theirs)
    print(f"{name}, tz database {header.get('version')}: {len(ours)} clock changes {span[0]} to {span[1]} compared "
          f"with tzdata {version_of_tzdata()} ({len(theirs)} changes)")


def holidays_package(folder):
    """Imports `holidays`, installing it in a folder of its own when need be; None when it cannot be had."""
    try:
        import holidays
        return holidays
    except ImportError:
        pass
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True, timeout=120)
        subprocess.run([f"{folder}/bin/pip", "install", "--quiet", "holidays"], check=True, capture_output=True,
                       timeout=300)
        where = subprocess.run([f"{folder}/bin/python", "-c", "import site; print(site.getsitepackages()[0])"],
                               check=True, capture_output=True, text=True, timeout=60).stdout.strip()
        sys.path.append(where)
        import holidays
        return holidays
    except (ImportError, OSError, subprocess.SubprocessError) as error:
        print(f"the package could not be installed: {error}", file=sys.stderr)
        return None


def proclaimed_in(nation):
    return {**PROCLAIMED, **PROCLAIMED_IN_ONE.get(nation, {})}


def bank_holidays_of_ours(nation):
    name = f"{nation}.yaml"
    header, entries = read_file(name, r"  - \{date: (\d{4}-\d\d-\d\d), title: (.+)\}")
    ours = dict(entries)
    if len(ours) != len(entries) or list(ours) != sorted(ours):
        differ(f"{name}: the days are not in order, or one is there twice")
    for day in sorted(proclaimed_in(nation).keys() - ours.keys()):
        differ(f"{name}: {day} was proclaimed and is missing in ours: {proclaimed_in(nation)[day]}")
    for day in sorted(MOVED_AWAY.keys() & ours.keys()):
        differ(f"{name}: {day} was {MOVED_AWAY[day]} and is in ours")
    return header, ours


def explained(nation, day, ours):
    """Why the package may say otherwise about a day; None when nothing explains it."""
    return proclaimed_in(nation).get(day) if day in ours else MOVED_AWAY.get(day)


def compare_with_subdivision(package, nation, subdivision, years, ours):
    theirs = {day.isoformat() for day in package.country_holidays("GB", subdiv=subdivision, years=years)
              if day.weekday() < 5}
    for day in sorted(theirs ^ ours.keys()):
        where = "in ours only" if day in ours else "in the package only"
        if reason := explained(nation, day, ours):
            print(f"{subdivision}: {day} {where}, explained: {reason}")
        else:
            differ(f"bank holidays, {subdivision}: {day} {where}")
    return len(theirs)


def compare_bank_holidays(package, nation, header, ours):
    first, last = date.fromisoformat(header["from"]), date.fromisoformat(header["to"])
    years = range(first.year, last.year + 1)
    counts = [f"{subdivision} {compare_with_subdivision(package, nation, subdivision, years, ours)}"
              for subdivision in NATIONS[nation]]
    print(f"{nation}.yaml, version {header.get('version')}: {len(ours)} bank holidays {first} to {last} "
          f"compared with holidays {package.__version__} ({', '.join(counts)}); {len(proclaimed_in(nation))} proclaimed "
          f"and {len(MOVED_AWAY)} moved days with the list in this check")


def main():
    if sys.argv[1:] == ["--clock-changes"]:
        for at, offset in changes_of_tzdata():
            print(f"  - {{at: {at}, offset: {offset}}}")
        return 0
    compare_clock_changes()
    lists = {nation: bank_holidays_of_ours(nation) for nation in NATIONS}
    with tempfile.TemporaryDirectory() as folder:
        package = holidays_package(folder)
        for nation, (header, ours) in lists.items() if package is not None else ():
            compare_bank_holidays(package, nation, header, ours)
    if differences:
        print(f"{len(differences)} differences that nothing explains")
        return DIFFERENT
    if package is None:
        print("NOT TESTED: the bank holidays of 2010 to 2030, for want of the PyPI package `holidays`", file=sys.stderr)
        return NOT_COMPARED
    return 0


if __name__ == "__main__":
    sys.exit(main())
