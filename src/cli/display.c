#include "cli/display.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <unicode/uchar.h>

#include "base/arena.h"
#include "base/text.h"

/* Columns of one character: what Unicode's UAX 11 and general categories say. */
static size_t character_width(uint32_t c)
{
	UChar32 character = (UChar32)c;
	int kind = u_charType(character);
	int breadth;

	if (c == 0xAD) /* soft hyphen: terminals show it */
		return 1;
	if (kind == U_NON_SPACING_MARK || kind == U_ENCLOSING_MARK || kind == U_FORMAT_CHAR ||
	    kind == U_CONTROL_CHAR)
		return 0;
	if (c >= 0x1160 && c <= 0x11FF) /* Hangul vowels and finals join the initial */
		return 0;
	breadth = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
	return breadth == U_EA_WIDE || breadth == U_EA_FULLWIDTH ? 2 : 1;
}

/* Decodes one character; what is not UTF-8 counts as one U+FFFD a byte. */
static size_t next_character(const char *text, size_t length, uint32_t *character)
{
	size_t n = text_decode(text, length, character);

	if (n)
		return n;
	*character = 0xFFFD;
	return 1;
}

size_t display_width(const char *text)
{
	size_t length = strlen(text), width = 0;
	uint32_t character;

	for (size_t i = 0; i < length; i += next_character(text + i, length - i, &character)) {
		next_character(text + i, length - i, &character);
		width += character_width(character);
	}
	return width;
}

/* Embeddings, overrides and isolates reach beyond the text they came with (UAX 9). */
static bool is_direction(uint32_t c)
{
	return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_blank(uint32_t c)
{
	return u_charType((UChar32)c) == U_CONTROL_CHAR || c == ' ' || c == 0x2028 || c == 0x2029;
}

char *display_clean(struct arena *arena, const char *text)
{
	size_t length = strlen(text), n = 0;
	char *out = arena_alloc(arena, length * 3 + 1);
	uint32_t character;
	bool blank = false;

	for (size_t i = 0, used; i < length; i += used) {
		used = next_character(text + i, length - i, &character);
		if (is_direction(character))
			continue;
		if (is_blank(character)) {
			blank = true;
			continue;
		}
		if (blank && n)
			out[n++] = ' ';
		blank = false;
		n += text_encode(character, out + n);
	}
	out[n] = '\0';
	return out;
}

/* Bytes of `text` that fit into `width` columns, with the marks that belong to the last character.
 */
static size_t fitting(const char *text, size_t width)
{
	size_t length = strlen(text), i = 0, used;
	uint32_t character;

	for (; i < length; i += used) {
		size_t columns;

		used = next_character(text + i, length - i, &character);
		columns = character_width(character);
		if (columns > width)
			break;
		width -= columns;
	}
	return i;
}

char *display_cut(struct arena *arena, const char *text, size_t width)
{
	size_t kept;

	if (display_width(text) <= width)
		return arena_strdup(arena, text);
	if (!width)
		return arena_strdup(arena, "");
	kept = fitting(text, width - 1);
	while (kept && text[kept - 1] == ' ')
		kept--;
	return arena_printf(arena, "%.*s\xE2\x80\xA6", (int)kept, text);
}

static size_t count_items(const char *text)
{
	size_t count = 1;

	while ((text = strstr(text, ", "))) {
		text += 2;
		count++;
	}
	return count;
}

char *display_cut_list(struct arena *arena, const char *text, size_t width)
{
	const char *best = NULL;
	size_t items = count_items(text), shown = 0, best_shown = 0;

	if (display_width(text) <= width)
		return arena_strdup(arena, text);
	for (const char *comma = text; (comma = strstr(comma, ", ")); comma += 2) {
		char rest[32];
		char *head = arena_strndup(arena, text, (size_t)(comma - text));

		shown++;
		snprintf(rest, sizeof rest, ", +%zu", items - shown);
		if (display_width(head) + strlen(rest) > width)
			break;
		best = comma;
		best_shown = shown;
	}
	if (!best)
		return display_cut(arena, text, width);
	return arena_printf(arena, "%.*s, +%zu", (int)(best - text), text, items - best_shown);
}
