"""A bank holiday that is proclaimed while the daemon holds state."""

import datetime

import care
from case import ServersTest

ENGLAND = care.ROOT / "rules/calendars/england-and-wales.yaml"


class Proclaimed(ServersTest):
    """The calendar is part of what the state was derived with."""

    def proclaim(self, day):
        """England's calendar with a bank holiday more, in a file."""
        rows = ENGLAND.read_text(encoding="utf-8").splitlines()
        later = next(i for i, row in enumerate(rows) if row.startswith("  - {date: ") and row[11:21] > day)
        rows.insert(later, f"  - {{date: {day}, title: Proclaimed}}")
        path = self.folder / "proclaimed.yaml"
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return path

    def restart_with(self, calendar):
        self.daemon.stop()
        self.daemon.settings.append(f"calendars.default={calendar}")
        self.daemon.start()
        self.wait_until_live()

    @staticmethod
    def working_day_before(day):
        """A weekday that is no bank holiday yet."""
        known = ENGLAND.read_text(encoding="utf-8")
        while day.weekday() > 4 or day.isoformat() in known:
            day -= datetime.timedelta(days=1)
        return day.isoformat()

    def test_what_terms_are_estimated_for(self):
        """Rules in school days at authorities whose calendar has no terms: status names them and the remedy."""
        pack = self.folder / "council.yaml"
        pack.write_text("""pack: council
version: "1"
duties:
  - id: school-place-found
    title: A school place
    law: {ref: our own practice, confidence: E}
    opens: start
    met_by: school.place_started
    limit: 20 school_days
""", encoding="utf-8")
        self.daemon.settings += [f"rules.packs=england-statutory,{pack}", f"calendars.{care.AUTHORITY}=example-council"]
        self.daemon.start()
        self.wait_until_live()
        everywhere = {"authority": None, "calendar": "england-and-wales"}
        self.assertIn({**everywhere, "rule": "school-place-found"}, self.daemon.status()["estimated_terms"])
        _, output = self.daemon.tool_status()
        self.assertIn("Estimated terms: school-place-found at every authority without a calendar of its own: the calendar "
                      "england-and-wales has no school terms (calendars.<authority>)", output)

    def test_what_differs_is_said_and_no_more(self):
        """A review that is overdue was due a working day later; an interview counted in hours is not touched."""
        entry = care.ago(days=60)
        events = [care.event("care.started", "child/PRO", entry.date().isoformat(), legal_status="C2", arrangement="full"),
                  *care.missing_and_back("child/PRO", care.ago(hours=80))]
        alert = f"child/PRO|review-first|care:{entry.date().isoformat()}"
        twenty_working_days = {"review-first", "iha", "health-plan"} # from the day of entry on
        self.daemon.start()
        self.publish(events)
        self.wait_for_alert(f"{alert}#overdue")
        self.wait_for_alert("child/PRO|return-interview|missing:PRO-M1#overdue")
        before = self.alerts()
        due = next(one["data"]["due_at"] for one in before if one["id"] == f"{alert}#overdue")
        self.restart_with(self.proclaim(self.working_day_before(entry.date() + datetime.timedelta(days=14))))
        for rule in twenty_working_days:
            self.wait_for_alert(f"{alert.replace('review-first', rule)}#overdue.2")
        said = [one for one in self.alerts() if one["id"] not in {old["id"] for old in before}]
        self.assertEqual({"calendar_change"}, {one["data"]["said_because"] for one in said})
        self.assertLess(due, next(one["data"]["due_at"] for one in said if one["id"] == f"{alert}#overdue.2"))
        self.assertEqual(twenty_working_days, {one["data"]["alert"].split("|")[1] for one in said})
