/* silang partners: what a gateway's /status says of each partner. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/csv.h"
#include "cli/display.h"
#include "cli/http.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/table.h"

static const char usage[] = "usage: silang partners [-u URL] [-f table|csv|json] [-t SECONDS]\n\n"
			    "  -u URL      the gateway's SRU address; else $SILANG_URL, else\n"
			    "              http://127.0.0.1:9080/sru/union\n"
			    "  -t SECONDS  the longest to wait, 60 unless said\n\n"
			    "Exit status: 0 the gateway answered; 2 usage; 3 it did not.\n";

/* "" when it is absent or null. */
static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* A latency in milliseconds; "" when none was measured. */
static const char *milliseconds(
    struct arena *arena, const json_t *partner, const char *key, int decimals)
{
	const json_t *ms = json_object_get(json_object_get(partner, "latency"), key);

	if (!json_is_number(ms) || !(json_number_value(ms) < 1e9))
		return "";
	return arena_printf(arena, "%.*f", decimals, json_number_value(ms));
}

/* "expiring 2024-09-30": the day that matters to the state. */
static const char *agreement_text(struct arena *arena, const json_t *partner)
{
	const json_t *agreement = json_object_get(partner, "agreement");
	const char *state = text_of(agreement, "state"), *ends = text_of(agreement, "ends");

	return arena_printf(arena, "%s%s%s", state, *ends ? " " : "", ends);
}

static const char *state_text(struct arena *arena, const json_t *partner)
{
	const char *reason = text_of(partner, "reason");

	return arena_printf(
	    arena, "%s%s%s", text_of(partner, "state"), *reason ? ": " : "", reason);
}

static void print_table(struct arena *arena, const json_t *partners)
{
	static const struct table_column columns[] = {
	    {"Id", false, TABLE_WHOLE, 0},
	    {"Name", false, TABLE_TEXT, 16},
	    {"Agreement", false, TABLE_WHOLE, 0},
	    {"State", false, TABLE_TEXT, 12},
	    {"ms", true, TABLE_WHOLE, 0},
	    {"Since", false, TABLE_TEXT, 10},
	};
	struct table *table = table_create(arena, columns, sizeof columns / sizeof *columns);

	for (size_t i = 0; i < json_array_size(partners); i++) {
		const json_t *partner = json_array_get(partners, i);

		table_add(table,
		    (const char *[]){text_of(partner, "id"), text_of(partner, "name"),
			agreement_text(arena, partner), state_text(arena, partner),
			milliseconds(arena, partner, "p50_ms", 0), text_of(partner, "since")});
	}
	fputs(table_print(table, 0, progress_width(stdout)), stdout);
}

static void print_csv(struct arena *arena, const json_t *partners)
{
	static const char *const names[] = {"id", "name", "isil", "place", "agreement", "begins",
	    "ends", "state", "reason", "detail", "since", "p50_ms", "p95_ms"};

	csv_write_row(stdout, arena, names, sizeof names / sizeof *names);
	for (size_t i = 0; i < json_array_size(partners); i++) {
		const json_t *partner = json_array_get(partners, i);
		const json_t *agreement = json_object_get(partner, "agreement");
		const char *const cells[] = {text_of(partner, "id"), text_of(partner, "name"),
		    text_of(partner, "isil"), text_of(partner, "place"),
		    text_of(agreement, "state"), text_of(agreement, "begins"),
		    text_of(agreement, "ends"), text_of(partner, "state"),
		    text_of(partner, "reason"), text_of(partner, "detail"),
		    text_of(partner, "since"), milliseconds(arena, partner, "p50_ms", 1),
		    milliseconds(arena, partner, "p95_ms", 1)};

		csv_write_row(stdout, arena, cells, sizeof cells / sizeof *cells);
	}
}

static int print_status(struct arena *arena, const struct options *options, const char *url,
    const char *body, size_t length)
{
	json_t *root = json_loadb(body, length, 0, NULL);
	const json_t *partners = json_object_get(root, "partners");

	if (!json_is_array(partners)) {
		json_decref(root);
		command_complain("what %s answered is not a gateway's status", url);
		return SILANG_UNDECIDED;
	}
	if (strcmp(options->format, "json") == 0)
		fwrite(body, 1, length, stdout);
	else if (strcmp(options->format, "csv") == 0)
		print_csv(arena, partners);
	else
		print_table(arena, partners);
	if (strcmp(options->format, "json") == 0 && body[length - 1] != '\n')
		putchar('\n');
	json_decref(root);
	return SILANG_FOUND;
}

static int partners_run(const struct options *options)
{
	struct arena *arena = arena_create(0, NULL);
	struct http *http = http_create(options->seconds);
	const char *url = options_status_url(arena, options->url), *body;
	size_t length;
	int status = SILANG_UNDECIDED;
	bool ok;

	progress_show("asking %s ...", url);
	ok = http_ask(http, url, NULL, "application/json", &body, &length);
	progress_clear();
	if (ok)
		status = print_status(arena, options, url, body, length);
	else
		command_complain("%s", display_clean(arena, http_why(http)));
	http_destroy(http);
	arena_destroy(arena);
	return status;
}

static bool is_format(const char *name)
{
	return strcmp(name, "table") == 0 || strcmp(name, "csv") == 0 || strcmp(name, "json") == 0;
}

int cmd_partners(int argc, char **argv)
{
	struct options options;

	switch (options_read_partners(argc, argv, getenv("SILANG_URL"), &options)) {
	case OPTIONS_OK: break;
	case OPTIONS_HELP: fputs(usage, stdout); return 0;
	case OPTIONS_WRONG:
		command_complain("%s", options.why);
		fputs(usage, stderr);
		return SILANG_USAGE;
	}
	if (is_format(options.format))
		return partners_run(&options);
	command_complain("there is no format %s", options.format);
	fputs(usage, stderr);
	return SILANG_USAGE;
}
