#ifndef SILANG_CLI_PROGRESS_H
#define SILANG_CLI_PROGRESS_H
/* What people see on a terminal: its width, and on standard error a line that comes and goes. */
#include <stddef.h>
#include <stdio.h>

/* Columns of the terminal behind `file`; 0 when it is none. */
size_t progress_width(FILE *file);
/* Replaces the line; only on a terminal. */
void progress_show(const char *format, ...) __attribute__((format(printf, 1, 2)));
void progress_clear(void);

#endif
