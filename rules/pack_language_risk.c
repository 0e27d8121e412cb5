/* pack_language_risk.c: the keys of the three kinds of risk: counts, states, and what an event raises. */
#include "pack_language.h"

const struct language_section pack_language_risk = {
    .name = "risk",
    .about = "What calls for attention: a count (`counts`), a state (`while`, `for`) or an event (`raised_by`)",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("id", "a to z, 0 to 9 and -", "required",
                         "The name of the rule over all packs, and part of the alert id: never reused for another.",
                         "id: missing-repeat"),
            LANGUAGE_KEY("title", "text", "required", "What the risk is, in the words of the field.",
                         "title: Repeatedly missing"),
            LANGUAGE_KEY("law", "`law`", "required", "Where it comes from.",
                         "law: {ref: Default of ours, confidence: E}"),
            LANGUAGE_KEY("in_force", "`in_force`", "always", "From when to when, by the date of what raises it.",
                         "in_force: {from: 2011-04-01}"),
            LANGUAGE_KEY("scope", "a code of `scope`", "life", "Within what it is asked, and with what it ends.",
                         "scope: care"),
            LANGUAGE_KEY("subject", "a code of `risk-subject`", "child", "Whom it is about.", "subject: child"),
            LANGUAGE_KEY("severity", "a code of `severity`", "none", "How grave it is.", "severity: medium"),
            LANGUAGE_KEY("owner", "the id of a role", "none", "Who sees to it.", "owner: team-manager"),
            LANGUAGE_KEY("tell", "the id of a role, or a list", "none", "Who is told when it is raised.",
                         "tell: [team-manager, iro]"),
            LANGUAGE_KEY("off", "true or false", "false",
                         "Read and listed, but not watched until a pack above names it in `switch_on`.", "off: true"),
            LANGUAGE_END},
};

const struct language_section pack_language_risk_count = {
    .name = "risk-count",
    .about = "A risk that holds while so many events lie in a window",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("counts", "an event, a list of up to 4, or `any`", "required", "What is counted.",
                         "counts: missing.started{kind in [M, A]}"),
            LANGUAGE_KEY("when", "a `condition`", "always",
                         "Asked at each counted event, whose fields are `fact.FIELD`.",
                         "when: profile is not short_break"),
            LANGUAGE_KEY("raise", "a `threshold`, or a list of up to 4 of which any is enough", "required",
                         "How many, within how long; the first is the count that is shown.",
                         "raise: [{at_least: 3, within: 90 days}, {at_least: 2, within: 28 days}]"),
            LANGUAGE_END},
    .beside = &pack_language_risk,
};

const struct language_section pack_language_risk_state = {
    .name = "risk-state",
    .about = "A risk that holds while a condition does, or while its scope lasts",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("while", "a `condition`", "while the scope lasts", "What must hold.",
                         "while: latest score of sdq.completed >= 17"),
            LANGUAGE_KEY("until", "a `condition`", "until `while` ceases",
                         "Once it holds, it lasts until this does, whatever `while` says by then.",
                         "while: latest score of sdq.completed >= 17\nuntil: latest score of sdq.completed < 14"),
            LANGUAGE_KEY("for", "a number with a `unit`", "at once", "Only what has held for longer, without a break.",
                         "while: age < 13\nfor: 24 hours"),
            LANGUAGE_KEY(
                "ack", "true or false", "false",
                "A person may close it, with a rationale (alert.closed); it is raised again when it holds anew.",
                "while: age < 13\nack: true"),
            LANGUAGE_END},
    .beside = &pack_language_risk,
};

const struct language_section pack_language_risk_event = {
    .name = "risk-event",
    .about = "A risk that each event raises anew, until it is cleared or its scope ends",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("raised_by", "an event, `end`, a `raise`, or a list of up to 12", "required",
                         "What raises it; `end` is the end of the scope.", "raised_by: concern.raised{kind=bullying}"),
            LANGUAGE_KEY("when", "a `condition`", "always",
                         "Asked at the event, of each that has no `when` of its own.",
                         "when: had 2 concern.raised within 90 days"),
            LANGUAGE_KEY("cleared_by", "an event, or a list", "none", "What clears it.",
                         "cleared_by: concern.closed{concern=opening.concern}"),
            LANGUAGE_KEY("lasts", "a limit such as 12 months", "until it is cleared", "How long at most.",
                         "lasts: 12 months"),
            LANGUAGE_KEY("while", "a `condition`", "always", "And only while this holds.",
                         "while: not had concern.closed since opening"),
            LANGUAGE_KEY("until", "a `condition`", "until `while` ceases",
                         "Once it holds, it lasts until this does, whatever `while` says by then.",
                         "while: age < 16\nuntil: age >= 18"),
            LANGUAGE_KEY("for", "a number with a `unit`", "at once", "Only when it has held for longer.",
                         "for: 5 working_days"),
            LANGUAGE_KEY("ack", "true or false", "false", "A person may close it, with a rationale (alert.closed).",
                         "ack: true"),
            LANGUAGE_END},
    .beside = &pack_language_risk,
};

const struct language_section pack_language_threshold = {
    .name = "threshold",
    .about = "How many events raise a count",
    .words = (const struct language_word[]){LANGUAGE_KEY("at_least", "a whole number from 1 to 10000", "required",
                                                         "So many.", "at_least: 3\nwithin: 90 days"),
                                            LANGUAGE_KEY("within", "a limit such as 90 days, or `ever`", "required",
                                                         "So long back.", "at_least: 1\nwithin: ever"),
                                            LANGUAGE_END},
};

const struct language_section pack_language_raise = {
    .name = "raise",
    .about = "The long form of what raises a risk",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("on", "an event, or `end`", "required", "The event, or the end of the scope.",
                         "on: \"change.proposed{kind=cease_looking_after}\""),
            LANGUAGE_KEY("when", "a `condition`", "what the risk says", "Asked at the event.",
                         "on: missing.started\nwhen: had 3 missing.started within 90 days"),
            LANGUAGE_END},
};

const struct language_section pack_language_severity = {
    .name = "severity",
    .about = "How grave a risk is",
    .what = "a severity",
    .words =
        (const struct language_word[]){
            LANGUAGE_CODE("high", "To be acted on now.", "severity: high"),
            LANGUAGE_CODE("medium", "To be acted on soon.", "severity: medium"),
            LANGUAGE_CODE("low", "To be known.", "severity: low"),
            LANGUAGE_CODE("count", "Shown and counted; no alert is said.", "severity: count"), LANGUAGE_END},
};

const struct language_section pack_language_risk_subject = {
    .name = "risk-subject",
    .about = "Whom a risk may be about",
    .what = "a kind of subject",
    .words =
        (const struct language_word[]){
            LANGUAGE_CODE("child", "A child in care, or a care leaver.", "subject: child"),
            LANGUAGE_CODE("carer", "A foster carer.", "subject: carer"),
            LANGUAGE_CODE("home", "A children's home.", "subject: home"),
            LANGUAGE_CODE("worker", "A social worker or another member of staff.", "subject: worker"),
            LANGUAGE_CODE("organisation", "An organisation that provides care.", "subject: organisation"),
            LANGUAGE_CODE("authority", "The council itself.", "subject: authority"), LANGUAGE_END},
};
