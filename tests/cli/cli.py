"""What the tests of the command line share: running the tool, and event lines about invented children."""

import json
import subprocess
import sys
import unittest

TOOL = sys.argv.pop(1) if len(sys.argv) > 1 else "build/debug/watchkeeper"
AUTHORITY = "E06000052"


def run(*arguments, stdin="", status=0):
    """Runs the tool and wants that exit status; the result has stdout and stderr as text."""
    binary = isinstance(stdin, bytes)
    done = subprocess.run([TOOL, *map(str, arguments)], input=stdin if binary else stdin.encode(), capture_output=True,
                          timeout=60, check=False)
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    if done.returncode != status:
        raise AssertionError(f"{arguments} ended with {done.returncode}, not {status}\n{done.stdout}{done.stderr}")
    return done


def event(number, event_type, time, occurred_at, child="CE-1", **data):
    """One event as a line."""
    return json.dumps({"specversion": "1.0", "id": f"e-{number}", "source": "/test", "type": event_type,
                       "subject": f"child/{child}", "time": time,
                       "data": {"occurred_at": occurred_at, "authority": AUTHORITY, **data}}) + "\n"


def entry(number=1, child="CE-1"):
    """Into care on 2026-03-04: the first review is due by the end of 2026-04-01, twenty working days on, and is due soon
    from 2026-03-25, five working days before."""
    return event(number, "care.started", "2026-03-04T12:00:00Z", "2026-03-04", child, legal_status="C2",
                 arrangement="full")


DUE_SOON_AT, DUE_AT = "2026-03-25T00:00:00Z", "2026-04-01T23:00:00Z"
REVIEW = "child/CE-1|review-first|care:2026-03-04"


def review(number, time, occurred_at, child="CE-1", **data):
    """A first review."""
    return event(number, "review.held", time, occurred_at, child, review=f"{child}-R1", kind="care", **data)


def statements(output, rule="review-first"):
    """(time, id) of what is said of a rule."""
    said = [json.loads(line) for line in output.splitlines()]
    return [(one["time"], one["id"]) for one in said if f"|{rule}|" in one["id"]]


def main():
    """Runs the tests of the calling script."""
    unittest.main(module="__main__", argv=[sys.argv[0]])
