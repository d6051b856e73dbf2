#include "base/text.h"

#include <string.h>

#include "base/arena.h"

size_t text_decode(const char *text, size_t length, uint32_t *character)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *)text;
	size_t size;
	uint32_t c;

	if (!length)
		return 0;
	if (s[0] < 0x80) {
		*character = s[0];
		return 1;
	}
	if (s[0] >= 0xC2 && s[0] <= 0xDF) {
		size = 2;
		c = s[0] & 0x1F;
	} else if (s[0] >= 0xE0 && s[0] <= 0xEF) {
		size = 3;
		c = s[0] & 0x0F;
	} else if (s[0] >= 0xF0 && s[0] <= 0xF4) {
		size = 4;
		c = s[0] & 0x07;
	} else {
		return 0;
	}
	if (size > length)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3F);
	}
	if (c < least[size] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*character = c;
	return size;
}

size_t text_encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c >= 0xD800 && c <= 0xDFFF)
		return 0;
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	if (c > 0x10FFFF)
		return 0;
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

/* Eight bytes at once, as long as none of them is below `least` or above 0x7F. */
size_t text_plain_length(const char *text, size_t length, unsigned char least)
{
	const uint64_t ones = 0x0101010101010101u, highs = ones << 7;
	size_t at = 0;

	for (uint64_t bytes; at + sizeof bytes <= length; at += sizeof bytes) {
		memcpy(&bytes, text + at, sizeof bytes);
		if ((bytes | (bytes - ones * least)) & highs)
			break;
	}
	while (at < length && (unsigned char)text[at] >= least && (unsigned char)text[at] < 0x80)
		at++;
	return at;
}

bool text_is_utf8(const char *text, size_t length)
{
	size_t at = 0;

	while ((at += text_plain_length(text + at, length - at, 0)) < length) {
		uint32_t c;
		size_t n = text_decode(text + at, length - at, &c);

		if (!n)
			return false;
		at += n;
	}
	return true;
}

bool text_is_ascii(const char *text, size_t length)
{
	return text_plain_length(text, length, 0) == length;
}

bool text_is_xml_char(uint32_t c)
{
	if (c < 0x20)
		return c == '\t' || c == '\n' || c == '\r';
	return c <= 0xD7FF || (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

char *text_xml_clean(struct arena *arena, const char *text, size_t length)
{
	char *clean = arena_alloc(arena, length * 3 + 1), *out = clean;

	while (length) {
		uint32_t c;
		size_t n = text_decode(text, length, &c);

		if (!n) {
			out += text_encode(0xFFFD, out);
			n = 1;
		} else if (text_is_xml_char(c)) {
			memcpy(out, text, n);
			out += n;
		}
		text += n;
		length -= n;
	}
	*out = '\0';
	return clean;
}

bool text_parse_number(const char *text, uint64_t max, uint64_t *out)
{
	uint64_t number = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;

		uint64_t digit = (uint64_t)(*text - '0');

		if (number > (UINT64_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	if (number > max)
		return false;
	*out = number;
	return true;
}

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : (unsigned char)c;
}

int text_compare_ignoring_case(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) - lower(*b);
}

bool text_equal_ignoring_case(const char *a, const char *b)
{
	return text_compare_ignoring_case(a, b) == 0;
}

char *text_lower(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text);

	for (char *p = copy; *p; p++)
		*p = (char)lower(*p);
	return copy;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

char *text_trim(struct arena *arena, const char *text, size_t length)
{
	while (length && is_blank(*text)) {
		text++;
		length--;
	}
	while (length && is_blank(text[length - 1]))
		length--;
	return arena_strndup(arena, text, length);
}

size_t text_cut(const char *text, size_t length, size_t max)
{
	size_t at = length < max ? length : max;
	size_t start = at;

	/* Step back over a character that would be cut in two; give up after four bytes. */
	while (start && at - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start && (unsigned char)text[start - 1] >= 0xC0) {
		uint32_t c;

		if (!text_decode(text + start - 1, at - (start - 1), &c))
			return start - 1;
	}
	return at;
}

size_t text_count_words(const char *text)
{
	size_t words = 0;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		words++;
		text += strcspn(text, " ");
	}
	return words;
}
