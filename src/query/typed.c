#include "query/typed.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "query/lexer.h"

struct reader {
	struct arena *arena;
	const char *at;
	char *words; /* all plain ones, each after a blank */
	size_t length, count;
	const struct query *wanted; /* the phrases */
	const struct query *unwanted;
	size_t nodes;
};

static bool is_blank(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7F;
}

/* Bytes of a quotation mark at `p`, 0 when there is none: ", and U+201C to U+201F. */
static size_t quote_length(const char *p)
{
	if (*p == '"')
		return 1;
	return strncmp(p, "\xE2\x80", 2) == 0 && (unsigned char)p[2] >= 0x9C &&
		       (unsigned char)p[2] <= 0x9F
		   ? 3
		   : 0;
}

/* Something that a catalogue could hold: a letter or digit of any script. */
static bool says_something(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] >= 0x80 || (text[i] >= '0' && text[i] <= '9') ||
		    ((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z'))
			return true;
	return false;
}

/* In query.h's form; a star at the end stays alive when `mask`. */
static char *literal(struct arena *arena, const char *text, size_t length, bool mask)
{
	char *term = arena_alloc(arena, 2 * length + 1), *out = term;

	for (size_t i = 0; i < length; i++) {
		bool live = mask && i + 1 == length && text[i] == '*';

		if (strchr("*?^\\", text[i]) && !live)
			*out++ = '\\';
		*out++ = is_blank(text[i]) ? ' ' : text[i];
	}
	return term;
}

static struct query *clause(struct reader *r, enum query_relation relation, const char *term)
{
	return query_term(r->arena, "cql", "serverChoice", relation, term);
}

static void join(
    struct reader *r, const struct query **to, enum query_type type, const struct query *query)
{
	*to = *to ? query_bool(r->arena, type, *to, query) : query;
	r->nodes += 2;
}

/* One word is the server's choice, as a bare word of CQL is. */
static void take(struct reader *r, const char *text, size_t length, bool phrase, bool minus)
{
	const char *term;

	if (!says_something(text, length))
		return;
	term = literal(r->arena, text, length, !phrase);
	if (minus) {
		join(r, &r->unwanted, QUERY_OR, clause(r, phrase ? QUERY_ADJ : QUERY_SCR, term));
	} else if (phrase) {
		join(r, &r->wanted, QUERY_AND, clause(r, QUERY_ADJ, term));
	} else {
		r->words[r->length] = ' ';
		strcpy(r->words + r->length + 1, term);
		r->length += strlen(term) + 1;
		r->count++;
	}
}

static void read_phrase(struct reader *r, bool minus)
{
	const char *start = r->at += quote_length(r->at);

	while (*r->at && !quote_length(r->at))
		r->at++;

	const char *end = r->at;

	while (start < end && is_blank(*start))
		start++;
	while (end > start && is_blank(end[-1]))
		end--;
	take(r, start, (size_t)(end - start), true, minus);
	r->at += quote_length(r->at);
}

static void read_word(struct reader *r, bool minus)
{
	const char *start = r->at;

	while (*r->at && !is_blank(*r->at) && !quote_length(r->at))
		r->at++;
	take(r, start, (size_t)(r->at - start), false, minus);
}

static void read_all(struct reader *r)
{
	while (*r->at && r->nodes + 4 < QUERY_NODES_MAX) {
		bool minus;

		if (is_blank(*r->at)) {
			r->at++;
			continue;
		}
		minus = *r->at == '-' && r->at[1] && !is_blank(r->at[1]);
		r->at += minus;
		if (quote_length(r->at))
			read_phrase(r, minus);
		else
			read_word(r, minus);
	}
}

bool typed_parse(struct arena *arena, const char *text, struct question *out, struct diag *diag)
{
	struct reader r = {.arena = arena, .at = text};
	const struct query *query = NULL;

	if (strnlen(text, QUERY_BYTES_MAX + 1) > QUERY_BYTES_MAX)
		return diag_set(diag, DIAG_QUERY_TOO_LONG, "more than %d bytes", QUERY_BYTES_MAX);
	if (!lexer_check_text(text, diag))
		return false;
	r.words = arena_alloc(arena, 3 * strlen(text) + 2);
	read_all(&r);
	if (*r.at)
		return diag_set(diag, DIAG_QUERY_SYNTAX, "too many phrases and excluded words");
	if (r.count)
		query = clause(&r, r.count == 1 ? QUERY_SCR : QUERY_ALL, r.words + 1);
	if (r.wanted)
		query = query ? query_bool(arena, QUERY_AND, query, r.wanted) : r.wanted;
	if (!query)
		return diag_set(diag, DIAG_QUERY_SYNTAX, "%s",
		    r.unwanted ? "a word to look for is needed besides those to be left out"
			       : "there is no word to look for");
	if (r.unwanted)
		query = query_bool(arena, QUERY_NOT, query, r.unwanted);
	*out = (struct question){.query = query};
	return true;
}
