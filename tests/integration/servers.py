#!/usr/bin/env python3
"""Starts a Kafka and a Redis to try things on, prints their addresses, and ends both on Ctrl-C.

    python3 tests/integration/servers.py [PARTITIONS]
"""

import signal
import sys

import topics
from kafka import Kafka
from redis import Redis


def main():
    """Runs until interrupted."""
    partitions = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    with Redis(tcp=True) as redis, Kafka() as kafka:
        topics.create(kafka, partitions)
        print(f"kafka.bootstrap_servers={kafka.bootstrap}")
        print(f"redis.url={redis.url}", flush=True)
        print(f"{partitions} partitions a topic; Ctrl-C ends both", file=sys.stderr)
        while True:
            signal.pause()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        main()
    except KeyboardInterrupt:
        pass
