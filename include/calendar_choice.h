/* calendar_choice.h: the calendar by which an authority's days are counted. */
#ifndef WATCHKEEPER_CALENDAR_CHOICE_H
#define WATCHKEEPER_CALENDAR_CHOICE_H

struct calendar_choice {
    const char *authority; /* GSS code */
    const char *calendar;  /* name of one in the calendars folder, "scotland", or a file */
};

#endif
