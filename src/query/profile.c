#include "query/profile.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaz/oid_db.h>

#include "base/arena.h"
#include "base/text.h"
#include "query/names.h"
#include "query/profiles.h"

#define LINES_MAX 4000

struct entry {
	const char *key; /* as written; compared without case */
	const char *value;
	int line;
};

struct profile {
	const char *name;
	struct entry *entries; /* sorted by key */
	size_t count;
};

struct reader {
	struct arena *arena;
	struct profile *profile;
	size_t room;
	int line;
	bool failed;
	void (*complain)(void *arg, int line, const char *message);
	void *arg;
};

static void complain(struct reader *r, int line, const char *what, const char *problem)
{
	r->failed = true;
	if (r->complain)
		r->complain(r->arg, line, arena_printf(r->arena, "%s %s", what, problem));
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = text_compare_ignoring_case(x->key, y->key);

	return order ? order : (x->line > y->line) - (x->line < y->line);
}

static void add_entry(struct reader *r, const char *key, const char *value, int line)
{
	struct profile *profile = r->profile;

	profile->entries = arena_grow(
	    r->arena, profile->entries, profile->count, &r->room, sizeof *profile->entries);
	profile->entries[profile->count++] = (struct entry){key, value, line};
}

/* type=value, where the value is a number, a name (Zebra's own indexes) or `*`. */
static bool is_attribute(const char *word)
{
	size_t digits = strspn(word, "0123456789");

	return digits > 0 && digits < 4 && word[digits] == '=' && word[digits + 1];
}

static bool is_attribute_set(struct arena *arena, const char *word)
{
	return yaz_string_to_oid_nmem(yaz_oid_std(), CLASS_ATTSET, word, arena_nmem(arena)) != NULL;
}

/* [set] type=value … */
static bool is_attribute_list(struct arena *arena, const char *value)
{
	char *save, *text = arena_strdup(arena, value);
	bool set_waits = false;

	for (char *word = strtok_r(text, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		bool attribute = is_attribute(word);

		if (!attribute && (set_waits || !is_attribute_set(arena, word)))
			return false;
		set_waits = !attribute;
	}
	return !set_waits;
}

static bool is_one_of(const char *value, const char *const words[])
{
	for (; *words; words++)
		if (strcmp(value, *words) == 0)
			return true;
	return false;
}

static bool has_head(const char *key, const char *head)
{
	return strncasecmp(key, head, strlen(head)) == 0 && key[strlen(head)];
}

/* What is wrong with a line, NULL when nothing is. */
static const char *judge(struct arena *arena, const char *key, const char *value)
{
	static const char *const answers[] = {"yes", "no", NULL};
	static const char *const sorts[] = {"embedded", "cql", "no", NULL};
	static const char *const attributes[] = {"index.", "sort.", "relation.",
	    "relationModifier.", "position.", "structure.", "truncation.", NULL};

	if (strcasecmp(key, "set") == 0 || has_head(key, "set."))
		return *value ? NULL : "wants the URI of a context set";
	if (strcasecmp(key, "feature.sort") == 0)
		return is_one_of(value, sorts) ? NULL : "is embedded, cql or no";
	if (has_head(key, "cql."))
		return strchr(key + 4, '.') && *value && !strpbrk(value, " \t\"()=<>/\\")
			   ? NULL
			   : "wants the form cql.SET.NAME = NAME or PREFIX.NAME";
	if (has_head(key, "feature."))
		return is_one_of(value, answers) ? NULL : "is yes or no";
	if (has_head(key, "term."))
		return *value ? NULL : "wants a value";
	if ((strcasecmp(key, "relation.all") == 0 || strcasecmp(key, "relation.any") == 0) &&
	    strcmp(value, "list") == 0)
		return NULL;
	if (strcasecmp(key, "always") == 0)
		return is_attribute_list(arena, value) ? NULL : "wants type=value pairs";
	for (size_t i = 0; attributes[i]; i++) {
		if (!has_head(key, attributes[i]))
			continue;
		if (i < 2 && (!strchr(strchr(key, '.') + 1, '.') || !*value))
			return arena_printf(
			    arena, "wants the form %sSET.NAME = type=value", attributes[i]);
		return is_attribute_list(arena, value) ? NULL : "wants type=value pairs";
	}
	return "is not a key of a profile";
}

/* A comment starts with # at the line's start or after a blank. */
static size_t line_length(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t'))
			return i;
	return length;
}

static void read_line(struct reader *r, const char *line, size_t length)
{
	char *text = text_trim(r->arena, line, line_length(line, length));
	size_t end = strcspn(text, " \t=");
	const char *equals, *problem;
	char *key, *value;

	if (!*text)
		return;
	equals = text + end + strspn(text + end, " \t");
	if (!end || *equals != '=') {
		complain(r, r->line, text, "is not of the form key = value");
		return;
	}
	key = arena_strndup(r->arena, text, end);
	value = text_trim(r->arena, equals + 1, strlen(equals + 1));
	problem = judge(r->arena, key, value);
	if (problem)
		complain(r, r->line, key, problem);
	else
		add_entry(r, key, value, r->line);
}

static void read_lines(struct reader *r, const char *text)
{
	while (*text && r->line < LINES_MAX) {
		size_t length = strcspn(text, "\n");

		r->line++;
		if (text_is_utf8(text, length))
			read_line(r, text, length);
		else
			complain(r, r->line, "the line", "is not UTF-8");
		text += length + (text[length] == '\n');
	}
	if (*text)
		complain(r, r->line, "the profile", "has more than 4000 lines");
}

static struct entry *find_entry(const struct profile *profile, const char *key)
{
	struct entry wanted = {.key = key};
	size_t low = 0, high = profile->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = text_compare_ignoring_case(profile->entries[middle].key, wanted.key);

		if (order == 0)
			return &profile->entries[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void sort_entries(struct profile *profile)
{
	if (profile->count)
		qsort(profile->entries, profile->count, sizeof *profile->entries, compare_entries);
}

static void refuse_repeats(struct reader *r)
{
	struct profile *profile = r->profile;

	for (size_t i = 1; i < profile->count; i++)
		if (text_equal_ignoring_case(profile->entries[i - 1].key, profile->entries[i].key))
			complain(r, profile->entries[i].line, profile->entries[i].key,
			    "stands here a second time");
}

/* Cuts "index.SET.NAME" apart; false for other keys. */
static bool split_index_key(
    struct arena *arena, const char *key, const char **set, const char **name)
{
	const char *dot;

	if (!has_head(key, "index."))
		return false;
	dot = strchr(key + 6, '.');
	*set = arena_strndup(arena, key + 6, (size_t)(dot - key - 6));
	*name = dot + 1;
	return true;
}

/* Files written for YAZ use names for which we have others (rec.id, dc.author): queries bring ours,
 * so that an index is entered under that, too, unless the file has it itself. */
static void add_canonical(struct reader *r)
{
	struct profile *profile = r->profile;
	size_t count = profile->count;

	for (size_t i = 0; i < count; i++) {
		struct entry entry = profile->entries[i];
		const char *set, *name, *known;
		const char *key;

		if (!split_index_key(r->arena, entry.key, &set, &name) || strcmp(name, "*") == 0)
			continue;
		known = names_find_set(set);
		if (!names_resolve(r->arena, known ? known : set, name, &set, &name))
			continue;
		key = arena_printf(r->arena, "index.%s.%s", set, name);
		if (!find_entry(
			&(struct profile){.entries = profile->entries, .count = count}, key))
			add_entry(r, key, entry.value, entry.line);
	}
}

/* Several names of a file may stand for one of ours: the first line counts. */
static void drop_repeats(struct profile *profile)
{
	size_t kept = 0;

	for (size_t i = 0; i < profile->count; i++)
		if (!kept || !text_equal_ignoring_case(
				 profile->entries[kept - 1].key, profile->entries[i].key))
			profile->entries[kept++] = profile->entries[i];
	profile->count = kept;
}

struct profile *profile_parse(struct arena *arena, const char *name, const char *text,
    void (*complain_fn)(void *arg, int line, const char *message), void *arg)
{
	struct reader r = {.arena = arena, .complain = complain_fn, .arg = arg};

	r.profile = arena_alloc(arena, sizeof *r.profile);
	r.profile->name = arena_strdup(arena, name);
	read_lines(&r, text);
	sort_entries(r.profile);
	refuse_repeats(&r);
	if (r.failed)
		return NULL;
	add_canonical(&r);
	sort_entries(r.profile);
	drop_repeats(r.profile);
	return r.profile;
}

const char *profile_builtin(const char *name)
{
	for (size_t i = 0; profiles_builtin[i].name; i++)
		if (text_equal_ignoring_case(profiles_builtin[i].name, name))
			return profiles_builtin[i].text;
	return NULL;
}

const char *profile_builtin_name(size_t number)
{
	for (size_t i = 0; profiles_builtin[i].name; i++)
		if (i == number)
			return profiles_builtin[i].name;
	return NULL;
}

const char *profile_name(const struct profile *profile)
{
	return profile->name;
}

const char *profile_find(const struct profile *profile, const char *key)
{
	struct entry *entry = find_entry(profile, key);

	return entry ? entry->value : NULL;
}

const char *profile_find_index(
    const struct profile *profile, struct arena *arena, const char *set, const char *index)
{
	const char *value = profile_find(profile, arena_printf(arena, "index.%s.%s", set, index));

	/* A set known by its URI only: the profile may have given that URI a prefix. */
	for (size_t i = 0; !value && strchr(set, ':') && i < profile->count; i++) {
		const struct entry *entry = &profile->entries[i];

		if (!has_head(entry->key, "set.") || !text_equal_ignoring_case(entry->value, set))
			continue;
		set = entry->key + 4;
		value = profile_find(profile, arena_printf(arena, "index.%s.%s", set, index));
	}
	return value ? value : profile_find(profile, arena_printf(arena, "index.%s.*", set));
}

bool profile_knows_set(const struct profile *profile, const char *set)
{
	if (names_find_set(set))
		return true;
	for (size_t i = 0; i < profile->count; i++) {
		const char *key = profile->entries[i].key;
		size_t length = strlen(set);

		if (has_head(key, "set.") &&
		    (text_equal_ignoring_case(key + 4, set) ||
			text_equal_ignoring_case(profile->entries[i].value, set)))
			return true;
		if (has_head(key, "index.") && strncasecmp(key + 6, set, length) == 0 &&
		    key[6 + length] == '.')
			return true;
	}
	return false;
}

void profile_each_index(const struct profile *profile,
    void (*fn)(void *arg, const char *set, const char *index), void *arg)
{
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < profile->count; i++) {
		const char *set, *name, *canonical_set, *canonical_name, *known;

		if (!split_index_key(arena, profile->entries[i].key, &set, &name) ||
		    strcmp(name, "*") == 0)
			continue;
		known = names_find_set(set);
		names_resolve(arena, known ? known : set, name, &canonical_set, &canonical_name);
		if (text_equal_ignoring_case(set, canonical_set) &&
		    text_equal_ignoring_case(name, canonical_name))
			fn(arg, canonical_set, canonical_name);
	}
	arena_destroy(arena);
}
