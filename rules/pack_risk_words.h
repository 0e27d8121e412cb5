/* pack_risk_words.h: how a risk is read, in words, for explanations. */
#ifndef WATCHKEEPER_PACK_RISK_WORDS_H
#define WATCHKEEPER_PACK_RISK_WORDS_H

#include "pack.h"

/* In the arena; NULL when there is nothing to add to what is written. */
const char *pack_risk_words(const struct risk *risk, struct arena *arena);

#endif
