/*
 * Plays .scene files: `scene [-v] [-n WORDS] FILE…`. TAP, a case for each scene; each is played
 * with bytes whole and cut in different places, which must make no difference. The transcript of a
 * scene that failed follows it; -v shows all; -n plays only scenes whose title has these words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libxml/parser.h>

#include "scenes/play.h"
#include "scenes/script.h"
#include "scenes/transcript.h"

static const unsigned long seeds[] = {0, 1, 2};

struct options {
	bool verbose;
	const char *only;
};

/* One scene, with each way of cutting. */
static bool run_scene(
    const char *file, const struct scene *scene, unsigned number, const struct options *options)
{
	const char *name = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
	size_t runs = play_may_be_cut(scene) ? sizeof seeds / sizeof *seeds : 1;

	for (size_t i = 0; i < runs; i++) {
		struct transcript transcript;
		bool ok = play_scene(scene, seeds[i], &transcript);

		if (!ok) {
			printf("not ok %u - %s: %s\n", number, name, scene->title);
			printf("# %s:%u: %s\n", file, scene->line, transcript.fault);
			if (seeds[i])
				printf("# bytes cut by seed %lu\n", seeds[i]);
		}
		if (!ok || (options->verbose && !i))
			transcript_print(&transcript);
		transcript_clear(&transcript);
		if (!ok)
			return false;
	}
	printf("ok %u - %s: %s\n", number, name, scene->title);
	return true;
}

static unsigned run_file(const char *file, unsigned *number, const struct options *options)
{
	struct script script;
	unsigned failed = 0;

	script_read(&script, file);
	for (size_t i = 0; i < script.count; i++) {
		if (options->only && !strstr(script.scenes[i].title, options->only))
			continue;
		failed += !run_scene(file, &script.scenes[i], ++*number, options);
		fflush(stdout);
	}
	script_clear(&script);
	return failed;
}

int main(int argc, char **argv)
{
	struct options options = {0};
	unsigned number = 0, failed = 0;
	int c;

	while ((c = getopt(argc, argv, "vn:")) != -1) {
		if (c == 'v')
			options.verbose = true;
		else if (c == 'n')
			options.only = optarg;
		else
			return 2;
	}
	setenv("TZ", "UTC", 1);
	tzset();
	xmlInitParser();
	for (int i = optind; i < argc; i++)
		failed += run_file(argv[i], &number, &options);
	printf("1..%u\n", number);
	xmlCleanupParser();
	return failed ? 1 : 0;
}
