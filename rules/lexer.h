/* lexer.h: the words of the small languages inside packs (filters and conditions). */
#ifndef WATCHKEEPER_LEXER_H
#define WATCHKEEPER_LEXER_H

#include "yaml.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_STRING, TOKEN_SIGN };

struct token {
    enum token_kind kind;
    const char *text; /* in the arena; a sign is one of { } [ ] ( ) , = != < <= > >= */
    unsigned offset;  /* characters from the start of the text */
};

struct lexer {
    struct yaml_place place; /* of the scalar: problems are told at place.column + offset */
    struct yaml_problems *problems;
    struct arena *arena;
    const char *text;
    unsigned offset;
    struct token token; /* the one looked at */
    bool failed;        /* one problem a text: the first */
    const char *each;   /* what the word `each` stands for as a value, or NULL */
};

void lexer_open(struct lexer *lexer, const struct yaml *scalar, struct arena *arena, struct yaml_problems *problems);
void lexer_next(struct lexer *lexer);
bool lexer_is(const struct lexer *lexer, const char *word_or_sign);
/* Steps over it when it is there. */
bool lexer_accept(struct lexer *lexer, const char *word_or_sign);
/* Tells a problem when it is not there. */
bool lexer_expect(struct lexer *lexer, const char *word_or_sign);
void lexer_problem(struct lexer *lexer, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
