#ifndef TESTS_SCENES_SETUP_H
#define TESTS_SCENES_SETUP_H
/* The configuration of a scene while it is being written down: what `search`, `limits`, `partner`
 * and `group` say. Becomes a configuration file's text. */
#include <stdbool.h>
#include <stddef.h>
#include "base/vec.h"

struct words;

struct setup_partner {
	char *id;
	unsigned number;
	char *target; /* attributes of <target> */
	char *isil, *called;
	char *agreement; /* attributes of <agreement>, NULL: none */
	char *services;	 /* blank separated */
	bool enabled, tls, sru;
	char *url; /* in place of the library's own; NULL */
};

struct setup {
	char *search, *limits;	     /* attributes */
	struct vec partners, groups; /* of struct setup_partner; of whole elements */
	unsigned numbered;	     /* partners so far: no two have the same number */
};

/* `name="value" …` as attributes, from the words at `from`; malloc'ed. */
char *setup_attributes(const struct words *words, unsigned from);
struct setup_partner *setup_partner(struct setup *setup, const char *id); /* found or made */
void setup_drop(struct setup *setup, const char *id);
/* The configuration file; malloc'ed. */
char *setup_write(const struct setup *setup);
void setup_clear(struct setup *setup);

#endif
