#include "query/unaccent.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include "base/arena.h"
#include "query/query.h"

/* Letters that have no decomposition in Unicode, and marks that stand for a sound. */
static const struct {
	UChar letter;
	const char *plain;
} letters[] = {
    {0xC6, "AE"},
    {0xD0, "D"},
    {0xD8, "O"},
    {0xDE, "Th"},
    {0xDF, "ss"},
    {0xE6, "ae"},
    {0xF0, "d"},
    {0xF8, "o"},
    {0xFE, "th"},
    {0x110, "D"},
    {0x111, "d"},
    {0x126, "H"},
    {0x127, "h"},
    {0x131, "i"},
    {0x141, "L"},
    {0x142, "l"},
    {0x152, "OE"},
    {0x153, "oe"},
    {0x166, "T"},
    {0x167, "t"},
    {0x2BB, "'"},
    {0x2BC, "'"},
    {0x2BE, "'"},
    {0x2BF, "'"},
    {0x2018, "'"},
    {0x2019, "'"},
};

/* Marks that may be left out: of Latin, Greek and Cyrillic, Hebrew points and Arabic vowels. Those
 * of other scripts are letters. */
static bool is_mark(UChar c)
{
	return (c >= 0x300 && c <= 0x36F) || (c >= 0x591 && c <= 0x5C7 && c != 0x5BE) ||
	       (c >= 0x64B && c <= 0x65F) || c == 0x670 || (c >= 0x1DC0 && c <= 0x1DFF) ||
	       (c >= 0xFE20 && c <= 0xFE2F);
}

static const char *plain_of(UChar c)
{
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (letters[i].letter == c)
			return letters[i].plain;
	return NULL;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* `out` has room for twice as many. */
static int32_t strip(const UChar *in, int32_t length, UChar *out)
{
	int32_t n = 0;

	for (int32_t i = 0; i < length; i++) {
		const char *plain = plain_of(in[i]);

		for (; plain && *plain; plain++)
			out[n++] = (UChar)*plain;
		if (!plain && !is_mark(in[i]))
			out[n++] = in[i];
	}
	return n;
}

const char *unaccent(struct arena *arena, const char *text)
{
	UErrorCode error = U_ZERO_ERROR;
	const UNormalizer2 *nfd = unorm2_getNFDInstance(&error),
			   *nfc = unorm2_getNFCInstance(&error);
	size_t room = strlen(text) * 4 + 8; /* NFD triples at most (Unicode, UAX 15) */
	UChar *a, *b;
	int32_t n;
	char *out;

	if (is_ascii(text) || room > INT32_MAX / 4)
		return text;
	a = arena_array(arena, room, sizeof *a);
	b = arena_array(arena, 2 * room, sizeof *b);
	u_strFromUTF8(a, (int32_t)room, &n, text, -1, &error);
	n = unorm2_normalize(nfd, a, n, b, (int32_t)room, &error);
	if (U_FAILURE(error))
		return text;
	memcpy(a, b, (size_t)n * sizeof *a);
	n = strip(a, n, b);
	a = arena_array(arena, 2 * room, sizeof *a);
	n = unorm2_normalize(nfc, b, n, a, (int32_t)(2 * room), &error);
	out = arena_alloc(arena, (size_t)n * 3 + 1);
	u_strToUTF8(out, n * 3 + 1, NULL, a, n, &error);
	return U_FAILURE(error) || strcmp(out, text) == 0 ? text : out;
}

const struct query *query_unaccent(struct arena *arena, const struct query *query)
{
	struct query *copy;

	if (query->type == QUERY_SET)
		return NULL;
	copy = arena_alloc(arena, sizeof *copy);
	*copy = *query;
	if (query->type == QUERY_TERM) {
		copy->term = unaccent(arena, query->term);
		/* A term that is nothing but marks stays. */
		return copy->term == query->term || !*copy->term ? NULL : copy;
	}

	const struct query *left = query_unaccent(arena, query->left);
	const struct query *right = query_unaccent(arena, query->right);

	if (left)
		copy->left = left;
	if (right)
		copy->right = right;
	return left || right ? copy : NULL;
}
