/* not_fed.h: event types that an authority does not publish (R52): what only they could show is not known there. */
#ifndef WATCHKEEPER_NOT_FED_H
#define WATCHKEEPER_NOT_FED_H

struct not_fed {
    const char *authority;    /* GSS code */
    const char *const *types; /* NULL-terminated */
};

#endif
