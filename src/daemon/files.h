#ifndef SILANG_DAEMON_FILES_H
#define SILANG_DAEMON_FILES_H
/* Reads the files a configuration consists of, for programs that check or load one. */
#include <stdbool.h>
#include <stddef.h>

/* A config_load_fn: the whole file, at most 4 MiB. */
bool files_load(void *arg, const char *path, char **text, size_t *length, char *why, size_t size);
/* A config_complain_fn: FILE:LINE: message on standard error. */
void files_complain(void *arg, const char *file, int line, const char *message);

#endif
