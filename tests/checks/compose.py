"""Checks a compose file against the keys of the Compose Specification that this project uses, and its own references.

    python3 tests/checks/compose.py FILE
"""

import sys

import yaml

TOP = {"name", "services", "volumes"}
SERVICE = {"build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "ports", "read_only",
           "restart", "security_opt", "tmpfs", "volumes"}
BUILD = {"context", "dockerfile"}
HEALTH = {"test", "interval", "timeout", "retries", "start_period"}


def unknown(where, found, known):
    """A sentence for each key that is not known."""
    return [f"{where}: unknown key {key}" for key in found if key not in known]


def service_problems(name, service, document):
    """What is wrong with one service."""
    where = f"services.{name}"
    problems = unknown(where, service, SERVICE)
    problems += unknown(f"{where}.build", service.get("build", {}), BUILD)
    problems += unknown(f"{where}.healthcheck", service.get("healthcheck", {}), HEALTH)
    if ("image" in service) == ("build" in service):
        problems.append(f"{where}: one of image and build")
    if "image" in service and ":" not in service["image"]:
        problems.append(f"{where}: {service['image']} names no version")
    for other, how in service.get("depends_on", {}).items():
        if other not in document["services"]:
            problems.append(f"{where}: depends on {other}, which there is not")
        elif how["condition"] == "service_healthy" and "healthcheck" not in document["services"][other]:
            problems.append(f"{where}: waits for {other} to be healthy, which has no healthcheck")
    for volume in service.get("volumes", []):
        if volume.split(":")[0] not in document["volumes"]:
            problems.append(f"{where}: volume {volume} is not declared")
    for key, value in service.get("environment", {}).items():
        if not isinstance(value, str):
            problems.append(f"{where}: {key} is no text; quote it")
    return problems


def main():
    """Prints the problems."""
    with open(sys.argv[1], encoding="utf-8") as text:
        document = yaml.safe_load(text)
    problems = unknown("top level", document, TOP)
    for name, service in document["services"].items():
        problems += service_problems(name, service, document)
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
