#include "query/octets.h"

#include <string.h>
#include <yaz/yaz-iconv.h>

#include "base/arena.h"
#include "base/text.h"

#define UNIT_MAX 64 /* bytes of one character and the marks over it, in any set */

/* Converts and brings the state back to its beginning, as MARC-8's escapes need. */
static bool convert(
    yaz_iconv_t cd, const char *text, size_t length, char *out, size_t room, size_t *used)
{
	char *in = (char *)text, *to = out;
	size_t left = room;
	bool ok = yaz_iconv(cd, &in, &length, &to, &left) != (size_t)-1;

	ok &= yaz_iconv(cd, NULL, NULL, &to, &left) != (size_t)-1;
	*used = room - left;
	return ok;
}

/* Bytes of the combining marks (U+0300 to U+036F) that follow. */
static size_t marks_length(const char *text, size_t length)
{
	size_t at = 0, bytes;
	uint32_t c;

	while ((bytes = text_decode(text + at, length - at, &c)) && c >= 0x300 && c <= 0x36F)
		at += bytes;
	return at;
}

/* YAZ's own encoders (ISO 8859-1, MARC-8) pass over what they cannot write and report success: so
 * each character is tried alone, and its marks must make a difference. */
static bool has_all(yaz_iconv_t cd, const char *text, size_t length)
{
	char whole[UNIT_MAX], base[UNIT_MAX];
	size_t used, base_used, bytes, marks;
	uint32_t c;

	while (length) {
		bytes = text_decode(text, length, &c);
		if (!bytes || !convert(cd, text, bytes, base, sizeof base, &base_used) ||
		    !base_used)
			return false;
		marks = marks_length(text + bytes, length - bytes);
		if (marks && (!convert(cd, text, bytes + marks, whole, sizeof whole, &used) ||
				 (used == base_used && memcmp(whole, base, used) == 0)))
			return false;
		text += bytes + marks;
		length -= bytes + marks;
	}
	return true;
}

bool octets_encode(struct arena *arena, const char *term, const char *charset, Odr_oct *out)
{
	size_t length = strlen(term), room = 4 * length + UNIT_MAX, used = 0;
	yaz_iconv_t cd;
	bool ok;

	out->buf = arena_strdup(arena, term);
	out->len = (int)length;
	if (!charset || text_is_ascii(term, length) || text_equal_ignoring_case(charset, "utf-8"))
		return true;
	cd = yaz_iconv_open(charset, "utf-8");
	if (!cd)
		return false;
	out->buf = arena_alloc(arena, room + 1);
	ok = has_all(cd, term, length) && convert(cd, term, length, out->buf, room, &used);
	yaz_iconv_close(cd);
	out->len = (int)used;
	return ok;
}
