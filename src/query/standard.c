#include "query/standard.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "query/isbn_ranges.h"

#define DIGITS_MAX 13

/* Length of a hyphen, a dash (U+2010 to U+2015) or a blank; 0 when none stands here. */
static size_t separator(const char *text)
{
	if (*text == '-' || *text == ' ')
		return 1;
	return strncmp(text, "\xE2\x80", 2) == 0 && (unsigned char)text[2] >= 0x90 &&
		       (unsigned char)text[2] <= 0x95
		   ? 3
		   : 0;
}

/* The digits, and X for a last one; 0 when there is anything else in it or there are too many. */
static size_t collect(const char *text, char digits[DIGITS_MAX + 1])
{
	size_t count = 0, skip;

	for (; *text; text += skip ? skip : 1) {
		bool tenth = *text == 'X' || *text == 'x';

		skip = separator(text);
		if (skip)
			continue;
		if (count == DIGITS_MAX || (count && digits[count - 1] == 'X') ||
		    (!tenth && (*text < '0' || *text > '9')))
			return 0;
		digits[count++] = tenth ? 'X' : *text;
	}
	digits[count] = '\0';
	return count;
}

/* ISO 2108, annex A: weights 1 and 3 in turn, modulo 10. */
static char check13(const char *digits)
{
	int sum = 0;

	for (int i = 0; i < 12; i++)
		sum += (digits[i] - '0') * (i % 2 ? 3 : 1);
	return (char)('0' + (10 - sum % 10) % 10);
}

/* The old ISBN's and the ISSN's (ISO 3297): weights from `count` down to 2, modulo 11. */
static char check11(const char *digits, size_t count)
{
	int sum = 0;

	for (size_t i = 0; i + 1 < count; i++)
		sum += (digits[i] - '0') * (int)(count - i);
	sum = (11 - sum % 11) % 11;
	return (char)(sum == 10 ? 'X' : '0' + sum);
}

static bool has_early_x(const char *digits, size_t count)
{
	return memchr(digits, 'X', count - 1) != NULL;
}

/* Length of the registrant at the beginning of `rest`, by its group's ranges; 0 when none fits. */
static size_t registrant(const char *ranges, const char *rest)
{
	for (const char *range = ranges;;) {
		size_t length = strcspn(range, "-");

		if (strncmp(rest, range, length) >= 0 &&
		    strncmp(rest, range + length + 1, length) <= 0)
			return length;
		range += 2 * length + 1; /* both ends and the hyphen */
		if (!*range)
			return 0;
		range++;
	}
}

/* Thirteen digits with the hyphens that stand on the book; NULL when their places are not known. */
static const char *hyphenate(struct arena *arena, const char *digits)
{
	for (size_t i = 0; i < sizeof isbn_ranges / sizeof *isbn_ranges; i++) {
		int group = (int)strlen(isbn_ranges[i].group), publisher;

		if (strncmp(digits, isbn_ranges[i].group, (size_t)group) != 0)
			continue;
		publisher = (int)registrant(isbn_ranges[i].ranges, digits + group);
		if (!publisher || group + publisher >= 12)
			return NULL;
		return arena_printf(arena, "%.3s-%.*s-%.*s-%.*s-%s", digits, group - 3, digits + 3,
		    publisher, digits + group, 12 - group - publisher, digits + group + publisher,
		    digits + 12);
	}
	return NULL;
}

static const char *to_thirteen(struct arena *arena, const char *ten)
{
	char *thirteen = arena_printf(arena, "978%.9s.", ten);

	thirteen[12] = check13(thirteen);
	return thirteen;
}

static const char *to_ten(struct arena *arena, const char *thirteen)
{
	char *ten = arena_strndup(arena, thirteen + 3, 10);

	ten[9] = check11(ten, 10);
	return ten;
}

/* Thirteen digits for a valid ISBN, NULL for anything else. */
static const char *read_isbn(struct arena *arena, const char *text)
{
	char digits[DIGITS_MAX + 1];
	size_t count = collect(text, digits);

	if ((count != 10 && count != 13) || has_early_x(digits, count))
		return NULL;
	if (count == 10)
		return digits[9] == check11(digits, 10) ? to_thirteen(arena, digits) : NULL;
	if ((strncmp(digits, "978", 3) != 0 && strncmp(digits, "979", 3) != 0) ||
	    digits[12] != check13(digits))
		return NULL;
	return arena_strdup(arena, digits);
}

size_t standard_isbn_forms(
    struct arena *arena, const char *text, const char *forms[STANDARD_FORMS_MAX])
{
	const char *thirteen = read_isbn(arena, text), *ten = NULL, *hyphens;
	size_t count = 0;

	if (!thirteen)
		return 0;
	forms[count++] = thirteen;
	if (thirteen[2] == '8')
		forms[count++] = ten = to_ten(arena, thirteen);
	hyphens = hyphenate(arena, thirteen);
	if (!hyphens)
		return count;
	forms[count++] = hyphens;
	if (ten)
		forms[count++] =
		    arena_printf(arena, "%.*s%c", (int)strlen(hyphens) - 5, hyphens + 4, ten[9]);
	return count;
}

size_t standard_issn_forms(
    struct arena *arena, const char *text, const char *forms[STANDARD_FORMS_MAX])
{
	char digits[DIGITS_MAX + 1];

	if (collect(text, digits) != 8 || has_early_x(digits, 8) || digits[7] != check11(digits, 8))
		return 0;
	forms[0] = arena_printf(arena, "%.4s-%s", digits, digits + 4);
	forms[1] = arena_strdup(arena, digits);
	return 2;
}
