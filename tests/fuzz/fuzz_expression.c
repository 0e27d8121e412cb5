/* Filters and conditions of rules, one a line, asked at each fact of a small history. */
#include "fuzz.h"

#include "calendars.h"
#include "expression.h"
#include "moment.h"

#include "cleanup.h"
#include "ensure.h"

#include <stdio.h>
#include <stdlib.h>

enum { FACTS_MAX = 40 };

static struct symbols symbols;
static struct arena *kept;
static struct calendars *calendars;
static struct fact facts[FACTS_MAX];
static const struct fact *places[FACTS_MAX];
static size_t n_facts;

static void end(void) {
    (void) calendars_free(calendars);
    (void) arena_free(kept);
}

/* What is kept for all inputs. */
static void begin(void) {
    const struct decode_context context = fuzz_decode_context();
    kept = arena_new();
    const struct calendars_options options = {.folder = FUZZ_RULES "/calendars"};
    ENSURE(calendars_load(&options, fuzz_problems(kept), &calendars) == 0);
    symbols = symbols_find(context.catalogue);
    CLEANUP(cleanup_fclose) FILE *file = fopen(FUZZ_FACTS, "re");
    CLEANUP(cleanup_free) char *line = NULL;
    ENSURE(file != NULL);
    size_t room = 0;
    for (ssize_t length; n_facts < FACTS_MAX && (length = getline(&line, &room, file)) > 0; n_facts++) {
        struct decoded decoded;
        struct refusal refusal;
        ENSURE(decode_structured(&context, line, (size_t) length, kept, &decoded, &refusal) == 0);
        facts[n_facts] = decoded.fact;
        places[n_facts] = &facts[n_facts];
    }
    (void) atexit(end);
}

static struct history *build_history(struct moment *moment, struct arena *arena) {
    *moment = (struct moment){.known_at = INSTANT_NEVER, .next = INSTANT_NEVER};
    ENSURE(instant_parse("2026-06-01T12:00:00Z", &moment->now) == 0);
    struct history *history = ARENA_NEW(arena, struct history);
    *history = (struct history){.catalogue = engine_catalogue(fuzz_engine()),
                                .symbols = &symbols,
                                .calendar = calendars_find(calendars, NULL),
                                .arena = arena,
                                .moment = moment};
    history_build(history, places, n_facts);
    ENSURE(history->n_homes > 0 && history->n_periods > 0);
    return history;
}

static void open_lexer(struct lexer *lexer, const char *text, struct arena *arena) {
    const struct yaml scalar = {.kind = YAML_SCALAR, .text = text, .place = {.line = 1, .column = 1}};
    lexer_open(lexer, &scalar, arena, fuzz_problems(arena));
}

static void evaluate(const struct expression *expression, const struct history *history, enum scope_kind scope) {
    struct setting setting = {.history = history,
                              .kind = scope,
                              .scope_from = history->homes[0].from,
                              .period = &history->periods[0],
                              .home = &history->homes[0],
                              .episode = history->n_episodes > 0 ? &history->episodes[0] : NULL,
                              .at = history->standings[history->count - 1].occurred};
    (void) expression_evaluate(expression, &setting);
    for (size_t i = 0; i < history->count; i++) {
        setting.opening = setting.fact = &history->standings[i];
        setting.at = history->standings[i].occurred;
        setting.place = i + 1;
        (void) expression_evaluate(expression, &setting);
    }
}

static void read_line(const char *text, const struct history *history, struct arena *arena) {
    struct lexer lexer;
    struct filter filter;
    open_lexer(&lexer, text, arena);
    if (filter_read(&lexer, engine_catalogue(fuzz_engine()), &filter))
        for (size_t i = 0; i < n_facts; i++)
            (void) filter_matches(&filter, &facts[i], i > 0 ? &facts[0] : NULL);
    for (enum scope_kind scope = SCOPE_LIFE; scope < N_SCOPES; scope++) {
        open_lexer(&lexer, text, arena);
        struct expression_reader reader = {
            .lexer = &lexer, .catalogue = engine_catalogue(fuzz_engine()), .scope = scope};
        const struct expression *expression = expression_read(&reader);
        ENSURE((expression == NULL) == (lexer.problems->count > 0));
        if (expression == NULL)
            continue;
        size_t count = expression_mentions(expression, NULL);
        ENSURE(expression_mentions(expression, ARENA_ARRAY(arena, struct mention, count)) == count);
        evaluate(expression, history, scope);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = fuzz_arena();
    if (kept == NULL)
        begin();
    struct moment moment;
    const struct history *history = build_history(&moment, arena);
    struct fuzz_part line;
    while (fuzz_next_line(&data, &size, arena, &line))
        read_line(line.text, history, arena);
    return 0;
}
