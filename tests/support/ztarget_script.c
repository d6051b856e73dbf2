/* The script's text into settings and rules. */
#include "tests/support/ztarget_parts.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaz/xmalloc.h>

static const char *const phase_names[] = {[PHASE_CONNECT] = "connect",
    [PHASE_INIT] = "init",
    [PHASE_SEARCH] = "search",
    [PHASE_PRESENT] = "present",
    [PHASE_DELETE] = "delete",
    [PHASE_SCAN] = "scan",
    [PHASE_CLOSE] = "close",
    [PHASE_GARBAGE] = "garbage",
    [PHASE_SEGMENT] = "segment",
    [PHASE_ANY] = "any"};

enum phase phase_named(const char *word)
{
	for (int i = 0; i <= PHASE_ANY; i++)
		if (phase_names[i] && !strcmp(word, phase_names[i]))
			return (enum phase)i;
	return PHASE_NONE;
}

/* Takes the next word off *text into `word`; false at the end. */
static bool next_word(const char **text, char word[TEXT_ROOM])
{
	size_t used = 0;

	while (**text == ' ' || **text == '\t')
		(*text)++;
	while (**text && **text != ' ' && **text != '\t') {
		if (used < TEXT_ROOM - 1)
			word[used++] = **text;
		(*text)++;
	}
	word[used] = '\0';
	return used > 0;
}

static void rest_of(const char *text, char out[TEXT_ROOM])
{
	size_t length;

	while (*text == ' ' || *text == '\t')
		text++;
	length = strlen(text);
	if (length >= TEXT_ROOM)
		length = TEXT_ROOM - 1;
	memcpy(out, text, length);
	while (length && (out[length - 1] == ' ' || out[length - 1] == '\t'))
		length--;
	out[length] = '\0';
}

static bool read_number(const char *word, long long *out)
{
	char *end;

	*out = strtoll(word, &end, 10);
	return end != word && !*end;
}

static bool next_number(const char **text, long long *out)
{
	char word[TEXT_ROOM];

	return next_word(text, word) && read_number(word, out);
}

static bool next_is(const char **text, const char *expected)
{
	char word[TEXT_ROOM];

	return next_word(text, word) && !strcmp(word, expected);
}

/* 2, 2+ or 2-4 */
static bool read_range(const char *word, struct range *out)
{
	char *end;
	unsigned long from = strtoul(word, &end, 10);

	if (end == word || !from)
		return false;
	out->from = out->to = (unsigned)from;
	if (!strcmp(end, "+")) {
		out->to = UINT_MAX;
		return true;
	}
	if (*end == '-') {
		word = end + 1;
		out->to = (unsigned)strtoul(word, &end, 10);
		return end != word && !*end && out->to >= out->from;
	}
	return !*end;
}

static bool in_range(const struct range *range, unsigned number)
{
	return number >= range->from && number <= range->to;
}

static bool read_end(struct behaviour *b, enum instead end, const char *text)
{
	char word[TEXT_ROOM];
	long long count;

	if (!next_word(&text, word)) {
		b->instead = end;
		return true;
	}
	if (strcmp(word, "after") || !next_word(&text, word))
		return false;
	b->end = end;
	if (!strcmp(word, "half"))
		b->half = true;
	else if (read_number(word, &count) && count > 0)
		b->end_records = (unsigned)count;
	else
		return !strcmp(word, "reply");
	return true;
}

static bool read_record_rule(struct behaviour *b, const char *text)
{
	static const char *const kinds[] = {"", "truncated", "looping", "length", "nonsense",
	    "separators", "utf8", "empty", "surrogate"};
	struct record_rule *rule = &b->rules[b->nrules];
	char word[TEXT_ROOM];
	long long number;

	if (b->nrules == RECORD_RULES_MAX || !next_word(&text, word))
		return false;
	*rule = (struct record_rule){0};
	if (strcmp(word, "each")) {
		if (!read_number(word, &number) || number <= 0)
			return false;
		rule->position = (unsigned)number;
	}
	if (!next_word(&text, word))
		return false;
	for (int i = 1; i <= DAMAGE_SURROGATE; i++)
		if (!strcmp(word, kinds[i]))
			rule->damage = (enum damage)i;
	if (rule->damage == DAMAGE_SURROGATE) {
		if (!next_number(&text, &number))
			return false;
		rule->code = (int)number;
		rest_of(text, rule->text);
	}
	b->nrules++;
	return rule->damage != DAMAGE_NONE;
}

static bool read_diagnostics(struct behaviour *b, const char *text, bool several)
{
	long long code;

	b->ndiagnostics = 0;
	b->multiple = several;
	while (b->ndiagnostics < (several ? DIAGNOSTICS_MAX : 1) && next_number(&text, &code))
		b->diagnostics[b->ndiagnostics++] = (int)code;
	if (!several)
		rest_of(text, b->text);
	return b->ndiagnostics > 0;
}

static bool read_syntax(struct behaviour *b, const char *text)
{
	static const char *const names[] = {
	    "", "usmarc", "unimarc", "xml", "opac", "sutrs", "grs1"};
	char word[TEXT_ROOM];

	if (!next_word(&text, word))
		return false;
	for (int i = SYNTAX_USMARC; i <= SYNTAX_GRS1; i++) {
		if (strcmp(word, names[i]))
			continue;
		b->syntax = (enum record_syntax)i;
		return true;
	}
	return false;
}

static bool read_counts(struct behaviour *b, const char *text)
{
	char word[TEXT_ROOM];
	long long number;

	if (!next_word(&text, word) || !read_number(word, &number))
		return false;
	b->records = (long)number;
	b->records_mode = word[0] == '+' || word[0] == '-' ? RECORDS_MORE : RECORDS_EXACTLY;
	return true;
}

static bool read_phase(const char *text, enum phase *out)
{
	char word[TEXT_ROOM];

	if (!next_word(&text, word))
		return false;
	*out = phase_named(word);
	return *out != PHASE_NONE && *out != PHASE_CONNECT && *out != PHASE_ANY &&
	       *out != PHASE_SEGMENT;
}

static bool read_duration(const char **text, msec_t *out)
{
	char word[TEXT_ROOM];

	return next_word(text, word) && duration_parse(word, out);
}

static bool read_drip(struct behaviour *b, const char *text)
{
	long long bytes;

	if (!next_number(&text, &bytes) || bytes <= 0 || !next_is(&text, "every"))
		return false;
	b->drip = (size_t)bytes;
	return read_duration(&text, &b->drip_every);
}

static bool read_garbage(struct behaviour *b, const char *text)
{
	long long bytes;

	b->instead = INSTEAD_GARBAGE;
	b->garbage = next_number(&text, &bytes) && bytes > 0 ? (size_t)bytes : 64;
	return true;
}

static bool read_reference(struct behaviour *b, const char *text)
{
	char word[TEXT_ROOM];

	if (!next_word(&text, word))
		return false;
	b->reference_wrong = !strcmp(word, "wrong");
	b->reference_none = !strcmp(word, "none");
	return b->reference_wrong || b->reference_none;
}

/* Aspects that are one word alone. */
static bool read_plain(struct behaviour *b, const char *word)
{
	static const struct {
		const char *word;
		enum instead instead;
	} insteads[] = {{"silent", INSTEAD_SILENT}, {"refuse", INSTEAD_REFUSE},
	    {"http", INSTEAD_HTTP}, {"huge", INSTEAD_HUGE}, {"endless", INSTEAD_ENDLESS}};
	const struct {
		const char *word;
		bool *flag;
	} flags[] = {{"half", &b->half}, {"broken", &b->broken}, {"twice", &b->twice},
	    {"failed", &b->failed}, {"definite", &b->definite}, {"chunked", &b->chunked}};

	for (size_t i = 0; i < sizeof insteads / sizeof *insteads; i++) {
		if (strcmp(word, insteads[i].word))
			continue;
		b->instead = insteads[i].instead;
		return true;
	}
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		if (strcmp(word, flags[i].word))
			continue;
		*flags[i].flag = true;
		return true;
	}
	return false;
}

static bool read_status(struct behaviour *b, const char *text)
{
	long long number;

	if (!next_number(&text, &number))
		return false;
	b->instead = INSTEAD_STATUS;
	b->status = (int)number;
	rest_of(text, b->text);
	return true;
}

static bool read_aspect(struct behaviour *b, const char *text)
{
	char word[TEXT_ROOM];
	long long number;

	if (!next_word(&text, word))
		return false;
	if (!strcmp(word, "delay"))
		return read_duration(&text, &b->delay);
	if (!strcmp(word, "drip"))
		return read_drip(b, text);
	if (!strcmp(word, "close"))
		return read_end(b, INSTEAD_CLOSE, text);
	if (!strcmp(word, "reset"))
		return read_end(b, INSTEAD_RESET, text);
	if (!strcmp(word, "garbage"))
		return read_garbage(b, text);
	if (!strcmp(word, "as"))
		return read_phase(text, &b->as) && b->as != PHASE_GARBAGE;
	if (!strcmp(word, "before"))
		return read_phase(text, &b->before);
	if (!strcmp(word, "after"))
		return read_phase(text, &b->after);
	if (!strcmp(word, "swell"))
		return read_swell(b, text);
	if (!strcmp(word, "flood"))
		return read_flood(b, text);
	if (!strcmp(word, "deep") && next_number(&text, &number) && number > 0) {
		b->instead = INSTEAD_DEEP;
		b->deep = (size_t)number;
		return true;
	}
	if (!strcmp(word, "reference"))
		return read_reference(b, text);
	if (!strcmp(word, "diagnostic") || !strcmp(word, "diagnostics"))
		return read_diagnostics(b, text, word[10] == 's');
	if (!strcmp(word, "records"))
		return read_counts(b, text);
	if (!strcmp(word, "record"))
		return read_record_rule(b, text);
	if (!strcmp(word, "syntax"))
		return read_syntax(b, text);
	if (!strcmp(word, "reject")) {
		b->reject = true;
		rest_of(text, b->text);
		return true;
	}
	if (!strcmp(word, "status"))
		return read_status(b, text);
	if (!strcmp(word, "remark")) {
		if (!next_number(&text, &number))
			return false;
		b->remark = (int)number;
		rest_of(text, b->remarked);
		return true;
	}
	if (!strcmp(word, "inside")) {
		rest_of(text, b->inside);
		return *b->inside;
	}
	if (!strcmp(word, "moved") || !strcmp(word, "gone") || !strcmp(word, "body")) {
		b->instead = *word == 'b' ? INSTEAD_BODY : INSTEAD_MOVED;
		b->status = *word == 'g' ? 308 : 302;
		rest_of(text, b->body);
		return *b->body;
	}
	if (!strcmp(word, "type")) {
		rest_of(text, b->type);
		return true;
	}
	if (!strcmp(word, "hits"))
		return b->hits_given = next_number(&text, &b->hits);
	if (!strcmp(word, "lying") && next_number(&text, &number) && number) {
		b->lying = (long)number;
		return true;
	}
	if (!strcmp(word, "segments") && next_number(&text, &number) && number > 0) {
		b->segments = (unsigned)number;
		return true;
	}
	return read_plain(b, word);
}

/* Applies the aspects of a rule, separated by commas. A comma in a TEXT must not be followed by a
 * blank. */
static bool read_aspects(struct behaviour *b, const char *aspects, char bad[TEXT_ROOM])
{
	while (*aspects) {
		const char *end = strstr(aspects, ", ");
		size_t length = end ? (size_t)(end - aspects) : strlen(aspects);
		char one[2 * TEXT_ROOM];

		snprintf(one, sizeof one, "%.*s", (int)length, aspects);
		if (!read_aspect(b, one)) {
			snprintf(bad, TEXT_ROOM, "%.100s", one);
			return false;
		}
		aspects += length + (end ? 2 : 0);
	}
	return true;
}

static void behaviour_init(struct behaviour *b)
{
	memset(b, 0, sizeof *b);
	b->as = b->before = b->after = PHASE_NONE;
}

void behaviour_find(const struct ztarget_script *script, enum phase phase, unsigned connection,
    unsigned nth, struct behaviour *out)
{
	char bad[TEXT_ROOM];

	behaviour_init(out);
	for (const struct rule *rule = script->rules; rule; rule = rule->next) {
		if (rule->phase != phase && (rule->phase != PHASE_ANY || phase == PHASE_CONNECT))
			continue;
		if (in_range(&rule->connection, connection) && in_range(&rule->nth, nth))
			read_aspects(out, rule->aspects, bad);
	}
}

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

	if (!next_word(&text, word))
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
	rest_of(text, value);
	if (!strcmp(word, "name"))
		*ok = next_word(&text, script->name);
	else if (!strcmp(word, "title"))
		memcpy(script->title, value, sizeof value);
	else if (!strcmp(word, "hits"))
		*ok = next_number(&text, &script->hits);
	else if (!strcmp(word, "records"))
		*ok = load_records(script, value);
	else if (!strcmp(word, "works")) {
		*ok = next_number(&text, &number) && number > 0;
		script->works = (unsigned)number;
	} else if (!strcmp(word, "maps")) {
		*ok = next_number(&text, &number) && number > 0;
		script->maps = (unsigned)number;
	} else if (!strcmp(word, "named"))
		*ok = read_yes(text, &script->named);
	else if (!strcmp(word, "counts"))
		*ok = read_yes(text, &script->counts);
	else if (!strcmp(word, "terms"))
		*ok = read_terms(script, text);
	else if (!strcmp(word, "shelf")) {
		*ok = next_number(&text, &number) && number > 0 && number <= 100000;
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
		if (!next_word(&text, next) || !read_range(next, &rule.connection) ||
		    !next_word(&text, next))
			return fail(error, size, "`connection N PHASE` expected");
	}
	rule.phase = phase_named(next);
	if (rule.phase == PHASE_NONE || rule.phase == PHASE_GARBAGE)
		return fail(error, size, "no setting and no phase: %s", next);
	rest = text;
	if (next_word(&rest, next) && next[0] == '#') {
		if (!read_range(next + 1, &rule.nth))
			return fail(error, size, "no number: %s", next);
		text = rest;
	}
	rest_of(text, bad);
	while (*text == ' ' || *text == '\t')
		text++;
	behaviour_init(&trial);
	if (!*text || !read_aspects(&trial, text, bad))
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

	if (!next_word(&text, word) || word[0] == '#')
		return true;
	if (!strcmp(word, "target")) {
		if (!next_word(&text, word))
			return fail(error, size, "`target N` expected");
		*relevant = !strcmp(word, "all");
		if (*relevant)
			return true;
		if (!read_range(word, &range))
			return fail(error, size, "no number: %s", word);
		*relevant = in_range(&range, script->number);
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
