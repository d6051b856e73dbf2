#ifndef SILANG_TESTS_QUALITY_SET_H
#define SILANG_TESTS_QUALITY_SET_H
/*
 * A labelled set: catalogues of MARC records, read from files, and tables about them. Used by the
 * test that guards the quality of merging and by the program that fits its weights.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct doc;

struct quality_record {
	const char *catalogue, *id; /* the control number */
	const char *work;	    /* the publication it describes; NULL unknown */
	const struct doc *doc;
	unsigned number; /* of its catalogue, from 0 */
	unsigned place;	 /* in its catalogue, from 0 */
};

struct quality_set {
	struct arena *arena;
	struct quality_record *records;
	size_t count, room;
	unsigned catalogues;
	struct map *by_id;
};

struct quality_set *quality_set_create(void);
void quality_set_destroy(struct quality_set *set);

/* Each reports on standard error and returns false when the file cannot be read. */

/* All DIR/NAME.mrc, in order of names; NAME is the catalogue. */
bool quality_set_read_catalogues(struct quality_set *set, const char *dir);
/* Records written as text: a line "= CATALOGUE ID", then a line for each field, as yaz-marcdump and
 * marc_to_lines write it ("245 10 $a Bumi manusia /"); "LDR am7" gives leader/06-07 and /17. */
bool quality_set_read_text(struct quality_set *set, const char *path);

const struct quality_record *quality_set_find(
    const struct quality_set *set, const char *catalogue, const char *id);

#define QUALITY_COLUMNS 8
/* Calls `fn` with the columns of each line that is neither empty nor begins with '#'; missing ones
 * are NULL. `fn` returns false for a line that is wrong, which is reported. */
bool quality_table_read(
    const char *path, bool (*fn)(void *arg, char *columns[QUALITY_COLUMNS]), void *arg);

#endif
