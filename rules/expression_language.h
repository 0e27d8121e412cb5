/* expression_language.h: the words of conditions (language.h), each table by its enum of expression_node.h. */
#ifndef WATCHKEEPER_EXPRESSION_LANGUAGE_H
#define WATCHKEEPER_EXPRESSION_LANGUAGE_H

#include "language.h"

extern const struct language_section expression_language_scope;     /* by enum scope_kind, without SCOPE_SPAN */
extern const struct language_section expression_language_condition; /* by enum node_kind */
extern const struct language_section expression_language_path;      /* by enum subject_kind; of fields ends with `.` */
extern const struct language_section expression_language_window;    /* by enum window_kind */
extern const struct language_section expression_language_measure;   /* by enum measure_kind */

#endif
