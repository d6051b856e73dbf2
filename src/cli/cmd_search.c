/* silang search: asks page after page until there is as much as was wanted, and prints it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cli/answer.h"
#include "cli/client.h"
#include "cli/command.h"
#include "cli/display.h"
#include "cli/format.h"
#include "cli/http.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/verdict.h"

#define SET_UNKNOWN 51

static const char usage[] =
    "usage: silang search QUERY [-u URL] [-n COUNT] [-s START] [-f FORMAT] [-p PARTNERS]\n"
    "                     [-t SECONDS]\n\n"
    "  QUERY        in CQL: pramoedya, 'dc.title = \"bumi manusia\"'\n"
    "  -u URL       the gateway's SRU address; else $SILANG_URL, else\n"
    "               http://127.0.0.1:9080/sru/union\n"
    "  -n COUNT     how many titles, 10 unless said; 0 only counts them\n"
    "  -s START     the position of the first, from 1\n"
    "  -f FORMAT    table, marc, marcxml, dc, json or csv\n"
    "  -p PARTNERS  ids of the libraries to ask, with commas between them\n"
    "  -t SECONDS   the longest to wait for everything, 60 unless said\n\n"
    "Exit status: 0 found; 1 nothing found although every library asked answered; 2 usage;\n"
    "3 gateway unreachable, or nothing found while a library did not answer.\n";

/* An answer and the memory it lives in. */
struct page {
	struct arena *arena;
	struct answer answer;
};

struct command {
	const struct options *options;
	const struct format *format;
	struct client client;
	struct format_output output;
	struct page pages[2]; /* the last that brought something, and the one being asked for */
	struct page *page;    /* the former; before the first it is empty */
	char *set_id;	      /* of the set that the pages come from; NULL */
	unsigned long at;     /* position asked for */
	size_t records;	      /* received so far */
	bool begun;
};

static void complain_of_diagnostics(const struct page *page)
{
	for (size_t i = 0; i < page->answer.ndiagnostics; i++) {
		const char *text =
		    answer_diagnostic_text(page->arena, &page->answer.diagnostics[i]);

		command_complain("diagnostic %s", display_clean(page->arena, text));
	}
}

static bool ask(struct command *command, const char *query, struct page *page, const char **body,
    size_t *length)
{
	struct client_question question = {
	    .query = query,
	    .partners = command->options->partners,
	    .schema = command->format->schema,
	    .start = command->at,
	    .count = command->options->count - command->records,
	};
	bool ok;

	arena_reset(page->arena);
	if (command->records)
		progress_show("%zu of %lu titles ...", command->records, command->options->count);
	else
		progress_show("asking %s ...", command->client.url);
	ok = client_ask(&command->client, page->arena, &question, &page->answer, body, length);
	progress_clear();
	if (!ok)
		command_complain("%s", display_clean(page->arena, command->client.why));
	return ok;
}

static bool is_set_unknown(const struct answer *answer)
{
	return !answer->nrecords && answer->ndiagnostics &&
	       answer->diagnostics[0].number == SET_UNKNOWN;
}

/* Later pages come from the set the first one came from, as long as the gateway has it. */
static bool ask_page(struct command *command, struct page *page)
{
	const char *body;
	char query[320];
	size_t length;

	if (command->set_id) {
		snprintf(query, sizeof query, "cql.resultSetId=\"%s\"", command->set_id);
		if (!ask(command, query, page, &body, &length))
			return false;
		if (!is_set_unknown(&page->answer))
			return true;
		answer_close(&page->answer);
	}
	return ask(command, command->options->query, page, &body, &length);
}

static void keep_set(struct command *command, const char *id)
{
	free(command->set_id);
	command->set_id = NULL;
	if (id && strlen(id) <= 256 && !strpbrk(id, "\"\\") && !(command->set_id = strdup(id)))
		abort();
}

static void print_page(struct command *command, const struct answer *answer)
{
	size_t wanted = command->options->count - command->records;
	struct arena *arena = arena_create(0, NULL);

	if (!command->begun)
		command->format->begin(&command->output);
	command->begun = true;
	for (size_t i = 0; i < answer->nrecords && i < wanted; i++) {
		const struct answer_record *record = &answer->records[i];

		arena_reset(arena);
		command->format->record(&command->output, arena,
		    record->position ? record->position : command->at + i, record);
	}
	arena_destroy(arena);
}

/* Whether there is more to ask for, and where. */
static bool advance(struct command *command, const struct answer *answer)
{
	size_t wanted = command->options->count - command->records;

	command->records += answer->nrecords < wanted ? answer->nrecords : wanted;
	if (command->records >= command->options->count || !answer->nrecords ||
	    answer->next <= command->at)
		return false;
	command->at = answer->next;
	return true;
}

/* Asks for one page and prints it; false when it was the last, with the exit status. */
static bool search_page(struct command *command, int *status)
{
	struct page *page = &command->pages[command->page == command->pages];

	if (!ask_page(command, page)) {
		*status = SILANG_UNDECIDED;
		return false;
	}
	complain_of_diagnostics(page);
	if (verdict_is_refused(&page->answer)) {
		*status =
		    command->records ? SILANG_UNDECIDED : verdict_status(&page->answer, 0, false);
		answer_close(&page->answer);
		return false;
	}
	answer_close(&command->page->answer);
	command->page = page;
	keep_set(command, page->answer.set_id);
	print_page(command, &page->answer);
	if (advance(command, &page->answer))
		return true;
	*status = verdict_status(&page->answer, command->records, !command->options->count);
	return false;
}

static int search_pages(struct command *command)
{
	int status = SILANG_UNDECIDED;

	while (search_page(command, &status))
		;
	if (command->begun)
		command->format->end(&command->output, &command->page->answer,
		    command->options->start, command->records);
	answer_close(&command->page->answer);
	free(command->set_id);
	return status;
}

/* The gateway's answer as it is: one, whatever it brings. */
static int search_json(struct command *command)
{
	const struct answer *answer = &command->page->answer;
	unsigned long wanted = command->options->count;
	const char *body;
	size_t length;

	if (!ask(command, command->options->query, command->page, &body, &length))
		return SILANG_UNDECIDED;
	complain_of_diagnostics(command->page);
	fwrite(body, 1, length, stdout);
	if (body[length - 1] != '\n')
		putchar('\n');
	if (answer->next && answer->nrecords < wanted)
		command_complain("one answer brings %zu of the %lu wanted; -s %lu goes on",
		    answer->nrecords, wanted, answer->next);
	return verdict_status(answer, answer->nrecords, !wanted);
}

static int search_run(const struct options *options, const struct format *format)
{
	struct command command = {
	    .options = options,
	    .format = format,
	    .client = {.http = http_create(options->seconds), .url = options->url},
	    .output = {stdout, progress_width(stdout), arena_create(0, NULL), NULL},
	    .pages = {{arena_create(0, NULL), {0}}, {arena_create(0, NULL), {0}}},
	    .at = options->start,
	};
	int status;

	command.page = command.pages;
	status = format->schema ? search_pages(&command) : search_json(&command);

	arena_destroy(command.pages[0].arena);
	arena_destroy(command.pages[1].arena);
	arena_destroy(command.output.arena);
	http_destroy(command.client.http);
	return status;
}

int cmd_search(int argc, char **argv)
{
	const struct format *format;
	struct options options;

	switch (options_read_search(argc, argv, getenv("SILANG_URL"), &options)) {
	case OPTIONS_OK: break;
	case OPTIONS_HELP: fputs(usage, stdout); return 0;
	case OPTIONS_WRONG:
		command_complain("%s", options.why);
		fputs(usage, stderr);
		return SILANG_USAGE;
	}
	format = format_find(options.format);
	if (format)
		return search_run(&options, format);
	command_complain("there is no format %s", options.format);
	fputs(usage, stderr);
	return SILANG_USAGE;
}
