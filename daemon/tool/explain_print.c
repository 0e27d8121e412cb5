/* explain_print.c: an explanation for people: the rule and its law, the facts, the arithmetic, who is told when, and
 * what clears it. */
#include "explain_print.h"

#include "people.h"

#include <stdio.h>
#include <string.h>

static void print_fact(const struct zone *zone, const struct explained_fact *fact) {
    char occurred[INSTANT_TEXT_MAX], recorded[PEOPLE_TEXT_MAX];
    printf("    %-8s %s of %s, recorded %s (event %s)\n", fact->evidence.role, fact->evidence.type,
           occurrence_format(fact->evidence.occurred, occurred), people_time(zone, fact->recorded_at, recorded),
           fact->evidence.event_id);
}

static void print_days(const struct day_step *days, size_t count) {
    char day[PEOPLE_TEXT_MAX];
    for (size_t i = 0; i < count; i++) {
        if (days[i].number > 0)
            printf("      %s  %2d%s%s\n", people_day(days[i].day, day), days[i].number,
                   days[i].term != NULL ? "  " : "", days[i].term != NULL ? days[i].term : "");
        else
            printf("      %s   -  %s\n", people_day(days[i].day, day), days[i].label);
    }
}

/* A limit that nobody has looked up must not pass for law. */
static const char *confidence_words(const char *code) {
    static const struct {
        const char *code, *words;
    } all[] = {{"V", "confidence V: its text was seen"},
               {"S", "confidence S: from a secondary source"},
               {"M", "confidence M: from memory"},
               {"E", "confidence E: our own estimate or choice"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].code, code) == 0)
            return all[i].words;
    return code;
}

/* The list as the pack has it stands with semicolons. */
static void print_tell(const char *roles) {
    printf("  Tell      ");
    for (; *roles != '\0'; roles++)
        (void) putchar(*roles == ';' ? ',' : *roles);
    (void) putchar('\n');
}

/* As the pack has it, with words for the commonest keys of its long forms. */
static void print_written(const char *title, const char *text) {
    static const struct {
        const char *key, *words;
    } keys[] = {{", when: ", ", where "}, {", early: ", ", also before the opening by up to "}, {"; on: ", "; "}};
    printf("  %-9s ", title);
    text += strncmp(text, "on: ", strlen("on: ")) == 0 ? strlen("on: ") : 0;
    while (*text != '\0') {
        size_t i = 0;
        while (i < sizeof keys / sizeof *keys && strncmp(text, keys[i].key, strlen(keys[i].key)) != 0)
            i++;
        if (i < sizeof keys / sizeof *keys) {
            (void) fputs(keys[i].words, stdout);
            text += strlen(keys[i].key);
        } else {
            (void) putchar(*text++);
        }
    }
    (void) putchar('\n');
}

static void print_rule(const struct rule *rule) {
    char lead[LIMIT_TEXT_MAX];
    printf("  Rule      %s: %s\n", rule->face.id, rule->face.title);
    printf("            %s, version %s\n", rule->face.pack, rule->face.pack_version);
    printf("  Law       %s (%s)\n", rule->face.law, confidence_words(rule->face.confidence));
    if (rule->opens_text != NULL)
        print_written(rule->opens_word != NULL ? rule->opens_word : "Opens", rule->opens_text);
    if (rule->while_text != NULL)
        printf("  While     %s\n", rule->while_text);
    if (rule->when_text != NULL)
        printf("  When      %s\n", rule->when_text);
    if (rule->reading_text != NULL)
        printf("  Reading   %s\n", rule->reading_text);
    if (rule->limit_text != NULL)
        printf("  Limit     %s\n", rule->limit_text);
    if (rule->lead.number > 0)
        printf("  Lead      due soon %s before the deadline\n", limit_format(rule->lead, lead));
    if (rule->face.owner != NULL)
        printf("  Owner     %s\n", rule->face.owner);
    if (rule->tell_text != NULL)
        print_tell(rule->tell_text);
}

static void print_unknown(const struct explanation *explanation) {
    char to[DATE_TEXT_MAX], limit[LIMIT_TEXT_MAX];
    switch (explanation->terms) {
    case DEADLINE_BEYOND_TERMS:
        printf("  Deadline  unknown: %s reach beyond the school terms of the calendar %s, which are known to %s\n",
               limit_format(explanation->limit, limit), explanation->calendar,
               date_format(explanation->school->to, to));
        break;
    case DEADLINE_KNOWN:
        printf("  Deadline  unknown: something that the rule needs is not recorded\n");
    }
}

/* Who is told, behind the rung's instant. */
static void print_recipients(const struct rung *rung) {
    for (size_t i = 0; rung->recipients != NULL && rung->recipients[i] != NULL; i++)
        printf("%s%s", i > 0 ? ", " : ": ", rung->recipients[i]);
}

/* Of a duty that is closed only those that were reached before. */
static void print_rungs(const struct zone *zone, const struct explanation *explanation) {
    const struct instance *instance = &explanation->instance;
    enum instance_state state = instance->state;
    bool closed = state == INSTANCE_MET || state == INSTANCE_MET_LATE || state == INSTANCE_CANCELLED;
    struct instant end = state == INSTANCE_CANCELLED ? instance->ended_at : instance->met_at;
    char text[PEOPLE_TEXT_MAX];
    for (size_t i = 0; i < explanation->n_rungs; i++) {
        if (closed && explanation->rungs[i].ms >= end.ms)
            continue;
        printf("  Rung %zu    %s", i + 1, people_time(zone, explanation->rungs[i], text));
        print_recipients(&explanation->rule->ladder->rungs[i]);
        printf("%s\n", closed || state == INSTANCE_OVERDUE ? "" : " (if it is late then)");
    }
}

static void print_due(const struct zone *zone, const struct explanation *explanation) {
    bool hours = explanation->limit.unit == UNIT_HOURS;
    char from[PEOPLE_TEXT_MAX], text[PEOPLE_TEXT_MAX], limit[LIMIT_TEXT_MAX];
    printf("  Deadline  ");
    if (explanation->limit.number > 0)
        printf("%s from %s%s: ", limit_format(explanation->limit, limit),
               hours ? people_time(zone, explanation->counted_from.at, from)
                     : people_day(explanation->counted_from.day, from),
               hours ? "" : ", that day not counted");
    printf("in time until %s\n", people_deadline(zone, explanation->instance.due_at, text));
    print_days(explanation->days, explanation->n_days);
}

static void print_due_soon(const struct zone *zone, const struct explanation *explanation) {
    char text[PEOPLE_TEXT_MAX];
    printf("  Due soon  from %s\n", people_time(zone, explanation->instance.due_soon_at, text));
    print_days(explanation->lead_days, explanation->n_lead_days);
}

static void print_arithmetic(const struct zone *zone, const struct explanation *explanation) {
    const struct instance *instance = &explanation->instance;
    if (explanation->not_fed != NULL) {
        printf("  Deadline  unknown: %s does not publish what could meet it (not_fed), so it is not watched there\n",
               explanation->not_fed->authority);
        return;
    }
    if (explanation->limit_words != NULL)
        printf("  Reading   %s\n", explanation->limit_words);
    if (explanation->unset && explanation->terms == DEADLINE_KNOWN) {
        printf("  Deadline  none: %s, so it is never said to be late\n",
               explanation->limit_words != NULL ? "what it is counted by is not recorded" : "the rule sets no limit");
        return;
    }
    if (explanation->dateless) {
        printf("  Deadline  none yet\n");
        if (instance->due_soon_at.ms != INSTANT_NEVER.ms)
            print_due_soon(zone, explanation);
        return;
    }
    if (instance->due_at.ms == INSTANT_NEVER.ms) {
        print_unknown(explanation);
        return;
    }
    printf("  Calendar  %s\n", explanation->calendar_version);
    print_due(zone, explanation);
    print_due_soon(zone, explanation);
    if (explanation->estimated)
        printf("            provisional: by estimated terms, since the calendar %s has none\n", explanation->calendar);
    else if (instance->provisional)
        printf("            provisional: the days of the calendar %s are not known so far\n", explanation->calendar);
    if (explanation->soft)
        printf("            an aim: nothing more is said when it is late\n");
    print_rungs(zone, explanation);
}

static void print_held(const struct zone *zone, const struct explanation *explanation) {
    char from[PEOPLE_TEXT_MAX], to[PEOPLE_TEXT_MAX];
    if (explanation->not_fed != NULL)
        printf("  Unknown   %s does not publish what the condition asks for (not_fed), so it is not watched there\n",
               explanation->not_fed->authority);
    for (size_t i = 0; i < explanation->n_held; i++) {
        (void) people_time(zone, explanation->held[i].from, from);
        (void) people_time(zone, explanation->held[i].to, to);
        if (explanation->held[i].to.ms == INSTANT_NEVER.ms)
            printf("  Held      since %s\n", from);
        else if (i + 1 == explanation->n_held && explanation->instance.state == INSTANCE_RAISED)
            printf("  Held      since %s, at the latest until %s\n", from, to);
        else
            printf("  Held      from %s to %s\n", from, to);
    }
    if (explanation->count > 0)
        printf("  Count     %d now\n", explanation->count);
}

/* By the kind of the risk, which the word tells by which its condition stands; NULL: nothing by itself. */
static const char *clears_risk(const struct rule *rule) {
    bool life = strcmp(rule->scope_text, scope_name(SCOPE_LIFE)) == 0;
    bool lasting = rule->while_text != NULL || (strcmp(rule->opens_word, "While") == 0 && rule->opens_text != NULL);
    if (rule->met_text != NULL)
        return rule->met_text;
    if (strcmp(rule->opens_word, "Counts") == 0)
        return "fewer of these events in the window, as time passes or as one of them proves wrong";
    if (lasting)
        return life ? "its condition (While) no longer holding"
                    : "its condition (While) no longer holding, or the end of its scope";
    if (rule->opens_text != NULL && strcmp(rule->opens_text, "end") == 0)
        return "the end of the period of care";
    return life ? NULL : "the end of its scope";
}

const char *explain_print_clears(const struct explanation *explanation) {
    const struct rule *rule = explanation->rule;
    switch (explanation->instance.state) {
    case INSTANCE_OPEN:
    case INSTANCE_DUE_SOON:
    case INSTANCE_OVERDUE:
    case INSTANCE_UNKNOWN:
        return rule->face.is_risk ? "the missing record, or the end of the state" : rule->met_text;
    case INSTANCE_RAISED:
        return clears_risk(rule);
    default:
        return NULL;
    }
}

static void print_facts(const struct zone *zone, const struct explanation *explanation) {
    printf("  Facts%s\n", explanation->n_facts == 0 ? "     none of its own: the clock brought it about" : "");
    for (size_t i = 0; i < explanation->n_facts; i++)
        print_fact(zone, &explanation->facts[i]);
}

/* The name of a state is one word for machines: "met_late". */
static void print_state(enum instance_state state) {
    for (const char *at = instance_state_name(state); *at != '\0'; at++)
        (void) putchar(*at == '_' ? ' ' : *at);
    (void) putchar('\n');
}

void explain_print(const struct zone *zone, const char *subject, const struct explanation *explanation) {
    const struct instance *instance = &explanation->instance;
    const char *clears = explain_print_clears(explanation);
    char text[PEOPLE_TEXT_MAX];
    printf("%s|%s|%s is ", subject, instance->rule->id, instance->anchor);
    print_state(instance->state);
    print_rule(explanation->rule);
    printf("  %-9s %s\n", instance->rule->is_risk ? "Raised" : "Opened", people_time(zone, instance->opened_at, text));
    print_facts(zone, explanation);
    if (instance->rule->is_risk && explanation->terms != DEADLINE_KNOWN)
        print_unknown(explanation);
    if (instance->rule->is_risk)
        print_held(zone, explanation);
    else
        print_arithmetic(zone, explanation);
    if (instance->met_at.ms != INSTANT_NEVER.ms)
        printf("  Met       %s\n", people_time(zone, instance->met_at, text));
    if (instance->state == INSTANCE_CANCELLED)
        printf("  Ended     %s\n", people_time(zone, instance->ended_at, text));
    if (clears != NULL)
        print_written("Clears it", clears);
    if (instance->state == INSTANCE_RAISED && explanation->rule->may_be_closed)
        printf("  %s a person, who closes the alert with a rationale (alert.closed)\n",
               clears != NULL ? "       or" : "Clears it");
    (void) putchar('\n');
}
