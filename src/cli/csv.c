#include "cli/csv.h"

#include <string.h>

#include "base/arena.h"

const char *csv_cell(struct arena *arena, const char *text)
{
	char *quoted, *to;

	if (!text)
		return "";
	if (!text[strcspn(text, "\",\r\n")])
		return text;
	quoted = to = arena_alloc(arena, strlen(text) * 2 + 3);
	*to++ = '"';
	for (; *text; text++) {
		if (*text == '"')
			*to++ = '"';
		*to++ = *text;
	}
	*to++ = '"';
	return quoted;
}

void csv_write_row(FILE *out, struct arena *arena, const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s%s", i ? "," : "", csv_cell(arena, cells[i]));
	fputs("\r\n", out);
}
