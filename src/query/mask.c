#include "query/mask.h"

#include <string.h>

#include "base/arena.h"

/* Is the last character live, that is, not behind a backslash that is live itself? */
static bool ends_live(const char *text, size_t length, char c)
{
	size_t backslashes = 0;

	if (!length || text[length - 1] != c)
		return false;
	while (backslashes + 1 < length && text[length - 2 - backslashes] == '\\')
		backslashes++;
	return backslashes % 2 == 0;
}

static void trim(const char **text, size_t *length)
{
	while (*length && **text == ' ')
		++*text, --*length;
	while (*length && (*text)[*length - 1] == ' ')
		--*length;
}

static void look_inside(struct mask *mask)
{
	for (const char *p = mask->body; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '*' || *p == '?')
			mask->inner = true;
		else if (*p == '^')
			mask->misplaced = true;
	}
}

void mask_read(struct arena *arena, const char *term, struct mask *out)
{
	const char *whole = term;
	size_t length = strlen(term), rest;

	*out = (struct mask){0};
	trim(&whole, &length);
	if (length && *whole == '^') {
		out->first = true;
		whole++;
		length--;
	}
	if (ends_live(whole, length, '^')) {
		out->last = true;
		length--;
	}
	trim(&whole, &length);
	term = whole;
	rest = length;
	while (rest && *term == '*') {
		out->left = true;
		term++;
		rest--;
	}
	while (ends_live(term, rest, '*')) {
		out->right = true;
		rest--;
	}
	out->body = arena_strndup(arena, term, rest);
	look_inside(out);
	if (out->inner)
		out->body = arena_strndup(arena, whole, length);
}

/* Writes `any` for *, `one` for ?, and a backslash before literal characters of `special`. */
static char *rewrite(
    struct arena *arena, const char *term, const char *any, const char *one, const char *special)
{
	char *text = arena_alloc(arena, 2 * strlen(term) + 1), *out = text;

	for (const char *p = term; *p; p++) {
		const char *mask = *p == '*' ? any : *p == '?' ? one : NULL;

		if (mask) {
			memcpy(out, mask, strlen(mask));
			out += strlen(mask);
			continue;
		}
		if (*p == '\\' && p[1])
			p++;
		if (strchr(special, *p))
			*out++ = '\\';
		*out++ = *p;
	}
	return text;
}

char *mask_to_z3958(struct arena *arena, const char *term)
{
	return rewrite(arena, term, "?", "#", "?#\\");
}

char *mask_to_regexp(struct arena *arena, const char *term)
{
	return rewrite(arena, term, ".*", ".", "\\.*+?|()[]{}^$!");
}
