#ifndef SILANG_CLI_COMMAND_H
#define SILANG_CLI_COMMAND_H
/*
 * The subcommands of `silang`. Each reads its own arguments (argv[0] is the subcommand's name),
 * prints data alone on standard output, everything else on standard error, and returns the exit
 * status. None of them speaks to a library: they are plain clients of a gateway, or speak to
 * nobody.
 */
enum silang_exit {
	SILANG_FOUND = 0,
	SILANG_NOTHING = 1,   /* nothing found although every asked partner answered */
	SILANG_USAGE = 2,     /* usage, configuration, not built */
	SILANG_UNDECIDED = 3, /* gateway unreachable, or nothing found with an outage */
};

int cmd_search(int argc, char **argv);
int cmd_partners(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_explain_match(int argc, char **argv);

/* "silang: …" and a line's end on standard error; always returns SILANG_USAGE. */
int command_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Sees standard output through to its end: `status`, or SILANG_USAGE with a complaint when it could
 * not all be written. */
int command_finish(int status);

#endif
