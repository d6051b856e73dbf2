/*
 * Without a fuzzer a fuzz target is a regression test: it replays its corpus, file by file, as TAP.
 * The corpus is the folder named after the program, below tests/fuzz/corpus; further files or
 * folders may be given as arguments. A target that mutates its input itself also plays mutants of
 * each file, the same every time.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MUTANTS 200	     /* of each file, each made of the one before */
#define MUTANT_MAX (1 << 16) /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t most, unsigned seed);

static int count;

/* An exact copy, so that a sanitizer sees the first byte past the end. */
static void play(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1);

	if (!exact)
		abort();
	memcpy(exact, data, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

static void play_mutants(const uint8_t *data, size_t size)
{
	uint8_t *mutant = malloc(MUTANT_MAX);
	size_t length = 0;

	if (!mutant)
		abort();
	for (unsigned i = 0; i < MUTANTS; i++) {
		if (i % 10 == 0) { /* from the file again */
			length = size < MUTANT_MAX ? size : MUTANT_MAX;
			memcpy(mutant, data, length);
		}
		length = LLVMFuzzerCustomMutator(mutant, length, MUTANT_MAX, 7 + i * 2654435761u);
		play(mutant, length);
	}
	free(mutant);
}

static void replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(8 << 20);
	size_t size;

	if (!file || !data) {
		printf("not ok %d - %s cannot be read\n", ++count, path);
		exit(1);
	}
	size = fread(data, 1, 8 << 20, file);
	fclose(file);

	play(data, size);
	if (LLVMFuzzerCustomMutator)
		play_mutants(data, size);
	free(data);
	printf("ok %d - %s\n", ++count, strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
}

static void replay(const char *path)
{
	struct dirent **names;
	struct stat st;
	int n;

	if (stat(path, &st) != 0)
		return;
	if (!S_ISDIR(st.st_mode)) {
		replay_file(path);
		return;
	}
	n = scandir(path, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		char below[4096];

		snprintf(below, sizeof below, "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			replay(below);
		free(names[i]);
	}
	free(names);
}

int main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir"), *name = strrchr(argv[0], '/');
	char corpus[4096];

	name = name ? name + 1 : argv[0];
	if (strncmp(name, "fuzz_", 5) == 0)
		name += 5;
	if (argc > 1) {
		for (int i = 1; i < argc; i++)
			replay(argv[i]);
	} else {
		snprintf(corpus, sizeof corpus, "%s/tests/fuzz/corpus/%s", top ? top : ".", name);
		replay(corpus);
	}
	if (!count) {
		printf("not ok 1 - no corpus for %s\n1..1\n", name);
		return 1;
	}
	printf("1..%d\n", count);
	return 0;
}
