"""What still names a reference: in Redis, and in the newest value of each key of the compacted topics."""


def _strings(redis, key):
    """The key and everything it holds, whatever its type."""
    kind = redis.command("TYPE", key)
    words = {"hash": ("HGETALL", key), "set": ("SMEMBERS", key), "zset": ("ZRANGE", key, "0", "-1"),
             "string": ("GET", key), "list": ("LRANGE", key, "0", "-1")}.get(_text(kind))
    if not words:  # it has gone meanwhile
        return []
    found = redis.command(*words)
    return [_text(key)] + [_text(one) for one in (found if isinstance(found, list) else [found])]


def _text(value):
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def in_redis(redis, reference):
    """Keys that name it or hold something that does."""
    keys = redis.command("KEYS", "*")
    return sorted(_text(key) for key in keys if any(reference in one for one in _strings(redis, key)))


def newest(kafka, topic):
    """{key: value} of a compacted topic, as compaction will leave it."""
    values = {}
    for found in kafka.read(topic):
        values[found.key] = found.value
    return {key: value for key, value in values.items() if value}


def in_topic(kafka, topic, reference):
    """Keys whose newest value or name holds it."""
    return sorted(_text(key) for key, value in newest(kafka, topic).items()
                  if reference.encode() in key or reference.encode() in value)
