/* ssda903_cell.h: what one cell of a return says, or why it cannot be used. */
#ifndef WATCHKEEPER_SSDA903_CELL_H
#define WATCHKEEPER_SSDA903_CELL_H

#include "result.h"
#include "ssda903_columns.h"
#include "timebase.h"

enum ssda903_cell_outcome {
    SSDA903_CELL_BAD_DATE = 1, /* neither DD/MM/YYYY nor YYYY-MM-DD, or no such day */
    SSDA903_CELL_BAD_REFERENCE,
    SSDA903_CELL_BAD_CODE,
};
const char *ssda903_cell_message(int outcome);

/* Checks a text that is not blank against its type; sets the date of a date. Returns 0 or enum ssda903_cell_outcome. */
MUST_CHECK int ssda903_cell_read(enum ssda903_type type, const char *text, struct date *ret_date);

/* DD/MM/YYYY (one digit will do for day and month) or YYYY-MM-DD, in the years 1900 to 2200. */
MUST_CHECK int ssda903_cell_date(const char *text, struct date *ret_date);

/* A whole number from 0 to max, also as a program wrote it that takes every number for a fraction ("12.0"). */
bool ssda903_cell_number(const char *text, int max, int *ret_number);

#endif
