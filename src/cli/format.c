#include "cli/format.h"

#include <string.h>

static const struct format format_json = {.name = "json"};

const struct format *format_find(const char *name)
{
	static const struct format *const formats[] = {&format_table, &format_marc, &format_marcxml,
	    &format_dc, &format_mods, &format_json, &format_csv};

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (strcmp(name, formats[i]->name) == 0)
			return formats[i];
	return NULL;
}
