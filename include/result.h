/* result.h: what a function that can fail returns.
 *
 * 0 is success. A negative value is fatal (-errno) and is forwarded unchanged, never matched on. A positive value is a
 * named outcome of the module that returns it, declared as an enum in its header; the caller handles it and never
 * forwards it. Outputs are called ret_x, come last, and are set only on success. */
#ifndef WATCHKEEPER_RESULT_H
#define WATCHKEEPER_RESULT_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

#endif
