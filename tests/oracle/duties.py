"""The duties of one child at one instant: a dictionary (rule, anchor) -> Duty."""

from dataclasses import dataclass
from datetime import date

import calendars
from facts import Moment, is_assessment, is_order, is_visit, on_or_after, on_or_before
from spans import ADOPTION, FOR_ADOPTION, SHORT_BREAK, STANDARD, belongs_to, earlier, is_over, later

CARE_2011, ADOPTION_2005, FOSTER_2015 = date(2011, 4, 1), date(2005, 12, 30), date(2015, 4, 1)

REVIEW = 3, 10, "working_days"
VISIT = 3, 5, "working_days"
HEALTH = 5, 10, "working_days"
ADOPTION_REVIEW = 10, 20, "working_days"

# Rule: lead, rungs after the first, in force from.
RULES = {
    "review-first": ((5, "working_days"), REVIEW, CARE_2011),
    "review-second": ((10, "working_days"), REVIEW, CARE_2011),
    "review-subsequent": ((20, "working_days"), REVIEW, CARE_2011),
    "review-short-break-first": ((10, "working_days"), REVIEW, CARE_2011),
    "review-short-break-subsequent": ((20, "working_days"), REVIEW, CARE_2011),
    "review-adoption-placed-first": ((5, "working_days"), ADOPTION_REVIEW, ADOPTION_2005),
    "review-adoption-placed-second": ((10, "working_days"), ADOPTION_REVIEW, ADOPTION_2005),
    "review-adoption-placed-subsequent": ((20, "working_days"), ADOPTION_REVIEW, ADOPTION_2005),
    "visit-first": ((2, "days"), VISIT, CARE_2011),
    "visit-first-year": ((7, "days"), VISIT, CARE_2011),
    "visit-after-first-year": ((7, "days"), VISIT, CARE_2011),
    "visit-permanent": ((14, "days"), VISIT, CARE_2011),
    "visit-long-term-foster": ((20, "days"), VISIT, FOSTER_2015),
    "visit-parents-before-assessment": ((2, "days"), VISIT, CARE_2011),
    "visit-temporary-approval": ((2, "days"), VISIT, CARE_2011),
    "visit-order-at-home": ((2, "days"), VISIT, CARE_2011),
    "visit-short-break-first": ((10, "days"), VISIT, CARE_2011),
    "visit-short-break-subsequent": ((20, "days"), VISIT, CARE_2011),
    "visit-adoption-first": ((2, "days"), VISIT, ADOPTION_2005),
    "visit-adoption-subsequent": ((2, "days"), VISIT, ADOPTION_2005),
    "iha": ((8, "working_days"), HEALTH, CARE_2011),
    "rha-under-5": ((20, "working_days"), HEALTH, CARE_2011),
    "rha-5-and-over": ((30, "working_days"), HEALTH, CARE_2011),
    "rha-turning-5": ((20, "working_days"), HEALTH, CARE_2011),
    "return-interview": ((24, "hours"), (24, 72, "hours"), date.min),
}


@dataclass(eq=False)
class Duty:
    rule: str
    anchor: str
    opened_at: int
    due_at: int = None
    soon_at: int = None
    rungs: tuple = ()
    met_at: int = None
    ended_at: int = None
    # R36: nothing is said of a duty whose limit is unset.
    unset: bool = False

    def state(self, now):
        if self.met_at is not None:
            return "met" if self.due_at is None or self.met_at < self.due_at else "met_late"
        if self.ended_at is not None and self.ended_at <= now:
            return "cancelled"
        if self.due_at is None:
            return "unknown"
        return "overdue" if now >= self.due_at else "due_soon" if now >= self.soon_at else "open"

    def closed_at(self, now):
        state = self.state(now)
        return self.met_at if state in ("met", "met_late") else self.ended_at if state == "cancelled" else None

    def marks(self):
        """Instants at which something about it may change."""
        return [mark for mark in (self.soon_at, self.ended_at, *self.rungs) if mark is not None]


class Duties:
    def __init__(self, child):
        self.child, self.facts = child, child.facts
        self.found = {}
        self.assessments = [f for f in self.facts.of("health_assessment.completed", "health_assessment.refused")
                            if is_assessment(f)]
        self.visits = [fact for fact in self.facts.of("visit.made") if is_visit(fact)]
        for period in child.periods:
            for span in child.profiles[period]:
                {STANDARD: self.standard, SHORT_BREAK: self.short_break, ADOPTION: self.adoption}.get(
                    span.profile, lambda *_: None)(period, span)
        self.return_interviews()

    def open(self, rule, anchor, fact, opened, limit, end, meeters):
        """Opens one duty, if it is in force and not over. fact opens it; opened is since when it runs; limit is
        (n, unit) or None; meeters are the facts that may meet it, in order. Of two with one anchor the later
        stands (R19)."""
        # R37: by the date of the opening fact. R24: ended at or before its opening it is no instance.
        if fact.day < RULES[rule][2] or is_over(end, opened.at):
            return None
        duty = Duty(rule, anchor, opened.at, ended_at=end and end.at)
        if limit:
            set_dates(duty, opened, limit)
        met = [f for f in meeters if on_or_after(f, opened) and on_or_before(f, end)]
        duty.met_at = met[0].at if met else None
        self.found[rule, anchor] = duty
        return duty

    def reviews(self, kind, period=None):
        return [fact for fact in self.facts.of("review.held") if fact.get("kind") == kind
                and (period is None or belongs_to(fact, self.child.periods) is period)]

    # Standard.

    def standard(self, period, span):
        self.care_reviews(period, span)
        self.health(period, span)
        for stay in self.child.stays:
            if stay.period is period and stay.ordinary_from:
                start, end = later(stay.ordinary_from, span.start), earlier(stay.end, span.end)
                if not is_over(end, start.at):
                    self.placement_visits(period, stay, start, end)

    def care_reviews(self, period, span):
        """R11, R25, R51: an earlier one is an earlier one of the period (the counts of data/README.md)."""
        reviews = self.reviews("care", period)
        before, inside = split(reviews, span.start)
        if not before and period.start_known:
            self.open("review-first", period.anchor, period.start_fact, span.start, (20, "working_days"), span.end,
                      inside)
        elif not before:
            self.open("review-subsequent", period.anchor, period.start_fact, span.start, (6, "months"), span.end,
                      inside)
        for review in before[-1:] + inside:
            place = reviews.index(review)
            number = review.get("number")
            if number is None:
                number = place + (1 if period.start_known else 2)
            rule, limit = ("review-second", 3) if number <= 1 else ("review-subsequent", 6)
            self.open(rule, review_anchor(review), review, later(review.moment, span.start), (limit, "months"),
                      span.end, reviews[place + 1:])

    def health(self, period, span):
        """R11, R26, R27, R51."""
        own = [fact for fact in self.assessments if belongs_to(fact, self.child.periods) is period]
        before, inside = split(own, span.start)
        earlier_ones = self.before_entry(period)
        if period.start_known and not earlier_ones and not any(fact.get("kind") == "initial" for fact in before):
            self.open("iha", period.anchor, period.start_fact, span.start, (20, "working_days"), span.end,
                      [fact for fact in inside if fact.get("kind") == "initial"])
        openers = before[-1:] + inside
        if not before and earlier_ones:
            # R27: counted from itself.
            self.review_assessment(earlier_ones[-1], earlier_ones[-1].moment, span.end, inside)
        elif not before and not period.start_known:
            self.review_assessment(period.start_fact, span.start, span.end, inside, period.anchor)
        for fact in openers:
            self.review_assessment(fact, later(fact.moment, span.start), span.end, own[own.index(fact) + 1:])

    def before_entry(self, period):
        """R26: completed in the three months before entry, from the corresponding date on."""
        before = [fact for fact in self.assessments if fact.at < period.start.at]
        since = calendars.add_months(period.start.day, -3)
        return [fact for fact in before if fact.type == "health_assessment.completed" and fact.day >= since]

    def review_assessment(self, fact, opened, end, meeters, anchor=None):
        anchor = anchor or self.facts.dated_anchor("health", fact, is_assessment)
        rule, limit = self.by_age(opened.day)
        self.open(rule, anchor, fact, opened, limit, end, meeters)

    def by_age(self, day):
        """R27: by age on the opening day."""
        if not self.child.born:
            return "rha-under-5", None
        fifth = calendars.birthday(self.child.born, 5)
        if day >= fifth:
            return "rha-5-and-over", (12, "months")
        if calendars.add_months(day, 6) < fifth:
            return "rha-under-5", (6, "months")
        return "rha-turning-5", (12, "months")

    # Visits to a placement.

    def placement_visits(self, period, stay, start, end):
        """R21: one row at the start and one at each visit; R23: orders beside them."""
        _, inside = split(self.visits, start)
        fact = stay.placements[0].fact
        rule, limit = self.visit_row(period, stay, start, None, fact)
        self.open(rule, f"placement:{stay.reference}", fact, start, limit, end, inside)
        for place, visit in enumerate(inside):
            opened = later(visit.moment, start)
            rule, limit = self.visit_row(period, stay, opened, visit, visit)
            anchor = self.facts.dated_anchor("visit", visit, is_visit)
            self.open(rule, anchor, visit, opened, limit, end, inside[place + 1:])
        for order in period.changes:
            if is_order(order) and self.is_at_home(stay, order.at) and start.at <= order.at and not is_over(end, order.at):
                self.order_visit(period, order, end)

    def is_at_home(self, stay, at):
        """R23: strictly after the start of a placement that is P1 by then."""
        placement = stay.placement_at(at)
        return placement.start.at < at and placement.at("placement_type", at) == "P1"

    def order_visit(self, period, order, end):
        anchor = self.facts.dated_anchor("order", order, is_order)
        rule, limit = ("visit-order-at-home", 1)
        if order.get("legal_status") == "C1":
            rule, limit = "visit-temporary-approval", 4 if self.reviewed(period, order.at) else 1
        self.open(rule, anchor, order, order.moment, (limit, "weeks"), end, self.visits)

    def reviewed(self, period, at):
        """R21: the first care review counts as held from its own moment."""
        return any(review.at <= at for review in self.reviews("care", period))

    def visit_row(self, period, stay, opened, visit, fact):
        """R21: the first row that matches, with its limit, at the moment of opening."""
        at = opened.at
        basis, home = stay.at("basis", at), stay.at("placement_type", at) == "P1"
        status, _ = period.status(at)
        if basis == "reg24_temporary" or (status == "C1" and home):
            return "visit-temporary-approval", (4 if self.reviewed(period, at) else 1, "weeks")
        if basis == "reg19_before_assessment":
            return "visit-parents-before-assessment", (6 if self.reviewed(period, at) else 1, "weeks")
        if status == "C2" and home:
            return "visit-order-at-home", (6 if visit else 1, "weeks")
        if not visit:
            return "visit-first", (1, "weeks")
        # R22: a visit on the corresponding date is after the first year.
        if opened.day < calendars.add_months(stay.ordinary_from.day, 12):
            return "visit-first-year", (6, "weeks")
        if not stay.at("long_term", at):
            return "visit-after-first-year", (6, "weeks")
        if basis == "long_term_foster" and stay.at("visits_agreed", at) and fact.day >= FOSTER_2015:
            return "visit-long-term-foster", (6, "months")
        return "visit-permanent", (3, "months")

    # Short breaks.

    def short_break(self, period, span):
        """R35."""
        first = self.first_stay(period, span)
        reviews = self.reviews("short_break", period)
        before, inside = split(reviews, span.start)
        _, visits = split(self.visits, span.start)
        if first:
            fact, opened = first.placements[0].fact, later(first.placements[0].start, span.start)
            anchor = f"placement:{first.reference}"
            self.open("review-short-break-first", anchor, fact, opened, (3, "months"), span.end, inside)
            self.open("visit-short-break-first", anchor, fact, opened, (3, "months"), span.end, visits)
        for review in before[-1:] + inside:
            self.open("review-short-break-subsequent", review_anchor(review), review, later(review.moment, span.start),
                      (6, "months"), span.end, reviews[reviews.index(review) + 1:])
        for place, visit in enumerate(visits):
            anchor = self.facts.dated_anchor("visit", visit, is_visit)
            self.open("visit-short-break-subsequent", anchor, visit, later(visit.moment, span.start), (6, "months"),
                      span.end, visits[place + 1:])

    def first_stay(self, period, span):
        """A stay that goes on when the profile begins is its first (R11); else the first that begins in it."""
        own = [stay for stay in self.child.stays if any(p.period is period for p in stay.placements)]
        begun = [stay for stay in own if on_or_after(stay.placements[0].fact, span.start) or not is_over(stay.end, span.start.at)]
        begun = [stay for stay in begun if not is_over(span.end, stay.placements[0].start.at)]
        return min(begun, key=lambda stay: stay.placements[0].fact.order) if begun else None

    # Placed for adoption.

    def adoption(self, period, span):
        """R36."""
        for stay in self.child.stays:
            if stay.period is not period or not stay.ordinary_from:
                continue
            start, end = later(stay.ordinary_from, span.start), earlier(stay.end, span.end)
            granted = [fact.moment for fact in self.facts.of("adoption.progressed")
                       if fact.get("stage") == "order_granted" and fact.at >= start.at]
            end = earlier(end, *granted)
            if not is_over(end, start.at):
                self.adoption_reviews(stay, start, end)
                self.adoption_visits(stay, start, end)

    def adoption_reviews(self, stay, start, end):
        _, reviews = split(self.reviews("adoption"), start)
        fact = stay.placement_at(start.at).fact
        if begins_for_adoption(stay):
            self.open("review-adoption-placed-first", f"placement:{stay.reference}", fact, start, (4, "weeks"),
                      end, reviews)
        for place, review in enumerate(reviews):
            rule, limit = "review-adoption-placed-subsequent", 6
            if place == 0:
                rule, limit = "review-adoption-placed-second", 3
            self.open(rule, review_anchor(review), review, later(review.moment, start), (limit, "months"), end,
                      reviews[place + 1:])

    def adoption_visits(self, stay, start, end):
        _, reviews = split(self.reviews("adoption"), start)
        _, visits = split(self.visits, start)
        fact = stay.placement_at(start.at).fact
        if begins_for_adoption(stay):
            self.open("visit-adoption-first", f"placement:{stay.reference}", fact, start, (1, "weeks"), end, visits)
        for place, visit in enumerate(visits):
            opened = later(visit.moment, start)
            limit = (1, "weeks")
            if any(review.at <= opened.at for review in reviews):
                limit = self.planned_interval(opened.at)
            anchor = self.facts.dated_anchor("visit", visit, is_visit)
            duty = self.open("visit-adoption-subsequent", anchor, visit, opened, limit, end, visits[place + 1:])
            if duty:
                duty.unset = not limit

    def planned_interval(self, at):
        plans = [fact for fact in self.facts.of("care_plan.agreed")
                 if fact.at <= at and fact.get("visit_interval_days") is not None]
        return (int(plans[-1].get("visit_interval_days")), "days") if plans else None

    # Missing.

    def return_interviews(self):
        """R30."""
        for ended in self.facts.of("missing.ended"):
            if ended.get("outcome") not in ("turned_18", "left_care"):
                episode = ended.get("episode")
                self.open("return-interview", f"missing:{episode}", ended, ended.moment, (72, "hours"),
                          self.facts.death, self.interviews(episode))

    def interviews(self, episode):
        """A declined one counts only with an offer on or before it: instants are compared (R5, "everything else")."""
        offers = [f for f in self.facts.of("return_interview.offered") if f.get("episode") == episode]
        answers = self.facts.of("return_interview.completed", "return_interview.declined")
        return [f for f in answers if f.get("episode") == episode and (
            f.type == "return_interview.completed" or any(offer.at <= f.at for offer in offers))]


def set_dates(duty, opened, limit):
    """R1, R2, R40."""
    lead, (second, third, unit), _ = RULES[duty.rule]
    if limit[1] == "hours":
        duty.due_at = opened.at + limit[0] * calendars.HOUR
        duty.soon_at = duty.due_at - lead[0] * calendars.HOUR
        duty.rungs = duty.due_at, duty.due_at + second * calendars.HOUR, duty.due_at + third * calendars.HOUR
        return
    last = calendars.add(opened.day, *limit)
    duty.due_at = calendars.midnight(last + calendars.DAY)
    duty.soon_at = max(calendars.midnight(calendars.add(last, -lead[0], lead[1])), opened.at)
    duty.rungs = (duty.due_at, *(calendars.midnight(calendars.add(last, count, unit) + calendars.DAY)
                                 for count in (second, third)))


def begins_for_adoption(stay):
    """R36: opened by the beginning of a placement; one that becomes adoptive later, by a change or with the same carer
    (R15), begins nothing (the counts of data/README.md)."""
    return stay.at("placement_type", stay.ordinary_from.at) in FOR_ADOPTION


def split(facts, start):
    """Those before the start, and those on or after it (R5)."""
    return [f for f in facts if not on_or_after(f, start)], [f for f in facts if on_or_after(f, start)]


def review_anchor(review):
    return f"review:{review.get('review')}"


def begins_for_adoption(stay):
    """R36: opened by the beginning of a placement A3 to A6, not by a later change of its type or carer's status."""
    return stay.placements[0].fact.get("placement_type") in ("A3", "A4", "A5", "A6")
