#include "cli/verdict.h"

#include <string.h>

#include "base/arena.h"
#include "cli/answer.h"
#include "cli/command.h"

#define PARTIAL_RESULTS 59 /* the one diagnostic that may stand beside a usable answer */

static bool is_any(const char *word, const char *const *words)
{
	while (*words)
		if (strcmp(word, *words++) == 0)
			return true;
	return false;
}

bool verdict_is_outage(const struct answer_partner *partner)
{
	static const char *const statuses[] = {"late", "failed", NULL};
	static const char *const reasons[] = {"breaker", "budget", "overload", NULL};

	return is_any(partner->status, statuses) ||
	       (strcmp(partner->status, "skipped") == 0 && is_any(partner->reason, reasons));
}

static bool is_query_skipped(const struct answer_partner *partner)
{
	return strcmp(partner->status, "skipped") == 0 && strcmp(partner->reason, "query") == 0;
}

static bool has_answered(const struct answer_partner *partner)
{
	return strcmp(partner->status, "ok") == 0;
}

bool verdict_was_asked(const struct answer_partner *partner)
{
	return has_answered(partner) || verdict_is_outage(partner) || is_query_skipped(partner);
}

bool verdict_is_refused(const struct answer *answer)
{
	if (answer->nrecords)
		return false;
	for (size_t i = 0; i < answer->ndiagnostics; i++)
		if (answer->diagnostics[i].number != PARTIAL_RESULTS)
			return true;
	return false;
}

/* Whether the request is to blame, not the gateway or those behind it. */
static bool is_users_mistake(int number)
{
	return (number >= 4 && number <= 49) || number == 61 || (number >= 66 && number <= 68) ||
	       (number >= 71 && number <= 121) || number == 235 || number == 236;
}

static bool is_undecided(const struct answer *answer)
{
	for (size_t i = 0; i < answer->npartners; i++)
		if (verdict_is_outage(&answer->partners[i]) ||
		    is_query_skipped(&answer->partners[i]))
			return true;
	return false;
}

int verdict_status(const struct answer *answer, size_t records, bool counting)
{
	if (records)
		return SILANG_FOUND;
	if (is_undecided(answer))
		return counting && answer->count ? SILANG_FOUND : SILANG_UNDECIDED;
	if (verdict_is_refused(answer)) {
		for (size_t i = 0; i < answer->ndiagnostics; i++)
			if (is_users_mistake(answer->diagnostics[i].number))
				return SILANG_USAGE;
		return SILANG_UNDECIDED;
	}
	return counting && answer->count ? SILANG_FOUND : SILANG_NOTHING;
}

/* ---- Sentences ---- */

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static const char *titles(
    struct arena *arena, const struct answer *answer, unsigned long start, size_t records)
{
	const char *about = answer->exact ? "" : "about ";
	unsigned long count = answer->count;

	if (!count && !records)
		return "no titles";
	if (!records && start > 1)
		return arena_printf(arena, "nothing from position %lu on, of %s%lu title%s", start,
		    about, count, plural(count));
	if (!records)
		return arena_printf(arena, "%s%lu title%s", about, count, plural(count));
	if (start > 1)
		return arena_printf(
		    arena, "titles %lu to %lu of %s%lu", start, start + records - 1, about, count);
	if (records >= count && !answer->next)
		return arena_printf(arena, "%zu title%s", records, plural(records));
	return arena_printf(arena, "%zu of %s%lu title%s", records, about, count, plural(count));
}

const char *verdict_summary(
    struct arena *arena, const struct answer *answer, unsigned long start, size_t records)
{
	const char *shown = titles(arena, answer, start, records);
	size_t answered = 0, asked = 0;

	for (size_t i = 0; i < answer->npartners; i++) {
		answered += has_answered(&answer->partners[i]);
		asked += verdict_was_asked(&answer->partners[i]);
	}
	if (!answer->npartners)
		return shown;
	return arena_printf(arena, "%s; %zu of %zu librar%s answered", shown, answered, asked,
	    asked == 1 ? "y" : "ies");
}

static const char *phrase(const char *reason, const char *const (*phrases)[2])
{
	for (; (*phrases)[0]; phrases++)
		if (strcmp((*phrases)[0], reason) == 0)
			return (*phrases)[1];
	return reason;
}

static const char *late_phrase(const char *reason)
{
	static const char *const phrases[][2] = {{"queue", "a free connection"},
	    {"connect", "the connection"}, {"tls", "the TLS handshake"},
	    {"init", "the session to open"}, {"present", "records"}, {NULL, NULL}};

	return phrase(reason, phrases);
}

static const char *skipped_phrase(const char *reason)
{
	static const char *const phrases[][2] = {
	    {"breaker", "it failed repeatedly and is left alone for a while"},
	    {"budget", "no more attempts at it for now"},
	    {"query", "it cannot be asked this query"},
	    {"service", "its agreement does not cover searching"}, {"disabled", "switched off"},
	    {"overload", "the gateway is overloaded"}, {NULL, NULL}};

	return phrase(reason, phrases);
}

static const char *agreement_phrase(struct arena *arena, const struct answer_partner *partner)
{
	if (*partner->ends)
		return arena_printf(arena, "agreement ended %s", partner->ends);
	if (*partner->begins)
		return arena_printf(arena, "agreement begins %s", partner->begins);
	return "agreement not in force";
}

static const char *outcome(struct arena *arena, const struct answer_partner *partner)
{
	const char *reason = partner->reason;

	if (has_answered(partner))
		return "answered";
	if (strcmp(partner->status, "expired") == 0)
		return arena_printf(arena, "not asked: %s", agreement_phrase(arena, partner));
	if (strcmp(partner->status, "late") == 0)
		return arena_printf(arena, "late: waited for %s", late_phrase(reason));
	if (strcmp(partner->status, "skipped") == 0)
		return arena_printf(arena, "not asked: %s", skipped_phrase(reason));
	return arena_printf(arena, "%s%s%s", partner->status, *reason ? ": " : "", reason);
}

const char *verdict_partner(struct arena *arena, const struct answer_partner *partner)
{
	bool lapsed = strcmp(partner->agreement, "expired") == 0;
	const char *text = outcome(arena, partner);

	if (has_answered(partner) && !lapsed)
		return NULL;
	if (*partner->code)
		text = arena_printf(arena, "%s %s", text, partner->code);
	if (*partner->detail)
		text = arena_printf(arena, "%s (%s)", text, partner->detail);
	if (lapsed)
		text = arena_printf(arena, "%s; %s", text, agreement_phrase(arena, partner));
	return text;
}
