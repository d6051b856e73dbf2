#include "query/words.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

struct relation_row {
	const char *word;
	enum query_relation relation;
};

static const struct relation_row relations[] = {{"all", QUERY_ALL}, {"any", QUERY_ANY},
    {"adj", QUERY_ADJ}, {"within", QUERY_WITHIN}, {"encloses", QUERY_ENCLOSES},
    {"exact", QUERY_EXACT}, {"scr", QUERY_SCR}};

static const struct relation_row symbols[] = {{"=", QUERY_EQ}, {"==", QUERY_EXACT},
    {"<>", QUERY_NE}, {"<", QUERY_LT}, {">", QUERY_GT}, {"<=", QUERY_LE}, {">=", QUERY_GE}};

bool words_find_boolean(const char *word, enum query_type *out)
{
	static const enum query_type types[] = {QUERY_AND, QUERY_OR, QUERY_NOT, QUERY_PROX};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!text_equal_ignoring_case(word, query_boolean_name(types[i])))
			continue;
		*out = types[i];
		return true;
	}
	return false;
}

bool words_find_relation(const char *word, enum query_relation *out)
{
	if (strncasecmp(word, "cql.", 4) == 0 || strncasecmp(word, "srw.", 4) == 0)
		word += 4;
	for (size_t i = 0; i < sizeof relations / sizeof *relations; i++) {
		if (!text_equal_ignoring_case(word, relations[i].word))
			continue;
		*out = relations[i].relation;
		return true;
	}
	return false;
}

bool words_find_symbol(const char *symbol, enum query_relation *out)
{
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		if (strcmp(symbol, symbols[i].word) != 0)
			continue;
		*out = symbols[i].relation;
		return true;
	}
	return false;
}

bool words_is_foreign_boolean(const char *word)
{
	static const char *const names[] = {"xor", "andnot", "nand"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (text_equal_ignoring_case(word, names[i]))
			return true;
	return false;
}

bool words_is_reserved(const char *word)
{
	enum query_type type;
	enum query_relation relation;

	return words_find_boolean(word, &type) || words_find_relation(word, &relation) ||
	       text_equal_ignoring_case(word, "sortby");
}

bool words_need_quotes(const char *term)
{
	for (const char *p = term; *p; p++)
		if ((unsigned char)*p <= ' ' || strchr("()=<>\"/\\", *p))
			return true;
	return !*term || words_is_reserved(term);
}
