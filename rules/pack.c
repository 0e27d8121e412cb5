/* pack.c: YAML to rows. Every mistake is told with line and column, and reading goes on, so that all are named at once.
 */
#include "pack.h"

#include "ensure.h"

#include <limits.h>
#include <string.h>

struct pack_reader {
    struct yaml_reader yaml;
    struct yaml_problems *problems;
    const struct catalogue *catalogue;
    struct arena *arena;
    struct pack *pack;
};

static const struct yaml_pair *find_pair(const struct yaml *mapping, const char *key) {
    for (size_t i = 0; mapping != NULL && mapping->kind == YAML_MAPPING && i < mapping->count; i++)
        if (strcmp(mapping->pairs[i].key, key) == 0)
            return &mapping->pairs[i];
    return NULL;
}

static const char *text_of(const struct pack_reader *reader, const struct yaml *parent, const char *key,
                           bool required) {
    const char *text = NULL;
    (void) yaml_text(reader->yaml, parent, key, required, &text);
    return text;
}

/* A scalar or a sequence of them, as an array of nodes. */
static size_t items_of(const struct yaml *node, const struct yaml *const **ret_items, const struct yaml **single) {
    if (node == NULL)
        return 0;
    if (node->kind == YAML_SEQUENCE) {
        *ret_items = node->items;
        return node->count;
    }
    *single = node;
    *ret_items = single;
    return 1;
}

static bool is_scalar(const struct pack_reader *reader, const struct yaml *node, const char *what) {
    if (node->kind == YAML_SCALAR)
        return true;
    yaml_problem(reader->problems, node->place, "expected %s", what);
    return false;
}

static const struct expression *read_condition(const struct pack_reader *reader, const struct yaml *node,
                                               enum scope_kind scope) {
    if (node == NULL || !is_scalar(reader, node, "a condition"))
        return NULL;
    struct lexer lexer;
    lexer_open(&lexer, node, reader->arena, reader->problems);
    struct expression_reader conditions = {.lexer = &lexer, .catalogue = reader->catalogue, .scope = scope};
    return expression_read(&conditions);
}

static bool read_filter(const struct pack_reader *reader, const struct yaml *node, struct filter *ret_filter) {
    if (!is_scalar(reader, node, "an event type, as in visit.made{kind=statutory}"))
        return false;
    struct lexer lexer;
    lexer_open(&lexer, node, reader->arena, reader->problems);
    if (!filter_read(&lexer, reader->catalogue, ret_filter))
        return false;
    if (lexer.token.kind != TOKEN_END) {
        lexer_problem(&lexer, "expected the end, found `%s`", lexer.token.text);
        return false;
    }
    return true;
}

static bool read_limit(const struct pack_reader *reader, const struct yaml *node, struct limit *ret_limit) {
    if (!is_scalar(reader, node, "a limit, as in 20 working_days"))
        return false;
    struct lexer lexer;
    lexer_open(&lexer, node, reader->arena, reader->problems);
    if (!limit_read(&lexer, ret_limit))
        return false;
    if (lexer.token.kind != TOKEN_END)
        lexer_problem(&lexer, "expected the end, found `%s`", lexer.token.text);
    return !lexer.failed;
}

static void read_limit_key(const struct pack_reader *reader, const struct yaml *parent, const char *key,
                           struct limit *ret_limit) {
    const struct yaml *node = yaml_get(parent, key);
    if (node != NULL)
        (void) read_limit(reader, node, ret_limit);
}

static size_t read_filters(const struct pack_reader *reader, const struct yaml *node, struct filter *filters,
                           size_t max) {
    const struct yaml *single, *const *items;
    size_t count = 0, n_items = items_of(node, &items, &single);
    for (size_t i = 0; i < n_items; i++) {
        if (count == max) {
            yaml_problem(reader->problems, items[i]->place, "more than %zu of them", max);
            break;
        }
        if (read_filter(reader, items[i], &filters[count]))
            count++;
    }
    return count;
}

/* Words
 * ---------------------------------------------------------------------------------------------------------------- */

static bool choose(const struct pack_reader *reader, const struct yaml *node, const char *what,
                   const char *const words[], int *ret_choice) {
    if (!is_scalar(reader, node, what))
        return false;
    for (int i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], node->text) == 0) {
            *ret_choice = i;
            return true;
        }
    const char *nearest = yaml_nearest(node->text, words);
    yaml_problem(reader->problems, node->place, "`%s` is not %s%s%s%s", node->text, what,
                 nearest != NULL ? "; did you mean `" : "", nearest != NULL ? nearest : "",
                 nearest != NULL ? "`?" : "");
    return false;
}

static enum scope_kind read_scope(const struct pack_reader *reader, const struct yaml *mapping,
                                  enum scope_kind otherwise) {
    static const char *const words[] = {"life", "care", "placement", "episode", NULL};
    int scope = (int) otherwise;
    const struct yaml *node = yaml_get(mapping, "scope");
    if (node != NULL)
        (void) choose(reader, node, "a scope (life, care, placement, episode)", words, &scope);
    return (enum scope_kind) scope;
}

static enum profile read_profile(const struct pack_reader *reader, const struct yaml *mapping) {
    static const char *const words[] = {"any", "standard", "short_break", "adoption", NULL};
    int profile = 0;
    const struct yaml *node = yaml_get(mapping, "profile");
    if (node != NULL)
        (void) choose(reader, node, "a profile (any, standard, short_break, adoption)", words, &profile);
    return (enum profile) profile;
}

static bool read_date(const struct pack_reader *reader, const struct yaml *mapping, const char *key,
                      struct date *ret_date) {
    const struct yaml *node = yaml_get(mapping, key);
    if (node == NULL)
        return false;
    if (!is_scalar(reader, node, "a date") || date_parse(node->text, ret_date) != 0) {
        yaml_problem(reader->problems, node->place, "%s: expected a date (YYYY-MM-DD)", key);
        return false;
    }
    return true;
}

static void read_in_force(const struct pack_reader *reader, const struct yaml *mapping, struct in_force *in_force) {
    const struct yaml *node = yaml_get(mapping, "in_force");
    *in_force = (struct in_force){.from = {INT32_MIN}, .to = {INT32_MAX}};
    if (node == NULL)
        return;
    yaml_known_keys(reader->yaml, node, (const char *const[]){"from", "to", NULL});
    (void) read_date(reader, node, "from", &in_force->from);
    (void) read_date(reader, node, "to", &in_force->to);
    if (in_force->to.day < in_force->from.day)
        yaml_problem(reader->problems, node->place, "in_force ends before it begins");
}

/* Ladders
 * -------------------------------------------------------------------------------------------------------------- */

static const char *const *read_recipients(const struct pack_reader *reader, const struct yaml *node) {
    const struct yaml *single, *const *items;
    size_t count = items_of(node, &items, &single);
    const char **recipients = ARENA_ARRAY(reader->arena, const char *, count + 1);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (is_scalar(reader, items[i], "a role id"))
            recipients[kept++] = items[i]->text;
    return recipients;
}

static void read_rung(const struct pack_reader *reader, const struct yaml *node, struct ladder *ladder) {
    if (ladder->n_rungs == LADDER_RUNGS_MAX) {
        yaml_problem(reader->problems, node->place, "more than %d rungs", LADDER_RUNGS_MAX);
        return;
    }
    struct rung *rung = &ladder->rungs[ladder->n_rungs++];
    yaml_known_keys(reader->yaml, node, (const char *const[]){"after", "tell", NULL});
    rung->after = (struct limit){.unit = UNIT_WORKING_DAYS};
    read_limit_key(reader, node, "after", &rung->after);
    if (rung->after.unit != UNIT_HOURS && rung->after.unit != UNIT_WORKING_DAYS)
        yaml_problem(reader->problems, node->place, "a rung comes after hours or working_days");
    rung->recipients = read_recipients(reader, yaml_get(node, "tell"));
}

static void read_ladders(const struct pack_reader *reader, const struct yaml *node) {
    if (node == NULL)
        return;
    if (node->kind != YAML_MAPPING) {
        yaml_problem(reader->problems, node->place, "ladders: expected a mapping of ladder ids");
        return;
    }
    reader->pack->ladders = ARENA_ARRAY(reader->arena, struct ladder, node->count);
    for (size_t i = 0; i < node->count; i++) {
        struct ladder *ladder = &reader->pack->ladders[reader->pack->n_ladders++];
        const struct yaml *rungs = yaml_get(node->pairs[i].value, "rungs");
        ladder->id = node->pairs[i].key;
        yaml_known_keys(reader->yaml, node->pairs[i].value, (const char *const[]){"source", "rungs", NULL});
        if (rungs == NULL || rungs->kind != YAML_SEQUENCE) {
            yaml_problem(reader->problems, node->pairs[i].key_place, "%s: expected rungs", ladder->id);
            continue;
        }
        for (size_t j = 0; j < rungs->count; j++)
            read_rung(reader, rungs->items[j], ladder);
    }
}

static const struct ladder *find_ladder(const struct pack_reader *reader, const struct yaml *mapping, const char *key) {
    const struct yaml *node = yaml_get(mapping, key);
    if (node == NULL || !is_scalar(reader, node, "a ladder id"))
        return NULL;
    for (size_t i = 0; i < reader->pack->n_ladders; i++)
        if (strcmp(reader->pack->ladders[i].id, node->text) == 0)
            return &reader->pack->ladders[i];
    const char **names = ARENA_ARRAY(reader->arena, const char *, reader->pack->n_ladders + 1);
    for (size_t i = 0; i < reader->pack->n_ladders; i++)
        names[i] = reader->pack->ladders[i].id;
    const char *nearest = yaml_nearest(node->text, names);
    yaml_problem(reader->problems, node->place, "`%s` is not a ladder of this pack%s%s%s", node->text,
                 nearest != NULL ? "; did you mean `" : "", nearest != NULL ? nearest : "",
                 nearest != NULL ? "`?" : "");
    return NULL;
}

/* Rules
 * ---------------------------------------------------------------------------------------------------------------- */

static bool is_id(const char *text) {
    for (const char *c = text; *c != '\0'; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-'))
            return false;
    return *text != '\0';
}

static void read_face(const struct pack_reader *reader, const struct yaml *node, struct rule *rule) {
    struct rule_face *face = &rule->face;
    const struct yaml *law = yaml_get(node, "law"), *id = yaml_get(node, "id");
    rule->place = node->place;
    face->id = text_of(reader, node, "id", true);
    if (face->id != NULL && !is_id(face->id))
        yaml_problem(reader->problems, id->place, "an id is made of a to z, 0 to 9 and -");
    if (face->id == NULL)
        face->id = "";
    face->title = text_of(reader, node, "title", true);
    face->pack = reader->pack->name;
    face->pack_version = reader->pack->version;
    if (law == NULL) {
        yaml_problem(reader->problems, node->place, "%s: a rule cites its law: law: {ref: ..., confidence: V|S|M|E}",
                     face->id);
    } else {
        yaml_known_keys(reader->yaml, law, (const char *const[]){"ref", "confidence", NULL});
        face->law = text_of(reader, law, "ref", true);
        face->confidence = text_of(reader, law, "confidence", true);
        if (face->confidence != NULL && (strlen(face->confidence) != 1 || strchr("VSME", *face->confidence) == NULL))
            yaml_problem(reader->problems, law->place, "confidence is V, S, M or E");
    }
    face->owner = text_of(reader, node, "owner", false);
    read_in_force(reader, node, &rule->in_force);
    rule->when_text = text_of(reader, node, "when", false);
}

static void read_limit_choice(const struct pack_reader *reader, const struct yaml *node, enum scope_kind scope,
                              struct limit_choice *choice) {
    *choice = (struct limit_choice){.kind = LIMIT_FIXED};
    const struct yaml *limit = node;
    if (node->kind == YAML_MAPPING) {
        yaml_known_keys(reader->yaml, node, (const char *const[]){"limit", "when", "field", "of", "unit", NULL});
        choice->when = read_condition(reader, yaml_get(node, "when"), scope);
        limit = yaml_get(node, "limit");
    }
    const struct yaml *of = yaml_get(node, "of"), *field = yaml_get(node, "field");
    if (field != NULL && of != NULL) {
        choice->kind = LIMIT_FIELD;
        choice->field =
            is_scalar(reader, field, "a field") ? catalogue_symbol(reader->catalogue, field->text) : FIELD_NONE;
        if (choice->field == FIELD_NONE)
            yaml_problem(reader->problems, field->place, "no event type has this field");
        (void) read_filter(reader, of, &choice->field_of);
        static const char *const units[] = {"days", "weeks", "working_days", NULL};
        static const enum unit unit_of[] = {UNIT_DAYS, UNIT_WEEKS, UNIT_WORKING_DAYS};
        int unit = 0;
        if (yaml_get(node, "unit") != NULL)
            (void) choose(reader, yaml_get(node, "unit"), "a unit (days, weeks, working_days)", units, &unit);
        choice->limit.unit = unit_of[unit];
    } else if (limit == NULL) {
        yaml_problem(reader->problems, node->place, "expected `limit`, or `field` and `of`");
    } else if (limit->kind == YAML_SCALAR && strcmp(limit->text, "unset") == 0) {
        choice->kind = LIMIT_UNSET;
    } else {
        (void) read_limit(reader, limit, &choice->limit);
    }
}

static void read_limits(const struct pack_reader *reader, const struct yaml *node, enum scope_kind scope,
                        struct rule *rule) {
    const struct yaml *limits = yaml_get(node, "limit"), *single, *const * items;
    size_t count = items_of(limits, &items, &single);
    if (count == 0)
        yaml_problem(reader->problems, node->place, "%s: a duty has a limit (or `limit: unset`)", rule->face.id);
    for (size_t i = 0; i < count; i++) {
        if (rule->n_limits == LIMIT_CHOICES_MAX) {
            yaml_problem(reader->problems, items[i]->place, "more than %d limits", LIMIT_CHOICES_MAX);
            return;
        }
        read_limit_choice(reader, items[i], scope, &rule->limits[rule->n_limits++]);
    }
}

/* What the lists show: the node as it was written, on one line. */
static const char *written(const struct pack_reader *reader, const struct yaml *node) {
    if (node == NULL)
        return NULL;
    if (node->kind == YAML_SCALAR)
        return node->text;
    const char *text = "";
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml *item = node->kind == YAML_SEQUENCE ? node->items[i] : node->pairs[i].value;
        const char *key = node->kind == YAML_SEQUENCE ? "" : node->pairs[i].key;
        text = arena_printf(reader->arena, "%s%s%s%s%s", text, i > 0 ? (node->kind == YAML_SEQUENCE ? "; " : ", ") : "",
                            key, *key != '\0' ? ": " : "", written(reader, item));
    }
    return text;
}

static void add_opener(const struct pack_reader *reader, const struct yaml *node, struct clock *clock, uint32_t *bits) {
    if (clock->n_openers == OPENERS_MAX) {
        yaml_problem(reader->problems, node->place, "more than %d openers", OPENERS_MAX);
        return;
    }
    struct opener opener = {.carry = true};
    const struct yaml *on = node;
    if (node->kind == YAML_MAPPING) {
        bool first = false, carry = true;
        yaml_known_keys(reader->yaml, node,
                        (const char *const[]){"on", "when", "anchor", "carry", "first", "before_start", NULL});
        opener.when = read_condition(reader, yaml_get(node, "when"), clock->scope);
        on = yaml_get(node, "on");
        opener.anchor = text_of(reader, node, "anchor", false);
        (void) yaml_boolean(reader->yaml, node, "first", false, &first);
        (void) yaml_boolean(reader->yaml, node, "carry", false, &carry);
        read_limit_key(reader, node, "before_start", &opener.before_start);
        opener.first_only = first;
        opener.carry = carry;
    }
    if (on == NULL) {
        yaml_problem(reader->problems, node->place, "expected `on`: start or an event type");
        return;
    }
    if (on->kind == YAML_SCALAR && strcmp(on->text, "start") == 0)
        opener.start = true;
    else if (!read_filter(reader, on, &opener.filter))
        return;
    *bits |= 1u << clock->n_openers;
    clock->openers[clock->n_openers++] = opener;
}

static uint32_t read_openers(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    const struct yaml *single, *const *items;
    uint32_t bits = 0;
    size_t count = items_of(node, &items, &single);
    for (size_t i = 0; i < count; i++)
        add_opener(reader, items[i], clock, &bits);
    return bits;
}

static void read_meets(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    const struct yaml *single, *const *items;
    size_t count = items_of(node, &items, &single);
    for (size_t i = 0; i < count; i++) {
        if (clock->n_meets == MEETS_MAX) {
            yaml_problem(reader->problems, items[i]->place, "more than %d", MEETS_MAX);
            return;
        }
        struct meet *meet = &clock->meets[clock->n_meets];
        const struct yaml *on = items[i];
        if (on->kind == YAML_MAPPING) {
            yaml_known_keys(reader->yaml, on, (const char *const[]){"on", "when", NULL});
            meet->when = read_condition(reader, yaml_get(on, "when"), clock->scope);
            on = yaml_get(on, "on");
        }
        if (on == NULL)
            yaml_problem(reader->problems, items[i]->place, "expected `on`: an event type");
        else if (read_filter(reader, on, &meet->filter))
            clock->n_meets++;
    }
}

static const char *const clock_keys[] = {"scope", "profile", "opens", "once", "met_by", "ends", "count_from", NULL};
static const char *const row_keys[] = {"id",    "title", "law",   "in_force", "when",
                                       "limit", "lead",  "owner", "late",     NULL};

static void read_row(const struct pack_reader *reader, const struct yaml *node, struct clock *clock, uint32_t openers,
                     struct rule *row) {
    read_face(reader, node, row);
    row->openers = openers;
    row->when = read_condition(reader, yaml_get(node, "when"), clock->scope);
    read_limits(reader, node, clock->scope, row);
    row->lead = (struct limit){.unit = UNIT_DAYS};
    read_limit_key(reader, node, "lead", &row->lead);
    if (row->n_limits > 0 && (row->lead.unit == UNIT_HOURS) != (row->limits[0].limit.unit == UNIT_HOURS) &&
        row->lead.number > 0 && row->limits[0].kind == LIMIT_FIXED)
        yaml_problem(reader->problems, node->place, "%s: a lead in hours goes with a limit in hours, and only so",
                     row->face.id);
    row->ladder = find_ladder(reader, node, "late");
    row->face.ladder = row->ladder != NULL ? row->ladder->id : NULL;
    row->limit_text = written(reader, yaml_get(node, "limit"));
    row->lead_text = written(reader, yaml_get(node, "lead"));
    row->scope_text = scope_name(clock->scope);
}

static void read_count_from(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    static const char *const words[] = {"scope", "profile", NULL};
    int choice = 0;
    if (yaml_get(node, "count_from") != NULL)
        (void) choose(reader, yaml_get(node, "count_from"), "scope or profile", words, &choice);
    clock->from_profile = choice == 1;
}

static void known_keys(const struct pack_reader *reader, const struct yaml *node, const char *const *one,
                       const char *const *other, const char *more) {
    const char *keys[64];
    size_t count = 0;
    for (; *one != NULL; one++)
        keys[count++] = *one;
    for (; other != NULL && *other != NULL; other++)
        keys[count++] = *other;
    keys[count++] = more;
    keys[count] = NULL;
    yaml_known_keys(reader->yaml, node, keys);
}

static void set_texts(const struct pack_reader *reader, const struct yaml *node, const struct yaml *row_node,
                      struct rule *row) {
    const struct yaml *opens = yaml_get(row_node, "opens");
    row->opens_text = written(reader, opens != NULL ? opens : yaml_get(node, "opens"));
    row->met_text = written(reader, yaml_get(node, "met_by"));
}

/* A duty is one rule; a clock is several rules as rows that share what opens and meets them. */
static void read_clock(const struct pack_reader *reader, const struct yaml *node, struct clock *clock) {
    const struct yaml *rows = yaml_get(node, "rows");
    clock->scope = read_scope(reader, node, SCOPE_CARE);
    clock->profile = read_profile(reader, node);
    read_count_from(reader, node, clock);
    (void) yaml_boolean(reader->yaml, node, "once", false, &clock->once);
    read_meets(reader, yaml_get(node, "met_by"), clock);
    clock->n_ends = read_filters(reader, yaml_get(node, "ends"), clock->ends, MEETS_MAX);
    uint32_t shared = read_openers(reader, yaml_get(node, "opens"), clock);
    if (yaml_get(node, "met_by") == NULL)
        yaml_problem(reader->problems, node->place, "expected `met_by`: what meets the duty");
    if (rows == NULL) {
        known_keys(reader, node, clock_keys, row_keys, NULL);
        clock->rows = ARENA_NEW(reader->arena, struct rule);
        clock->n_rows = 1;
        if (find_pair(node, "opens") == NULL)
            yaml_problem(reader->problems, node->place, "expected `opens`: start or an event type");
        read_row(reader, node, clock, shared, clock->rows);
        set_texts(reader, node, node, clock->rows);
        return;
    }
    known_keys(reader, node, clock_keys, (const char *const[]){"clock", "rows", NULL}, NULL);
    if (rows->kind != YAML_SEQUENCE || rows->count == 0 || rows->count > ROWS_MAX) {
        yaml_problem(reader->problems, rows->place, "rows: expected a list of 1 to %d rules", ROWS_MAX);
        return;
    }
    clock->rows = ARENA_ARRAY(reader->arena, struct rule, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        const struct yaml *own = yaml_get(rows->items[i], "opens");
        known_keys(reader, rows->items[i], row_keys, (const char *const[]){"opens", "opens_also", NULL}, NULL);
        uint32_t openers = own != NULL ? read_openers(reader, own, clock) : shared;
        openers |= read_openers(reader, yaml_get(rows->items[i], "opens_also"), clock);
        read_row(reader, rows->items[i], clock, openers, &clock->rows[i]);
        set_texts(reader, node, rows->items[i], &clock->rows[i]);
    }
    clock->n_rows = rows->count;
}

static void read_threshold(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    if (risk->n_thresholds == THRESHOLDS_MAX) {
        yaml_problem(reader->problems, node->place, "more than %d thresholds", THRESHOLDS_MAX);
        return;
    }
    struct threshold *threshold = &risk->thresholds[risk->n_thresholds++];
    long at_least = 0;
    yaml_known_keys(reader->yaml, node, (const char *const[]){"at_least", "within", NULL});
    (void) yaml_integer(reader->yaml, node, "at_least", true, 1, 10000, &at_least);
    threshold->at_least = (int) at_least;
    if (yaml_get(node, "within") == NULL)
        yaml_problem(reader->problems, node->place, "expected `within`: the window, as in 90 days");
    read_limit_key(reader, node, "within", &threshold->within);
}

static void read_count_risk(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    const struct yaml *raise = yaml_get(node, "raise"), *single, *const * items;
    risk->kind = RISK_COUNT;
    risk->n_counts = read_filters(reader, yaml_get(node, "counts"), risk->counts, COUNTS_MAX);
    risk->counts_when = read_condition(reader, yaml_get(node, "when"), risk->scope);
    size_t count = items_of(raise, &items, &single);
    if (count == 0)
        yaml_problem(reader->problems, node->place, "expected `raise`: {at_least: 3, within: 90 days}");
    for (size_t i = 0; i < count; i++)
        read_threshold(reader, items[i], risk);
    risk->rule.limit_text = written(reader, raise);
    risk->rule.opens_text = written(reader, yaml_get(node, "counts"));
}

static void read_state_risk(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    risk->kind = RISK_STATE;
    risk->holds = read_condition(reader, yaml_get(node, "while"), risk->scope);
    read_limit_key(reader, node, "for", &risk->held_for);
    risk->rule.opens_text = written(reader, yaml_get(node, "while"));
    risk->rule.limit_text = written(reader, yaml_get(node, "for"));
}

static void read_risk(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    static const char *const keys[] = {"id",    "title",    "law",   "in_force", "scope", "counts", "when",
                                       "raise", "severity", "while", "for",      "owner", "tell",   NULL};
    yaml_known_keys(reader->yaml, node, keys);
    risk->scope = read_scope(reader, node, SCOPE_LIFE);
    read_face(reader, node, &risk->rule);
    risk->rule.face.is_risk = true;
    risk->rule.face.severity = text_of(reader, node, "severity", false);
    risk->rule.scope_text = scope_name(risk->scope);
    bool counts = yaml_get(node, "counts") != NULL;
    if (counts)
        read_count_risk(reader, node, risk);
    else if (yaml_get(node, "while") != NULL || yaml_get(node, "for") != NULL)
        read_state_risk(reader, node, risk);
    else
        yaml_problem(reader->problems, node->place, "expected `counts` and `raise`, or `while`, or `for`");
}

static size_t sequence_of(const struct pack_reader *reader, const struct yaml *root, const char *key,
                          const struct yaml *const **ret_items) {
    const struct yaml *node = yaml_get(root, key);
    if (node == NULL)
        return 0;
    if (node->kind != YAML_SEQUENCE) {
        yaml_problem(reader->problems, node->place, "%s: expected a list", key);
        return 0;
    }
    *ret_items = node->items;
    return node->count;
}

static void read_pack(const struct pack_reader *reader, const struct yaml *root) {
    struct pack *pack = reader->pack;
    const struct yaml *const *items;
    yaml_known_keys(reader->yaml, root,
                    (const char *const[]){"pack", "version", "title", "ladders", "duties", "risks", NULL});
    pack->name = text_of(reader, root, "pack", true);
    pack->version = text_of(reader, root, "version", true);
    pack->title = text_of(reader, root, "title", false);
    read_ladders(reader, yaml_get(root, "ladders"));
    size_t count = sequence_of(reader, root, "duties", &items);
    pack->clocks = ARENA_ARRAY(reader->arena, struct clock, count);
    for (size_t i = 0; i < count; i++)
        read_clock(reader, items[i], &pack->clocks[pack->n_clocks++]);
    count = sequence_of(reader, root, "risks", &items);
    pack->risks = ARENA_ARRAY(reader->arena, struct risk, count);
    for (size_t i = 0; i < count; i++)
        read_risk(reader, items[i], &pack->risks[pack->n_risks++]);
}

static uint64_t hash_text(uint64_t hash, const char *text) {
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char) *text) * 1099511628211u;
    return (hash ^ 0xff) * 1099511628211u;
}

static uint64_t hash_node(uint64_t hash, const struct yaml *node) {
    if (node->kind == YAML_SCALAR)
        return hash_text(hash, node->text);
    hash = hash_text(hash, node->kind == YAML_SEQUENCE ? "[" : "{");
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == YAML_MAPPING)
            hash = hash_text(hash, node->pairs[i].key);
        hash = hash_node(hash, node->kind == YAML_SEQUENCE ? node->items[i] : node->pairs[i].value);
    }
    return hash;
}

int pack_load(const char *path, const struct catalogue *catalogue, struct arena *arena, struct yaml_problems *problems,
              struct pack **ret_pack) {
    const struct yaml *root;
    int r = yaml_load(path, arena, problems, &root);
    if (r != 0)
        return r;
    size_t before = problems->count;
    struct pack_reader reader = {
        .yaml = {.problems = problems},
        .problems = problems,
        .catalogue = catalogue,
        .arena = arena,
        .pack = ARENA_NEW(arena, struct pack),
    };
    if (root->kind != YAML_MAPPING)
        yaml_problem(problems, root->place, "expected a pack: a mapping with pack, version, duties, risks");
    else
        read_pack(&reader, root);
    if (problems->count > before)
        return YAML_WRONG;
    reader.pack->content = hash_node(14695981039346656037u, root);
    *ret_pack = reader.pack;
    return 0;
}
