#ifndef SILANG_QUERY_LEXER_H
#define SILANG_QUERY_LEXER_H
/*
 * CQL's tokens. Blank, tab, CR and LF separate; other control characters, bytes that are not UTF-8
 * and an open quote end the text with a diagnostic that names the position. Terms come out in the
 * form of query.h: escapes that matter (\* \? \^ \\) kept, all others undone.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;

enum token_type {
	TOKEN_END,
	TOKEN_OPEN,   /* ( */
	TOKEN_CLOSE,  /* ) */
	TOKEN_SLASH,  /* / */
	TOKEN_SYMBOL, /* = == <> < > <= >= */
	TOKEN_WORD,   /* bare */
	TOKEN_STRING, /* in quotes: never a keyword */
};

struct token {
	enum token_type type;
	const char *text; /* the term, or the symbol; "" for the others */
	size_t at;	  /* byte where it starts */
	size_t length;	  /* bytes it takes in the query */
};

struct lexer {
	struct arena *arena;
	const char *text;
	size_t at; /* byte where the next token is looked for */
};

void lexer_init(struct lexer *lexer, struct arena *arena, const char *text);
/* Reads one token. False with a diagnostic when the text is not CQL. */
bool lexer_next(struct lexer *lexer, struct token *token, struct diag *diag);
/* Whether all of its characters may stand in a query, in whichever language: the lexer looks as it
 * goes. */
bool lexer_check_text(const char *text, struct diag *diag);
/* The position of a byte in characters, from 1: what diagnostics name. */
size_t lexer_position(const char *text, size_t byte);

#endif
