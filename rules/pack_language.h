/* pack_language.h: the keys and codes of a pack, of its ladders, spans, duties and risks (language.h). */
#ifndef WATCHKEEPER_PACK_LANGUAGE_H
#define WATCHKEEPER_PACK_LANGUAGE_H

#include "language.h"

/* pack_language.c */
extern const struct language_section pack_language_pack, pack_language_law, pack_language_in_force;
extern const struct language_section pack_language_ladder, pack_language_rung, pack_language_span;
extern const struct language_section pack_language_confidence;                            /* V, S, M, E */
extern const struct language_section pack_language_span_within, pack_language_span_again; /* begins_anew first */

/* pack_language_duty.c */
extern const struct language_section pack_language_rule; /* of a duty that stands alone, and of a row */
extern const struct language_section pack_language_duty; /* of one that stands alone, and of a clock */
extern const struct language_section pack_language_clock, pack_language_row;
extern const struct language_section pack_language_opener, pack_language_meet, pack_language_meet_all;
extern const struct language_section pack_language_each;
extern const struct language_section pack_language_profile;    /* by enum profile */
extern const struct language_section pack_language_count_from; /* scope, profile */
extern const struct language_section pack_language_term;

/* pack_language_limit.c */
enum { PACK_LANGUAGE_UNSET, PACK_LANGUAGE_AT_ONCE, PACK_LANGUAGE_WATCH };
extern const struct language_section pack_language_limit;
extern const struct language_section pack_language_limit_word;       /* by the enum above */
extern const struct language_section pack_language_limit_field_unit; /* days, weeks, working_days */

/* pack_language_risk.c */
extern const struct language_section pack_language_risk; /* of every kind of risk */
extern const struct language_section pack_language_risk_count, pack_language_risk_state, pack_language_risk_event;
extern const struct language_section pack_language_threshold, pack_language_raise;
extern const struct language_section pack_language_severity, pack_language_risk_subject;

#endif
