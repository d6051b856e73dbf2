#ifndef SILANG_RECORD_MODS_READ_H
#define SILANG_RECORD_MODS_READ_H
/* What the readers of MODS share; nobody else includes this. */
#include <stdbool.h>
#include <libxml/tree.h>

struct marc_build;

struct mods_read {
	struct marc_build *build;
	const xmlNode *root;
	bool has_main; /* a name is the main entry */
};

/* mods_read.c: text of an element on one line; of a child, NULL when there is none. */
char *mods_read_text(const struct mods_read *read, const xmlNode *node);
const char *mods_read_child(const struct mods_read *read, const xmlNode *node, const char *name);
bool mods_read_says(const xmlNode *node, const char *attribute, const char *value);
/* Into the field that is open: $a $b $c $d of a name. */
void mods_read_name(struct mods_read *read, const xmlNode *name);
/* '0' personal, '1' corporate, '2' conference; '\0': not told. */
char mods_read_name_kind(const xmlNode *name);

/* mods_read_parts.c: leader, from typeOfResource and issuance; and all but titles and names. */
void mods_read_type(struct mods_read *read);
void mods_read_element(struct mods_read *read, const xmlNode *node);
/* mods_read_subject.c */
void mods_read_subject(struct mods_read *read, const xmlNode *subject);
void mods_read_related(struct mods_read *read, const xmlNode *item);

#endif
