/* sample.c: `watchkeeper sample`: an invented caseload as event lines. */
#include "london.h"
#include "sample_child.h"
#include "sample_events.h"
#include "sample_providers.h"
#include "sample_rates.h"
#include "tool.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { CHILDREN_MAX = 1000000, DAYS_MAX = 20 * 366 };

struct sample_options {
    long children, days;
    bool dated;
    struct sample_period period;
};

enum { OPTION_CHILDREN = 'n', OPTION_FROM = 'f', OPTION_DAYS = 'd', OPTION_SEED = 's', OPTION_AUTHORITY = 'a' };

static const struct argp_option option_list[] = {
    {"children", OPTION_CHILDREN, "N", 0,
     "Children in all: in care on the first day, entering care in the period, or care leavers", 0},
    {"from", OPTION_FROM, "DATE", 0, "The first day", 0},
    {"days", OPTION_DAYS, "N", 0, "How many days", 0},
    {"seed", OPTION_SEED, "S", 0, "A whole number; the same seed gives the same lines (default 1)", 0},
    {"authority", OPTION_AUTHORITY, "CODE", 0, "A council's GSS code (default E99999999, which is no council's)", 0},
    {0},
};

static const char documentation[] =
    "Writes an invented caseload to standard output: one CloudEvent JSON a line, in the order in which a case system "
    "would "
    "publish them. Nobody in it exists."
    "\vThe caseload is in the steady state of a council: most of the children are in care on the first day, and a "
    "tenth "
    "are care leavers. What was recorded of them before comes at 00:00 of the first day, between feed.load_started and "
    "feed.load_ended; the rest as it is recorded, up to the last day. Each child has a life of its own: referral and "
    "child protection, entry, legal status and orders, placements with moves, same carers, temporary stays and "
    "permanence, workers, plans, notices and approvals, reviews with what goes before and after them, visits, health, "
    "school, missing episodes, incidents and concerns, short breaks, adoption, pathway plans, the end of care and what "
    "follows. Beside them there are carers, homes, proceedings and the authority. So each rule of the statutory pack "
    "finds what it is about. How often, and how often in time, is taken from councils' published figures where there "
    "are any (31% of entries at a weekend, 73% in foster care, 77% of visits and 93% of reviews in time, ...); "
    "daemon/tool/sample_rates.c and the tables of the sample_*.c beside it name the source of each. The rarest, as "
    "secure accommodation and deaths, come more often than in life, so that a thousand children show them.\n\n"
    "Not all is well recorded: about one record in three comes a day or more late, some after weeks; some are never "
    "made; some have a wrong date and are corrected by a record that replaces them; a few are of another child, and "
    "voided; a few are delivered twice, or after later ones, so that `time` now and then goes back. All lines can be "
    "read.\n\n"
    "Lines depend on the options alone. Child 7 of a seed has the same life however many children there are. "
    "References "
    "and sources carry the seed, so that two samples can be used together.";

static long whole_number(const struct argp_state *state, const char *option, const char *text, long max) {
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < 1 || number > max)
        argp_error(state, "%s: expected a whole number from 1 to %ld", option, max);
    return number;
}

static uint64_t seed_number(const struct argp_state *state, const char *text) {
    char *end;
    errno = 0;
    unsigned long long seed = strtoull(text, &end, 10);
    if (errno != 0 || !isdigit((unsigned char) *text) || *end != '\0')
        argp_error(state, "--seed: expected a whole number");
    return seed;
}

static const char *authority_code(const struct argp_state *state, const char *text) {
    if (strlen(text) != 9 || !isupper((unsigned char) text[0]) || strspn(text + 1, "0123456789") != 8)
        argp_error(state, "--authority: not a GSS code (a letter and eight digits, e.g. E06000052)");
    return text;
}

static void check_complete(const struct argp_state *state, const struct sample_options *options) {
    if (options->children == 0 || options->days == 0 || !options->dated)
        argp_error(state, "--children, --from and --days are needed, as in "
                          "`sample --children 100 --from 2025-01-01 --days 90`");
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct sample_options *options = state->input;
    switch (key) {
    case OPTION_CHILDREN:
        options->children = whole_number(state, "--children", argument, CHILDREN_MAX);
        return 0;
    case OPTION_DAYS:
        options->days = whole_number(state, "--days", argument, DAYS_MAX);
        return 0;
    case OPTION_FROM:
        if (date_parse(argument, &options->period.from) != 0)
            argp_error(state, "--from: not a date like 2025-01-01: %s", argument);
        options->dated = true;
        return 0;
    case OPTION_SEED:
        options->period.seed = seed_number(state, argument);
        return 0;
    case OPTION_AUTHORITY:
        options->period.authority = authority_code(state, argument);
        return 0;
    case ARGP_KEY_END:
        check_complete(state, options);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int command_sample(const struct tool *tool, int argc, char **argv) {
    static const struct argp argp = {option_list, parse, NULL, documentation, NULL, NULL, NULL};
    struct sample_options options = {.period = {.seed = 1, .authority = "E99999999"}};
    tool_parse(tool, &argp, argc, argv, &options);
    CLEANUP(london_freep) struct zone *zone = NULL;
    int status = london_load(tool, &zone);
    if (status != TOOL_OK)
        return status;
    options.period.zone = zone;
    options.period.until = date_add_days(options.period.from, (int) options.days);
    CLEANUP(sample_events_freep) struct sample_events *events = sample_events_new(&options.period);
    for (long child = 1; child <= options.children; child++) {
        sample_child_tell(events, &options.period, (uint32_t) child);
        sample_providers_tell(events, &options.period, (uint32_t) child);
    }
    int outcome = sample_events_write(events, stdout);
    if (outcome < 0)
        return tool_fail("cannot write: %s", strerror(-outcome));
    return tool_finish(TOOL_OK);
}
