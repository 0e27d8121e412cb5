"""Instants, local days and working days of England and Wales (Europe/London).

An instant is a whole number of milliseconds since 1970 UTC; a local day is a datetime.date."""

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECOND = timedelta(milliseconds=1)
HOUR = 3_600_000
DAY = timedelta(days=1)

DATE = re.compile(r"^(\d{4})-(\d\d)-(\d\d)$", re.ASCII)
TIME = re.compile(r"^(\d{4}-\d\d-\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$", re.ASCII)


def read_date(text):
    """The day a bare date names, or None where there is no such day."""
    match = DATE.match(text)
    if not match:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def read_instant(text):
    """The instant of an RFC 3339 time, or None where it does not exist or has no offset."""
    match = TIME.match(text)
    if not match:
        return None
    day, hour, minute, second = read_date(match[1]), int(match[2]), int(match[3]), int(match[4])
    offset = read_offset(match[6])
    if day is None or offset is None or hour > 23 or minute > 59 or second > 59:
        return None
    days = (day - EPOCH.date()).days
    seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
    return seconds * 1000 + int((match[5] or "0")[:3].ljust(3, "0"))


def read_offset(text):
    """Minutes east of UTC."""
    if text in "Zz":
        return 0
    hours, minutes = int(text[1:3]), int(text[4:])
    if hours > 23 or minutes > 59:
        return None
    return (hours * 60 + minutes) * (-1 if text[0] == "-" else 1)


def write_instant(ms):
    """R41: UTC with Z, milliseconds only when not zero."""
    moment = EPOCH + ms * MILLISECOND
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return text + (f".{ms % 1000:03d}" if ms % 1000 else "") + "Z"


@lru_cache(maxsize=None)
def midnight(day):
    """00:00 local at the beginning of the day."""
    return (datetime(day.year, day.month, day.day, tzinfo=LONDON) - EPOCH) // MILLISECOND


@lru_cache(maxsize=None)
def local_day(ms):
    return (EPOCH + ms * MILLISECOND).astimezone(LONDON).date()


def add_months(day, months):
    """T3: the corresponding date, clipped to the end of the month."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, days_in_month(year, month + 1)))


def days_in_month(year, month):
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return (first_of_next - DAY).day


def birthday(born, age):
    """R17: someone born on 29 February has the birthday on 1 March in other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def easter(year):
    """The Gregorian computus (Meeus, Jones, Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def first_monday(year, month):
    first = date(year, month, 1)
    return first + DAY * (-first.weekday() % 7)


def last_monday(year, month):
    last = date(year, month, days_in_month(year, month))
    return last - DAY * last.weekday()


# T4: bank holidays that were moved, and those proclaimed once.
MOVED = {date(2012, 5, 28): date(2012, 6, 4), date(2020, 5, 4): date(2020, 5, 8), date(2022, 5, 30): date(2022, 6, 2)}
ONCE = {date(2011, 4, 29), date(2012, 6, 5), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)}


@lru_cache(maxsize=None)
def bank_holidays(year):
    sunday = easter(year)
    mondays = {first_monday(year, 5), last_monday(year, 5), last_monday(year, 8)}
    days = {MOVED.get(day, day) for day in mondays} | {sunday - 2 * DAY, sunday + DAY}
    days |= {day for day in ONCE if day.year == year}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        days.add(next_free_weekday(fixed, days))
    return days


def next_free_weekday(day, taken):
    """A holiday on a weekend is kept on the next weekday that is not one already."""
    while day.weekday() > 4 or day in taken:
        day += DAY
    return day


def is_working_day(day):
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def add_working_days(day, count):
    """The count-th working day after the day (before it, when negative); the day itself is not counted."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def add(day, count, unit):
    """The last day of a limit that begins on the day, which is not counted (T2)."""
    if unit == "months":
        return add_months(day, count)
    if unit == "working_days":
        return add_working_days(day, count)
    return day + DAY * count * {"days": 1, "weeks": 7}[unit]
