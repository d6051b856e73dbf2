/* A catalogue that is really searched: which records hold which words, and what is found. */
#include "tests/support/ztarget_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaz/xmalloc.h>

enum { USE = 1, STRUCTURE = 4, TITLE = 4, FREE_TEXT = 105, WORDS_MAX = 32 };

/* WORD every N [from M] | WORD at N [noted]: in these records; noted: not in their titles. */
bool read_holding(struct ztarget_script *script, const char *text)
{
	struct shelf_word *word;
	char how[16], rest[16] = "";
	unsigned from = 0;
	int n;

	if (script->nwords == SHELF_WORDS)
		return false;
	word = &script->words[script->nwords];
	n = sscanf(text, "%31s %15s %u %15s %u", word->text, how, &word->number, rest, &from);
	if (n < 3 || !word->number)
		return false;
	word->every = !strcmp(how, "every");
	word->noted = !strcmp(rest, "noted");
	word->from = !strcmp(rest, "from") ? from : 1;
	if ((!word->every && strcmp(how, "at")) || (n == 4 && !word->noted) || (n == 5 && !from))
		return false;
	script->nwords++;
	return true;
}

static bool word_is_in(const struct shelf_word *word, unsigned number)
{
	return word->every ? number >= word->from && number % word->number == 0
			   : number == word->number;
}

static bool holds(const struct ztarget_script *script, unsigned number, const char *text,
    size_t length, bool title)
{
	for (unsigned w = 0; w < script->nwords; w++) {
		const struct shelf_word *word = &script->words[w];

		if (strlen(word->text) == length && !strncasecmp(word->text, text, length) &&
		    word_is_in(word, number) && !(title && word->noted))
			return true;
	}
	return false;
}

void shelf_words(const struct ztarget_script *script, unsigned number, bool noted, char *out)
{
	*out = '\0';
	for (unsigned w = 0; w < script->nwords; w++) {
		const struct shelf_word *word = &script->words[w];

		if (!word_is_in(word, number) || word->noted != noted ||
		    strlen(out) + strlen(word->text) + 2 > TEXT_ROOM)
			continue;
		if (*out)
			strcat(out, " ");
		strcat(out, word->text);
	}
}

static long attribute(const Z_AttributeList *list, int type)
{
	for (int i = 0; i < list->num_attributes; i++)
		if (*list->attributes[i]->attributeType == type &&
		    list->attributes[i]->which == Z_AttributeValue_numeric)
			return (long)*list->attributes[i]->value.numeric;
	return 0;
}

static bool finds_term(
    const struct ztarget_script *script, const Z_AttributesPlusTerm *apt, unsigned number)
{
	bool title = attribute(apt->attributes, USE) == TITLE;
	bool any = attribute(apt->attributes, STRUCTURE) == FREE_TEXT;
	const char *text, *end;

	if (apt->term->which != Z_Term_general)
		return false;
	text = (const char *)apt->term->u.general->buf;
	end = text + apt->term->u.general->len;
	for (const char *blank; text < end; text = blank + 1) {
		blank = memchr(text, ' ', (size_t)(end - text));
		if (!blank)
			blank = end;
		if (holds(script, number, text, (size_t)(blank - text), title) == any)
			return any;
	}
	return !any;
}

static bool finds(const struct ztarget_script *script, const Z_RPNStructure *node, unsigned number)
{
	if (node->which == Z_RPNStructure_simple)
		return node->u.simple->which == Z_Operand_APT &&
		       finds_term(script, node->u.simple->u.attributesPlusTerm, number);
	switch (node->u.complex->roperator->which) {
	case Z_Operator_or:
		return finds(script, node->u.complex->s1, number) ||
		       finds(script, node->u.complex->s2, number);
	case Z_Operator_and_not:
		return finds(script, node->u.complex->s1, number) &&
		       !finds(script, node->u.complex->s2, number);
	default:
		return finds(script, node->u.complex->s1, number) &&
		       finds(script, node->u.complex->s2, number);
	}
}

long long shelf_search(const struct ztarget_script *script, const Z_Query *query, unsigned **found)
{
	long long hits = 0;

	xfree(*found);
	*found = xmalloc(script->shelf * sizeof **found);
	if (query->which != Z_Query_type_1 && query->which != Z_Query_type_101)
		return 0;
	for (unsigned number = 1; number <= script->shelf; number++)
		if (finds(script, query->u.type_1->RPNStructure, number))
			(*found)[hits++] = number;
	return hits;
}

long long shelf_count(const struct ztarget_script *script, const char *text, size_t length)
{
	long long count = 0;

	for (unsigned number = 1; number <= script->shelf; number++)
		count += holds(script, number, text, length, false);
	return count;
}
