#include "query/sort_keys.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "query/names.h"

#define SORT_KEYS_BYTES_MAX 1024

enum { PATH, SCHEMA, ASCENDING, CASE, MISSING, PARTS };

struct key_reader {
	struct arena *arena;
	struct diag *diag;
	const char *parts[PARTS];
	struct query_modifier modifiers[3];
	size_t nmodifiers;
};

static void add_modifier(
    struct key_reader *r, const char *name, const char *comparison, const char *value)
{
	r->modifiers[r->nmodifiers++] = (struct query_modifier){NULL, name, comparison, value};
}

/* Cuts one key, up to a blank outside quotes, into its parts. Returns what follows, NULL when the
 * key is no key. */
static const char *split_key(struct key_reader *r, const char *text)
{
	size_t part = 0;
	bool quoted = false;
	char *out = arena_alloc(r->arena, strlen(text) + PARTS);

	for (size_t i = 0; i < PARTS; i++)
		r->parts[i] = "";
	r->parts[0] = out;
	for (; *text && (quoted || *text != ' '); text++) {
		if (*text == '"') {
			quoted = !quoted;
		} else if (*text == ',' && !quoted) {
			*out++ = '\0';
			if (++part == PARTS)
				return NULL;
			r->parts[part] = out;
		} else {
			if (*text == '\\' && text[1])
				text++;
			*out++ = *text;
		}
	}
	*out = '\0';
	return quoted || !*r->parts[PATH] ? NULL : text;
}

/* Record schemas of our own say nothing that an index does not: the path is then looked up by
 * itself. */
static bool find_set(const char *schema, const char **set)
{
	static const char *const plain[] = {"", "marcxml", "mods", "opacxml"};

	*set = "";
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (text_equal_ignoring_case(schema, plain[i]))
			return true;
	if (strncmp(schema, "info:srw/schema/1/", 18) == 0) {
		*set = strncmp(schema + 18, "dc-", 3) == 0 ? "dc" : "";
		return true;
	}
	*set = names_find_set(schema);
	return *set != NULL;
}

static bool read_path(struct key_reader *r, struct query_sort_key *key)
{
	const char *path = r->parts[PATH], *dot = strchr(path, '.'), *set;

	if (!find_set(r->parts[SCHEMA], &set))
		return diag_set(r->diag, DIAG_SORT_SCHEMA, "%s", r->parts[SCHEMA]);
	if (strpbrk(path, "/@[]:()"))
		return diag_set(r->diag, DIAG_SORT_PATH, "%s", path);
	/* A dot at either end parts nothing, as in CQL. */
	if (dot && dot != path && dot[1]) {
		const char *prefix = arena_strndup(r->arena, path, (size_t)(dot - path));

		set = names_find_set(prefix);
		if (!set)
			set = text_lower(r->arena, prefix);
		path = dot + 1;
	}
	names_resolve(r->arena, set, path, &key->set, &key->index);
	return true;
}

static bool read_ascending(struct key_reader *r)
{
	const char *value = r->parts[ASCENDING];

	if (strcmp(value, "0") == 0 || strcmp(value, "false") == 0)
		add_modifier(r, "descending", NULL, NULL);
	else if (*value && strcmp(value, "1") != 0 && strcmp(value, "true") != 0)
		return diag_set(r->diag, DIAG_SORT_DIRECTION, "%s", value);
	return true;
}

static bool read_case(struct key_reader *r)
{
	const char *value = r->parts[CASE];

	if (strcmp(value, "1") == 0 || strcmp(value, "true") == 0)
		add_modifier(r, "respectcase", NULL, NULL);
	else if (*value && strcmp(value, "0") != 0 && strcmp(value, "false") != 0)
		return diag_set(r->diag, DIAG_SORT_CASE, "%s", value);
	return true;
}

/* In the form of a term: backslashes doubled. */
static const char *escape(struct arena *arena, const char *text)
{
	char *escaped = arena_alloc(arena, 2 * strlen(text) + 1), *out = escaped;

	for (; *text; text++) {
		if (*text == '\\')
			*out++ = '\\';
		*out++ = *text;
	}
	return escaped;
}

static void read_missing(struct key_reader *r)
{
	const char *value = r->parts[MISSING];

	if (text_equal_ignoring_case(value, "highValue"))
		add_modifier(r, "missinghigh", NULL, NULL);
	else if (text_equal_ignoring_case(value, "lowValue"))
		add_modifier(r, "missinglow", NULL, NULL);
	else if (text_equal_ignoring_case(value, "abort"))
		add_modifier(r, "missingfail", NULL, NULL);
	else if (text_equal_ignoring_case(value, "omit"))
		add_modifier(r, "missingomit", NULL, NULL);
	else if (*value)
		add_modifier(r, "missingvalue", "=", escape(r->arena, value));
}

static bool is_clean(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7F)
			return false;
	return true;
}

bool sort_keys_parse(struct arena *arena, const char *text, struct question *out, struct diag *diag)
{
	struct query_sort_key *keys = arena_array(arena, QUERY_SORT_MAX, sizeof *keys);
	size_t n = 0;

	if (strlen(text) > SORT_KEYS_BYTES_MAX || !is_clean(text))
		return diag_set(diag, DIAG_SORT_SEQUENCE, "longer than %d bytes, or not text",
		    SORT_KEYS_BYTES_MAX);
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		struct key_reader r = {.arena = arena, .diag = diag};

		if (n == QUERY_SORT_MAX)
			return diag_set(diag, DIAG_SORT_KEYS_MANY, "at most %d", QUERY_SORT_MAX);
		text = split_key(&r, text);
		if (!text)
			return diag_set(diag, DIAG_SORT_SEQUENCE,
			    "key %zu is not path,schema,ascending,case,missing", n + 1);
		if (!read_path(&r, &keys[n]) || !read_ascending(&r) || !read_case(&r))
			return false;
		read_missing(&r);
		keys[n].modifiers = arena_memdup(arena, r.modifiers, sizeof r.modifiers);
		keys[n++].nmodifiers = r.nmodifiers;
	}
	out->sort = n ? keys : NULL;
	out->nsort = n;
	return true;
}
