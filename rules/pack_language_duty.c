/* pack_language_duty.c: the keys of a duty, of a clock with its rows, and of what opens and meets them. */
#include "pack_language.h"

const struct language_section pack_language_rule = {
    .name = "rule",
    .about = "What each duty, and each row of a clock, says of itself",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("id", "a to z, 0 to 9 and -", "required",
                         "The name of the rule over all packs, and part of the alert id: never reused for another.",
                         "id: review-first"),
            LANGUAGE_KEY("title", "text", "required", "What is due, in the words of the field.", "title: First review"),
            LANGUAGE_KEY("law", "`law`", "required", "Where it comes from.",
                         "law: {ref: CPPCR reg 33(1), confidence: V}"),
            LANGUAGE_KEY("in_force", "`in_force`", "always", "From when to when, by the date of what opens the duty.",
                         "in_force: {from: 2011-04-01}"),
            LANGUAGE_KEY("when", "a `condition`", "always",
                         "Asked at the opening: of the rows of a clock the first that fits is the rule.",
                         "when: care.start_known is not false"),
            LANGUAGE_KEY("limit", "a `limit`, or a list of which the first whose `when` fits counts", "required",
                         "By when.", "limit: 20 working_days"),
            LANGUAGE_KEY("lead", "a limit such as 5 working_days",
                         "the last day itself; of hours, none before they are up",
                         "When \"due soon\" begins, counted back from the last day.",
                         "limit: 20 working_days\nlead: 5 working_days"),
            LANGUAGE_KEY("owner", "the id of a role", "none", "Who sees to it.", "owner: iro"),
            LANGUAGE_KEY("late", "the name of a ladder", "none", "Who is told when it is late.", "late: ladder-own"),
            LANGUAGE_KEY("aim", "true or false", "false",
                         "A soft target: said to be due soon, and nothing more when that has passed.", "aim: true"),
            LANGUAGE_KEY("off", "true or false", "false",
                         "Read and listed, but not watched until a pack above names it in `switch_on`.", "off: true"),
            LANGUAGE_END},
};

const struct language_section pack_language_duty = {
    .name = "duty",
    .about = "What is due: what opens and meets it, and within what it lives",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("subject", "a kind of subject, or a list", "child", "Whom it is about.", "subject: child"),
            LANGUAGE_KEY("scope", "a code of `scope`, or the name of a span", "care",
                         "Within what the duty lives, and with what it ends.", "scope: placement"),
            LANGUAGE_KEY(
                "profile", "a code of `profile`", "any",
                "Only the parts of the scope with that profile; an opening before one runs from its beginning.",
                "profile: standard"),
            LANGUAGE_KEY("opens", "`start`, an event, an `opener`, or a list", "required", "What opens it.",
                         "opens: start"),
            LANGUAGE_KEY("once", "true or false", "false",
                         "The start opens nothing again in a scope in which the duty was met before.", "once: true"),
            LANGUAGE_KEY("met_by", "an event, a `met_by`, or a list of which one is enough; or `met_by-all`",
                         "required", "What meets it; the type that also opens it makes it recur.",
                         "met_by: review.held{kind=care}"),
            LANGUAGE_KEY("ends", "an event, or a list", "none",
                         "What ends the scope for this duty: nothing opens after it.", "ends: care.ended"),
            LANGUAGE_KEY("cancelled_by", "an event, a `met_by`, or a list", "none",
                         "What ends the duty that is open, and not what opens later.",
                         "cancelled_by: review.adjourned"),
            LANGUAGE_KEY("until_age", "an age from 1 to 150", "none", "It ends with this birthday.", "until_age: 25"),
            LANGUAGE_KEY("after_death", "true or false", "false",
                         "With the scope life: a duty about a death does not end with it.",
                         "scope: life\nafter_death: true\nopens: child.died"),
            LANGUAGE_KEY("each", "a list of values and `each`", "none",
                         "The duty stands once for each value, which ends its anchor and is `each` in what meets it.",
                         "each: [gp, {is: school, when: age >= 5}]\nmet_by: notification.sent{to=each}"),
            LANGUAGE_KEY("count_from", "a code of `count_from`", "scope",
                         "From where places are counted, and the law in force is chosen.", "count_from: profile"),
            LANGUAGE_END},
    .beside = &pack_language_rule,
};

const struct language_section pack_language_clock = {
    .name = "clock",
    .about = "Several rules that share what opens and meets them; at each opening the first row that fits is the rule",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("clock", "text", "none", "What the rows are, for readers of the file.",
                         "clock: reviews after the first"),
            LANGUAGE_KEY("rows", "a list of 1 to 32 `row`", "required",
                         "The rules, in the order in which they are tried.",
                         "rows:\n"
                         "  - {id: second, title: Second, law: {ref: Ours, confidence: E}, when: opening.place <= 1,\n"
                         "     limit: 3 months}\n"
                         "  - {id: later, title: Later, law: {ref: Ours, confidence: E}, limit: 6 months}"),
            LANGUAGE_END},
    .beside = &pack_language_duty,
};

const struct language_section pack_language_row = {
    .name = "row",
    .about = "A rule of a clock",
    .words =
        (const struct language_word[]){LANGUAGE_KEY("opens", "`start`, an event, an `opener`, or a list",
                                                    "what the clock says",
                                                    "What opens it instead of what opens the clock.", "opens: start"),
                                       LANGUAGE_KEY("opens_also", "`start`, an event, an `opener`, or a list", "none",
                                                    "What opens it beside what opens the clock.",
                                                    "opens_also: {on: start, when: care.start_known is false}"),
                                       LANGUAGE_END},
    .beside = &pack_language_rule,
};

const struct language_section pack_language_profile = {
    .name = "profile",
    .about = "Which kind of care a duty is about",
    .what = "a profile",
    .words =
        (const struct language_word[]){
            LANGUAGE_CODE("any", "All of the scope.", "profile: any"),
            LANGUAGE_CODE("standard", "Care that is neither a series of short breaks nor placement for adoption.",
                          "profile: standard"),
            LANGUAGE_CODE("short_break", "A series of short breaks (legal status V3 or V4).", "profile: short_break"),
            LANGUAGE_CODE("adoption", "Placed for adoption (placement A3 to A6).", "profile: adoption"), LANGUAGE_END},
};

const struct language_section pack_language_count_from = {
    .name = "count_from",
    .about = "From where the places of openings are counted, and the law in force is chosen",
    .words =
        (const struct language_word[]){LANGUAGE_CODE("scope", "From the beginning of the scope.", "count_from: scope"),
                                       LANGUAGE_CODE("profile", "From the beginning of the part with the profile.",
                                                     "profile: adoption\ncount_from: profile"),
                                       LANGUAGE_END},
};

const struct language_section pack_language_opener = {
    .name = "opener",
    .about = "The long form of what opens a duty: one of on, birthday, term and becomes, and what is said of it",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("on", "`start` or an event", "required, but for the three below",
                         "The start of the scope, or each such event.", "on: \"visit.made{kind=statutory}\""),
            LANGUAGE_KEY("birthday", "an age, or a list of up to 16", "none",
                         "Each of these birthdays, or the beginning of the scope where that lies between.",
                         "birthday: [17, 18]"),
            LANGUAGE_KEY("term", "a code of `term`", "none", "The terms of the authority's schools.", "term: start"),
            LANGUAGE_KEY("becomes", "a `condition`", "none",
                         "The first instant in a part of the scope at which it holds; with an `anchor`.",
                         "becomes: age >= 16 and in_care\nanchor: eligible"),
            LANGUAGE_KEY("less", "a limit such as 3 months, but hours", "none", "So long before the birthday.",
                         "birthday: 18\nless: 3 months"),
            LANGUAGE_KEY("when", "a `condition`", "always", "Asked at the opening.",
                         "on: start\nwhen: care.start_known is false"),
            LANGUAGE_KEY("anchor", "a word", "the noun of the event's type", "The kind in the alert id.",
                         "on: \"visit.made{kind=statutory}\"\nanchor: visit"),
            LANGUAGE_KEY("by", "a field, or a list of two", "the type's own reference, or the date",
                         "Whose values name the duty in the alert id.", "on: review.held\nby: review"),
            LANGUAGE_KEY("carry", "true or false", "true",
                         "What came before the profile opens the duty at its beginning.",
                         "on: review.held\ncarry: false"),
            LANGUAGE_KEY("first", "true, false or a field", "false",
                         "Only the first in each part of the scope, or the first with each value of the field.",
                         "on: placement.started\nfirst: true"),
            LANGUAGE_KEY("before_start", "a limit such as 3 months, but hours", "none",
                         "The last one so long before the scope began counts too, from itself.",
                         "on: health_assessment.completed\nbefore_start: 3 months"),
            LANGUAGE_END},
};

const struct language_section pack_language_term = {
    .name = "term",
    .about = "What of a school term opens a duty",
    .words =
        (const struct language_word[]){LANGUAGE_CODE("start", "The first day of each.", "term: start"), LANGUAGE_END},
};

const struct language_section pack_language_meet = {
    .name = "met_by",
    .about = "The long form of what meets or cancels a duty",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("on", "an event", "required", "The event.", "on: \"review.held{kind=care}\""),
            LANGUAGE_KEY("when", "a `condition`", "always", "Asked at the event, whose fields are `fact.FIELD`.",
                         "on: review.held\nwhen: age < 16"),
            LANGUAGE_KEY("early", "a limit such as 2 weeks, but hours", "none",
                         "One that came so long before the opening counts too.", "on: review.held\nearly: 2 weeks"),
            LANGUAGE_KEY("at", "a field with a date", "when it happened", "On which day it was done.",
                         "on: review.record_distributed\nat: completed_on"),
            LANGUAGE_END},
};

const struct language_section pack_language_meet_all = {
    .name = "met_by-all",
    .about = "What meets a duty only together",
    .words = (const struct language_word[]){LANGUAGE_KEY("all", "a list of events and `met_by`", "required",
                                                         "Met when each has come, at the last.",
                                                         "all: [review.held, care_plan.agreed]"),
                                            LANGUAGE_END},
};

const struct language_section pack_language_each = {
    .name = "each",
    .about = "The long form of a value for which a duty stands",
    .words = (const struct language_word[]){LANGUAGE_KEY("is", "a value", "required", "The value.", "is: school"),
                                            LANGUAGE_KEY("when", "a `condition`", "always", "Asked at the opening.",
                                                         "is: school\nwhen: age >= 5"),
                                            LANGUAGE_END},
};
