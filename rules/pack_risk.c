/* pack_risk.c: a risk: counts and thresholds, a state, or what an event raises. */
#include "pack_read.h"
#include "pack_risk_words.h"

#include <string.h>

/* ---- counts ---- */

static void read_threshold(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    if (risk->n_thresholds == THRESHOLDS_MAX) {
        yaml_problem(reader->problems, node->place, "more than %d thresholds", THRESHOLDS_MAX);
        return;
    }
    struct threshold *threshold = &risk->thresholds[risk->n_thresholds++];
    long at_least = 0;
    pack_read_known_keys(reader, node, &pack_language_threshold);
    (void) yaml_integer(reader->yaml, node, "at_least", true, 1, 10000, &at_least);
    threshold->at_least = (int) at_least;
    const struct yaml *within = yaml_get(node, "within");
    if (within == NULL)
        yaml_problem(reader->problems, node->place, "expected `within`: the window, as in 90 days, or ever");
    else if (within->kind != YAML_SCALAR || strcmp(within->text, "ever") != 0)
        (void) pack_read_limit(reader, within, &threshold->within);
}

static void read_counted(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    if (node->kind == YAML_SCALAR && strcmp(node->text, "any") == 0)
        risk->counts_any = true;
    else
        risk->n_counts = pack_read_filters(reader, node, risk->counts, COUNTS_MAX);
}

static void read_count(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    const struct yaml *raise = yaml_get(node, "raise");
    struct pack_items items;
    risk->kind = RISK_COUNT;
    read_counted(reader, yaml_get(node, "counts"), risk);
    risk->counts_when = pack_read_condition(reader, yaml_get(node, "when"), risk->scope);
    pack_read_items(raise, &items);
    if (items.count == 0)
        yaml_problem(reader->problems, node->place, "expected `raise`: {at_least: 3, within: 90 days}");
    for (size_t i = 0; i < items.count; i++)
        read_threshold(reader, items.list[i], risk);
    risk->rule.limit_text = pack_read_written(reader, raise);
    risk->rule.opens_word = "Counts";
    risk->rule.opens_text = pack_read_written(reader, yaml_get(node, "counts"));
}

/* ---- states ---- */

static bool asks_for_duties(const struct risk *risk) {
    for (size_t i = 0; i < risk->n_mentions; i++)
        if (risk->mentions[i].kind == MENTION_LATENESS)
            return true;
    return false;
}

static void find_mentions(const struct pack_reader *reader, struct risk *risk) {
    size_t n_holds = expression_mentions(risk->holds, NULL);
    risk->n_mentions = n_holds + expression_mentions(risk->until, NULL);
    struct mention *mentions = ARENA_ARRAY(reader->arena, struct mention, risk->n_mentions);
    (void) expression_mentions(risk->holds, mentions);
    (void) expression_mentions(risk->until, mentions + n_holds);
    risk->mentions = mentions;
    risk->over_duties = asks_for_duties(risk);
}

/* `ack: true`: the event by which someone closes an alert, with a rationale. */
static void read_closing(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    bool acknowledged = false;
    (void) yaml_boolean(reader->yaml, node, "ack", false, &acknowledged);
    if (!acknowledged)
        return;
    const struct catalogue *catalogue = reader->context->catalogue;
    risk->closed_by = catalogue_find(catalogue, "alert.closed");
    risk->rule.may_be_closed = true;
    risk->closed_alert = catalogue_symbol(catalogue, "alert");
    if (risk->closed_by == NULL)
        yaml_problem(reader->problems, yaml_get(node, "ack")->place,
                     "the catalogue has no alert.closed, by which a person closes it");
}

/* What a state has, and what an event opens. */
static void read_state(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    risk->kind = RISK_STATE;
    risk->holds = pack_read_condition(reader, yaml_get(node, "while"), risk->scope);
    risk->until = pack_read_condition(reader, yaml_get(node, "until"), risk->scope);
    if (risk->until != NULL && risk->holds == NULL)
        yaml_problem(reader->problems, yaml_get(node, "until")->place, "`until` needs a `while` that comes to hold");
    find_mentions(reader, risk);
    pack_read_limit_key_in(reader, node, "for", UNITS_OF_DUTY, &risk->held_for);
    read_closing(reader, node, risk);
    risk->rule.opens_word = "While";
    risk->rule.opens_text = pack_read_written(reader, yaml_get(node, "while"));
    risk->rule.limit_text = pack_read_written(reader, yaml_get(node, "for"));
    risk->rule.met_text = pack_read_written(reader, yaml_get(node, "until"));
}

/* ---- events ---- */

static bool is_end(const struct yaml *node) {
    return node->kind == YAML_SCALAR && strcmp(node->text, "end") == 0;
}

static void read_raise(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    if (risk->n_raises == RAISES_MAX) {
        yaml_problem(reader->problems, node->place, "more than %d of them", RAISES_MAX);
        return;
    }
    struct raise *raise = &risk->raises[risk->n_raises];
    const struct yaml *on = node;
    if (node->kind == YAML_MAPPING) {
        pack_read_known_keys(reader, node, &pack_language_raise);
        on = yaml_get(node, "on");
        raise->when = pack_read_condition(reader, yaml_get(node, "when"), risk->scope);
        if (on == NULL) {
            yaml_problem(reader->problems, node->place, "expected `on`: an event type, or `end`");
            return;
        }
    }
    raise->end = is_end(on);
    if (raise->end && risk->scope == SCOPE_LIFE)
        yaml_problem(reader->problems, on->place, "the scope life has no end that could raise a risk");
    if (raise->end || pack_read_filter(reader, on, &raise->filter))
        risk->n_raises++;
}

/* A `when` of the rule is that of each that has none of its own. */
static void share_when(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    const struct expression *when = pack_read_condition(reader, yaml_get(node, "when"), risk->scope);
    for (size_t i = 0; i < risk->n_raises; i++)
        if (risk->raises[i].when == NULL)
            risk->raises[i].when = when;
}

static void read_event(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    struct pack_items items;
    read_state(reader, node, risk);
    risk->kind = RISK_EVENT;
    pack_read_items(yaml_get(node, "raised_by"), &items);
    for (size_t i = 0; i < items.count; i++)
        read_raise(reader, items.list[i], risk);
    share_when(reader, node, risk);
    risk->n_clears = pack_read_filters(reader, yaml_get(node, "cleared_by"), risk->clears, MEETS_MAX);
    pack_read_limit_key(reader, node, "lasts", &risk->lasts);
    const char *cleared = pack_read_written(reader, yaml_get(node, "cleared_by"));
    risk->rule.while_text = risk->rule.opens_text;
    risk->rule.opens_word = "Raised by";
    risk->rule.opens_text = pack_read_written(reader, yaml_get(node, "raised_by"));
    if (cleared != NULL)
        risk->rule.met_text = cleared;
    if (risk->lasts.number > 0)
        risk->rule.limit_text = arena_printf(reader->arena, "lasts %s", yaml_get(node, "lasts")->text);
}

/* ---- a risk ---- */

static const struct {
    const char *key; /* that tells the kind */
    void (*read)(const struct pack_reader *reader, const struct yaml *node, struct risk *risk);
    const struct language_section *keys;
} kinds[] = {
    {"counts", read_count, &pack_language_risk_count},
    {"raised_by", read_event, &pack_language_risk_event},
    {"while", read_state, &pack_language_risk_state},
    {"for", read_state, &pack_language_risk_state},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static void read_severity(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    const struct yaml *severity = yaml_get(node, "severity");
    int choice = 0;
    if (severity == NULL || !pack_read_choice(reader, severity, &pack_language_severity, &choice))
        return;
    risk->rule.face.severity = pack_language_severity.words[choice].word;
    risk->quiet = strcmp(risk->rule.face.severity, "count") == 0;
}

static void read_subject(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    const char *const *words = language_names(&pack_language_risk_subject, reader->arena);
    const struct yaml *subject = yaml_get(node, "subject");
    int choice = 0;
    if (subject != NULL)
        (void) pack_read_word(reader, subject, pack_language_risk_subject.what, words, &choice);
    risk->subject = words[choice];
}

void pack_risk_read(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    size_t kind = 0;
    risk->scope = pack_read_scope(reader, node, SCOPE_LIFE);
    pack_read_face(reader, node, &risk->rule);
    risk->rule.face.is_risk = true;
    risk->rule.scope_text = scope_name(risk->scope);
    risk->rule.tell_text = pack_read_written(reader, yaml_get(node, "tell"));
    (void) yaml_boolean(reader->yaml, node, "off", false, &risk->rule.off);
    read_severity(reader, node, risk);
    read_subject(reader, node, risk);
    while (kind < N_KINDS && yaml_get(node, kinds[kind].key) == NULL)
        kind++;
    if (kind == N_KINDS) {
        yaml_problem(reader->problems, node->place,
                     "expected `counts` and `raise`, or `raised_by`, or `while`, or `for`");
        return;
    }
    pack_read_known_keys(reader, node, kinds[kind].keys);
    kinds[kind].read(reader, node, risk);
    risk->rule.reading_text = pack_risk_words(risk, reader->arena);
}
