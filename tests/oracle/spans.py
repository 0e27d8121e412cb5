"""Periods of care, placements and profiles of one subject (R9 to R15, R53)."""

from dataclasses import dataclass, field

import calendars
from facts import Moment, is_care_start, on_or_after

CODES_OF_STATUS = {"C1", "C2", "D1", "E1", "V2", "V3", "V4", "L1", "L2", "L3", "J1", "J2", "J3"}
FOR_ADOPTION = {"A3", "A4", "A5", "A6"}
SHORT_BREAK, ADOPTION, STANDARD, NONE = "short break", "adoption", "standard", "none"


def earlier(*moments):
    """The earliest end; None is never. Of two at the same instant the bare date."""
    known = [moment for moment in moments if moment]
    return min(known, key=lambda moment: (moment.at, not moment.bare)) if known else None


def later(first, second):
    return max(first, second, key=lambda moment: (moment.at, moment.bare))


def is_over(end, at):
    """Ended at or before: instants are compared (R5)."""
    return end is not None and end.at <= at


@dataclass(eq=False)
class Period:
    """A period of care, and the legal status in it."""
    start_fact: object
    start: Moment
    anchor: str
    end: Moment = None
    changes: list = field(default_factory=list)

    @property
    def start_known(self):
        return self.start_fact.get("start_known") is not False

    def status(self, at):
        """R12: (status in force at the instant, whether it has changed to another code by then)."""
        first = status = self.start_fact.get("legal_status")
        changed = False
        for fact in self.changes:
            code, action = fact.get("legal_status"), fact.get("action")
            if fact.at > at or code not in CODES_OF_STATUS:
                continue
            if action in ("made", "extended", "renewed"):
                status = code
                changed = changed or code != first
            elif action in ("ended", "revoked") and code == status:
                status = None
        return status, changed


def belongs_to(fact, periods):
    """R9: the latest period that began on or before it and did not end before it, the day of the end included."""
    for period in reversed(periods):
        if on_or_after(fact, period.start) and (period.end is None or fact.day <= period.end.day):
            return period
    return None


def make_periods(facts, birthday_18):
    periods, is_open = [], False
    for group in care_groups(facts.of("care.started", "care.ended")):
        starts = [fact for fact in group if fact.type == "care.started"]
        ends = [fact for fact in group if fact.type == "care.ended"]
        if is_open and ends:
            periods[-1].end, is_open = ends.pop(0).moment, False
        for fact in starts:
            # On the day of the open period's start it is ignored.
            if is_open and periods[-1].start.day == fact.day:
                continue
            if is_open:
                periods[-1].end = fact.moment
            anchor = facts.dated_anchor("care", fact, is_care_start)
            periods.append(Period(fact, fact.moment, anchor))
            is_open = True
        if is_open and ends:
            periods[-1].end, is_open = ends[0].moment, False
    for period in periods:
        period.end = earlier(period.end, birthday_18, facts.death)
        period.changes = [fact for fact in facts.of("legal_status.changed")
                          if fact.at >= period.start.at and not is_over(period.end, fact.at)]
    return periods


def care_groups(facts):
    """R9: what is taken together: the same instant, or a day on which one of them is a bare date."""
    bare_days = {fact.day for fact in facts if fact.moment.bare}
    groups = {}
    for fact in facts:
        groups.setdefault(fact.day if fact.day in bare_days else fact.at, []).append(fact)
    return groups.values()


@dataclass(eq=False)
class Placement:
    fact: object
    reference: str
    period: Period
    recorded_end: Moment
    changes: list
    end: Moment = None
    promoted: Moment = None  # a stay that became the placement when the one below it ended

    @property
    def start(self):
        return self.fact.moment

    @property
    def in_force_from(self):
        return self.promoted or self.start

    def is_temporary_by_itself(self):
        """R14, but for the placement below. Care is full while the profile is not short break, whatever care.started
        said (histories: shortbreak)."""
        if is_temporary_type(self.fact):
            return True
        in_full_care = self.period and not is_short_break(self.period, max(self.start.at, self.period.start.at))
        return self.fact.get("arrangement") == "short_break" and bool(in_full_care)

    def at(self, name, at):
        """A field of the placement at an instant: from the start or the latest change that says it."""
        value = self.fact.get(name)
        for change in self.changes:
            if self.start.at <= change.at <= at and change.get(name) is not None:
                value = change.get(name)
        return value


def is_temporary_type(fact):
    return fact.get("placement_type") in ("T0", "T1", "T2", "T3", "T4") or fact.get("temporary") is True


@dataclass(eq=False)
class Stay:
    """Placements with the same carer, one after the other (R15). ordinary_from: since when the child lives there;
    None for a temporary stay that never became ordinary."""
    placements: list
    ordinary_from: Moment = None

    @property
    def reference(self):
        return self.placements[0].reference

    @property
    def end(self):
        return self.placements[-1].end

    @property
    def period(self):
        return self.placements[-1].period

    def placement_at(self, at):
        begun = [placement for placement in self.placements if placement.in_force_from.at <= at]
        return begun[-1] if begun else self.placements[0]

    def at(self, name, at):
        """R15: type, basis and long_term hold from the start of each; visits_agreed until changed."""
        if name != "visits_agreed":
            return self.placement_at(at).at(name, at)
        changes = sorted((change for placement in self.placements for change in placement.changes),
                         key=lambda change: change.order)
        agreed = [change.get(name) for change in changes if change.at <= at and change.get(name) is not None]
        return agreed[-1] if agreed else None

    def breaks(self):
        """Moments at which a field may change."""
        return [p.in_force_from for p in self.placements] + [c.moment for p in self.placements for c in p.changes]


class House:
    """Where the child lives while the placements are gone through in the order of their starts."""

    def __init__(self, periods, death):
        self.periods, self.death = periods, death
        self.stays = []
        self.base = None
        self.top = None

    def settle(self, at):
        """Ends what ended at or before the instant; a stay above takes the place of a base that ended (R14)."""
        if self.base and is_over(self.natural_end(self.base), at):
            end = self.natural_end(self.base)
            self.base.placements[-1].end = end
            self.base = None
            if self.top and not is_over(self.natural_end(self.top), end.at):
                self.promote(end)
        if self.top and is_over(self.natural_end(self.top), at):
            self.top.placements[-1].end = self.natural_end(self.top)
            self.top = None
        if self.base and is_over(self.natural_end(self.base), at):
            self.settle(at)

    def natural_end(self, stay):
        placement = stay.placements[-1]
        return earlier(placement.recorded_end, placement.period and placement.period.end, self.death)

    def promote(self, end):
        stay, self.top = self.top, None
        before = self.last_ordinary()
        stay.ordinary_from = later(stay.placements[0].start, end)
        self.base = stay
        if before and self.continues(stay.placements[0], before):
            # R15: the stay goes on as part of the one before, from when it is no longer above it.
            stay.placements[0].promoted = stay.ordinary_from
            self.stays.remove(stay)
            before.placements += stay.placements
            self.base = before

    def last_ordinary(self):
        """The last to become so; of two at one instant the one that was recorded last."""
        ordinary = [stay for stay in self.stays if stay.ordinary_from]
        return max(reversed(ordinary), key=lambda stay: stay.ordinary_from.at) if ordinary else None

    def continues(self, placement, before):
        """R15: within one period of care, if the one before ended on the local day of the start."""
        last = before.placements[-1]
        return placement.fact.get("same_carer") is True and last.period is not None and \
            last.period is placement.period and last.end is not None and last.end.day == placement.start.day

    def start(self, placement):
        self.settle(placement.start.at)
        if self.top:
            self.top.placements[-1].end = placement.start
            self.top = None
        if self.base and placement.is_temporary_by_itself():
            self.top = Stay([placement])
            self.stays.append(self.top)
            return
        before = self.last_ordinary()
        if self.base:
            self.base.placements[-1].end = placement.start
        if before and self.continues(placement, before):
            before.placements.append(placement)
            self.base = before
        else:
            self.base = Stay([placement], placement.start)
            self.stays.append(self.base)

    def finish(self, now):
        self.settle(now)
        for stay in (self.base, self.top):
            if stay:
                stay.placements[-1].end = self.natural_end(stay)


def is_stay(fact):
    return fact.get("placement_type") in ("T0", "T1", "T2", "T3", "T4") or fact.get("temporary") is True


def ending_start(starts, place):
    """R13, before care: a stay ends with the start of any other, a placement with the next that is not a stay."""
    later_ones = [fact for fact in starts[place + 1:] if is_stay(starts[place]) or not is_stay(fact)]
    return later_ones[0].moment if later_ones else None


def adopting_period(fact, end, periods):
    """R53: the period during which a placement from before it is still open."""
    begun = [period for period in periods
             if fact.at < period.start.at and not is_over(end, period.start.at)]
    return begun[0] if begun else None


def make_stays(facts, periods):
    ends = {fact.get("placement"): fact.moment for fact in facts.of("placement.ended")}
    house = House(periods, facts.death)
    starts = facts.of("placement.started")
    for place, fact in enumerate(starts):
        reference = fact.get("placement")
        changes = [change for change in facts.of("placement.changed") if change.get("placement") == reference]
        period = belongs_to(fact, periods)
        if period is None:
            period = adopting_period(fact, earlier(ends.get(reference), facts.death, ending_start(starts, place)), periods)
        house.start(Placement(fact, reference, period, ends.get(reference), changes))
    house.finish(facts.now)
    return house.stays


@dataclass(frozen=True)
class Span:
    profile: str
    start: Moment
    end: Moment


def make_profiles(period, stays):
    """R12: the profiles of a period of care, one after the other."""
    homes = [stay for stay in stays if stay.period is period and stay.ordinary_from]
    moments = [fact.moment for fact in period.changes]
    for stay in homes:
        moments += stay.breaks() + [stay.ordinary_from] + ([stay.end] if stay.end else [])
    inside = [moment for moment in moments if moment.at > period.start.at and not is_over(period.end, moment.at)]
    spans, begun = [], None
    for moment in [period.start] + sorted(inside, key=lambda moment: (moment.at, not moment.bare)):
        profile = profile_at(period, homes, moment.at)
        if begun and profile == begun[0]:
            continue
        if begun:
            spans.append(Span(*begun, moment))
        begun = profile, moment
    spans.append(Span(*begun, period.end))
    return [span for span in spans if not is_over(span.end, span.start.at)]


def is_short_break(period, at):
    """R12: the status outweighs the arrangement."""
    status, changed = period.status(at)
    if status in ("V3", "V4"):
        return True
    return period.start_fact.get("arrangement") == "short_break" and not changed and status not in ("C1", "C2", "E1")


def profile_at(period, homes, at):
    """R12. A placement A3 to A6 under a short-break status contradicts itself: the child is placed for adoption."""
    if any(is_for_adoption(stay, at) for stay in homes):
        return ADOPTION
    if is_short_break(period, at):
        return SHORT_BREAK
    if period.start_fact.get("arrangement") in ("remand", "detained"):
        return NONE
    return STANDARD


def is_for_adoption(stay, at):
    return stay.ordinary_from.at <= at and not is_over(stay.end, at) and \
        stay.at("placement_type", at) in FOR_ADOPTION


class Child:
    """All spans of one subject at one instant."""

    def __init__(self, facts):
        self.facts = facts
        born = facts.date_of_birth
        self.born = calendars.read_date(born) if born else None
        self.periods = make_periods(facts, self.birthday_moment(18))
        self.stays = make_stays(facts, self.periods)
        self.profiles = {period: make_profiles(period, self.stays) for period in self.periods}

    def birthday_moment(self, age):
        """R17: an age is reached at 00:00 local of the birthday, an instant."""
        if not self.born:
            return None
        day = calendars.birthday(self.born, age)
        return Moment(calendars.midnight(day), False, day)
