/* What rules say a target does: aspects into a behaviour. */
#include "tests/support/ztarget_parts.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool read_end(struct behaviour *b, enum instead end, const char *text)
{
	char word[TEXT_ROOM];
	long long count;

	if (!script_next_word(&text, word)) {
		b->instead = end;
		return true;
	}
	if (strcmp(word, "after") || !script_next_word(&text, word))
		return false;
	b->end = end;
	if (!strcmp(word, "half"))
		b->half = true;
	else if (script_read_number(word, &count) && count > 0)
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

	if (b->nrules == RECORD_RULES_MAX || !script_next_word(&text, word))
		return false;
	*rule = (struct record_rule){0};
	if (strcmp(word, "each")) {
		if (!script_read_number(word, &number) || number <= 0)
			return false;
		rule->position = (unsigned)number;
	}
	if (!script_next_word(&text, word))
		return false;
	for (int i = 1; i <= DAMAGE_SURROGATE; i++)
		if (!strcmp(word, kinds[i]))
			rule->damage = (enum damage)i;
	if (rule->damage == DAMAGE_SURROGATE) {
		if (!script_next_number(&text, &number))
			return false;
		rule->code = (int)number;
		script_rest_of(text, rule->text);
	}
	b->nrules++;
	return rule->damage != DAMAGE_NONE;
}

static bool read_diagnostics(struct behaviour *b, const char *text, bool several)
{
	long long code;

	b->ndiagnostics = 0;
	b->multiple = several;
	while (
	    b->ndiagnostics < (several ? DIAGNOSTICS_MAX : 1) && script_next_number(&text, &code))
		b->diagnostics[b->ndiagnostics++] = (int)code;
	if (!several)
		script_rest_of(text, b->text);
	return b->ndiagnostics > 0;
}

static bool read_syntax(struct behaviour *b, const char *text)
{
	static const char *const names[] = {
	    "", "usmarc", "unimarc", "xml", "opac", "sutrs", "grs1"};
	char word[TEXT_ROOM];

	if (!script_next_word(&text, word))
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

	if (!script_next_word(&text, word) || !script_read_number(word, &number))
		return false;
	b->records = (long)number;
	b->records_mode = word[0] == '+' || word[0] == '-' ? RECORDS_MORE : RECORDS_EXACTLY;
	return true;
}

static bool read_phase(const char *text, enum phase *out)
{
	char word[TEXT_ROOM];

	if (!script_next_word(&text, word))
		return false;
	*out = phase_named(word);
	return *out != PHASE_NONE && *out != PHASE_CONNECT && *out != PHASE_ANY &&
	       *out != PHASE_SEGMENT;
}

static bool read_duration(const char **text, msec_t *out)
{
	char word[TEXT_ROOM];

	return script_next_word(text, word) && duration_parse(word, out);
}

static bool read_drip(struct behaviour *b, const char *text)
{
	long long bytes;

	if (!script_next_number(&text, &bytes) || bytes <= 0 || !script_next_is(&text, "every"))
		return false;
	b->drip = (size_t)bytes;
	return read_duration(&text, &b->drip_every);
}

static bool read_garbage(struct behaviour *b, const char *text)
{
	long long bytes;

	b->instead = INSTEAD_GARBAGE;
	b->garbage = script_next_number(&text, &bytes) && bytes > 0 ? (size_t)bytes : 64;
	return true;
}

static bool read_reference(struct behaviour *b, const char *text)
{
	char word[TEXT_ROOM];

	if (!script_next_word(&text, word))
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

	if (!script_next_number(&text, &number))
		return false;
	b->instead = INSTEAD_STATUS;
	b->status = (int)number;
	script_rest_of(text, b->text);
	return true;
}

static bool read_aspect(struct behaviour *b, const char *text)
{
	char word[TEXT_ROOM];
	long long number;

	if (!script_next_word(&text, word))
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
	if (!strcmp(word, "deep") && script_next_number(&text, &number) && number > 0) {
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
		script_rest_of(text, b->text);
		return true;
	}
	if (!strcmp(word, "status"))
		return read_status(b, text);
	if (!strcmp(word, "remark")) {
		if (!script_next_number(&text, &number))
			return false;
		b->remark = (int)number;
		script_rest_of(text, b->remarked);
		return true;
	}
	if (!strcmp(word, "inside")) {
		script_rest_of(text, b->inside);
		return *b->inside;
	}
	if (!strcmp(word, "moved") || !strcmp(word, "gone") || !strcmp(word, "body")) {
		b->instead = *word == 'b' ? INSTEAD_BODY : INSTEAD_MOVED;
		b->status = *word == 'g' ? 308 : 302;
		script_rest_of(text, b->body);
		return *b->body;
	}
	if (!strcmp(word, "type")) {
		script_rest_of(text, b->type);
		return true;
	}
	if (!strcmp(word, "hits"))
		return b->hits_given = script_next_number(&text, &b->hits);
	if (!strcmp(word, "lying") && script_next_number(&text, &number) && number) {
		b->lying = (long)number;
		return true;
	}
	if (!strcmp(word, "segments") && script_next_number(&text, &number) && number > 0) {
		b->segments = (unsigned)number;
		return true;
	}
	return read_plain(b, word);
}

bool behaviour_read(struct behaviour *b, const char *aspects, char bad[TEXT_ROOM])
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

void behaviour_init(struct behaviour *b)
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
		if (script_in_range(&rule->connection, connection) &&
		    script_in_range(&rule->nth, nth))
			behaviour_read(out, rule->aspects, bad);
	}
}
