"""Invented scenes of one child's life, chosen to be awkward. Each writes events through a Child (see generate.py)."""

from datetime import date, timedelta

import calendars

DAY = timedelta(days=1)
ORDINARY = ("U1", "U4", "U5", "U6", "K2", "S1", "H5", "P2", "LINK", "Z1")
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")


def near(rng, day, spread):
    return day + DAY * rng.randint(-spread, spread)


def begin(child, start, born=True, **fields):
    """Registration and entry to care. Returns the day of entry."""
    rng = child.rng
    if born:
        years = rng.choice((1, 4, 7, 11, 14, 15, 16))
        birth = calendars.birthday(start, 0) - DAY * (years * 365 + rng.randint(0, 364))
        if rng.random() < 0.1:
            birth = date(birth.year - birth.year % 4, 2, 29)
        child.add("child.registered", start, bare=True, date_of_birth=birth.isoformat())
    fields.setdefault("legal_status", rng.choice(("V2", "V2", "C1", "C2", "L1", "E1", "J1")))
    fields.setdefault("arrangement", "full")
    child.add("care.started", start, **fields)
    return start


def place(child, day, kind=None, same_instant=None, **fields):
    reference = child.reference("P")
    child.add("placement.started", day, at=same_instant, placement=reference,
              placement_type=kind or child.rng.choice(ORDINARY),
              location=child.rng.choice(("own_area", "adjoining", "distant")), **fields)
    return reference


def leave(child, reference, day, **when):
    child.add("placement.ended", day, placement=reference, reason="LAREQ", **when)


def visit(child, day, **when):
    kind = "statutory" if child.rng.random() < 0.9 else "introductory"
    seen = {"seen": True} if child.rng.random() < 0.9 else child.rng.choice(({}, {"seen": False}))
    child.add("visit.made", day, kind=kind, by_role="social-worker", **seen, **when)


def visits(child, day, until, gap=38):
    while day < until:
        visit(child, day)
        if child.rng.random() < 0.08:
            visit(child, day)
        day += DAY * max(1, child.rng.randint(gap - 14, gap + 14))


def review(child, day, kind="care", **fields):
    number = child.counted(f"review-{kind}")
    if child.rng.random() < 0.6:
        fields.setdefault("number", number if child.rng.random() < 0.9 else child.rng.randint(0, 4))
    child.add("review.held", day, review=child.reference("R"), kind=kind, **fields)


def reviews(child, start, until, kind="care"):
    day, steps = start + DAY * child.rng.randint(20, 34), iter((92, 180, 183, 186, 170))
    while day < until:
        review(child, day, kind)
        day += DAY * (next(steps, 182) + child.rng.randint(-20, 12))


def assessment(child, day, kind=None):
    kind = kind or child.rng.choice(("initial", "review"))
    done = child.rng.choice(("completed", "completed", "completed", "refused", "missed"))
    extra = {"assessor": "registered_medical_practitioner"} if done == "completed" and child.rng.random() < 0.7 else {}
    child.add(f"health_assessment.{done}", day, kind=kind, **extra)


def ordinary_life(child, start, length=300):
    """Entry, two or three placements, visits, reviews, health, perhaps an end."""
    rng, day = child.rng, begin(child, start, child.rng.random() < 0.9)
    until = day + DAY * length
    for _ in range(rng.randint(1, 4)):
        reference = place(child, day)
        visits(child, day + DAY * rng.randint(0, 9), min(until, day + DAY * 150))
        day += DAY * rng.randint(20, 140)
        if rng.random() < 0.4:
            leave(child, reference, day + DAY * rng.randint(-1, 0))
    reviews(child, start, until)
    assessment(child, start + DAY * rng.randint(10, 40), "initial")
    assessment(child, start + DAY * rng.randint(150, 260), "review")
    if rng.random() < 0.4:
        child.add("care.ended", until, reason="E4A")


def clock_change(child, start):
    """Everything runs over the last Sunday of March or October."""
    month = child.rng.choice((3, 10))
    sunday = calendars.last_monday(start.year, month) - DAY
    if sunday.month != month or (sunday + 7 * DAY).month == month:
        sunday += 7 * DAY
    start = near(child.rng, sunday - 20 * DAY, 8)
    ordinary_life(child, start, 120)
    for _ in range(3):
        missing_once(child, near(child.rng, sunday, 4))


def boundaries(child, start):
    """Each answer a millisecond before, at, or after the due instant; or a bare date on the last day or the next."""
    rng = child.rng
    begin(child, start)
    at = child.instant_on(start)
    child.add("placement.started", start, at=at, placement=child.reference("P"), placement_type="U4", location="own_area")
    last = start + 7 * DAY
    for weeks in (6, 6, 6):
        visit(child, last, **child.edge(last))
        last = calendars.local_day(child.last_at) + weeks * 7 * DAY
    last = calendars.add_working_days(start, 20)
    assessment(child, last, "initial")
    review(child, last, **child.edge(last))
    for months in (3, 6):
        last = calendars.add_months(calendars.local_day(child.last_at), months)
        review(child, last, **child.edge(last))
    missing_once(child, start + 30 * DAY, edge=True)
    missing_once(child, start + 58 * DAY, edge=True)


def short_breaks(child, start):
    """Stays, reviews and visits of short breaks, and changes to and from them."""
    rng = child.rng
    status = rng.choice(("V3", "V4", "V2", "C1"))
    begin(child, start, legal_status=status, arrangement=rng.choice(("short_break", "short_break", "full")))
    day, busy = start + DAY * rng.randint(-1, 12), rng.choice((0.2, 0.6, 1))
    for _ in range(rng.randint(5, 8)):
        field = {"arrangement": "short_break"} if rng.random() < 0.6 else {}
        reference = place(child, day, rng.choice(("LINK", "U4", "K2", "T3")), **field)
        if rng.random() < 0.8:
            leave(child, reference, day + DAY * rng.randint(0, 4))
        if rng.random() < 0.6 * busy:
            visit(child, day + DAY * rng.randint(-2, 20))
        if rng.random() < 0.6 * busy:
            review(child, day + DAY * rng.randint(0, 25), rng.choice(("short_break", "short_break", "care")))
        if rng.random() < 0.2:
            code = rng.choice(("V2", "V3", "V4", "C1", "C2", "E1", "SEC"))
            action = rng.choice(("made", "made", "extended", "ended", "revoked"))
            child.add("legal_status.changed", day + DAY * rng.randint(0, 20), legal_status=code, action=action)
        day += DAY * rng.randint(15, 60)
    if rng.random() < 0.4:
        child.add("care.ended", day, reason="E8")


def adoption(child, start):
    """Placed with adopters, by a move or without one; weekly visits, the plan's interval; the order or a breakdown."""
    rng = child.rng
    begin(child, start, legal_status=rng.choice(("E1", "E1", "C1", "V2", "V4")))
    place(child, start, "U4")
    visits(child, start + 5 * DAY, start + 60 * DAY)
    review(child, start + DAY * rng.randint(15, 30))
    day, how = start + DAY * rng.randint(60, 100), rng.random()
    if how < 0.25:
        child.add("placement.changed", day, placement=child.last_reference("P"), placement_type="A3")
    else:
        place(child, day, rng.choice(("A3", "A4", "A5", "A6")), **({"same_carer": True} if how < 0.5 else {}))
    child.add("adoption.progressed", day, stage="placed")
    visits(child, day + DAY * rng.randint(0, 8), day + 40 * DAY, 16)
    for gap in (rng.randint(20, 32), rng.randint(105, 125), rng.randint(270, 300)):
        review(child, day + DAY * gap, "adoption")
    if rng.random() < 0.7:
        interval = {"visit_interval_days": rng.choice((10, 14, 21))} if rng.random() < 0.8 else {}
        child.add("care_plan.agreed", day + DAY * rng.randint(-10, 60), version=rng.randint(1, 4), **interval)
    visits(child, day + DAY * rng.randint(41, 60), day + 150 * DAY, 22)
    if rng.random() < 0.5:
        child.add("adoption.progressed", day + DAY * rng.choice((130, 160, 400)), stage="order_granted")
    else:
        again = rng.choice((rng.randint(100, 170), 420))
        place(child, day + DAY * again, rng.choice(("U5", "U5", "A4")))
        visits(child, day + DAY * (again + 2), day + DAY * (again + 60))
    if rng.random() < 0.5:
        child.add("care.ended", day + DAY * rng.choice((240, 500)), reason="E11")


def same_carer(child, start):
    """The carers move, or only the terms do: same carer on the same day, the next day, or with an end in between."""
    rng = child.rng
    begin(child, start)
    day, reference = start, place(child, start, rng.choice(("U4", "H5", "P1")))
    for _ in range(rng.randint(4, 7)):
        visits(child, day + DAY * rng.randint(0, 7), day + 55 * DAY, 30)
        day += DAY * rng.randint(25, 130)
        if rng.random() < 0.3:
            child.add("placement.changed", day - DAY * rng.randint(0, 10), placement=reference, visits_agreed=rng.random() < 0.7)
        if rng.random() < 0.5:
            leave(child, reference, day - DAY * rng.choice((0, 0, 0, 1, 3)))
        fields = {"same_carer": rng.random() < 0.8}
        if rng.random() < 0.4:
            fields.update(long_term=True, basis="long_term_foster")
        reference = place(child, day, rng.choice(("U4", "U4", "H5", "P2", "P1", "T4", "A5")), **fields)
    visits(child, day, day + 200 * DAY, 60)
    reviews(child, start, day + 60 * DAY)


def temporary_stays(child, start):
    """Stays above a placement that goes on, or ends meanwhile, or ended before; stays above stays."""
    rng = child.rng
    begin(child, start, legal_status=rng.choice(("V2", "C2", "V4")))
    day, base = start, place(child, start, rng.choice(("U4", "K2", "H5")))
    for _ in range(rng.randint(4, 7)):
        visits(child, day + DAY * rng.randint(0, 6), day + 30 * DAY, 20)
        day += DAY * rng.randint(8, 45)
        fields = rng.choice(({}, {"temporary": True}, {"arrangement": "short_break"}))
        kind = rng.choice(TEMPORARY) if not fields or rng.random() < 0.2 else rng.choice(("U4", "LINK", "P2"))
        if rng.random() < 0.15:
            fields = {**fields, "same_carer": True}
        stay = place(child, day, kind, **fields)
        length = rng.randint(0, 20)
        if rng.random() < 0.4:
            leave(child, base, day + DAY * rng.choice((-3, 0, 0, length // 2, length)))
        if rng.random() < 0.6:
            leave(child, stay, day + DAY * length)
        if rng.random() < 0.5:
            base = place(child, day + DAY * (length + rng.choice((0, 0, 4))), same_carer=rng.random() < 0.3)
    reviews(child, start, day + 100 * DAY)


def orders(child, start):
    """Orders at home, connected people approved for a time, long-term fostering around the first year."""
    rng = child.rng
    start = rng.choice((start, near(rng, date(2011, 4, 1), 20), near(rng, date(2014, 4, 1), 40)))
    begin(child, start, legal_status=rng.choice(("V2", "C1", "C2")))
    day = start
    for _ in range(rng.randint(2, 3)):
        terms = rng.choice(({}, {"basis": "reg24_temporary"}, {"basis": "reg19_before_assessment"}, {"long_term": True},
                            *[{"long_term": True, "basis": "long_term_foster"}] * 3))
        reference = place(child, day, rng.choice(("P1", "P1", "U1", "U4")), **terms)
        for _ in range(rng.randint(1, 3)):
            code, action = rng.choice(("C1", "C2", "C2", "SO")), rng.choice(("made", "made", "renewed", "ended", "revoked"))
            child.add("legal_status.changed", day + DAY * rng.randint(0, 60), legal_status=code, action=action)
        visits(child, day + DAY * rng.randint(0, 9), day + 70 * DAY, 24)
        changed = rng.choice(({"visits_agreed": True}, {"basis": "ordinary"}, {"placement_type": "P1"}, {"long_term": True}))
        child.add("placement.changed", day + DAY * rng.randint(1, 360), placement=reference, **changed)
        if "long_term" in terms or rng.random() < 0.3:
            year = calendars.add_months(day, 12)
            if rng.random() < 0.6:
                child.add("placement.changed", year - DAY * rng.randint(-60, 100), placement=reference, visits_agreed=True)
            for shift in (-1, 0, 40, 130, 320):
                visit(child, year + DAY * (shift + rng.choice((0, 0, 1))))
            day = year + DAY * 340
        day += DAY * rng.randint(71, 120)
    reviews(child, start, min(day, start + 400 * DAY))


def health(child, start):
    """Fifth birthdays, no date of birth, assessments shortly before entry."""
    rng = child.rng
    birth = start - DAY * (365 * rng.choice((3, 4, 4, 5)) + rng.randint(0, 364))
    known = rng.random()
    if known < 0.8:
        late = rng.choice((0, 0, 120))
        child.add("child.registered", start + DAY * late, bare=True, date_of_birth=birth.isoformat())
    if known > 0.7:
        child.add("child.updated", start + DAY * 200, date_of_birth=near(rng, birth, 40).isoformat())
    begin(child, start, born=False, start_known=rng.random() < 0.8)
    place(child, start, "U4")
    for _ in range(rng.randint(0, 2)):
        border = calendars.add_months(start, -3)
        assessment(child, rng.choice((border, border - DAY, border + DAY, start - DAY, start, start - DAY * rng.randint(2, 100))))
    day = start + DAY * rng.randint(1, 40)
    for _ in range(rng.randint(4, 6)):
        assessment(child, day)
        if rng.random() < 0.1:
            assessment(child, day)
        day += DAY * rng.randint(60, 240)
    fifth = calendars.birthday(birth, 5)
    assessment(child, calendars.add_months(fifth, -6) + DAY * rng.choice((-1, 0, 1)), "review")


def gaps(child, start):
    """Periods that end and begin again, on one day too; placements from before; starts that are not known."""
    rng = child.rng
    day = begin(child, start, rng.random() < 0.9)
    place(child, start - DAY * rng.choice((0, 0, 1, 30)))
    for _ in range(rng.randint(2, 4)):
        visits(child, day + DAY * rng.randint(0, 8), day + 50 * DAY, 25)
        reviews(child, day, day + DAY * rng.choice((30, 140, 200)))
        assessment(child, day + DAY * rng.randint(-20, 40))
        day += DAY * rng.randint(30, 200)
        ending = rng.random()
        if ending < 0.6:
            child.add("care.ended", day, reason="E8")
        if ending < 0.1:
            child.add("care.ended", day, reason="E4A")
        again = day + DAY * rng.choice((0, 0, 0, 1, 20, 60))
        if rng.random() < 0.5:
            place(child, again - DAY * rng.choice((0, 1, 10)), same_carer=rng.random() < 0.3)
        begin(child, again, born=False, start_known=rng.random() < 0.6)
        if rng.random() < 0.3:
            begin(child, again, born=False)
        place(child, again, same_carer=rng.random() < 0.3)
        day = again
    if rng.random() < 0.3:
        child.add("child.died", day + DAY * rng.randint(5, 60))


def missing_once(child, day, edge=False):
    rng, episode = child.rng, child.reference("M")
    child.add("missing.started", day, episode=episode, kind=rng.choice("MMA"))
    start = child.last_at
    if rng.random() < 0.1 and not edge:
        return
    hours = 24 if edge or rng.random() < 0.2 else rng.randint(1, 90)
    end = start + hours * calendars.HOUR + rng.choice((-1, 0, 1))
    child.add("missing.ended", calendars.local_day(end), at=end, bare=None if not edge and rng.random() < 0.3 else False,
              episode=episode, **({"outcome": rng.choice(("returned", "found", "turned_18", "left_care", "hospital"))}
                                  if rng.random() < 0.6 else {}))
    answer = child.last_at + 72 * calendars.HOUR
    answer = answer + rng.choice((-1, 0, 1)) if edge or rng.random() < 0.3 else answer + rng.randint(-80, 60) * calendars.HOUR
    for kind in rng.choice((("completed",), ("completed",), ("declined",), ("offered", "declined"), ("declined", "offered"), ())):
        child.add(f"return_interview.{kind}", calendars.local_day(answer), at=answer, bare=None if rng.random() < 0.2 else False,
                  episode=episode)
        answer += rng.choice((0, 1, 5 * calendars.HOUR))


def missing(child, start):
    """Windows of 28 and 90 days met to the day, episodes in episodes, in care or not."""
    rng, day = child.rng, start
    if rng.random() < 0.6:
        begin(child, start)
        place(child, start, rng.choice(ORDINARY))
    for _ in range(rng.randint(5, 8)):
        missing_once(child, day)
        day += DAY * rng.choice((0, 1, 3, 14, 27, 28, 29, 45, 89, 90, 91))
    if rng.random() < 0.2:
        child.add("child.died", day)


def moves(child, start):
    """Many placements in a year, regulated or not, around the sixteenth and eighteenth birthdays."""
    rng = child.rng
    age = rng.choice((16, 18))
    birth = calendars.birthday(start, -age) + DAY * rng.randint(30, 200)
    if rng.random() < 0.8:
        child.add("child.registered", start, bare=True, date_of_birth=birth.isoformat())
    begin(child, start, born=False)
    day = start
    for _ in range(rng.randint(4, 7)):
        kind = rng.choice(("H5", "K3", "Z1", "U4", "K2", "T1", "SL", "P3"))
        reference = place(child, day, kind, **rng.choice(({}, {}, {"same_carer": True}, {"temporary": True}, {"arrangement": "short_break"})))
        if rng.random() < 0.3:
            child.add("placement.changed", day + DAY * rng.randint(0, 20), placement=reference, placement_type=rng.choice(("H5", "U4", "P2")))
        day += DAY * rng.choice((5, 20, 60, 90, 180))
