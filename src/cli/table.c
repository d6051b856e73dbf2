#include "cli/table.h"

#include <yaz/wrbuf.h>

#include "base/arena.h"
#include "cli/display.h"

#define GAP 2
#define WIDEST 72

struct table {
	struct arena *arena;
	const struct table_column *columns;
	size_t count;
	const char ***rows; /* nrows of count cells */
	size_t nrows, room;
};

struct table *table_create(struct arena *arena, const struct table_column *columns, size_t count)
{
	struct table *table = arena_alloc(arena, sizeof *table);

	table->arena = arena;
	table->columns = columns;
	table->count = count;
	return table;
}

static void table_push(struct table *table, const char **row)
{
	table->rows =
	    arena_grow(table->arena, table->rows, table->nrows, &table->room, sizeof *table->rows);
	table->rows[table->nrows++] = row;
}

void table_add(struct table *table, const char *const *cells)
{
	const char **row = arena_array(table->arena, table->count, sizeof *row);

	for (size_t i = 0; i < table->count; i++)
		row[i] = display_clean(table->arena, cells[i] ? cells[i] : "");
	table_push(table, row);
}

size_t table_rows(const struct table *table)
{
	return table->nrows;
}

static bool table_has_heading(const struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->columns[i].title)
			return true;
	return false;
}

static void natural_widths(const struct table *table, size_t *widths)
{
	for (size_t c = 0; c < table->count; c++) {
		const char *title = table->columns[c].title;

		widths[c] = title ? display_width(title) : 0;
		for (size_t r = 0; r < table->nrows; r++) {
			size_t width = display_width(table->rows[r][c]);

			if (width > widths[c])
				widths[c] = width;
		}
	}
}

/* Takes columns from the widest that may be cut, until the line fits or nothing more can give. */
static void shrink(const struct table *table, size_t *widths, size_t room)
{
	size_t sum = (table->count - 1) * GAP;

	for (size_t c = 0; c < table->count; c++)
		sum += widths[c];
	for (; sum > room; sum--) {
		size_t widest = table->count;

		for (size_t c = 0; c < table->count; c++)
			if (table->columns[c].cut != TABLE_WHOLE &&
			    widths[c] > table->columns[c].least &&
			    (widest == table->count || widths[c] > widths[widest]))
				widest = c;
		if (widest == table->count)
			return;
		widths[widest]--;
	}
}

static const char *fit(
    const struct table *table, const struct table_column *column, const char *cell, size_t width)
{
	switch (column->cut) {
	case TABLE_WHOLE: return cell;
	case TABLE_TEXT: return display_cut(table->arena, cell, width);
	case TABLE_LIST: return display_cut_list(table->arena, cell, width);
	}
	return cell;
}

static void blanks(WRBUF out, size_t count)
{
	while (count--)
		wrbuf_putc(out, ' ');
}

static void print_row(const struct table *table, const char *const *cells, const size_t *widths,
    size_t indent, bool cut, WRBUF out)
{
	size_t pending = indent; /* blanks are written only when something follows */

	for (size_t c = 0; c < table->count; c++) {
		const struct table_column *column = &table->columns[c];
		const char *cell = cells[c] ? cells[c] : "";

		if (cut)
			cell = fit(table, column, cell, widths[c]);

		size_t width = display_width(cell);
		size_t padding = widths[c] > width ? widths[c] - width : 0;

		if (*cell) {
			blanks(out, pending + (column->right ? padding : 0));
			wrbuf_puts(out, cell);
			pending = column->right ? GAP : padding + GAP;
		} else {
			pending += padding + GAP;
		}
	}
	wrbuf_putc(out, '\n');
}

char *table_print(const struct table *table, size_t indent, size_t width)
{
	size_t *widths = arena_array(table->arena, table->count, sizeof *widths);
	const char **titles = arena_array(table->arena, table->count, sizeof *titles);
	WRBUF out = wrbuf_alloc();
	char *text;

	natural_widths(table, widths);
	if (width)
		shrink(table, widths, width > indent ? width - indent : 0);
	for (size_t c = 0; c < table->count; c++) {
		titles[c] = table->columns[c].title;
		if (!width && widths[c] > WIDEST)
			widths[c] = WIDEST;
	}
	if (table_has_heading(table))
		print_row(table, titles, widths, indent, width > 0, out);
	for (size_t r = 0; r < table->nrows; r++)
		print_row(table, table->rows[r], widths, indent, width > 0, out);
	text = arena_strdup(table->arena, wrbuf_cstr(out));
	wrbuf_destroy(out);
	return text;
}
