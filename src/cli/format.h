#ifndef SILANG_CLI_FORMAT_H
#define SILANG_CLI_FORMAT_H
/*
 * The forms in which `silang search` prints what it found. A format is begun with the first answer
 * that has no failure, takes records one by one, and is ended in any case once begun, so that what
 * was printed is always whole.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct answer;
struct answer_record;
struct arena;
struct table;

struct format_output {
	FILE *file;
	size_t width;	     /* of the terminal, 0: not one */
	struct arena *arena; /* lives until the end */
	struct table *table; /* format table's own */
};

struct format {
	const char *name;
	const char *schema; /* to be asked for; NULL: the JSON answer itself is printed */
	void (*begin)(struct format_output *output);
	/* False when this record cannot be printed in this form, with a complaint. `arena` is for
	 * the one record. */
	bool (*record)(struct format_output *output, struct arena *arena, unsigned long position,
	    const struct answer_record *record);
	void (*end)(struct format_output *output, const struct answer *last, unsigned long start,
	    size_t records);
};

/* NULL when there is none of that name. */
const struct format *format_find(const char *name);

extern const struct format format_table, format_csv, format_marc, format_marcxml, format_dc,
    format_mods;

#endif
