#include "scenes/play.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakeloop/fakeloop.h"
#include "front/gateway.h"
#include "scenes/client.h"
#include "scenes/library.h"
#include "scenes/script.h"
#include "scenes/words.h"
#include "scenes/world.h"

bool play_fail(struct play *play, const char *format, ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return transcript_fail(&play->world->transcript, "line %u: %s", play->line, text);
}

/* ---- requests ---- */

static void put_encoded(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || strchr("-._~", *text))
			fputc(*text, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*text);
	}
}

/* `$gateway` is the gateway's id in hop marks, `$a.set` the result set that a was answered with. */
static void put_value(struct play *play, FILE *out, const char *text)
{
	const char *dollar, *end;

	while ((dollar = strchr(text, '$'))) {
		char *before = strndup(text, (size_t)(dollar - text)), name[64];

		put_encoded(out, before);
		free(before);
		for (end = dollar + 1; isalnum((unsigned char)*end) || *end == '-'; end++)
			;
		snprintf(name, sizeof name, "%.*s", (int)(end - dollar - 1), dollar + 1);
		if (!strcmp(name, "gateway")) {
			put_encoded(out, play->world->gateway->id);
		} else {
			struct client *client = client_find(play->world, name);
			const char *id = client ? client_text(client, "resultSetId") : NULL;

			if (!id)
				play_fail(play, "%s was answered with no result set", name);
			put_encoded(out, id ? id : "");
			if (!strncmp(end, ".set", 4))
				end += 4;
		}
		text = end;
	}
	put_encoded(out, text);
}

/* The words with a `=` as parameters; JSON is asked for unless they say what they want. */
static char *make_form(struct play *play, const struct words *words, unsigned from)
{
	bool json = true;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	for (unsigned i = from; i < words->count; i++) {
		const char *word = words->list[i], *equals = strchr(word, '=');

		if (!strncmp(word, "version=1", 9) || !strncmp(word, "httpAccept=", 11))
			json = false;
		fprintf(out, "%s%.*s=", i > from ? "&" : "", (int)(equals - word), word);
		put_value(play, out, equals + 1);
	}
	if (json)
		fputs("&httpAccept=application%2Fjson", out);
	fclose(out);
	return text;
}

/* The word before the parameters, if it is none itself: the database. */
static char *take_path(const struct words *words, unsigned *at)
{
	char *path;

	if (*at < words->count && words->list[*at][0] == '/')
		return strdup(words->list[(*at)++]);
	if (*at < words->count && !strchr(words->list[*at], '=')) {
		if (asprintf(&path, "/sru/%s", words->list[(*at)++]) < 0)
			abort();
		return path;
	}
	return strdup("/sru/union");
}

static bool has_parameters_only(struct play *play, const struct words *words, unsigned from)
{
	for (; from < words->count; from++)
		if (!strchr(words->list[from], '='))
			return play_fail(play, "no parameter: %s", words->list[from]);
	return true;
}

/* `ask NAME [N times] [DATABASE] key=value …`; of several, they are NAME1 to NAMEN */
static bool do_ask(struct play *play, const struct words *words, const struct statement *statement)
{
	const char *method = strcmp(words->list[0], "post") ? "GET" : "POST";
	const char *name = words->count > 1 ? words->list[1] : "";
	unsigned at = 2;
	long long times = 0;
	char *path, *form;

	if (words->count > 3 && !strcmp(words->list[3], "times")) {
		number_read(words->list[2], &times);
		at = 4;
	}
	path = take_path(words, &at);
	if (!has_parameters_only(play, words, at)) {
		free(path);
		return false;
	}
	form = make_form(play, words, at);
	if (!times)
		client_ask(play->world, name, method, path, form);
	for (long long i = 1; i <= times; i++) {
		char numbered[64];

		snprintf(numbered, sizeof numbered, "%s%lld", name, i);
		client_ask(play->world, numbered, method, path, form);
	}
	free(path);
	free(form);
	return true;
}

/* `get NAME /path?as=written` */
static bool do_get(struct play *play, const struct words *words, const struct statement *statement)
{
	if (words->count < 3)
		return play_fail(play, "`get NAME PATH`");
	client_ask(play->world, words->list[1], words->count > 3 ? words->list[3] : "GET",
	    words->list[2], "");
	return true;
}

/* All of a name: `a`, or a1, a2, … when it was asked several times. */
static bool each_client(struct play *play, const char *name, struct vec *out)
{
	char numbered[64];

	if (client_find(play->world, name)) {
		vec_push(out, client_find(play->world, name));
		return true;
	}
	for (unsigned i = 1;; i++) {
		struct client *client;

		snprintf(numbered, sizeof numbered, "%s%u", name, i);
		client = client_find(play->world, numbered);
		if (!client)
			break;
		vec_push(out, client);
	}
	return out->count > 0 || play_fail(play, "nobody is called %s", name);
}

static bool do_leave(
    struct play *play, const struct words *words, const struct statement *statement)
{
	struct vec clients = {0};
	bool ok = each_client(play, words->count > 1 ? words->list[1] : "", &clients);

	for (size_t i = 0; ok && i < clients.count; i++)
		client_leave(clients.items[i]);
	vec_clear(&clients);
	fakeloop_settle(play->world->loop);
	return ok;
}

static bool check_conditions(
    struct play *play, struct client *client, const struct statement *statement)
{
	bool quiet = true;

	for (size_t i = 0; i < statement->nbody; i++) {
		play->line = statement->body_lines[i];
		if (!expect_answer(play, client, statement->body[i]))
			return false;
		if (!strncmp(statement->body[i], "diagnostic", 10))
			quiet = false;
	}
	play->line = statement->line;
	return !quiet || expect_no_diagnostic(play, client);
}

/* `answer NAME` with conditions below it */
static bool do_answer(
    struct play *play, const struct words *words, const struct statement *statement)
{
	struct vec clients = {0};
	bool ok = each_client(play, words->count > 1 ? words->list[1] : "", &clients);

	for (size_t i = 0; ok && i < clients.count; i++)
		ok = client_finish(clients.items[i]) &&
		     check_conditions(play, clients.items[i], statement);
	vec_clear(&clients);
	return ok;
}

/* `read NAME by 7 [by id] [DATABASE] key=value …`: all pages, each entry once */
static bool do_read(struct play *play, const struct words *words, const struct statement *statement)
{
	unsigned at = 4;
	long long size;
	bool by_id = false;
	struct client *client;
	char *path, *form;

	if (words->count < 5 || strcmp(words->list[2], "by") || !number_read(words->list[3], &size))
		return play_fail(play, "`read NAME by N key=value …`");
	if (words->count > 6 && !strcmp(words->list[4], "by")) {
		by_id = true;
		at = 6;
	}
	path = take_path(words, &at);
	if (!has_parameters_only(play, words, at)) {
		free(path);
		return false;
	}
	form = make_form(play, words, at);
	client = client_read_all(play->world, words->list[1], path, form, (unsigned)size, by_id);
	free(path);
	free(form);
	return !play->world->transcript.fault && check_conditions(play, client, statement);
}

/* ---- time and the world ---- */

static bool do_wait(struct play *play, const struct words *words, const struct statement *statement)
{
	msec_t ms, now = world_now(play->world);

	if (words->count < 2 || !duration_parse(words->list[1], &ms))
		return play_fail(play, "`%s 200ms`", words->list[0]);
	if (!strcmp(words->list[0], "at")) {
		if (ms < now)
			return play_fail(play, "it is %lld ms already", (long long)now);
		ms -= now;
	}
	world_wait(play->world, ms);
	return true;
}

static bool do_reload(
    struct play *play, const struct words *words, const struct statement *statement)
{
	return world_configure(play->world);
}

static bool do_drain(
    struct play *play, const struct words *words, const struct statement *statement)
{
	world_drain(play->world);
	fakeloop_settle(play->world->loop);
	return true;
}

static bool do_drained(
    struct play *play, const struct words *words, const struct statement *statement)
{
	bool wanted = words->count < 2 || strcmp(words->list[1], "no");

	return play->world->drained == wanted ||
	       play_fail(play, "drained: %s", wanted ? "not yet" : "already");
}

/* `library ugm closes` · `resets` · `vanishes` · `sends garbage` · `spied` */
static bool do_library(
    struct play *play, const struct words *words, const struct statement *statement)
{
	struct library *library =
	    words->count > 2 ? world_library(play->world, words->list[1]) : NULL;

	if (!library)
		return play_fail(play, "no library of that id");
	if (!strcmp(words->list[2], "spied"))
		library->spied = true;
	else if (!strcmp(words->list[2], "vanishes"))
		library_vanish(library);
	else if (!strcmp(words->list[2], "sends"))
		library_send_garbage(library);
	else
		library_hang_up(library, !strcmp(words->list[2], "resets"));
	/* What it does comes in the same turn as what the scene does next. */
	return true;
}

/* ---- the scene ---- */

static bool do_action(
    struct play *play, const struct words *words, const struct statement *statement, bool *known)
{
	static const struct {
		const char *verb;
		bool (*fn)(struct play *play, const struct words *words,
		    const struct statement *statement);
	} actions[] = {{"ask", do_ask}, {"post", do_ask}, {"get", do_get}, {"leave", do_leave},
	    {"answer", do_answer}, {"read", do_read}, {"at", do_wait}, {"wait", do_wait},
	    {"reload", do_reload}, {"drain", do_drain}, {"drained", do_drained},
	    {"library", do_library}};

	*known = true;
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (!strcmp(words->list[0], actions[i].verb))
			return actions[i].fn(play, words, statement);
	*known = false;
	return true;
}

static bool play_statement(struct play *play, const struct statement *statement)
{
	struct words words;
	bool known, ok;

	play->line = statement->line;
	words_split(&words, statement->text);
	ok = play_setup(play, &words, statement, &known);
	if (!known && !play->world->gateway)
		ok = world_configure(play->world);
	if (!known && ok)
		ok = expect_world(play, &words, &known);
	if (!known && ok)
		ok = do_action(play, &words, statement, &known);
	if (!known && ok)
		ok = play_fail(play, "no such statement: %s", words.list[0]);
	words_clear(&words);
	return ok;
}

bool play_may_be_cut(const struct scene *scene)
{
	for (size_t i = 0; i < scene->count; i++)
		if (!strcmp(scene->statements[i].text, "whole"))
			return false;
	return true;
}

bool play_scene(const struct scene *scene, unsigned long seed, struct transcript *transcript)
{
	struct world world;
	struct play play = {.world = &world};

	world_init(&world, seed);
	for (size_t i = 0; i < scene->count && !world.transcript.fault; i++)
		play_statement(&play, &scene->statements[i]);
	world_close(&world);
	*transcript = world.transcript;
	return !transcript->fault;
}
