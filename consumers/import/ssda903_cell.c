/* ssda903_cell.c: see ssda903_cell.h. */
#include "ssda903_cell.h"

#include "fact.h"
#include "ssda903_rows.h"

#include <stdlib.h>
#include <string.h>

static const char digits[] = "0123456789";

/* A run of min to max digits, moving *text past it. */
static bool number(const char **text, size_t min, size_t max, int *ret_number) {
    size_t length = strspn(*text, digits);
    if (length < min || length > max)
        return false;
    *ret_number = atoi(*text);
    *text += length;
    return true;
}

static bool separator(const char **text, char wanted) {
    if (**text != wanted)
        return false;
    (*text)++;
    return true;
}

int ssda903_cell_date(const char *text, struct date *ret_date) {
    int year, month, day;
    const char *british = text, *iso = text;
    bool read = number(&british, 1, 2, &day) && separator(&british, '/') && number(&british, 1, 2, &month) &&
                separator(&british, '/') && number(&british, 4, 4, &year) && *british == '\0';
    if (!read)
        read = number(&iso, 4, 4, &year) && separator(&iso, '-') && number(&iso, 2, 2, &month) &&
               separator(&iso, '-') && number(&iso, 2, 2, &day) && *iso == '\0';
    if (!read || year < 1900 || year > 2200 || !date_exists(year, month, day))
        return SSDA903_CELL_BAD_DATE;
    *ret_date = date_from_civil(year, month, day);
    return 0;
}

static bool is_reference(const char *text) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-";
    size_t length = strlen(text);
    return length <= SSDA903_CHILD_MAX && strspn(text, allowed) == length;
}

static bool is_code(const char *text) {
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return false;
    return length <= SSDA903_CODE_MAX;
}

int ssda903_cell_read(enum ssda903_type type, const char *text, struct date *ret_date) {
    switch (type) {
    case SSDA903_DATE:
        return ssda903_cell_date(text, ret_date);
    case SSDA903_REFERENCE:
        return is_reference(text) ? 0 : SSDA903_CELL_BAD_REFERENCE;
    case SSDA903_CODE:
        break;
    }
    return is_code(text) ? 0 : SSDA903_CELL_BAD_CODE;
}

const char *ssda903_cell_message(int outcome) {
    switch ((enum ssda903_cell_outcome) outcome) {
    case SSDA903_CELL_BAD_DATE:
        return "no such date; expected DD/MM/YYYY";
    case SSDA903_CELL_BAD_REFERENCE:
        return "not a reference; expected 1 to 48 of A-Z a-z 0-9 . _ ~ : -";
    case SSDA903_CELL_BAD_CODE:
        return "not a code; expected at most 16 printable characters without spaces";
    }
    return "";
}

bool ssda903_cell_number(const char *text, int max, int *ret_number) {
    int found;
    if (!number(&text, 1, 4, &found) || found > max)
        return false;
    if (separator(&text, '.'))
        text += strspn(text, "0");
    if (*text != '\0')
        return false;
    *ret_number = found;
    return true;
}
