#include "daemon/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LARGEST (4u << 20)

static bool read_all(FILE *file, char **text, size_t *length, char *why, size_t size)
{
	char *buffer = malloc(LARGEST + 2);

	if (!buffer)
		abort();
	*length = fread(buffer, 1, LARGEST + 1, file);
	if (ferror(file) || *length > LARGEST) {
		snprintf(why, size, "%s",
		    ferror(file) ? strerror(errno) : "larger than 4 MiB, the most a file may be");
		free(buffer);
		return false;
	}
	buffer[*length] = '\0';
	*text = buffer;
	return true;
}

bool files_load(void *arg, const char *path, char **text, size_t *length, char *why, size_t size)
{
	struct stat stat_of_file;
	FILE *file = fopen(path, "rbe");
	bool ok;

	if (!file) {
		snprintf(why, size, "%s", strerror(errno));
		return false;
	}
	if (fstat(fileno(file), &stat_of_file) == 0 && S_ISDIR(stat_of_file.st_mode)) {
		snprintf(why, size, "it is a directory, not a file");
		fclose(file);
		return false;
	}
	ok = read_all(file, text, length, why, size);
	fclose(file);
	return ok;
}

void files_complain(void *arg, const char *file, int line, const char *message)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, message);
}
