#ifndef SILANG_RECORD_MARC_BUILD_H
#define SILANG_RECORD_MARC_BUILD_H
/*
 * A MARC 21 record made field by field, out of a description that was none. Text is cleaned of line
 * breaks and of blanks at both ends; what is empty is no subfield, and a field without any is no
 * field. What is beyond the limits of a record is counted as lost.
 */
#include <stdbool.h>
#include "record/marc.h"

struct marc_build {
	struct arena *arena;
	struct marc *marc;
	size_t room, nsubfields, subfield_room; /* the last: of the field that is open */
	bool open;
	char fixed[41]; /* 008 */
};

/* Leader and 008 are those of a text of which nothing else is known. */
void marc_build_begin(struct marc_build *build, struct arena *arena);
void marc_build_control(struct marc_build *build, const char *tag, const char *data);
/* Opens a data field; marc_build_add fills it. NULL and empty text add nothing. */
void marc_build_field(struct marc_build *build, const char *tag, char indicator1, char indicator2);
void marc_build_add(struct marc_build *build, char code, const char *text);
/* A field of one subfield. */
void marc_build_text(
    struct marc_build *build, const char *tag, const char *indicators, char code, const char *text);
/* Whether the record has a field of that tag by now, with anything in it. */
bool marc_build_has(const struct marc_build *build, const char *tag);
/* In order of tags, with its 008. */
struct marc *marc_build_end(struct marc_build *build);

/* ---- What descriptions in other schemas have in common. ---- */

/* One line, no blanks at both ends nor more than one together; in the arena. */
char *marc_build_line(struct arena *arena, const char *text);
/* Dates of a publication as somebody wrote them: the first year goes into 008, and the text into
 * 260 $c by the caller. */
void marc_build_year(struct marc_build *build, const char *text);
/* A code (of two or three letters, with a country or without) or a name: into 008 and 041, or 546
 * when it is neither. */
void marc_build_language(struct marc_build *build, const char *text);
/* A standard number or an address by what it looks like, or by `type` ("isbn", NULL): 020, 022,
 * 024, 035, 856. `invalid`: said to be cancelled. */
void marc_build_identifier(
    struct marc_build *build, const char *type, const char *text, bool invalid);
/* The script of a text, as MARC writes it in $6: "(3" of Arabic; "" of Latin, NULL of others. */
const char *marc_build_script(const char *text);
/* A title in another script than the one there is: 880, both linked. False when it is in the same,
 * or when there is one already. */
bool marc_build_script_title(struct marc_build *build, const char *title, const char *rest);

#endif
