/* Formats table and csv: one line a title. The table ends with what every library had to say. */
#include "base/arena.h"
#include "cli/answer.h"
#include "cli/csv.h"
#include "cli/format.h"
#include "cli/table.h"
#include "cli/title.h"
#include "cli/verdict.h"

/* ---- table ---- */

static const struct table_column title_columns[] = {
    {"No", true, TABLE_WHOLE, 0},
    {"Title / author", false, TABLE_TEXT, 24},
    {"Year", false, TABLE_WHOLE, 0},
    {"Libraries", false, TABLE_LIST, 16},
};

static const struct table_column partner_columns[] = {
    {NULL, false, TABLE_WHOLE, 0},
    {NULL, false, TABLE_WHOLE, 0},
};

static void table_begin(struct format_output *output)
{
	output->table = table_create(output->arena, title_columns, 4);
}

static bool table_record(struct format_output *output, struct arena *arena, unsigned long position,
    const struct answer_record *record)
{
	struct title title;

	title_read(arena, record, &title);

	const char *text = *title.problem
			       ? arena_printf(arena, "[cannot be shown: %s]", title.problem)
			       : arena_printf(arena, "%s%s%s", title.title,
				     *title.author ? " / " : "", title.author);

	table_add(output->table, (const char *[]){arena_printf(arena, "%lu", position), text,
				     title.year, title.libraries});
	return true;
}

static void table_end(
    struct format_output *output, const struct answer *last, unsigned long start, size_t records)
{
	struct table *partners = table_create(output->arena, partner_columns, 2);

	if (table_rows(output->table))
		fprintf(output->file, "%s\n", table_print(output->table, 0, output->width));
	fprintf(output->file, "%s\n", verdict_summary(output->arena, last, start, records));
	for (size_t i = 0; i < last->npartners; i++) {
		const char *text = verdict_partner(output->arena, &last->partners[i]);

		if (text)
			table_add(partners, (const char *[]){last->partners[i].id, text});
	}
	fputs(table_print(partners, 2, 0), output->file);
}

const struct format format_table = {"table", "marcxml", table_begin, table_record, table_end};

/* ---- csv ---- */

static void csv_begin(struct format_output *output)
{
	static const char *const names[] = {"position", "title", "author", "year", "isbn",
	    "libraries", "score", "issn", "publisher", "edition", "problem"};

	csv_write_row(output->file, output->arena, names, sizeof names / sizeof *names);
}

static bool csv_record(struct format_output *output, struct arena *arena, unsigned long position,
    const struct answer_record *record)
{
	struct title title;

	title_read(arena, record, &title);

	const char *const cells[] = {arena_printf(arena, "%lu", position), title.title,
	    title.author, title.year, title.isbns, title.ids, record->score, title.issns,
	    title.publisher, title.edition, title.problem};

	csv_write_row(output->file, arena, cells, sizeof cells / sizeof *cells);
	return true;
}

static void csv_end(
    struct format_output *output, const struct answer *last, unsigned long start, size_t records)
{
}

const struct format format_csv = {"csv", "marcxml", csv_begin, csv_record, csv_end};
