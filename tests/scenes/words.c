#include "scenes/words.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* {60 text}: *at stands behind the brace and is moved behind the other one. */
static void put_repeated(FILE *out, const char **at)
{
	char *text;
	unsigned long times = strtoul(*at, &text, 10);
	const char *end = strchr(text, '}');

	if (!end) {
		fputc('{', out);
		return;
	}
	if (*text == ' ')
		text++;
	while (times--)
		fwrite(text, 1, (size_t)(end - text), out);
	*at = end + 1;
}

static char *next_word(const char **at)
{
	bool quoted = false;
	char *word = NULL;
	size_t size;
	FILE *out;

	while (**at == ' ' || **at == '\t')
		++*at;
	if (!**at)
		return NULL;
	out = open_memstream(&word, &size);
	if (!out)
		abort();
	while (**at && (quoted || (**at != ' ' && **at != '\t'))) {
		char c = *(*at)++;

		if (c == '"')
			quoted = !quoted;
		else if (c == '\\' && **at == '"')
			fputc(*(*at)++, out);
		else if (c == '{' && **at >= '0' && **at <= '9')
			put_repeated(out, at);
		else
			fputc(c, out);
	}
	fclose(out);
	return word;
}

void words_split(struct words *words, const char *text)
{
	char *word;

	*words = (struct words){0};
	while ((word = next_word(&text))) {
		words->list = realloc(words->list, (words->count + 2) * sizeof(char *));
		if (!words->list)
			abort();
		words->list[words->count++] = word;
		words->list[words->count] = NULL;
	}
}

void words_clear(struct words *words)
{
	for (unsigned i = 0; i < words->count; i++)
		free(words->list[i]);
	free(words->list);
	*words = (struct words){0};
}

bool number_read(const char *word, long long *out)
{
	char *end;
	msec_t ms;

	*out = strtoll(word, &end, 10);
	if (end != word && !*end)
		return true;
	if (!duration_parse(word, &ms))
		return false;
	*out = ms;
	return true;
}

bool range_read(const char *word, struct range *out)
{
	const char *dots = strstr(word, "..");
	char first[64];

	if (!dots) {
		if (!number_read(word, &out->from))
			return false;
		out->to = out->from;
		return true;
	}
	if ((size_t)(dots - word) >= sizeof first)
		return false;
	memcpy(first, word, (size_t)(dots - word));
	first[dots - word] = '\0';
	out->from = LLONG_MIN;
	out->to = LLONG_MAX;
	return (!*first || number_read(first, &out->from)) &&
	       (!dots[2] || number_read(dots + 2, &out->to));
}

bool range_holds(const struct range *range, long long value)
{
	return value >= range->from && value <= range->to;
}

const char *range_print(const struct range *range, char out[64])
{
	if (range->from == range->to)
		snprintf(out, 64, "%lld", range->from);
	else if (range->from == LLONG_MIN)
		snprintf(out, 64, "at most %lld", range->to);
	else if (range->to == LLONG_MAX)
		snprintf(out, 64, "at least %lld", range->from);
	else
		snprintf(out, 64, "%lld to %lld", range->from, range->to);
	return out;
}
