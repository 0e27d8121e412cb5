/* explain.h: why a duty or risk is as it is: the facts, the rule, its law, the arithmetic day by day, and what would
 * clear it (design idea 7). Pure; the tool prints it. */
#ifndef WATCHKEEPER_EXPLAIN_H
#define WATCHKEEPER_EXPLAIN_H

#include "derive.h"

struct day_step {
    struct date day;
    int number;        /* that it counts as, from 1; 0: it does not count */
    const char *label; /* "Saturday", "Good Friday", "Tuesday"; "Half term" where school days are counted */
    const char *term;  /* the school term it lies in, where school days or terms are counted; else NULL */
};

struct explained_fact {
    struct evidence evidence;
    struct instant recorded_at;
};

struct explanation {
    const struct rule *rule;
    struct instance instance;
    struct occurrence counted_from; /* what the limit was counted from: as a rule the opening */
    const char *limit_words;        /* where the limit is more than a number with its unit; else NULL */
    bool dateless;                  /* open without a date */
    bool soft;                      /* an aim */
    const struct not_fed *not_fed;  /* what the authority does not publish, where that makes it unknown; else NULL */
    bool unset;
    struct limit limit;
    const char *calendar, *calendar_version; /* its name; its versions, as in as_of */
    enum deadline_outcome terms;             /* whether they are known as far as the limit needs them */
    bool estimated;                          /* rests on school terms that the authority has not published */
    const struct school *school;
    struct date last_day; /* of a limit that is not in hours */
    size_t n_days;        /* of a limit in working days or school days; in terms, the days that end one */
    const struct day_step *days;
    size_t n_lead_days; /* of a lead in one of these, counted back; in terms, the days that begin one */
    const struct day_step *lead_days;
    size_t n_rungs; /* of the ladder, with the instant at which each is reached */
    const struct instant *rungs;
    size_t n_facts; /* that opened, met or were counted */
    const struct explained_fact *facts;
    size_t n_held;
    const struct held *held; /* of a risk: when it held */
    int32_t count;
};

/* Explanations of the instances of one rule (NULL: of all), in the order of engine_derive. */
void engine_explain(const struct engine *engine, const struct record *record, struct view view, const char *rule,
                    struct arena *arena, struct explanation **ret_list, size_t *ret_count);

struct explained_fact explained_fact_of(const struct record *record, const struct evidence *evidence);
void explain_fill(const struct calendar *calendar, const struct record *record, const struct derived *derived,
                  struct arena *arena, struct explanation *ret_explanation);

#endif
