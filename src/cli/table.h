#ifndef SILANG_CLI_TABLE_H
#define SILANG_CLI_TABLE_H
/*
 * A table in aligned columns for people. Cells are cleaned as they come in, so that a row is one
 * line whatever a library has sent. A table lives in its arena.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct table;

enum table_cut {
	TABLE_WHOLE, /* never cut */
	TABLE_TEXT,  /* ends in an ellipsis when there is no room */
	TABLE_LIST,  /* "a, b, c" becomes "a, +2" */
};

struct table_column {
	const char *title; /* NULL in every column: no heading */
	bool right;	   /* aligned to the right */
	enum table_cut cut;
	size_t least; /* columns it keeps when others must be cut */
};

/* `columns` must outlive the table. */
struct table *table_create(struct arena *arena, const struct table_column *columns, size_t count);
/* Adds a row of as many cells as there are columns; NULL is an empty cell. */
void table_add(struct table *table, const char *const *cells);
size_t table_rows(const struct table *table);
/* The whole table, each line ended. `width` is the terminal's; 0 cuts nothing, and then a cell
 * longer than 72 columns moves the rest of its own line only. Every line begins with `indent`
 * blanks. */
char *table_print(const struct table *table, size_t indent, size_t width);

#endif
