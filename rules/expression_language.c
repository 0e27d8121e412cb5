/* expression_language.c: every form of a condition. */
#include "expression_language.h"

#include "expression_node.h"

const struct language_section expression_language_scope = {
    .name = "scope",
    .about = "Within what a rule is asked, and with what it ends",
    .what = "a scope",
    .also = "; of a duty also a span",
    .words =
        (const struct language_word[]){
            [SCOPE_LIFE] = LANGUAGE_CODE("life", "The whole of a subject, as far as it is known.",
                                         "scope: life\nopens: missing.ended"),
            [SCOPE_CARE] = LANGUAGE_CODE("care", "The period of care.", "scope: care"),
            [SCOPE_PLACEMENT] =
                LANGUAGE_CODE("placement", "The placement; several with the same carer are one.", "scope: placement"),
            [SCOPE_EPISODE] = LANGUAGE_CODE("episode", "The missing episode.", "scope: episode"),
            LANGUAGE_END},
};

const struct language_section expression_language_condition = {
    .name = "condition",
    .about = "What is asked of the facts: true, false, or unknown where a value is missing",
    .words =
        (const struct language_word[]){
            [NODE_OR] = LANGUAGE_FORM("or", "CONDITION or CONDITION", "Either holds; `and` binds more closely.",
                                      "while: age < 13 or child.uasc is true"),
            [NODE_AND] = LANGUAGE_FORM("and", "CONDITION and CONDITION", "Both hold; brackets are allowed.",
                                       "while: (age < 13 or child.uasc is true) and in_care"),
            [NODE_NOT] =
                LANGUAGE_FORM("not", "not CONDITION", "It does not hold; of unknown: unknown.", "while: not in_care"),
            [NODE_HAD] =
                LANGUAGE_FORM("had", "had [NUMBER] EVENT [WINDOW]", "So many such events (one) lie in the `window`.",
                              "while: had 3 missing.started within 90 days"),
            [NODE_COMPARE] = LANGUAGE_FORM("PATH", "PATH COMPARISON VALUE", "A `path` compared with a value.",
                                           "while: legal_status is C2"),
            [NODE_KNOWN] = LANGUAGE_FORM("PATH is known", "PATH is [not] known", "Whether there is a value at all.",
                                         "while: child.uasc is not known"),
            [NODE_AGE] = LANGUAGE_FORM("age", "age < YEARS, age >= YEARS, age(LIMIT) < YEARS",
                                       "The age on the day, or so long after it.", "while: age(6 months) < 5"),
            [NODE_WITHIN] = LANGUAGE_FORM("within", "within LIMIT of start",
                                          "To the day before the corresponding date of the beginning of the scope.",
                                          "scope: placement\nwhile: within 12 months of start"),
            [NODE_DURING] =
                LANGUAGE_FORM("during", "during SPAN", "In a span of this name, its first and its last day included.",
                              "while: during own_plan"),
            [NODE_IN_CARE] = LANGUAGE_FORM("in_care", "in_care [[since age YEARS] for LIMIT]",
                                           "In a period of care; which has lasted so long; or all days in care since "
                                           "that birthday, short breaks left out, add up to so many.",
                                           "while: in_care since age 14 for 13 weeks"),
            [NODE_OPEN] = LANGUAGE_FORM("open", "open [NUMBER] EVENT until EVENT [by FIELD] [for LIMIT]",
                                        "So many of the first that none of the second has followed (with the same "
                                        "value of the field), for so long.",
                                        "while: not open worker.allocated until worker.ended by worker"),
            [NODE_SOME] =
                LANGUAGE_FORM("at_least", "at_least NUMBER of (CONDITION, ...)", "So many of these conditions hold.",
                              "while: at_least 2 of (age < 13, child.uasc is true, in_care)"),
            [NODE_RECORDED] = LANGUAGE_FORM("recorded_after", "recorded_after LIMIT",
                                            "The event looked at was recorded later than that after it happened.",
                                            "counts: visit.made\nwhen: recorded_after 3 working_days\n"
                                            "raise: {at_least: 1, within: ever}"),
            [NODE_MEASURE] = LANGUAGE_FORM("MEASURE", "MEASURE COMPARISON VALUE",
                                           "A `measure` over events; where there is nothing to measure it is false.",
                                           "while: latest score of sdq.completed >= 17"),
            LANGUAGE_END},
};

const struct language_section expression_language_path = {
    .name = "path",
    .about = "A value of the subject at the moment of the question",
    .words =
        (const struct language_word[]){
            [PATH_LEGAL_STATUS] = LANGUAGE_FORM("legal_status", "legal_status", "The legal status in force.",
                                                "while: legal_status is C2"),
            [PATH_PROFILE] =
                LANGUAGE_FORM("profile", "profile", "The `profile` in force.", "while: profile is not short_break"),
            [PATH_PROFILE_BEFORE] = LANGUAGE_FORM("profile_before", "profile_before",
                                                  "The `profile` just before the moment: of an event that ends it.",
                                                  "raised_by: care.ended\nwhen: profile_before is standard"),
            [PATH_OPENING] = LANGUAGE_FORM("opening", "opening",
                                           "What opened the duty: an event's type, start, birthday, term or becomes.",
                                           "while: opening is start"),
            [PATH_OPENING_PLACE] =
                LANGUAGE_FORM("opening.place", "opening.place", "The place of the opening among its like in the scope.",
                              "while: opening.place <= 1"),
            [PATH_OPENING_AFTER_START] = LANGUAGE_FORM("opening.after_start", "opening.after_start",
                                                       "Whether the opening lies after the start of the scope.",
                                                       "while: opening.after_start is true"),
            [PATH_OPENING_FIELD] = LANGUAGE_FORM("opening.", "opening.FIELD",
                                                 "Of the event that opened or raised it, or that began the scope.",
                                                 "raised_by: concern.raised\nwhile: opening.kind is bullying"),
            [PATH_CARE_FIELD] = LANGUAGE_FORM("care.", "care.FIELD", "Of the event that began the period of care.",
                                              "scope: care\nwhile: care.start_known is false"),
            [PATH_PLACEMENT_FIELD] =
                LANGUAGE_FORM("placement.", "placement.FIELD", "Of the placement in force, with its changes.",
                              "while: placement.placement_type in [P2, H5]"),
            [PATH_FIRST_PLACEMENT_FIELD] =
                LANGUAGE_FORM("first_placement.", "first_placement.FIELD",
                              "Of the event that began the placement; with the same carer of the first.",
                              "scope: placement\nwhile: first_placement.placement_type in [A3, A4]"),
            [PATH_EPISODE_FIELD] = LANGUAGE_FORM("episode.", "episode.FIELD", "Of the missing episode.",
                                                 "scope: episode\nwhile: episode.kind is M"),
            [PATH_FACT_FIELD] = LANGUAGE_FORM("fact.", "fact.FIELD", "Of the event looked at: in met_by and counts.",
                                              "counts: visit.made\nwhen: fact.seen is true\n"
                                              "raise: {at_least: 1, within: ever}"),
            [PATH_CHILD_FIELD] = LANGUAGE_FORM("child.", "child.FIELD",
                                               "Of the registration or update recorded last that has the field.",
                                               "while: child.uasc is true"),
            [PATH_AGE] = LANGUAGE_FORM("age", "age is [not] known", "Whether there is a date of birth.",
                                       "while: age is not known"),
            [PATH_OVERDUE_DUTIES] =
                LANGUAGE_FORM("overdue_duties", "overdue_duties",
                              "How many duties of the subject are overdue: in risks.", "while: overdue_duties >= 2"),
            [PATH_UNSET_DUTIES] = LANGUAGE_FORM("unset_duties", "unset_duties",
                                                "How many duties of the subject have no limit set: in risks.",
                                                "while: unset_duties >= 1"),
            LANGUAGE_END},
};

const struct language_section expression_language_window = {
    .name = "window",
    .about = "Which events of a type are meant, up to the moment of the question",
    .words =
        (const struct language_word[]){
            [WINDOW_SCOPE] = LANGUAGE_FORM("", "(nothing)", "Those since the scope began.", "while: had visit.made"),
            [WINDOW_EVER] = LANGUAGE_FORM("ever", "ever", "All.", "while: had visit.made ever"),
            [WINDOW_CARE] =
                LANGUAGE_FORM("in care", "in care", "Those in the period of care.", "while: had visit.made in care"),
            [WINDOW_BEFORE_START] = LANGUAGE_FORM("before start", "before start", "Those before the scope began.",
                                                  "scope: care\nwhile: had visit.made before start"),
            [WINDOW_WITHIN_BEFORE_START] =
                LANGUAGE_FORM("within", "within LIMIT before start", "Those so long before the scope began.",
                              "scope: care\nwhile: had visit.made within 3 months before start"),
            [WINDOW_WITHIN] = LANGUAGE_FORM("within", "within LIMIT", "Those so long back; hours go by the clock.",
                                            "while: had visit.made within 90 days"),
            [WINDOW_SINCE_OPENING] =
                LANGUAGE_FORM("since opening", "since opening", "Those from the opening event on.",
                              "raised_by: concern.raised\nwhile: not had concern.closed since opening"),
            [WINDOW_BEFORE_OPENING] =
                LANGUAGE_FORM("before opening", "before opening", "Those before the opening event.",
                              "raised_by: concern.raised\nwhile: had concern.raised before opening"),
            [WINDOW_AGO] =
                LANGUAGE_FORM("ago", "LIMIT ago", "Those so long back or longer.", "while: had visit.made 2 years ago"),
            LANGUAGE_END},
};

const struct language_section expression_language_measure = {
    .name = "measure",
    .about = "A number or a value taken of events, to be compared",
    .words =
        (const struct language_word[]){
            [MEASURE_LATEST] = LANGUAGE_FORM("latest", "latest FIELD of EVENT [WINDOW]",
                                             "The last value; events without the field are passed over.",
                                             "while: latest score of sdq.completed >= 17"),
            [MEASURE_PREVIOUS] =
                LANGUAGE_FORM("previous", "previous FIELD of EVENT [WINDOW]", "The value before the last.",
                              "while: previous score of sdq.completed >= 17"),
            [MEASURE_RISE] =
                LANGUAGE_FORM("rise", "rise FIELD of EVENT [WINDOW]", "The last value less the one before it.",
                              "while: rise score of sdq.completed >= 5"),
            [MEASURE_CHANGES] = LANGUAGE_FORM("changes", "changes FIELD of EVENT [WINDOW]",
                                              "How many values differ from the one before them.",
                                              "while: changes worker of worker.allocated within 12 months >= 2"),
            [MEASURE_SUM] = LANGUAGE_FORM("sum", "sum FIELD of EVENT [WINDOW]", "The values added up.",
                                          "while: sum score of sdq.completed within 12 months > 15"),
            [MEASURE_DISTINCT] =
                LANGUAGE_FORM("distinct", "distinct FIELD of EVENT [WINDOW]", "How many different values there are.",
                              "while: distinct kind of concern.raised within 12 months >= 3"),
            [MEASURE_NUMBER] = LANGUAGE_FORM("number", "number of EVENT [WINDOW]", "How many events there are.",
                                             "while: number of missing.started within 90 days >= 3"),
            [MEASURE_DAYS] = LANGUAGE_FORM(
                "days", "days of EVENT until EVENT [by FIELD] [within LIMIT]",
                "Nights from each of the first to the second (with the same value of the field).",
                "while: days of placement.started until placement.ended by placement within 12 months > 75"),
            LANGUAGE_END},
};
