"""Which records count of which subject: record.merged and record.erased, over all that is known of everybody."""

from collections import defaultdict

from facts import Records


class Known:
    """All records known by now, by subject, in the order of taking."""

    def __init__(self):
        self.records = defaultdict(list)
        self.special = False
        self.erased_to = {}

    def take(self, event):
        """Returns the subjects that are erased by it, or by what was known before now that it is."""
        self.records[event.subject].append(event)
        self.special = self.special or event.type in ("record.merged", "record.erased")
        if not self.special:
            return []
        before, self.erased_to = self.erased_to, self.erasures()
        return [subject for subject, to in self.erased_to.items() if to > before.get(subject, to - 1)]

    def erasures(self):
        """Until when each subject is erased. Those that had been merged into an erased one are the same child."""
        events = [one for records in self.records.values() for one in records if one.type == "record.erased"]
        erased_to = {}
        for event in sorted(events, key=lambda one: one.time):
            joined = self.into(erased_to, event.time)
            for subject in [event.subject, *joined]:
                if subject == event.subject or event.subject in path(joined, subject):
                    erased_to[subject] = max(event.time, erased_to.get(subject, event.time))
        return erased_to

    def alive(self, subject, erased_to):
        """Its own records that no erasure has removed."""
        to = erased_to.get(subject)
        return [one for one in self.records.get(subject, ())
                if one.type != "record.erased" and (to is None or one.time > to)]

    def into(self, erased_to, until):
        """{subject: into} of the merges that stand by what was recorded until then; the one that would close a ring does not."""
        merges = []
        for subject in list(self.records):
            known = [one for one in self.alive(subject, erased_to) if one.time <= until]
            standing = [fact.record for fact in Records(known).standing()
                        if fact.type == "record.merged" and fact.at <= until]
            if standing:
                merges.append(max(standing, key=lambda one: one.recorded))
        found = {}
        for merge in sorted(merges, key=lambda one: one.recorded):
            target = merge.subject.split("/")[0] + "/" + merge.data["into"]
            if target != merge.subject and merge.subject not in path(found, target):
                found[merge.subject] = target
        return found

    def counting(self, now):
        """{subject: records that count}, of every subject that has any."""
        if not self.special:
            return dict(self.records)
        into = self.into(self.erased_to, now)
        found = defaultdict(list)
        for subject in self.records:
            found[path(into, subject)[-1]] += self.alive(subject, self.erased_to)
        return {subject: self.without_lost_corrections(records) for subject, records in found.items()}

    def without_lost_corrections(self, records):
        """After an erasure a correction of what is not there counts for nothing, nor does one of that."""
        while True:
            ids = {(one.source, one.id) for one in records}
            left = [one for one in records if one.subject not in self.erased_to or "replaces" not in one.data
                    or (one.source, one.data["replaces"]) in ids]
            if len(left) == len(records):
                return records
            records = left


def path(into, subject):
    """The subject, that into which it was merged, and so on."""
    found = [subject]
    while found[-1] in into:
        found.append(into[found[-1]])
    return found
