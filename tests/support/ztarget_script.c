/* The script's text into settings and rules. */
#include "tests/support/ztarget_parts.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <yaz/xmalloc.h>

static bool fail(char *error, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool fail(char *error, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, size, format, args);
	va_end(args);
	return false;
}

static bool read_yes(const char *text, bool *out)
{
	char word[TEXT_ROOM];

	if (!script_next_word(&text, word))
		return false;
	*out = !strcmp(word, "yes");
	return *out || !strcmp(word, "no");
}

/* True when `word` is a setting; *ok tells whether it reads well. */
static bool read_setting(
    struct ztarget_script *script, const char *word, const char *text, bool *ok)
{
	char value[TEXT_ROOM];
	long long number;

	*ok = true;
	script_rest_of(text, value);
	if (!strcmp(word, "name"))
		*ok = script_next_word(&text, script->name);
	else if (!strcmp(word, "title"))
		memcpy(script->title, value, sizeof value);
	else if (!strcmp(word, "hits"))
		*ok = script_next_number(&text, &script->hits);
	else if (!strcmp(word, "records"))
		*ok = load_records(script, value);
	else if (!strcmp(word, "works")) {
		*ok = script_next_number(&text, &number) && number > 0;
		script->works = (unsigned)number;
	} else if (!strcmp(word, "maps")) {
		*ok = script_next_number(&text, &number) && number > 0;
		script->maps = (unsigned)number;
	} else if (!strcmp(word, "named"))
		*ok = read_yes(text, &script->named);
	else if (!strcmp(word, "counts"))
		*ok = read_yes(text, &script->counts);
	else if (!strcmp(word, "terms"))
		*ok = read_terms(script, text);
	else if (!strcmp(word, "shelf")) {
		*ok = script_next_number(&text, &number) && number > 0 && number <= 100000;
		script->shelf = (unsigned)number;
	} else if (!strcmp(word, "word"))
		*ok = read_holding(script, text);
	else if (!strcmp(word, "restarts"))
		*ok = read_yes(text, &script->restarts);
	else if (!strcmp(word, "utf8"))
		*ok = read_yes(text, &script->utf8);
	else if (!strcmp(word, "sru"))
		*ok = read_yes(text, &script->sru);
	else if (!strcmp(word, "versions"))
		memcpy(script->versions, value, sizeof value);
	else if (!strcmp(word, "indexes"))
		memcpy(script->indexes, value, sizeof value);
	else if (!strcmp(word, "refuses"))
		memcpy(script->refuses, value, sizeof value);
	else if (!strcmp(word, "identified"))
		*ok = read_yes(text, &script->identified);
	else if (!strcmp(word, "schemas"))
		memcpy(script->schemas, value, sizeof value);
	else
		return false;
	return true;
}

static bool read_rule(
    struct ztarget_script *script, const char *word, const char *text, char *error, size_t size)
{
	static const struct range all = {0, UINT_MAX};
	struct rule rule = {.connection = all, .nth = all};
	struct behaviour trial;
	char next[TEXT_ROOM], bad[TEXT_ROOM];
	const char *rest;

	snprintf(next, sizeof next, "%s", word);
	if (!strcmp(next, "connection")) {
		if (!script_next_word(&text, next) || !script_read_range(next, &rule.connection) ||
		    !script_next_word(&text, next))
			return fail(error, size, "`connection N PHASE` expected");
	}
	rule.phase = phase_named(next);
	if (rule.phase == PHASE_NONE || rule.phase == PHASE_GARBAGE)
		return fail(error, size, "no setting and no phase: %s", next);
	rest = text;
	if (script_next_word(&rest, next) && next[0] == '#') {
		if (!script_read_range(next + 1, &rule.nth))
			return fail(error, size, "no number: %s", next);
		text = rest;
	}
	script_rest_of(text, bad);
	while (*text == ' ' || *text == '\t')
		text++;
	behaviour_init(&trial);
	if (!*text || !behaviour_read(&trial, text, bad))
		return fail(error, size, "no such aspect: %s", *text ? bad : "none given");
	rule.aspects = xstrdup(text);
	*script->tail = xmalloc(sizeof rule);
	**script->tail = rule;
	script->tail = &(*script->tail)->next;
	return true;
}

/* `relevant` says whether the section we are in is this target's. */
static bool read_line(
    struct ztarget_script *script, const char *line, bool *relevant, char *error, size_t size)
{
	char word[TEXT_ROOM];
	const char *text = line;
	struct range range;
	bool ok;

	if (!script_next_word(&text, word) || word[0] == '#')
		return true;
	if (!strcmp(word, "target")) {
		if (!script_next_word(&text, word))
			return fail(error, size, "`target N` expected");
		*relevant = !strcmp(word, "all");
		if (*relevant)
			return true;
		if (!script_read_range(word, &range))
			return fail(error, size, "no number: %s", word);
		*relevant = script_in_range(&range, script->number);
		return true;
	}
	if (!*relevant)
		return true;
	if (!read_setting(script, word, text, &ok))
		return read_rule(script, word, text, error, size);
	return ok || fail(error, size, "bad value for %s", word);
}

static void strip_comment(char *line)
{
	size_t length;
	char *comment = strstr(line, " # ");

	if (comment)
		*comment = '\0';
	length = strlen(line);
	while (length && strchr(" \t\r", line[length - 1]))
		line[--length] = '\0';
}

struct ztarget_script *ztarget_script_parse(
    const char *text, unsigned number, char *error, size_t size)
{
	struct ztarget_script *script = xcalloc(1, sizeof *script);
	bool relevant = true;

	script->number = number;
	script->hits = -1;
	script->named = script->utf8 = true;
	script->tail = &script->rules;
	snprintf(script->name, sizeof script->name, "t%u", number);
	strcpy(script->title, "%q %w");
	strcpy(script->versions, "1.1 1.2 2.0");
	strcpy(script->schemas, "marcxml");
	for (unsigned line_number = 1; *text; line_number++) {
		const char *end = strchr(text, '\n');
		size_t length = end ? (size_t)(end - text) : strlen(text);
		char line[4 * TEXT_ROOM], why[2 * TEXT_ROOM];

		snprintf(line, sizeof line, "%.*s", (int)length, text);
		strip_comment(line);
		if (!read_line(script, line, &relevant, why, sizeof why)) {
			snprintf(error, size, "line %u: %s", line_number, why);
			ztarget_script_destroy(script);
			return NULL;
		}
		text += length + (end != NULL);
	}
	if (script->hits < 0)
		script->hits = script->nrecords ? (long long)script->nrecords : 10;
	return script;
}

void ztarget_script_destroy(struct ztarget_script *script)
{
	if (!script)
		return;
	while (script->rules) {
		struct rule *rule = script->rules;

		script->rules = rule->next;
		xfree(rule->aspects);
		xfree(rule);
	}
	xfree(script->records);
	xfree(script->offsets);
	xfree(script);
}
