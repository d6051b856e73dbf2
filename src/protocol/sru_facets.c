#include "protocol/sru_facets.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "protocol/sru.h"

static bool read_number(const char *text, size_t length, unsigned long least, unsigned long *out)
{
	char digits[12];
	uint64_t number;

	if (!length || length >= sizeof digits)
		return false;
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (!text_parse_number(digits, INT32_MAX, &number) || number < least)
		return false;
	*out = (unsigned long)number;
	return true;
}

/* An index name: a word, or two joined by a dot. */
static bool is_index(const char *text, size_t length)
{
	size_t dots = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		dots += c == '.';
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '_' && c != '-' && c != '.')
			return false;
	}
	return length && dots < 2 && text[0] != '.' && text[length - 1] != '.';
}

static bool add_item(struct arena *arena, struct sru_facet_list *out, const char *index,
    size_t length, unsigned long number)
{
	if (out->nitems == SRU_FACETS_MAX || !is_index(index, length))
		return false;
	out->items[out->nitems++] =
	    (struct sru_facet_item){arena_strndup(arena, index, length), number};
	return true;
}

static bool read_entry(struct arena *arena, const char *text, size_t length, unsigned long least,
    struct sru_facet_list *out, bool is_first)
{
	const char *colon = memchr(text, ':', length);
	size_t digits = colon ? (size_t)(colon - text) : length;
	unsigned long number;

	if (!read_number(text, digits, least, &number))
		return false;
	if (colon)
		return add_item(arena, out, colon + 1, length - digits - 1, number);
	out->has_each = true;
	out->each = number;
	return is_first;
}

bool sru_facet_list_read(struct arena *arena, const char *index, const char *value,
    unsigned long least, struct sru_facet_list *out)
{
	unsigned long number;

	if (!out->given)
		out->items = arena_array(arena, SRU_FACETS_MAX, sizeof *out->items);
	out->given = true;
	if (index)
		return read_number(value, strlen(value), least, &number) &&
		       add_item(arena, out, index, strlen(index), number);
	for (const char *at = value;;) {
		size_t length = strcspn(at, ",");

		if (!read_entry(arena, at, length, least, out, at == value))
			return false;
		if (!at[length])
			return true;
		at += length + 1;
	}
}

bool sru_facet_count_read(
    struct arena *arena, const char *index, const char *value, struct sru_request *out)
{
	if (!*value || out->nfacet_counts == SRU_FACETS_MAX ||
	    (index && !is_index(index, strlen(index))))
		return false;
	if (!out->nfacet_counts)
		out->facet_counts = arena_array(arena, SRU_FACETS_MAX, sizeof *out->facet_counts);
	out->facet_counts[out->nfacet_counts++] = (struct sru_facet_count){index, value};
	return true;
}

/* Takes the next word of a list; which of the two it is. */
static bool read_choice(const char **at, const char *no, const char *yes, bool *out)
{
	size_t length = strcspn(*at, ",");

	if (strlen(no) == length && memcmp(*at, no, length) == 0)
		*out = false;
	else if (strlen(yes) == length && memcmp(*at, yes, length) == 0)
		*out = true;
	else
		return false;
	*at += length;
	return true;
}

bool sru_facet_sort_read(const char *value, bool *by_term, bool *descending, bool *case_sensitive)
{
	const char *at = value;

	*case_sensitive = false;
	if (!read_choice(&at, "recordCount", "alphanumeric", by_term))
		return false;
	*descending = !*by_term; /* the most frequent, or A, first */
	if (*at == ',') {
		at++;
		if (!read_choice(&at, "ascending", "descending", descending))
			return false;
	}
	if (*at == ',') {
		at++;
		if (!read_choice(&at, "caseInsensitive", "caseSensitive", case_sensitive))
			return false;
	}
	return !*at;
}
