#include "protocol/sru_form.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Decodes %XX and "+" into `out` (at least `length` + 1 bytes); NULL or what is wrong. */
static const char *decode(const char *text, size_t length, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = i + 2 < length ? hex(text[i + 1]) : -1;
			int low = i + 2 < length ? hex(text[i + 2]) : -1;

			if (high < 0 || low < 0)
				return "incomplete % escape";
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (!c)
			return "character NUL";
		out[n++] = c;
	}
	out[n] = '\0';
	return text_is_utf8(out, n) ? NULL : "not UTF-8";
}

static void read_part(struct arena *arena, const char *text, size_t length, const char *otherwise,
    const char **out, const char **fault)
{
	char *decoded = arena_alloc(arena, length + 1);
	const char *wrong = decode(text, length, decoded);

	*out = wrong ? otherwise : decoded;
	if (wrong && !*fault)
		*fault = wrong;
}

static void read_pair(struct arena *arena, const char *text, size_t length, struct sru_pair *pair)
{
	const char *equals = memchr(text, '=', length);
	size_t name = equals ? (size_t)(equals - text) : length;
	const char *raw = text_xml_clean(arena, text, name);

	read_part(arena, text, name, raw, &pair->name, &pair->fault);
	if (equals)
		read_part(arena, equals + 1, length - name - 1, "", &pair->value, &pair->fault);
	else
		pair->value = "";
}

size_t sru_form_split(
    struct arena *arena, const char *encoded, size_t length, const struct sru_pair **out)
{
	struct sru_pair *pairs = arena_array(arena, SRU_FORM_PAIRS_MAX + 1, sizeof *pairs);
	const char *end = encoded + length;
	size_t count = 0;

	*out = pairs;
	while (length && encoded < end && count <= SRU_FORM_PAIRS_MAX) {
		const char *stop = memchr(encoded, '&', (size_t)(end - encoded));
		size_t size = (size_t)((stop ? stop : end) - encoded);

		if (size)
			read_pair(arena, encoded, size, &pairs[count++]);
		encoded += size + 1;
	}
	return count;
}

static bool is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~", c));
}

char *sru_form_escape(char *out, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (is_unreserved(c)) {
			*out++ = (char)c;
			continue;
		}
		*out++ = '%';
		*out++ = digits[c >> 4];
		*out++ = digits[c & 15];
	}
	*out = '\0';
	return out;
}
