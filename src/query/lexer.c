#include "query/lexer.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

void lexer_init(struct lexer *lexer, struct arena *arena, const char *text)
{
	*lexer = (struct lexer){.arena = arena, .text = text};
}

size_t lexer_position(const char *text, size_t byte)
{
	size_t position = 1;

	for (size_t i = 0; i < byte && text[i]; i++)
		position += ((unsigned char)text[i] & 0xC0) != 0x80;
	return position;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool ends_word(char c)
{
	return !c || is_blank(c) || strchr("()=<>\"/", c) != NULL;
}

/* Looks at one character. What XML forbids and the C1 controls mean nothing in a query. */
static bool check_character(const struct lexer *lexer, size_t at, size_t *bytes, struct diag *diag)
{
	size_t position;
	uint32_t c;

	*bytes = text_decode(lexer->text + at, strnlen(lexer->text + at, 4), &c);
	if (*bytes && text_is_xml_char(c) && !(c >= 0x7F && c < 0xA0))
		return true;
	position = lexer_position(lexer->text, at);
	if (!*bytes)
		return diag_set(
		    diag, DIAG_QUERY_SYNTAX, "position %zu: the query is not UTF-8 here", position);
	return diag_set(diag, DIAG_QUERY_SYNTAX, "position %zu: control character U+%04X", position,
	    (unsigned)c);
}

bool lexer_check_text(const char *text, struct diag *diag)
{
	const struct lexer lexer = {.text = text};
	size_t bytes;

	for (size_t at = 0; text[at]; at += bytes)
		if (!check_character(&lexer, at, &bytes, diag))
			return false;
	return true;
}

/* A backslash: CQL lets it stand before masks, anchors, quotes and itself. Before a character that
 * would end a word its meaning is plain, so that is allowed, too. */
static bool read_escape(struct lexer *lexer, char **out, struct diag *diag)
{
	char c = lexer->text[lexer->at + 1];

	if (!c || !strchr("*?^\\\"()=<>/ ", c))
		return diag_set(diag, DIAG_NON_SPECIAL_ESCAPED,
		    "position %zu: a backslash stands before *, ?, ^, \" or another backslash",
		    lexer_position(lexer->text, lexer->at));
	if (strchr("*?^\\", c))
		*(*out)++ = '\\';
	*(*out)++ = c;
	lexer->at += 2;
	return true;
}

/* Bytes up to the term's end, so that memory is taken for this term alone. */
static size_t term_bytes(const struct lexer *lexer, bool quoted)
{
	const char *start = lexer->text + lexer->at, *p = start;

	while (quoted ? *p && *p != '"' : !ends_word(*p))
		p += *p == '\\' && p[1] ? 2 : 1;
	return (size_t)(p - start);
}

static bool read_term(struct lexer *lexer, struct token *token, bool quoted, struct diag *diag)
{
	char *out = arena_alloc(lexer->arena, term_bytes(lexer, quoted) + 1), *start = out;

	for (;;) {
		char c = lexer->text[lexer->at];
		size_t bytes;

		if (quoted ? !c || c == '"' : ends_word(c))
			break;
		if (c == '\\') {
			if (!read_escape(lexer, &out, diag))
				return false;
			continue;
		}
		if (!check_character(lexer, lexer->at, &bytes, diag))
			return false;
		if (is_blank(c))
			*out = ' ';
		else
			memcpy(out, lexer->text + lexer->at, bytes);
		out += bytes;
		lexer->at += bytes;
	}
	token->text = start;
	return true;
}

static bool read_string(struct lexer *lexer, struct token *token, struct diag *diag)
{
	token->type = TOKEN_STRING;
	lexer->at++;
	if (!read_term(lexer, token, true, diag))
		return false;
	if (lexer->text[lexer->at] != '"')
		return diag_set(diag, DIAG_QUOTES, "position %zu: the quote is not closed",
		    lexer_position(lexer->text, token->at));
	lexer->at++;
	return true;
}

static void read_symbol(struct lexer *lexer, struct token *token)
{
	static const char *const symbols[] = {"==", "<>", "<=", ">=", "=", "<", ">"};

	token->type = TOKEN_SYMBOL;
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		size_t length = strlen(symbols[i]);

		if (strncmp(lexer->text + lexer->at, symbols[i], length) != 0)
			continue;
		token->text = symbols[i];
		lexer->at += length;
		return;
	}
}

bool lexer_next(struct lexer *lexer, struct token *token, struct diag *diag)
{
	bool ok = true;
	char c;

	while (is_blank(lexer->text[lexer->at]))
		lexer->at++;
	c = lexer->text[lexer->at];
	*token = (struct token){.type = TOKEN_END, .text = "", .at = lexer->at};
	switch (c) {
	case '\0': break;
	case '(':
		token->type = TOKEN_OPEN;
		lexer->at++;
		break;
	case ')':
		token->type = TOKEN_CLOSE;
		lexer->at++;
		break;
	case '/':
		token->type = TOKEN_SLASH;
		lexer->at++;
		break;
	case '=':
	case '<':
	case '>': read_symbol(lexer, token); break;
	case '"': ok = read_string(lexer, token, diag); break;
	default: token->type = TOKEN_WORD; ok = read_term(lexer, token, false, diag);
	}
	token->length = lexer->at - token->at;
	return ok;
}
