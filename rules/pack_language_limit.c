/* pack_language_limit.c: the keys and words of a limit. */
#include "pack_language.h"

const struct language_section pack_language_limit = {
    .name = "limit",
    .about = "By when a duty is to be met: a number with its unit, a code of `limit-word`, or one of the forms here",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("when", "a `condition`", "always",
                         "Asked at the opening: of a list the first limit whose condition fits counts.",
                         "limit:\n  - {when: had review.held in care, limit: 6 weeks}\n  - 1 weeks"),
            LANGUAGE_KEY("limit", "a number with a `unit`, or a code of `limit-word`", "one of the other forms",
                         "So long after the opening.", "limit: {limit: 14 months, counted_from: start}"),
            LANGUAGE_KEY("field", "a field", "none",
                         "By the date (`of: opening`) or the number in this field; without a value no limit is set.",
                         "limit: {field: visit_interval_days, of: care_plan.agreed}"),
            LANGUAGE_KEY("of", "`opening` or an event", "with `field`",
                         "Whose field: what opened the duty, or the latest such event.",
                         "opens: action.set\nlimit: {field: due_on, of: opening}"),
            LANGUAGE_KEY("unit", "a code of `limit-unit`", "days", "Of the number in a field.",
                         "limit: {field: visit_interval_days, of: care_plan.agreed, unit: days}"),
            LANGUAGE_KEY("less", "a limit such as 3 working_days, but hours", "none",
                         "So long before the date or the birthday.",
                         "opens: action.set\nlimit: {field: due_on, of: opening, less: 3 working_days}"),
            LANGUAGE_KEY("plus", "a limit such as 1 months, but hours", "none",
                         "So long after the date or the birthday.", "limit: {age: 18, plus: 1 months}"),
            LANGUAGE_KEY("moved_by", "an event", "none",
                         "The latest such event gives the date in the same field instead.",
                         "opens: action.set\n"
                         "limit: {field: due_on, of: opening, moved_by: \"action.updated{action=opening.action}\"}"),
            LANGUAGE_KEY("before", "an event", "none",
                         "A gate: the event must not come first. Until it comes the duty is open without a date.",
                         "limit: {before: placement.started}"),
            LANGUAGE_KEY("nth", "a whole number from 1 to 100", "1", "Which of the gate's events.",
                         "limit: {before: review.held, nth: 2}"),
            LANGUAGE_KEY("planned", "a field of the opening with a date", "none",
                         "The date planned for the gate's event, from which the lead counts back.",
                         "opens: change.proposed\nlimit: {before: placement.started, planned: planned_for}"),
            LANGUAGE_KEY("else", "a number with a `unit`", "at once",
                         "So long after the gate's event, where before it was not practicable.",
                         "limit: {before: placement.started, else: 10 working_days}"),
            LANGUAGE_KEY("age", "an age from 1 to 150, or `opening`", "none",
                         "By the end of that birthday, or of the one that opened it.", "limit: {age: 18}"),
            LANGUAGE_KEY("earliest", "a list of 2 to 4 limits", "none", "By the strictest of them.",
                         "limit: {earliest: [5 working_days, {before: review.held}]}"),
            LANGUAGE_KEY("counted_from", "`start` or opening.FIELD", "the opening",
                         "From the start of the scope, or from the date in that field, where it gives one.",
                         "limit: {limit: 14 months, counted_from: start}"),
            LANGUAGE_END},
};

const struct language_section pack_language_limit_word = {
    .name = "limit-word",
    .about = "A limit that has no number",
    .words =
        (const struct language_word[]){
            [PACK_LANGUAGE_UNSET] = LANGUAGE_CODE(
                "unset", "The law names no number: shown as unknown, never as passed, and nothing is said.",
                "limit: unset"),
            [PACK_LANGUAGE_AT_ONCE] = LANGUAGE_CODE(
                "at_once", "With the opening: late from that instant, unless it was met by then.", "limit: at_once"),
            [PACK_LANGUAGE_WATCH] = LANGUAGE_CODE("watch", "Only measured: it is never late.", "limit: watch"),
            LANGUAGE_END},
};

const struct language_section pack_language_limit_field_unit = {
    .name = "limit-unit",
    .about = "The unit of a number in a field",
    .what = "a unit",
    .words =
        (const struct language_word[]){
            LANGUAGE_CODE("days", "Calendar days.",
                          "limit: {field: visit_interval_days, of: care_plan.agreed, unit: days}"),
            LANGUAGE_CODE("weeks", "Weeks.", "limit: {field: visit_interval_days, of: care_plan.agreed, unit: weeks}"),
            LANGUAGE_CODE("working_days", "Working days.",
                          "limit: {field: visit_interval_days, of: care_plan.agreed, unit: working_days}"),
            LANGUAGE_END},
};
