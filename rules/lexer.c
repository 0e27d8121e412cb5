#include "lexer.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

static bool is_word_character(char c) {
    return isalnum((unsigned char) c) || c == '_' || c == '.' || c == '-' || c == ':' || c == '/';
}

static void take(struct lexer *lexer, enum token_kind kind, size_t skip, size_t length) {
    lexer->token = (struct token){
        .kind = kind,
        .text = arena_strndup(lexer->arena, lexer->text + lexer->offset + skip, length),
        .offset = lexer->offset,
    };
    lexer->offset += (unsigned) (length + 2 * skip);
}

void lexer_next(struct lexer *lexer) {
    while (isspace((unsigned char) lexer->text[lexer->offset]))
        lexer->offset++;
    const char *rest = lexer->text + lexer->offset;
    if (*rest == '\0') {
        lexer->token = (struct token){.kind = TOKEN_END, .text = "", .offset = lexer->offset};
    } else if (is_word_character(*rest)) {
        size_t length = 1;
        while (is_word_character(rest[length]))
            length++;
        take(lexer, TOKEN_WORD, 0, length);
    } else if (*rest == '"' || *rest == '\'') {
        const char *close = strchr(rest + 1, *rest);
        if (close == NULL) {
            lexer->token = (struct token){.kind = TOKEN_END, .text = "", .offset = lexer->offset};
            lexer_problem(lexer, "the quote is not closed");
            lexer->offset += (unsigned) strlen(rest);
            lexer_next(lexer);
            return;
        }
        take(lexer, TOKEN_STRING, 1, (size_t) (close - rest - 1));
    } else {
        take(lexer, TOKEN_SIGN, 0, strchr("!<>", *rest) != NULL && rest[1] == '=' ? 2 : 1);
    }
}

void lexer_open(struct lexer *lexer, const struct yaml *scalar, struct arena *arena, struct yaml_problems *problems) {
    *lexer = (struct lexer){
        .place = scalar->place, .problems = problems, .arena = arena, .text = scalar->text != NULL ? scalar->text : ""};
    lexer_next(lexer);
}

bool lexer_is(const struct lexer *lexer, const char *word_or_sign) {
    return (lexer->token.kind == TOKEN_WORD || lexer->token.kind == TOKEN_SIGN) &&
           strcmp(lexer->token.text, word_or_sign) == 0;
}

bool lexer_accept(struct lexer *lexer, const char *word_or_sign) {
    if (!lexer_is(lexer, word_or_sign))
        return false;
    lexer_next(lexer);
    return true;
}

bool lexer_expect(struct lexer *lexer, const char *word_or_sign) {
    if (lexer_accept(lexer, word_or_sign))
        return true;
    if (lexer->token.kind == TOKEN_END)
        lexer_problem(lexer, "expected `%s`, but the text ends", word_or_sign);
    else
        lexer_problem(lexer, "expected `%s`, found `%s`", word_or_sign, lexer->token.text);
    return false;
}

void lexer_problem(struct lexer *lexer, const char *format, ...) {
    if (lexer->failed)
        return;
    lexer->failed = true;
    va_list arguments;
    va_start(arguments, format);
    char message[512];
    (void) vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    struct yaml_place place = lexer->place;
    place.column += lexer->token.offset;
    yaml_problem(lexer->problems, place, "%s", message);
}
