#ifndef SILANG_CLI_OPTIONS_H
#define SILANG_CLI_OPTIONS_H
/* What the subcommands that have options were told on the command line, and the addresses
 * asked. */
#include <stdbool.h>
#include <stddef.h>

struct arena;

enum options_result {
	OPTIONS_OK,
	OPTIONS_HELP,  /* -h: the usage is wanted, nothing else */
	OPTIONS_WRONG, /* `why` says what */
};

struct options {
	const char *query; /* search alone */
	const char *file;  /* explain-match alone */
	const char *url;
	const char *format;
	const char *partners; /* NULL all */
	unsigned long count, start;
	unsigned seconds; /* for everything together */
	char why[256];
};

/* `environment` is $SILANG_URL or NULL. */
enum options_result options_read_search(
    int argc, char **argv, const char *environment, struct options *out);
enum options_result options_read_partners(
    int argc, char **argv, const char *environment, struct options *out);

enum options_result options_read_match(int argc, char **argv, struct options *out);

/* The address of /status at the gateway whose SRU address is `url`. */
const char *options_status_url(struct arena *arena, const char *url);

#endif
