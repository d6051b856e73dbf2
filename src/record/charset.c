#include "record/charset.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <yaz/yaz-iconv.h>

#include "base/arena.h"
#include "base/text.h"

#define ESC '\x1B'
#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define MARKS_MAX 8		   /* combining marks before one base character */

#define CHARSETS (CHARSET_ISO5426 + 1)

static const struct {
	const char *name;
	const char *yaz; /* NULL: decoded here */
	const char *aliases[5];
} charsets[CHARSETS] = {
    [CHARSET_AUTO] = {"auto", "marc-8", {NULL}},
    [CHARSET_UTF8] = {"utf-8", NULL, {"utf8", "unicode", NULL}},
    [CHARSET_MARC8] = {"marc-8", "marc-8", {"marc8", "ansel", NULL}},
    [CHARSET_LATIN1] = {"iso-8859-1", NULL, {"iso8859-1", "latin1", "latin-1", "iso_8859-1", NULL}},
    [CHARSET_ISO5426] = {"iso5426", "iso5426", {"iso-5426", NULL}},
};

/* Windows-1252 for 0x80–0x9F: what "ISO 8859-1" data holds there in practice. 0: no character. */
static const uint16_t windows_1252[32] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};

struct charset_converter {
	yaz_iconv_t handles[CHARSETS];
	char *out; /* the text under way; as long as three times the source needs */
	size_t used, room;
	UChar *wide; /* the same for normalising, two halves */
	size_t wide_room;
};

bool charset_parse(const char *name, enum charset *out)
{
	for (int i = 0; i < CHARSETS; i++) {
		bool found = text_equal_ignoring_case(name, charsets[i].name);

		for (const char *const *alias = charsets[i].aliases; !found && *alias; alias++)
			found = text_equal_ignoring_case(name, *alias);
		if (found) {
			*out = (enum charset)i;
			return true;
		}
	}
	return false;
}

const char *charset_name(enum charset charset)
{
	return charsets[charset].name;
}

struct charset_converter *charset_converter_create(void)
{
	struct charset_converter *converter = calloc(1, sizeof *converter);

	if (!converter)
		abort();
	return converter;
}

void charset_converter_destroy(struct charset_converter *converter)
{
	if (!converter)
		return;
	for (int i = 0; i < CHARSETS; i++)
		if (converter->handles[i])
			yaz_iconv_close(converter->handles[i]);
	free(converter->out);
	free(converter->wide);
	free(converter);
}

static void *grow(void *memory, size_t size)
{
	memory = realloc(memory, size);
	if (!memory)
		abort();
	return memory;
}

static yaz_iconv_t converter_handle(struct charset_converter *converter, enum charset from)
{
	if (!converter->handles[from])
		converter->handles[from] = yaz_iconv_open("utf-8", charsets[from].yaz);
	assert(converter->handles[from]);
	return converter->handles[from];
}

static void put(struct charset_converter *converter, const char *bytes, size_t length)
{
	assert(converter->used + length <= converter->room);
	memcpy(converter->out + converter->used, bytes, length);
	converter->used += length;
}

/* ---- what the bytes themselves say ---- */

struct evidence {
	size_t sequences; /* well-formed multi-byte sequences */
	size_t bad;	  /* bytes that are not UTF-8 */
	bool escapes;	  /* a MARC-8 escape sequence is there */
	bool controls;	  /* something that XML forbids is there */
};

/* Length of the MARC-8 escape sequence at `text` (MARC 21 Specifications, character sets,
 * "Technique 1 and 2"); 0 when ESC is a stray. Sets the sets that use three bytes a character. */
static size_t escape_length(const char *text, size_t length, bool wide[2], int *which)
{
	size_t at = 1;
	bool multi = false;
	int set = 0;

	if (length > 1 && memchr("bgps", text[1], 4)) {
		wide[0] = false;
		return 2;
	}
	if (at < length && text[at] == '$') {
		multi = true;
		at++;
	}
	if (at < length && memchr("(,)-", text[at], 4)) {
		set = text[at] == ')' || text[at] == '-';
		at++;
	} else if (!multi) {
		return 0;
	}
	if (at < length && text[at] == '!')
		at++;
	if (at >= length || !memchr(multi ? "1" : "BEN2345QS", text[at], multi ? 1 : 9))
		return 0;
	wide[set] = multi;
	*which = set;
	return at + 1;
}

static struct evidence examine(const char *text, size_t length)
{
	struct evidence seen = {0};
	bool wide[2];
	int set;

	for (size_t at = 0; at < length;) {
		uint32_t c;
		size_t n = text_decode(text + at, length - at, &c);

		if (!n) {
			seen.bad++;
			at++;
			continue;
		}
		seen.sequences += n > 1;
		if (c == ESC)
			seen.escapes |= escape_length(text + at, length - at, wide, &set) > 0;
		seen.controls |= !text_is_xml_char(c);
		at += n;
	}
	return seen;
}

/* ---- single character sets ---- */

/* UTF-8 with bad bytes among it. Some union catalogues put the one-byte non-sorting marks of
 * ISO 6630 into UTF-8 records: these keep their meaning. */
static void decode_damaged_utf8(
    struct charset_converter *converter, const char *text, size_t length)
{
	while (length) {
		uint32_t c;
		size_t n = text_decode(text, length, &c);
		unsigned char byte = (unsigned char)*text;

		if (n) {
			put(converter, text, n);
		} else if (byte == 0x98 || byte == 0x9C) {
			put(converter, "\xC2", 1);
			put(converter, text, 1);
			n = 1;
		} else {
			put(converter, REPLACEMENT, 3);
			n = 1;
		}
		text += n;
		length -= n;
	}
}

static void decode_latin1(struct charset_converter *converter, const char *text, size_t length)
{
	/* Both non-sorting marks there: ISO 6630, not Windows. */
	bool marks = memchr(text, 0x98, length) && memchr(text, 0x9C, length);

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];
		uint32_t c = byte;
		char bytes[4];

		if (byte >= 0x80 && byte <= 0x9F && !(marks && (byte == 0x98 || byte == 0x9C)))
			c = windows_1252[byte - 0x80] ? windows_1252[byte - 0x80] : 0xFFFD;
		put(converter, bytes, text_encode(c, bytes));
	}
}

/* ---- MARC-8 and ISO 5426, through YAZ ---- */

struct codes {
	enum charset from;
	bool wide[2];	   /* G0, G1 hold the East Asian set: three bytes a character */
	char escape[2][8]; /* what designated G0, G1 */
	size_t escape_length[2];
};

/* Bytes of the next code or escape sequence; a stray ESC is one byte. */
static size_t next_code(struct codes *codes, const char *text, size_t length, bool *escape)
{
	unsigned char byte = (unsigned char)*text;

	*escape = false;
	if (codes->from == CHARSET_ISO5426)
		return 1;
	if (byte == ESC) {
		int set = 0;
		size_t n = escape_length(text, length, codes->wide, &set);

		memcpy(codes->escape[set], text, n);
		codes->escape_length[set] = n;
		*escape = n > 0;
		return n ? n : 1;
	}
	if (byte <= 0x20 || (byte >= 0x7F && byte <= 0xA0) || !codes->wide[byte >= 0x80])
		return 1;
	return length < 3 ? length : 3;
}

/* ANSEL writes a mark over two letters in halves; the first became the whole, the second is
 * nothing. */
static bool is_second_half(const struct codes *codes, char c)
{
	unsigned char byte = (unsigned char)c;
	size_t length = codes->escape_length[1];

	return codes->from != CHARSET_ISO5426 && (byte == 0xEC || byte == 0xFB) &&
	       (!length || codes->escape[1][length - 1] == 'E');
}

static size_t count_characters(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xC0) != 0x80;
	return count;
}

/* Adds what YAZ makes of these bytes and forgets its state; on failure nothing is added. */
static bool feed(struct charset_converter *converter, enum charset from, const char *text,
    size_t length, bool *incomplete)
{
	yaz_iconv_t handle = converter_handle(converter, from);
	char *in = (char *)text, *out = converter->out + converter->used;
	size_t left = length, room = converter->room - converter->used;
	bool done = yaz_iconv(handle, &in, &left, &out, &room) != (size_t)-1;

	*incomplete = !done && yaz_iconv_error(handle) == YAZ_ICONV_EINVAL;
	yaz_iconv(handle, NULL, NULL, NULL, NULL);
	if (done)
		converter->used = (size_t)(out - converter->out);
	return done;
}

/* All at once. YAZ drops what its tables do not know without a word, so that the characters are
 * counted: false when some are missing. */
static bool decode_whole(
    struct charset_converter *converter, enum charset from, const char *text, size_t length)
{
	struct codes codes = {.from = from};
	size_t expected = 0;
	bool escape, incomplete;

	for (size_t at = 0; at < length;) {
		size_t n = next_code(&codes, text + at, length - at, &escape);

		if (text[at] == ESC && !escape)
			return false;
		expected += !escape && !is_second_half(&codes, text[at]);
		at += n;
	}
	if (feed(converter, from, text, length, &incomplete) &&
	    count_characters(converter->out, converter->used) == expected)
		return true;
	converter->used = 0;
	return false;
}

/* One character at a time, so that each byte without meaning shows. YAZ keeps half a state when
 * a combining mark comes without its base: each piece goes in anew, after the escapes in force. */
static void decode_piecewise(
    struct charset_converter *converter, enum charset from, const char *text, size_t length)
{
	struct codes codes = {.from = from};
	char piece[2 * sizeof codes.escape[0] + (MARKS_MAX + 1) * 3];
	char waiting[(MARKS_MAX + 1) * 3]; /* marks before their base */
	size_t nwaiting = 0, marks = 0;
	bool escape, incomplete;

	for (size_t at = 0, n; at < length; at += n) {
		size_t used = 0, before = converter->used;

		n = next_code(&codes, text + at, length - at, &escape);
		if (escape || (unsigned char)text[at] < 0x20 || is_second_half(&codes, text[at]))
			continue;
		memcpy(waiting + nwaiting, text + at, n);
		nwaiting += n;
		for (int set = 0; set < 2; used += codes.escape_length[set++])
			memcpy(piece + used, codes.escape[set], codes.escape_length[set]);
		memcpy(piece + used, waiting, nwaiting);
		if (!feed(converter, from, piece, used + nwaiting, &incomplete) && incomplete &&
		    ++marks <= MARKS_MAX)
			continue;
		if (converter->used == before)
			put(converter, REPLACEMENT, 3);
		nwaiting = marks = 0;
	}
	if (nwaiting)
		put(converter, REPLACEMENT, 3);
}

/* MARC-8 records carry what the set lacks as "&#x1EA1;" (MARC 21 Specifications, lossless
 * conversion). In place; the result is never longer. */
static void decode_references(struct charset_converter *converter)
{
	char *out = converter->out;
	size_t used = converter->used, to = 0;

	for (size_t at = 0; at < used;) {
		uint32_t c = 0;
		size_t n = 3, digits = 0;

		if (out[at] != '&' || used - at < 8 || memcmp(out + at, "&#x", 3) != 0) {
			out[to++] = out[at++];
			continue;
		}
		for (; digits < 6 && at + n < used; n++, digits++) {
			const char *hex = "0123456789ABCDEFabcdef",
				   *found = memchr(hex, out[at + n], 22);

			if (!found)
				break;
			c = c << 4 | (uint32_t)(found - hex - (found - hex > 15 ? 6 : 0));
		}
		if (digits < 4 || at + n >= used || out[at + n] != ';' || !text_is_xml_char(c)) {
			out[to++] = out[at++];
			continue;
		}
		to += text_encode(c, out + to);
		at += n + 1;
	}
	converter->used = to;
}

static bool has_marks(const char *text, size_t length)
{
	/* Combining marks begin at U+0300: lead byte 0xCC. */
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] >= 0xCC)
			return true;
	return false;
}

/* To NFC. On any trouble the text stays as it is, which is valid too. */
static void compose(struct charset_converter *converter)
{
	UErrorCode error = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&error);
	/* NFC grows UTF-16 at most threefold (UAX #15). */
	size_t need = converter->used * 4 + 4;
	int32_t length, composed;

	if (U_FAILURE(error) || !has_marks(converter->out, converter->used))
		return;
	if (converter->wide_room < need) {
		converter->wide = grow(converter->wide, need * sizeof *converter->wide);
		converter->wide_room = need;
	}

	UChar *to = converter->wide + converter->used + 1;

	u_strFromUTF8(converter->wide, (int32_t)converter->used + 1, &length, converter->out,
	    (int32_t)converter->used, &error);
	composed = unorm2_normalize(
	    nfc, converter->wide, length, to, (int32_t)converter->used * 3 + 1, &error);
	if (U_FAILURE(error))
		return;
	if (converter->room < (size_t)composed * 3 + 1) {
		converter->room = (size_t)composed * 3 + 1;
		converter->out = grow(converter->out, converter->room);
	}
	u_strToUTF8(converter->out, (int32_t)converter->room, &length, to, composed, &error);
	assert(U_SUCCESS(error));
	converter->used = (size_t)length;
}

static void decode_library_set(
    struct charset_converter *converter, enum charset from, const char *text, size_t length)
{
	if (!decode_whole(converter, from, text, length))
		decode_piecewise(converter, from, text, length);
	if (from == CHARSET_MARC8)
		decode_references(converter);
	compose(converter);
}

char *charset_to_utf8(struct charset_converter *converter, struct arena *arena, enum charset from,
    const char *text, size_t length)
{
	struct evidence seen = examine(text, length);
	bool utf8 = !seen.bad && (seen.sequences || !seen.escapes);

	if (from == CHARSET_AUTO || (!seen.bad && !utf8))
		from = CHARSET_MARC8;
	if (utf8 && !(from == CHARSET_MARC8 && !seen.sequences && memchr(text, '&', length)))
		return seen.controls ? text_xml_clean(arena, text, length)
				     : arena_strndup(arena, text, length);
	if (converter->room < length * 3 + 8) {
		converter->room = length * 3 + 8;
		converter->out = grow(converter->out, converter->room);
	}
	converter->used = 0;
	if (from == CHARSET_UTF8 || (seen.sequences && seen.bad <= seen.sequences))
		decode_damaged_utf8(converter, text, length);
	else if (from == CHARSET_LATIN1)
		decode_latin1(converter, text, length);
	else
		decode_library_set(converter, from, text, length);
	return text_xml_clean(arena, converter->out, converter->used);
}
