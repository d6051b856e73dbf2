/* silang check: says whether a configuration file is in order, without binding or asking anything.
 */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "daemon/files.h"
#include "registry/config.h"

static const char usage[] = "usage: silang check FILE\n";

int cmd_check(int argc, char **argv)
{
	const char *file = argc > 1 ? argv[1] : NULL;
	struct config *config;

	if (file && (strcmp(file, "-h") == 0 || strcmp(file, "--help") == 0)) {
		fputs(usage, stdout);
		return 0;
	}
	if (file && strcmp(file, "--") == 0)
		file = argc > 2 ? argv[2] : NULL;
	else if (file && *file == '-')
		file = NULL;
	if (!file || argv[argc - 1] != file) {
		fputs(usage, stderr);
		return SILANG_USAGE;
	}
	config = config_parse(file, files_load, NULL, files_complain, NULL);
	if (!config)
		return SILANG_USAGE;
	printf("%s: in order: %zu partners, %zu groups\n", config->file, config->npartners,
	    config->ngroups);
	config_unref(config);
	return 0;
}
