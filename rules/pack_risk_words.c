/* pack_risk_words.c: how a risk is read, in words: what its conditions do not say by themselves. */
#include "pack_risk_words.h"

struct words {
    struct arena *arena;
    const char *text;
};

static void add(struct words *words, const char *sentence) {
    words->text = words->text == NULL ? sentence : arena_printf(words->arena, "%s; %s", words->text, sentence);
}

static bool mentions(const struct risk *risk, enum mention_kind kind) {
    for (size_t i = 0; i < risk->n_mentions; i++)
        if (risk->mentions[i].kind == kind)
            return true;
    return false;
}

static void add_event(struct words *words, const struct risk *risk) {
    char limit[LIMIT_TEXT_MAX];
    bool end = false, fact = false;
    for (size_t i = 0; i < risk->n_raises; i++) {
        end |= risk->raises[i].end;
        fact |= !risk->raises[i].end;
    }
    if (fact)
        add(words, "each such event raises a risk of its own");
    if (end)
        add(words, arena_printf(words->arena, "the end of the scope (%s) raises it", scope_name(risk->scope)));
    if (risk->lasts.number > 0)
        add(words, arena_printf(words->arena, "it lasts %s at most", limit_format(risk->lasts, limit)));
}

const char *pack_risk_words(const struct risk *risk, struct arena *arena) {
    struct words words = {.arena = arena};
    char limit[LIMIT_TEXT_MAX];
    if (risk->kind == RISK_EVENT)
        add_event(&words, risk);
    if (risk->until != NULL)
        add(&words, "once it holds it lasts until its other condition does");
    if (risk->held_for.number > 0)
        add(&words, arena_printf(arena, "only what has held longer than %s without a break",
                                 limit_format(risk->held_for, limit)));
    if (mentions(risk, MENTION_OPEN_FOR))
        add(&words, "what no later record has ended is still open");
    if (mentions(risk, MENTION_DAYS))
        add(&words, "nights are counted, each until the window has passed it");
    if (mentions(risk, MENTION_LATENESS))
        add(&words, "it counts the duties of this subject, from the instant at which each is late, or has no limit");
    if (risk->quiet)
        add(&words, "it is shown and counted, and no alert is said");
    return words.text;
}
