#include "target/lacks.h"

#include <string.h>

#define LACKS_FOR (24 * 60 * 60 * 1000)

void lacks_forget(struct lacks *lacks, const char *name)
{
	for (unsigned i = 0; i < LACKS_MAX; i++)
		if (strcmp(lacks->items[i].name, name) == 0)
			*lacks->items[i].name = '\0';
}

void lacks_note(struct lacks *lacks, const char *name, msec_t now)
{
	unsigned at = 0;

	if (strlen(name) >= LACKS_NAME_MAX)
		return;
	lacks_forget(lacks, name);
	for (unsigned i = 0; i < LACKS_MAX && *lacks->items[at].name; i++)
		if (!*lacks->items[i].name || lacks->items[i].until < lacks->items[at].until)
			at = i;
	strcpy(lacks->items[at].name, name);
	lacks->items[at].until = now + LACKS_FOR;
}

const char *lacks_name(const struct lacks *lacks, unsigned place, msec_t now)
{
	return *lacks->items[place].name && now < lacks->items[place].until
		   ? lacks->items[place].name
		   : NULL;
}
