/* silang: the command line for librarians and scripts. Finds the subcommand and hands over. */
#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <libxml/parser.h>

#include "cli/command.h"
#include "config.h"

static const struct subcommand {
	const char *name;
	int (*run)(int argc, char **argv); /* NULL: not built yet */
	const char *purpose;
} subcommands[] = {
    {"search", cmd_search, "searches a gateway and prints what was found"},
    {"partners", cmd_partners, "state and agreement of each partner of a gateway"},
    {"check", cmd_check, "checks a configuration file"},
    {"lookup", NULL, "who holds the items of a list"},
    {"probe", NULL, "asks a target what it supports"},
    {"explain-match", cmd_explain_match, "why two records are, or are not, the same publication"},
};

#define SUBCOMMANDS (sizeof subcommands / sizeof *subcommands)

int command_complain(const char *format, ...)
{
	va_list args;

	fputs("silang: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return SILANG_USAGE;
}

int command_finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	return command_complain("standard output cannot be written: %s", strerror(errno));
}

static void usage(FILE *out)
{
	fputs("usage: silang SUBCOMMAND [ARGUMENTS]\n\n", out);
	for (size_t i = 0; i < SUBCOMMANDS; i++)
		fprintf(out, "  %-14s %s%s\n", subcommands[i].name, subcommands[i].purpose,
		    subcommands[i].run ? "" : " (not built yet)");
	fputs("\nsilang SUBCOMMAND -h says more about one; silang -V prints the version.\n", out);
}

static int run(const struct subcommand *subcommand, int argc, char **argv)
{
	int status;

	if (!subcommand->run)
		return command_complain("%s is not built yet", subcommand->name);
	xmlInitParser();
	status = subcommand->run(argc, argv);
	xmlCleanupParser();
	return command_finish(status);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	setlocale(LC_CTYPE, "");
	for (size_t i = 0; i < SUBCOMMANDS; i++)
		if (strcmp(name, subcommands[i].name) == 0)
			return run(&subcommands[i], argc - 1, argv + 1);
	if (strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
		usage(stdout);
		return command_finish(0);
	}
	if (strcmp(name, "-V") == 0 || strcmp(name, "--version") == 0) {
		printf("silang %s\n", PACKAGE_VERSION);
		return command_finish(0);
	}
	if (*name)
		command_complain("there is no subcommand %s", name);
	usage(stderr);
	return SILANG_USAGE;
}
