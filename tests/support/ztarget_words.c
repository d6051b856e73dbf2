/* The words of a script's lines. */
#include "tests/support/ztarget_parts.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *const phase_names[] = {[PHASE_CONNECT] = "connect",
    [PHASE_INIT] = "init",
    [PHASE_SEARCH] = "search",
    [PHASE_PRESENT] = "present",
    [PHASE_DELETE] = "delete",
    [PHASE_SCAN] = "scan",
    [PHASE_CLOSE] = "close",
    [PHASE_GARBAGE] = "garbage",
    [PHASE_SEGMENT] = "segment",
    [PHASE_ANY] = "any"};

enum phase phase_named(const char *word)
{
	for (int i = 0; i <= PHASE_ANY; i++)
		if (phase_names[i] && !strcmp(word, phase_names[i]))
			return (enum phase)i;
	return PHASE_NONE;
}

bool script_next_word(const char **text, char word[TEXT_ROOM])
{
	size_t used = 0;

	while (**text == ' ' || **text == '\t')
		(*text)++;
	while (**text && **text != ' ' && **text != '\t') {
		if (used < TEXT_ROOM - 1)
			word[used++] = **text;
		(*text)++;
	}
	word[used] = '\0';
	return used > 0;
}

void script_rest_of(const char *text, char out[TEXT_ROOM])
{
	size_t length;

	while (*text == ' ' || *text == '\t')
		text++;
	length = strlen(text);
	if (length >= TEXT_ROOM)
		length = TEXT_ROOM - 1;
	memcpy(out, text, length);
	while (length && (out[length - 1] == ' ' || out[length - 1] == '\t'))
		length--;
	out[length] = '\0';
}

bool script_read_number(const char *word, long long *out)
{
	char *end;

	*out = strtoll(word, &end, 10);
	return end != word && !*end;
}

bool script_next_number(const char **text, long long *out)
{
	char word[TEXT_ROOM];

	return script_next_word(text, word) && script_read_number(word, out);
}

bool script_next_is(const char **text, const char *expected)
{
	char word[TEXT_ROOM];

	return script_next_word(text, word) && !strcmp(word, expected);
}

bool script_read_range(const char *word, struct range *out)
{
	char *end;
	unsigned long from = strtoul(word, &end, 10);

	if (end == word || !from)
		return false;
	out->from = out->to = (unsigned)from;
	if (!strcmp(end, "+")) {
		out->to = UINT_MAX;
		return true;
	}
	if (*end == '-') {
		word = end + 1;
		out->to = (unsigned)strtoul(word, &end, 10);
		return end != word && !*end && out->to >= out->from;
	}
	return !*end;
}

bool script_in_range(const struct range *range, unsigned number)
{
	return number >= range->from && number <= range->to;
}
