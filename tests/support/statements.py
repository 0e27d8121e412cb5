"""What the tool says, as rows that can be compared: for the tests that run `watchkeeper replay` and `watchkeeper duties`."""

import difflib
import json
import subprocess
import sys

HEADER = "instant\tevent_id\ttype\tstate\tdue_at"
# The rules that the oracle knows and the stories tell: each rule is derived for itself, so those beside them change
# nothing of what is said of these.
CORE = frozenset("""
    review-first review-second review-subsequent review-short-break-first review-short-break-subsequent
    review-adoption-placed-first review-adoption-placed-second review-adoption-placed-subsequent
    visit-first visit-first-year visit-after-first-year visit-permanent visit-long-term-foster
    visit-parents-before-assessment visit-temporary-approval visit-order-at-home
    visit-short-break-first visit-short-break-subsequent visit-adoption-first visit-adoption-subsequent
    iha rha-under-5 rha-5-and-over rha-turning-5 return-interview
    missing-repeat missing-long three-moves under-16-unregulated
""".split())
DUTY_KEYS = ("subject", "rule", "anchor", "opened_at", "due_at", "met_at", "state")


class ToolError(Exception):
    """The tool ended with another status than 0."""


def run(tool, *arguments, stdin=None):
    """The tool's standard output. Complaints on stderr are part of the error, and of nothing else."""
    done = subprocess.run([tool, *map(str, arguments)], input=stdin, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ToolError(f"{tool} {' '.join(map(str, arguments))} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stdout


def row(event):
    """One statement as a line: instant, event id, type, state, due_at (- for none)."""
    due_at = event["data"].get("due_at") or "-"
    return "\t".join((event["time"], event["id"], event["type"], event["data"]["state"], due_at))


def rule_of(line):
    """The rule of such a line."""
    return line.split("\t")[1].split("|")[1]


def core(rows):
    """The rows of the core rules."""
    return [line for line in rows if rule_of(line) in CORE]


def core_duties(lines):
    """The lines of `duties --json` of the core rules."""
    return [line for line in lines if json.loads(line)["rule"] in CORE]


def replay(tool, events, *arguments):
    """Rows of everything that `replay` says of the file of events."""
    return [row(json.loads(line)) for line in run(tool, "replay", *arguments, events).splitlines()]


def duty(line):
    """One line of `duties --json` with the keys that are compared, in a fixed order."""
    found = json.loads(line)
    return json.dumps({key: found.get(key) for key in DUTY_KEYS})


def difference(expected, actual, what):
    """A readable diff, empty when both are the same."""
    return "".join(line + "\n" for line in difflib.unified_diff(
        expected, actual, f"expected: {what}", f"actual: {what}", lineterm="", n=2))


class Results:
    """Counts tests and says PASS or FAIL of each, as tests/run expects it."""

    def __init__(self):
        self.failed = 0

    def test(self, name, check):
        """Runs `check`, which returns what is wrong: an empty text is a pass."""
        try:
            wrong = check()
        except ToolError as error:
            wrong = str(error)
        if wrong:
            self.failed += 1
            print(wrong.rstrip())
        print(f"{'FAIL' if wrong else 'PASS'} {name}", flush=True)

    def exit(self):
        """Ends the program with the status that fits."""
        sys.exit(1 if self.failed else 0)
