#ifndef SILANG_CLI_CSV_H
#define SILANG_CLI_CSV_H
/* Comma separated values after RFC 4180: lines end in CR LF, cells are quoted where they must be.
 */
#include <stddef.h>
#include <stdio.h>

struct arena;

/* `text` as a cell; itself when it needs no quotes. NULL is an empty cell. */
const char *csv_cell(struct arena *arena, const char *text);
void csv_write_row(FILE *out, struct arena *arena, const char *const *cells, size_t count);

#endif
