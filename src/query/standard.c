#include "query/standard.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"

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

size_t standard_isbn_forms(
    struct arena *arena, const char *text, const char *forms[STANDARD_FORMS_MAX])
{
	char digits[DIGITS_MAX + 1];
	size_t count = collect(text, digits);
	char *ten, *thirteen;

	if ((count != 10 && count != 13) || has_early_x(digits, count))
		return 0;
	if (count == 10) {
		if (digits[9] != check11(digits, 10))
			return 0;
		thirteen = arena_printf(arena, "978%.9s.", digits);
		thirteen[12] = check13(thirteen);
		forms[0] = thirteen;
		forms[1] = arena_strdup(arena, digits);
		return 2;
	}
	if ((strncmp(digits, "978", 3) != 0 && strncmp(digits, "979", 3) != 0) ||
	    digits[12] != check13(digits))
		return 0;
	forms[0] = arena_strdup(arena, digits);
	if (digits[2] != '8')
		return 1;
	ten = arena_strndup(arena, digits + 3, 10);
	ten[9] = check11(ten, 10);
	forms[1] = ten;
	return 2;
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
