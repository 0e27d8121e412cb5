"""The topics of the daemon, as a cluster's operator would make them."""

# Key of the configuration under kafka.topics: the name by default.
NAMES = {
    "events": "care.events",
    "links": "care.links",
    "alerts": "care.alerts",
    "alerts_latest": "care.alerts.latest",
    "escalations": "care.escalations",
    "deadletter": "care.deadletter",
    "facts": "care.facts",
}
COMPACTED = ("alerts_latest", "facts")


def names(prefix=""):
    """The names with a prefix, so that one Kafka serves many tests."""
    return {key: prefix + name for key, name in NAMES.items()}


def settings(prefix=""):
    """The same as settings of the daemon."""
    return [f"kafka.topics.{key}={name}" for key, name in names(prefix).items()]


def create(kafka, partitions, prefix=""):
    """Makes every topic: all with the same number of partitions, since a subject has the same place in each."""
    for key, name in names(prefix).items():
        kafka.create_topic(name, partitions, compact=key in COMPACTED)
