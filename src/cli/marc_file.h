#ifndef SILANG_CLI_MARC_FILE_H
#define SILANG_CLI_MARC_FILE_H
/*
 * The records of a file, whichever form they came in: ISO 2709 one behind the other, or MARCXML
 * (one record, a collection, or an SRU answer that holds some). Bytes in, field trees out; XML is
 * read without document types, entities or network.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct marc;

struct marc_file_record {
	struct marc *marc;   /* NULL when it cannot be read */
	const char *problem; /* why not */
};

struct marc_file {
	struct marc_file_record *records; /* the first `most` of them */
	size_t count;			  /* all there are */
};

/* False, with the reason, when there is nothing like a record in it. */
bool marc_file_read(struct arena *arena, const char *bytes, size_t length, size_t most,
    struct marc_file *out, const char **why);

#endif
