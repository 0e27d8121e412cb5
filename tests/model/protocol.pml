/* protocol.pml: the commit protocol (daemon/partition.h, pipeline_load.c, pipeline_run.c, pipeline_publish.c,
 * pipeline_restore.c, store.lua, kafka_sink.c) in the small, for spin to try in every order.
 *
 * One partition with one subject and one alert. The log brings FACTS facts; what is true is the set of those that are
 * known, and a statement says that set: so its number is its event id, and saying one twice is a duplicate. Two
 * daemons; a Kafka; a Redis; and an environment that does harm FAULTS times, in any way and at any moment.
 *
 * Each atomic block below is one thing that happens at once in the world: one call of Redis, one request that a broker
 * answers, one step of the loop between them. README.md says what is left out. A rule of the protocol is left out by
 * -DWITHOUT_<RULE>; spin must then find a history that breaks what is asserted. */

#ifndef FAULTS
#define FAULTS 2
#endif
#ifndef SAVES
#define SAVES 1 /* how often Redis writes down what it may fall back to later, besides having nothing */
#endif
#define FACTS 2
#define ALL_FACTS 3 /* the set of all facts: what is true when everything has been read */

/* ---- Kafka ---- */

byte log_end;               /* facts in the log */
byte owner, generation = 1; /* of the group */

/* The group's committed offset of the partition: its metadata, and the position, which nobody is to start from. */
bool commit_exists;
byte commit_epoch, commit_published, commit_position;

/* The transaction of each daemon's transactional id. */
#define NO_TX 0
#define OPEN 1   /* its messages are produced */
#define SENT 2   /* its offsets are with the group, pending */
#define ENDING 3 /* the request to commit it is on its way */
#define DONE 4   /* it is committed, and the daemon has not heard so yet */
typedef Transaction {
    byte state, epoch, published, position, count, statement[2], seen;
};
Transaction tx[2];

/* The topic of alerts as read_committed readers have it: which statements are in it, and which is the newest.
 * care.alerts.latest, written in the same transactions, holds just that newest one. */
byte said_ever, latest;

/* ---- Redis ---- */

typedef Store {
    bool exists, restoring;
    byte epoch, revision, position, staged;
    byte facts, said;           /* the subject's record */
    byte sequence[2], entry[2]; /* the outbox; a free place has sequence 0, and is behind those taken */
};
Store redis, backup;
byte saves;

/* ---- the daemons: their memory ---- */

#define OFF 0
#define NEW 1
#define ASKED 2
#define KNOWN 3
#define CLAIMING 4
#define CLAIMED 5
#define RESTORING 6
#define RESTORED 7
#define FILLED 8 /* the second half of RESTORED: all subjects are written, meta is not */
#define RUNNING 9
typedef Daemon {
    byte state, member; /* member: the generation in which it was assigned the partition */
    bool ready;         /* its producer has done init_transactions */
    bool publishing, claim;
    /* what was asked of Kafka and has been answered, waiting to be taken */
    bool committed_answered, answer_exists;
    byte answer_epoch, answer_published, answer_position;
    bool latest_answered;
    byte restored;
    /* the plan of the load rules */
    bool restore;
    byte plan_epoch, plan_published;
    /* what it believes Redis to hold */
    bool exists, restoring;
    byte epoch, revision, position, staged, facts, said;
    byte n, count, sequence[2], entry[2]; /* the outbox */
    byte n_published, n_publishing;
};
Daemon daemon[2];

byte faults = FAULTS;
bool expired, emptied;
bool pruned; /* a history that has no place for a third entry in the outbox is not looked at further */

#define D daemon[d]
#define T tx[d]
#define other (1 - d)
#define is_pending(who) (tx[who].state == SENT || tx[who].state == ENDING)
#define is_open(who) (tx[who].state == OPEN || is_pending(who))

/* ---- memory is thrown away ---- */

inline forget(d) {
    D.state = NEW;
#ifndef WITHOUT_COMMITTED_TICKET
    D.committed_answered = false; D.answer_exists = false;
    D.answer_epoch = 0; D.answer_published = 0; D.answer_position = 0;
#endif
#ifndef WITHOUT_LATEST_TICKET
    D.latest_answered = false;
#endif
    D.restored = 0;
    D.restore = false; D.plan_epoch = 0; D.plan_published = 0;
    D.exists = false; D.restoring = false;
    D.epoch = 0; D.revision = 0; D.position = 0; D.staged = 0; D.facts = 0; D.said = 0;
    D.n = 0; D.count = 0;
    D.sequence[0] = 0; D.sequence[1] = 0; D.entry[0] = 0; D.entry[1] = 0;
    D.n_published = 0; D.n_publishing = 0;
}

/* The process ends. Its transaction stays with the broker. */
inline die(d) {
    forget(d);
    D.committed_answered = false; D.latest_answered = false;
    D.answer_exists = false; D.answer_epoch = 0; D.answer_published = 0; D.answer_position = 0;
    D.state = OFF; D.member = 0; D.ready = false; D.publishing = false; D.claim = false;
    if
    :: T.state == DONE -> clear_tx(d)
    :: else
    fi
}

inline clear_tx(d) {
    T.state = NO_TX; T.epoch = 0; T.published = 0; T.position = 0; T.count = 0; T.seen = 0;
    T.statement[0] = 0; T.statement[1] = 0;
}

/* ---- store.lua ---- */

/* Every write names the epoch and the revision that it was computed from. */
#ifdef WITHOUT_REVISION
#define is_accepted (redis.epoch == D.epoch)
#else
#define is_accepted (redis.epoch == D.epoch && redis.revision == D.revision)
#endif

/* What each write does to meta; with the memory that follows it. */
inline put_meta(d) {
    D.revision++;
    D.exists = true;
    redis.exists = true;
    redis.revision = D.revision; redis.epoch = D.epoch;
    redis.position = D.position; redis.staged = D.staged; redis.restoring = D.restoring;
}

/* The reply is lost: the daemon does not know that the write was executed, and loads again. (A write that is not
 * executed and whose reply is lost is the harm `reload` of the environment.) */
inline reply_may_be_lost(d) {
    if
    :: true
    :: faults > 0 -> faults--; forget(d)
    fi
}

/* The outbox is a hash of sequence to entry: two places here, in order. */
inline trim_redis(upto) {
    if
    :: redis.sequence[0] != 0 && redis.sequence[0] <= upto ->
        redis.sequence[0] = redis.sequence[1]; redis.entry[0] = redis.entry[1];
        redis.sequence[1] = 0; redis.entry[1] = 0
    :: else
    fi;
    if
    :: redis.sequence[0] != 0 && redis.sequence[0] <= upto ->
        redis.sequence[0] = redis.sequence[1]; redis.entry[0] = redis.entry[1];
        redis.sequence[1] = 0; redis.entry[1] = 0
    :: else
    fi
}

inline load_outbox(d) {
    D.sequence[0] = redis.sequence[0]; D.entry[0] = redis.entry[0];
    D.sequence[1] = redis.sequence[1]; D.entry[1] = redis.entry[1];
    D.count = (D.sequence[0] != 0) + (D.sequence[1] != 0)
}

inline load_record(d) {
    D.facts = redis.facts; D.said = redis.said
}

/* ---- partition_plan ---- */

#if defined(WITHOUT_NEW_SEQUENCE_AFTER_EXPIRY)
#define first_sequence(epoch_, staged_) staged_
#elif defined(WITHOUT_PAIR)
#define first_sequence(epoch_, staged_) (staged_ + 1)
#else
#define first_sequence(epoch_, staged_) (epoch_ * 8)
#endif

inline make_plan(d) {
    D.plan_published = D.answer_published;
    D.restore = false;
    if
    :: !D.answer_exists && !D.exists -> D.plan_published = 0
    :: !D.answer_exists && D.exists ->
#ifdef WITHOUT_EXPIRY_RULE
        D.plan_published = D.staged
#else
        D.restore = true
#endif
    :: D.answer_exists && !D.exists ->
#ifndef WITHOUT_EMPTY_RULE
        D.restore = true
#else
        skip
#endif
    :: D.answer_exists && D.exists && D.answer_published > D.staged ->
#ifndef WITHOUT_FALLBACK_RULE
        D.restore = true
#else
        skip
#endif
    :: else ->
#ifndef WITHOUT_RESTORING_MARK
        D.restore = D.restoring
#else
        skip
#endif
    fi;
#ifdef WITHOUT_EPOCH_IN_KAFKA
    D.plan_epoch = D.epoch + 1;
#else
    D.plan_epoch = (D.epoch > D.answer_epoch -> D.epoch : D.answer_epoch) + 1;
#endif
    /* Greater than anything in Redis: whoever loads after a claim that was not followed by its write restores too. */
    if
    :: D.restore && !D.answer_exists -> D.plan_published = first_sequence(D.plan_epoch, D.staged)
    :: else
    fi;
    D.committed_answered = false; D.answer_exists = false; D.answer_epoch = 0; D.answer_published = 0
}

/* ---- a transaction: kafka_sink.c ---- */

/* `many` entries at the head of the outbox, and the position with {epoch, sequence}. */
inline begin_tx(d, many) {
    T.state = OPEN;
    T.count = many;
    T.seen = latest;
    T.position = D.position;
    D.publishing = true;
    D.claim = (D.state == CLAIMING);
    if
    :: D.claim -> T.epoch = D.plan_epoch; T.published = D.plan_published
    :: else ->
        T.epoch = D.epoch;
        T.published = D.sequence[many - 1];
        T.statement[0] = D.entry[0];
        T.statement[1] = (many > 1 -> D.entry[1] : 0);
        D.n_publishing = many
    fi
}

inline tx_not_done(d) {
    D.publishing = false; D.claim = false; D.n_publishing = 0
}

/* The producer is lost, and with it what is known of the transaction: everything is loaded again. */
inline lose_producer(d) {
    tx_not_done(d);
    D.ready = false;
    if
    :: D.state != OFF -> forget(d)
    :: else
    fi
}

/* A transaction that was committed already is over for the broker. */
inline settle(d) {
    if
    :: T.state == DONE -> clear_tx(d)
    :: else
    fi
}

inline say(statement_) {
    assert((said_ever & (1 << statement_)) == 0); /* no statement is in the topic twice */
    said_ever = said_ever | (1 << statement_);
    latest = statement_
}

inline broker_commits(d) {
    if
    :: T.count > 0 -> say(T.statement[0])
    :: else
    fi;
    if
    :: T.count > 1 -> say(T.statement[1])
    :: else
    fi;
    commit_exists = true;
    commit_epoch = T.epoch; commit_published = T.published;
#ifdef WITHOUT_REDIS_POSITION
    commit_position = T.position;
#endif
    clear_tx(d);
    if
    :: D.publishing -> T.state = DONE
    :: else
    fi
}

/* ---- one write of a running partition: pipeline_run.c, pipeline_speak.c ---- */

#ifdef WITHOUT_PAIR
#define next_sequence (D.staged + 1)
#else
#define next_sequence (D.epoch * 8 + D.n + 1) /* the pair (epoch, n), compared as one number */
#endif

byte scratch; /* the facts that a write brings; 0 between atomic blocks */

inline write_running(d) {
    scratch = 0;
    do
    :: D.position < log_end -> scratch = scratch | (1 << D.position); D.position++
    :: break
    od;
    if
    :: scratch == 0 && D.n_published == 0 && !(D.position == log_end && D.facts != D.said) -> skip /* nothing to write */
    :: else ->
        D.facts = D.facts | scratch;
        redis.facts = redis.facts | scratch; /* only the new ones are written */
        if
        :: D.n_published > 0 ->
            trim_redis(D.sequence[D.n_published - 1]);
            D.sequence[0] = (D.n_published == 1 -> D.sequence[1] : 0);
            D.entry[0] = (D.n_published == 1 -> D.entry[1] : 0);
            D.sequence[1] = 0; D.entry[1] = 0;
            D.count = D.count - D.n_published;
            D.n_published = 0
        :: else
        fi;
        if
        :: D.position == log_end && D.facts != D.said -> /* caught up: the difference is said */
            if
            :: D.count == 2 || redis.sequence[1] != 0 -> goto out_of_bounds
            :: else
            fi;
            D.sequence[D.count] = next_sequence; D.entry[D.count] = D.facts;
            D.staged = D.sequence[D.count];
            D.n++; D.said = D.facts; redis.said = D.said;
            if
            :: redis.sequence[0] == 0 -> redis.sequence[0] = D.staged; redis.entry[0] = D.facts
            :: else -> redis.sequence[1] = D.staged; redis.entry[1] = D.facts
            fi;
            D.count++
        :: else
        fi;
        put_meta(d);
        scratch = 0;
        reply_may_be_lost(d)
    fi
}

#define has_work (D.position < log_end || D.n_published > 0 || D.facts != D.said)

/* ---- a daemon ---- */

#ifdef WITHOUT_WAITING_FOR_OWN_TRANSACTION
#define may_ask true
#else
#define may_ask !D.publishing
#endif
#ifdef WITHOUT_STABLE_COMMITTED
#define is_stable true
#else
#define is_stable (!is_pending(0) && !is_pending(1))
#endif
#ifdef WITHOUT_ENDED_TRANSACTIONS
#define latest_can_be_read true
#else
#define latest_can_be_read !is_open(other)
#endif

proctype watchkeeperd(bit d) {
end:
    do
    /* The group gives it the partition, after what it had is over; or it hears that it has lost it. */
    :: atomic { owner == d && D.member != generation && !D.publishing -> forget(d); D.member = generation }
    :: atomic { owner != d && D.state != OFF && !D.publishing -> forget(d); D.state = OFF; D.member = 0 }

    /* init_transactions: whatever the transactional id had open is ended. */
    :: atomic { D.state == NEW && !D.ready && !D.publishing -> clear_tx(d); D.ready = true }
    :: atomic { D.state == NEW && D.ready && may_ask -> D.state = ASKED }

    /* committed(), stable: waits for pending offsets. */
    :: atomic {
        D.state == ASKED && !D.committed_answered && is_stable ->
        D.committed_answered = true;
        D.answer_exists = commit_exists; D.answer_epoch = commit_epoch; D.answer_published = commit_published;
        D.answer_position = commit_position }
    :: atomic { D.state == ASKED && D.committed_answered -> D.state = KNOWN }

    /* Meta is read, the plan is made. */
    :: atomic {
        D.state == KNOWN ->
        D.exists = redis.exists; D.epoch = redis.epoch; D.revision = redis.revision; D.staged = redis.staged;
        D.position = redis.position; D.restoring = redis.restoring;
        make_plan(d);
#ifdef WITHOUT_CLAIM
        D.state = CLAIMED
#else
        D.state = CLAIMING
#endif
        }
    :: atomic { D.state == CLAIMING && !D.publishing -> begin_tx(d, 0) }

    /* The first write under the epoch. */
    :: atomic { D.state >= CLAIMED && D.state != RUNNING && D.state != RESTORING && !is_accepted -> forget(d) }
    :: atomic {
        D.state == CLAIMED && is_accepted ->
        D.epoch = D.plan_epoch;
        load_record(d);
        if
        :: D.restore ->
            D.staged = D.plan_published;
            D.restoring = true;
#ifndef WITHOUT_CLEARED_OUTBOX
            trim_redis(255);
#endif
            D.state = RESTORING
        :: else ->
#ifndef WITHOUT_TRIM_ON_LOAD
            trim_redis(D.plan_published);
#endif
            D.state = RUNNING
        fi;
        load_outbox(d);
        put_meta(d);
#ifdef WITHOUT_REDIS_POSITION
        if
        :: D.answer_position > D.position -> D.position = D.answer_position
        :: else
        fi;
#endif
        D.answer_position = 0;
        D.restore = false; D.plan_epoch = 0; D.plan_published = 0;
        reply_may_be_lost(d) }

    /* care.alerts.latest is read to its end: to the last stable offset, which the open transaction of another holds
     * back. That none is open any more by then is an assumption (README.md). */
    :: atomic {
        D.state == RESTORING && !D.latest_answered && latest_can_be_read ->
        D.latest_answered = true;
        D.restored = (is_open(other) -> tx[other].seen : latest) }
    :: atomic { D.state == RESTORING && D.latest_answered -> D.latest_answered = false; D.state = RESTORED }
    :: atomic {
        D.state == RESTORED && is_accepted ->
#ifndef WITHOUT_RESTORED_MEMORY
        D.said = D.restored; redis.said = D.said;
#endif
        D.restored = 0;
        put_meta(d);
        D.state = FILLED;
        reply_may_be_lost(d) }
    :: atomic {
        D.state == FILLED && is_accepted ->
        D.restoring = false;
        put_meta(d);
        D.state = RUNNING;
        reply_may_be_lost(d) }

    /* Running. */
    :: atomic { D.state == RUNNING && has_work && !is_accepted -> forget(d) }
    :: atomic { D.state == RUNNING && has_work && is_accepted -> write_running(d) }
    :: atomic {
        D.state == RUNNING && !D.publishing && D.n_published == 0 && D.count > 0 ->
        if
        :: begin_tx(d, 1)
        :: D.count > 1 -> begin_tx(d, 2)
        fi }

    /* The thread of the producer. */
    :: atomic {
        D.publishing && T.state == OPEN ->
        if
#ifndef WITHOUT_MEMBERSHIP_OF_ASSIGNMENT
        :: D.member != generation -> clear_tx(d); tx_not_done(d) /* refused; aborted */
        :: D.member == generation -> T.state = SENT
#else
        :: T.state = SENT
#endif
        fi }
    :: atomic { D.publishing && T.state == SENT -> T.state = ENDING }
    :: atomic { D.publishing && (T.state == OPEN || T.state == SENT) && owner != d -> clear_tx(d); tx_not_done(d) }
    :: atomic { D.publishing && T.state == NO_TX -> lose_producer(d) }
    :: atomic {
        D.publishing && T.state == DONE ->
        if
        :: D.claim && D.state == CLAIMING -> D.state = CLAIMED
        :: !D.claim && D.state == RUNNING -> D.n_published = D.n_publishing
        :: else
        fi;
        clear_tx(d); tx_not_done(d) }
    od;
out_of_bounds:
    pruned = true
}

/* ---- the environment ---- */

inline empty_redis() {
    redis.exists = false; redis.restoring = false;
    redis.epoch = 0; redis.revision = 0; redis.position = 0; redis.staged = 0; redis.facts = 0; redis.said = 0;
    redis.sequence[0] = 0; redis.sequence[1] = 0; redis.entry[0] = 0; redis.entry[1] = 0
}

inline copy_store(to, from) {
    to.exists = from.exists; to.restoring = from.restoring;
    to.epoch = from.epoch; to.revision = from.revision; to.position = from.position; to.staged = from.staged;
    to.facts = from.facts; to.said = from.said;
    to.sequence[0] = from.sequence[0]; to.sequence[1] = from.sequence[1];
    to.entry[0] = from.entry[0]; to.entry[1] = from.entry[1]
}

#ifdef WITHOUT_ANY_TRACE_LEFT
#define may_be_emptied true
#define may_expire true
#else
#define may_be_emptied !expired
#define may_expire !emptied
#endif

inline reassign() {
    generation++;
    if
    :: owner = 0
    :: owner = 1
    fi
}

#define is_quiet (log_end == FACTS && daemon[owner].state == RUNNING && daemon[owner].count == 0)

proctype environment() {
    do
    :: atomic { log_end < FACTS -> log_end++ }
    :: atomic { saves < SAVES && redis.exists && faults > 0 -> copy_store(backup, redis); saves++ }

    /* The broker commits when the request arrives; a transaction that nobody minds is aborted after its timeout. */
    :: atomic { tx[0].state == ENDING -> broker_commits(0) }
    :: atomic { tx[1].state == ENDING -> broker_commits(1) }
    :: atomic { is_open(0) && !daemon[0].publishing -> clear_tx(0) }
    :: atomic { is_open(1) && !daemon[1].publishing -> clear_tx(1) }

    /* Harm. The group gives the partition away, or again, and the former owner does not know yet; */
    :: atomic { faults > 0 -> faults--; reassign() }
    /* a daemon is killed; */
    :: atomic { faults > 0 && daemon[0].state != OFF -> faults--; die(0); if :: owner == 0 -> reassign() :: else fi }
    :: atomic { faults > 0 && daemon[1].state != OFF -> faults--; die(1); if :: owner == 1 -> reassign() :: else fi }
    /* a daemon loads again: its clock was set back, or Redis did not answer and has not executed; */
    :: atomic { faults > 0 && daemon[0].state > NEW -> faults--; forget(0) }
    :: atomic { faults > 0 && daemon[1].state > NEW -> faults--; forget(1) }
    /* a transaction is aborted under its producer, or the producer is lost and its fate is not known; */
    :: atomic { faults > 0 && is_open(0) && daemon[0].publishing -> faults--; clear_tx(0) }
    :: atomic { faults > 0 && is_open(1) && daemon[1].publishing -> faults--; clear_tx(1) }
    :: atomic { faults > 0 && daemon[0].publishing && tx[0].state != NO_TX -> faults--; lose_producer(0); settle(0) }
    :: atomic { faults > 0 && daemon[1].publishing && tx[1].state != NO_TX -> faults--; lose_producer(1); settle(1) }
    /* Redis falls back to what was saved, or to nothing; */
    :: atomic { faults > 0 && saves > 0 -> faults--; copy_store(redis, backup) }
    :: atomic {
        faults > 0 && redis.exists && may_be_emptied ->
        faults--; emptied = true; empty_redis() }
    /* all stand still for so long that the group's offsets expire. */
    :: atomic {
        faults > 0 && !expired && commit_exists && may_expire ->
        faults--; expired = true;
        commit_exists = false; commit_epoch = 0; commit_published = 0; commit_position = 0;
        die(0); die(1); clear_tx(0); clear_tx(1); reassign() }

    /* Harm ends; and when nothing more happens, everything that is true has been said, and last. */
    :: atomic { faults > 0 -> faults = 0 }
    :: atomic { timeout -> assert(pruned || is_quiet); assert(pruned || latest == ALL_FACTS); break }
    od
}

init {
    atomic { run watchkeeperd(0); run watchkeeperd(1); run environment() }
}
