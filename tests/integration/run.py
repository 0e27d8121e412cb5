#!/usr/bin/env python3
"""Runs the integration tests, says PASS or FAIL of each, and how long it took.

    python3 tests/integration/run.py [NAME...]      such as test_outage or test_outage.Outage.test_redis_stopped

WATCHKEEPER_ALL=1 tries every point of the kill sweep.
"""

import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


class Result(unittest.TextTestResult):
    """Writes the lines that tests/run counts."""

    def startTest(self, test):
        self.started = time.monotonic()
        super().startTest(test)

    def _say(self, verdict, test):
        print(f"{verdict} {test.id()} ({time.monotonic() - self.started:.1f} s)", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._say("PASS", test)

    def _say_why(self, test, err):
        print(self._exc_info_to_string(err, test), end="")
        self._say("FAIL", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._say_why(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._say_why(test, err)

    def printErrors(self):
        """Each was printed with its test."""


def main():
    """All tests, or those named."""
    loader = unittest.defaultTestLoader
    suite = loader.loadTestsFromNames(sys.argv[1:]) if sys.argv[1:] else loader.discover(str(HERE))
    result = unittest.TextTestRunner(stream=sys.stdout, resultclass=Result, verbosity=0).run(suite)
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)


if __name__ == "__main__":
    main()
