#ifndef SILANG_RECORD_MARC_H
#define SILANG_RECORD_MARC_H
/*
 * A MARC record as a bounded field tree: ISO 2709 and MARCXML in, both out. A tree lives in an
 * arena, all its text is clean UTF-8 (valid, only characters XML allows), its tags are three
 * letters or digits, its codes printable ASCII: whatever is written from it is well formed. Broken
 * input loses only what is broken.
 */
#include <stdbool.h>
#include <stddef.h>
#include <libxml/xmlwriter.h>
#include "record/charset.h"

struct arena;
struct diag;

#define MARC_RECORD_MAX (1 << 20) /* bytes of one record; more is DIAG_RECORD_TOO_LARGE */
#define MARC_FIELDS_MAX 4096
#define MARC_SUBFIELDS_MAX 8192 /* in all fields together */

struct marc_subfield {
	char code;
	const char *value;
};

struct marc_field {
	char tag[4];
	const char *data; /* control fields (001–009): their data; NULL for data fields */
	char indicator1, indicator2;
	struct marc_subfield *subfields;
	size_t nsubfields;
};

struct marc {
	char leader[25];
	struct marc_field *fields;
	size_t nfields;
	unsigned lost; /* how many fields, subfields, indicators were dropped as broken */
};

/* Reads one ISO 2709 record (ISO 2709:2008; MARC 21 leader conventions). Text is decoded by
 * `encoding` (CHARSET_AUTO: valid UTF-8 first, then what leader/09 says, MARC-8 for blank).
 * False when nothing can be saved (no leader, no directory) or when a limit is passed. Leader/09 of
 * the tree is 'a', as its text is UTF-8. */
bool marc_decode_iso2709(struct arena *arena, const void *bytes, size_t length,
    enum charset encoding, struct marc **out, struct diag *diag);
/* The same with a converter that the caller keeps over many records. */
bool marc_decode_iso2709_using(struct charset_converter *converter, struct arena *arena,
    const void *bytes, size_t length, enum charset encoding, struct marc **out, struct diag *diag);
/* Reads MARCXML (MARC21slim; also without namespace, and marcxchange): one record element, or a
 * collection's first. No entities, no network, no DTD. */
bool marc_decode_xml(
    struct arena *arena, const void *bytes, size_t length, struct marc **out, struct diag *diag);
/* UTF-8 ISO 2709 with leader/09 = a; false (DIAG_RECORD_TOO_LARGE) when it does not fit the format
 * (99,999 bytes; a field of 9,999). */
bool marc_encode_iso2709(
    struct arena *arena, const struct marc *marc, char **bytes, size_t *length, struct diag *diag);
/* Writes a <record xmlns="http://www.loc.gov/MARC21/slim"> element. */
void marc_write_xml(xmlTextWriterPtr writer, const struct marc *marc);
/* The line form people read ("245 10 $a Title ..."), UTF-8. */
char *marc_to_lines(struct arena *arena, const struct marc *marc);

/* The next field with this tag after `after` (NULL: the first); NULL when there is none. '.' in
 * `tag` matches any character. */
const struct marc_field *marc_find(
    const struct marc *marc, const char *tag, const struct marc_field *after);
/* First subfield with the code, or NULL. */
const char *marc_subfield(const struct marc_field *field, char code);
/* A copy of `marc` with one more data field, kept in tag order. It shares the text of both. */
struct marc *marc_with_field(
    struct arena *arena, const struct marc *marc, const struct marc_field *field);

#endif
