/* Statements that set the world up: search, limits, today, clock, partner, partners, drop, group.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fakeloop/fakeloop.h"
#include "scenes/library.h"
#include "scenes/play.h"
#include "scenes/script.h"
#include "scenes/setup.h"
#include "scenes/words.h"
#include "scenes/world.h"

static void replace(char **text, char *with)
{
	free(*text);
	*text = with;
}

static char *join(const struct words *words, unsigned from)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	for (unsigned i = from; i < words->count; i++)
		fprintf(out, "%s%s", i > from ? " " : "", words->list[i]);
	fclose(out);
	return text;
}

/* `resolves never` · `resolves after 3s` */
static bool set_name(struct play *play, const char *id, const struct words *words)
{
	bool never = words->count > 1 && !strcmp(words->list[1], "never");
	char host[128];
	msec_t delay = 0;

	if (!never && (words->count < 3 || !duration_parse(words->list[2], &delay)))
		return play_fail(play, "`resolves never` or `resolves after 3s`");
	snprintf(host, sizeof host, LIBRARY_HOST, id);
	fakeloop_name(play->world->loop, host, delay, !never);
	return true;
}

/* `tls` · `tls fails` · `tls silent` · `tls after 3s`; `unreachable`; `no-descriptors`; `well` */
static bool set_host(struct library *library, const struct words *words)
{
	const char *how = words->count > 1 ? words->list[1] : "";
	msec_t delay;

	library->mode = FAKEHOST_ANSWERS;
	if (!strcmp(words->list[0], "unreachable"))
		library->mode = FAKEHOST_UNREACHABLE;
	else if (!strcmp(words->list[0], "no-descriptors"))
		library->mode = FAKEHOST_NO_DESCRIPTORS;
	else if (!strcmp(how, "fails"))
		library->mode = FAKEHOST_TLS_FAILS;
	else if (!strcmp(how, "silent"))
		library->mode = FAKEHOST_TLS_SILENT;
	else if (!strcmp(how, "after"))
		return words->count > 2 && duration_parse(words->list[2], &delay) &&
		       (fakehost_set_delays(library->host, 0, delay), true);
	return true;
}

/* What is not the target's script: about the partner, and about the way to it. */
static bool is_about_partner(const char *word)
{
	static const char *const words[] = {"agreement", "enabled", "isil", "called", "resolves",
	    "tls", "unreachable", "no-descriptors", "url"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

/* `agreement begins=… ends=… services="search loan"` */
static void set_agreement(struct setup_partner *partner, const struct words *words)
{
	struct words days = {0};

	for (unsigned i = 1; i < words->count; i++) {
		if (!strncmp(words->list[i], "services=", 9)) {
			replace(&partner->services, strdup(words->list[i] + 9));
			continue;
		}
		days.list = realloc(days.list, (days.count + 1) * sizeof(char *));
		days.list[days.count++] = words->list[i];
	}
	replace(&partner->agreement, setup_attributes(&days, 0));
	free(days.list);
}

static bool apply_line(
    struct play *play, struct setup_partner *partner, struct library *library, const char *line)
{
	struct words words;
	bool ok = true;

	words_split(&words, line);
	if (!strcmp(words.list[0], "agreement"))
		set_agreement(partner, &words);
	else if (!strcmp(words.list[0], "enabled"))
		partner->enabled = words.count < 2 || strcmp(words.list[1], "no") != 0;
	else if (!strcmp(words.list[0], "isil"))
		replace(&partner->isil, join(&words, 1));
	else if (!strcmp(words.list[0], "called"))
		replace(&partner->called, join(&words, 1));
	else if (!strcmp(words.list[0], "url"))
		replace(&partner->url, join(&words, 1));
	else if (!strcmp(words.list[0], "resolves"))
		ok = set_name(play, partner->id, &words);
	else
		ok = set_host(library, &words) || play_fail(play, "bad: %s", line);
	if (!strcmp(words.list[0], "tls"))
		partner->tls = true;
	words_clear(&words);
	return ok;
}

/* The target's own lines of the body. */
static char *script_of(const struct statement *statement)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	for (size_t i = 0; i < statement->nbody; i++) {
		struct words words;

		words_split(&words, statement->body[i]);
		if (!is_about_partner(words.list[0]))
			fprintf(out, "%s\n", statement->body[i]);
		words_clear(&words);
	}
	fclose(out);
	return text;
}

static bool make_partner(struct play *play, const char *id, unsigned number,
    const struct words *words, unsigned attributes, const struct statement *statement)
{
	struct setup_partner *partner = setup_partner(&play->world->setup, id);
	char *script = script_of(statement);
	bool ok;

	partner->sru = strstr(script, "sru yes") != NULL;
	if (number)
		partner->number = number;
	replace(&partner->target, setup_attributes(words, attributes));
	ok = world_set_library(play->world, id, partner->number, script);
	free(script);
	for (size_t i = 0; ok && i < statement->nbody; i++) {
		struct words line;

		words_split(&line, statement->body[i]);
		play->line = statement->body_lines[i];
		if (is_about_partner(line.list[0]))
			ok = apply_line(
			    play, partner, world_library(play->world, id), statement->body[i]);
		words_clear(&line);
	}
	return ok;
}

/* `partners 8 …`: p1 to p8, one script in which `target N` may stand. */
static bool make_partners(
    struct play *play, const struct words *words, const struct statement *statement)
{
	long long count;
	char id[32];

	if (words->count < 2 || !number_read(words->list[1], &count))
		return play_fail(play, "`partners N`");
	for (long long i = 1; i <= count; i++) {
		snprintf(id, sizeof id, "p%lld", i);
		if (!make_partner(play, id, (unsigned)i, words, 2, statement))
			return false;
	}
	return true;
}

static bool make_group(struct play *play, const struct words *words)
{
	char *members = join(words, 2), *element;

	if (asprintf(&element, "<group id=\"%s\" members=\"%s\"/>", words->list[1], members) < 0)
		abort();
	free(members);
	vec_push(&play->world->setup.groups, element);
	return true;
}

/* `clock 2024-06-30 23:59:50`, UTC */
static bool set_clock(struct play *play, const struct words *words)
{
	struct tm tm = {0};

	if (words->count < 3 || !strptime(words->list[1], "%Y-%m-%d", &tm) ||
	    !strptime(words->list[2], "%H:%M:%S", &tm))
		return play_fail(play, "`clock 2024-06-30 23:59:50`");
	fakeloop_set_wall_clock(play->world->loop, (long long)timegm(&tm));
	return true;
}

bool play_setup(
    struct play *play, const struct words *words, const struct statement *statement, bool *known)
{
	const char *verb = words->list[0], *first = words->count > 1 ? words->list[1] : "";
	struct setup *setup = &play->world->setup;

	*known = true;
	if (!strcmp(verb, "whole"))
		return true;
	if (!strcmp(verb, "search"))
		return replace(&setup->search, setup_attributes(words, 1)), true;
	if (!strcmp(verb, "limits"))
		return replace(&setup->limits, setup_attributes(words, 1)), true;
	if (!strcmp(verb, "today"))
		return day_parse(first, &play->world->today) ||
		       play_fail(play, "`today 2024-07-01`");
	if (!strcmp(verb, "clock"))
		return set_clock(play, words);
	if (!strcmp(verb, "partner"))
		return make_partner(play, first, 0, words, 2, statement);
	if (!strcmp(verb, "partners"))
		return make_partners(play, words, statement);
	if (!strcmp(verb, "drop"))
		return setup_drop(setup, first), true;
	if (!strcmp(verb, "group"))
		return make_group(play, words);
	*known = false;
	return true;
}
