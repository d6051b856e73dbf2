#include "cli/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/http.h"

#define DEFAULT_URL "http://127.0.0.1:9080/sru/union"
#define NUMBER_MAX 2147483647 /* what a gateway reads */
#define SECONDS_MAX 86400

static enum options_result wrong(struct options *options, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum options_result wrong(struct options *options, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(options->why, sizeof options->why, format, args);
	va_end(args);
	return OPTIONS_WRONG;
}

static void defaults(struct options *options, const char *environment)
{
	*options = (struct options){
	    .url = environment && *environment ? environment : DEFAULT_URL,
	    .format = "table",
	    .count = 10,
	    .start = 1,
	    .seconds = HTTP_SECONDS,
	};
}

static bool read_number(
    struct options *options, int letter, uint64_t least, uint64_t most, uint64_t *out)
{
	if (text_parse_number(optarg, most, out) && *out >= least)
		return true;
	wrong(options, "-%c %.64s: a whole number from %llu to %llu is wanted", letter, optarg,
	    (unsigned long long)least, (unsigned long long)most);
	return false;
}

static bool unknown(struct options *options, char **argv)
{
	if (optopt)
		wrong(options, "there is no option -%c", optopt);
	else
		wrong(options, "there is no option %.64s", argv[optind - 1]);
	return false;
}

/* One option; false when it is wrong. */
static bool take(struct options *options, char **argv, int letter)
{
	uint64_t number;

	switch (letter) {
	case 'u': options->url = optarg; return true;
	case 'f': options->format = optarg; return true;
	case 'p': options->partners = optarg; return true;
	case 'n':
		if (!read_number(options, letter, 0, NUMBER_MAX, &number))
			return false;
		options->count = (unsigned long)number;
		return true;
	case 's':
		if (!read_number(options, letter, 1, NUMBER_MAX, &number))
			return false;
		options->start = (unsigned long)number;
		return true;
	case 't':
		if (!read_number(options, letter, 1, SECONDS_MAX, &number))
			return false;
		options->seconds = (unsigned)number;
		return true;
	case ':': wrong(options, "-%c wants a value", optopt); return false;
	default: return unknown(options, argv);
	}
}

static enum options_result read_all(
    int argc, char **argv, const char *letters, struct options *options)
{
	static const struct option longs[] = {{"help", no_argument, NULL, 'h'}, {0}};
	int letter;

	optind = 0; /* glibc's way to begin anew */
	while ((letter = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (letter == 'h')
			return OPTIONS_HELP;
		if (!take(options, argv, letter))
			return OPTIONS_WRONG;
	}
	if (!http_is_url(options->url))
		return wrong(
		    options, "%.128s is not an address like %s", options->url, DEFAULT_URL);
	return OPTIONS_OK;
}

enum options_result options_read_search(
    int argc, char **argv, const char *environment, struct options *out)
{
	enum options_result result;

	defaults(out, environment);
	result = read_all(argc, argv, ":u:n:s:f:p:t:h", out);
	if (result != OPTIONS_OK)
		return result;
	if (optind == argc)
		return wrong(out, "a query is missing");
	if (optind < argc - 1)
		return wrong(out, "%.64s: one query is wanted; put it in quotes if it has blanks",
		    argv[optind + 1]);
	out->query = argv[optind];
	if (!*out->query)
		return wrong(out, "the query is empty");
	if (!text_is_utf8(out->query, strlen(out->query)))
		return wrong(out, "the query is not UTF-8");
	if (out->partners &&
	    (!*out->partners || !text_is_utf8(out->partners, strlen(out->partners))))
		return wrong(out, "-p wants the ids of partners, like -p ugm,uinsuka");
	return OPTIONS_OK;
}

enum options_result options_read_partners(
    int argc, char **argv, const char *environment, struct options *out)
{
	enum options_result result;

	defaults(out, environment);
	result = read_all(argc, argv, ":u:f:t:h", out);
	if (result == OPTIONS_OK && optind < argc)
		return wrong(out, "%.64s is one word too many", argv[optind]);
	return result;
}

enum options_result options_read_match(int argc, char **argv, struct options *out)
{
	enum options_result result;

	defaults(out, NULL);
	out->format = "text";
	result = read_all(argc, argv, ":f:h", out);
	if (result != OPTIONS_OK)
		return result;
	if (optind != argc - 1)
		return wrong(
		    out, "one file with two MARC records is wanted, or - for standard input");
	out->file = argv[optind];
	if (strcmp(out->format, "text") != 0 && strcmp(out->format, "json") != 0)
		return wrong(
		    out, "there is no format %.64s; explain-match has text and json", out->format);
	return OPTIONS_OK;
}

/* Where the last path segment "sru" begins, so that a gateway below a prefix is found, too. */
static const char *find_sru(const char *path, const char *end)
{
	const char *found = NULL;

	for (const char *c = path; c + 4 <= end; c++)
		if (strncmp(c, "/sru", 4) == 0 && (c + 4 == end || c[4] == '/'))
			found = c;
	return found;
}

const char *options_status_url(struct arena *arena, const char *url)
{
	const char *end = url + strcspn(url, "?#");
	const char *host = strstr(url, "://") ? strstr(url, "://") + 3 : url;
	const char *path = memchr(host, '/', end > host ? (size_t)(end - host) : 0);
	const char *cut = path ? find_sru(path, end) : NULL;

	if (!cut)
		cut = path ? path : end;
	return arena_printf(arena, "%.*s/status", (int)(cut - url), url);
}
