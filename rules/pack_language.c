/* pack_language.c: the keys of a pack itself, of a rule's law, of ladders and of spans. */
#include "pack_language.h"

const struct language_section pack_language_pack = {
    .name = "pack",
    .about = "A file of rules: what is due, by when, what is a risk, and who is told",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("pack", "a name", "required", "By which configuration and statements name the pack.",
                         "pack: my-council"),
            LANGUAGE_KEY("version", "text", "required", "Said with every statement made by one of its rules.",
                         "version: '2026.1'"),
            LANGUAGE_KEY("title", "text", "none", "What the pack is, for readers of the file.",
                         "title: The promises of our council"),
            LANGUAGE_KEY("calendar", "the name of a calendar", "none",
                         "By whose days the rules count for an authority that has no calendar of its own.",
                         "calendar: england-and-wales"),
            LANGUAGE_KEY("ladders", "a mapping of names to `ladder`", "none", "Who is told when a duty is late.",
                         "ladders:\n  ladder-council: {rungs: [{tell: [team-manager]}]}"),
            LANGUAGE_KEY("spans", "a mapping of names to `span`", "none",
                         "Lengths of time between events, as scopes of duties and for `during`.",
                         "spans:\n  with_plan: {from: care_plan.agreed, within: care}"),
            LANGUAGE_KEY("switch_on", "the id of a rule, or a list", "none",
                         "Rules of packs loaded before this one that are `off` there and hold from here on.",
                         "switch_on: [earlier-rule]"),
            LANGUAGE_KEY("duties", "a list of `duty` and `clock`", "none", "What is due.",
                         "duties:\n  - {id: plan, title: A plan, law: {ref: Ours, confidence: E}, opens: start,\n"
                         "     met_by: care_plan.agreed, limit: 10 working_days}"),
            LANGUAGE_KEY(
                "risks", "a list of `risk`", "none", "What calls for attention, without a date by which.",
                "risks:\n  - {id: sdq, title: Score of concern, law: {ref: Ours, confidence: E}, scope: care,\n"
                "     while: latest score of sdq.completed >= 17}"),
            LANGUAGE_END},
};

const struct language_section pack_language_law = {
    .name = "law",
    .about = "Where a rule comes from",
    .words = (const struct language_word[]){LANGUAGE_KEY("ref", "text", "required",
                                                         "The paragraph, or what else the rule rests on.",
                                                         "ref: CPPCR reg 33(1)"),
                                            LANGUAGE_KEY("confidence", "a code of `confidence`", "required",
                                                         "How sure we are that it says so.", "confidence: V"),
                                            LANGUAGE_END},
};

const struct language_section pack_language_confidence = {
    .name = "confidence",
    .about = "How sure we are of the law behind a rule",
    .what = "a confidence",
    .words = (const struct language_word[]){LANGUAGE_CODE("V", "The text of the law was seen.", "confidence: V"),
                                            LANGUAGE_CODE("S", "A secondary source says so.", "confidence: S"),
                                            LANGUAGE_CODE("M", "From memory: not looked up.", "confidence: M"),
                                            LANGUAGE_CODE("E", "An estimate or a choice of our own.", "confidence: E"),
                                            LANGUAGE_END},
};

const struct language_section pack_language_in_force = {
    .name = "in_force",
    .about = "When a rule is in force, by the date of what opens or raises it",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("from", "a date", "from ever", "The first day.", "from: 2011-04-01"),
            LANGUAGE_KEY("to", "a date", "for good", "The last day.", "to: 2030-12-31"), LANGUAGE_END},
};

const struct language_section pack_language_ladder = {
    .name = "ladder",
    .about = "Who is told when a duty is late, and after how long; a duty names it with `late`",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("source", "text", "none", "Where the ladder comes from, for readers of the file.",
                         "source: our escalation policy"),
            LANGUAGE_KEY(
                "rungs", "a list of up to 8 `rung`", "required", "The steps, the earliest first.",
                "rungs:\n  - {tell: [owner, team-manager]}\n  - {after: 5 working_days, tell: [head-of-service]}"),
            LANGUAGE_END},
};

const struct language_section pack_language_rung = {
    .name = "rung",
    .about = "One step of a ladder",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("after", "a number of hours, working_days or office_hours", "when it is late",
                         "How long after the deadline; 0 office_hours is when the office is open next.",
                         "after: 4 office_hours"),
            LANGUAGE_KEY("tell", "the id of a role, or a list", "nobody",
                         "Who is told; `owner` is the owner of the duty.", "tell: [owner, team-manager]"),
            LANGUAGE_END},
};

const struct language_section pack_language_span = {
    .name = "span",
    .about = "A length of time between events, by its name a scope of duties and a condition (`during care_leaver`)",
    .words =
        (const struct language_word[]){
            LANGUAGE_KEY("from", "an event, or a list", "required", "What begins it.",
                         "from: status.started{status=care_leaver}"),
            LANGUAGE_KEY("to", "an event, or a list", "none", "What ends it, as death does.",
                         "to: status.ended{status=care_leaver}"),
            LANGUAGE_KEY("until_age", "an age from 1 to 150", "none", "The birthday that ends it at the latest.",
                         "until_age: 25"),
            LANGUAGE_KEY("within", "a code of `within`", "anywhere", "What it cannot outlast.", "within: care"),
            LANGUAGE_KEY("again", "a code of `again`", "begins_anew", "What a further beginning does while it lasts.",
                         "again: goes_on"),
            LANGUAGE_KEY("anchor", "a word", "its name", "The kind in the alert id, before the date of its start.",
                         "anchor: care_leaver"),
            LANGUAGE_END},
};

const struct language_section pack_language_span_within = {
    .name = "within",
    .about = "What a span cannot outlast",
    .words =
        (const struct language_word[]){
            LANGUAGE_CODE("care", "It ends with the period of care in which it began.", "within: care"), LANGUAGE_END},
};

const struct language_section pack_language_span_again = {
    .name = "again",
    .about = "What a further beginning does to a span that lasts",
    .words =
        (const struct language_word[]){
            LANGUAGE_CODE("begins_anew", "It ends the span and begins another.", "again: begins_anew"),
            LANGUAGE_CODE("goes_on", "It changes nothing.", "again: goes_on"), LANGUAGE_END},
};
