#include "registry/config_report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"

/* More than anyone mends in one go; what is beyond is counted, not kept. */
#define COMPLAINTS_MAX 1000
#define MESSAGE_MAX 1000 /* bytes */

struct complaint {
	const char *file, *message;
	int line;
	size_t file_rank, sequence;
	struct complaint *next;
};

struct file_name {
	const char *name;
	struct file_name *next;
};

struct config_report {
	struct arena *arena;
	struct file_name *files, **last_file;
	struct complaint *first, **last;
	size_t count;
};

struct config_report *config_report_create(struct arena *arena)
{
	struct config_report *report = arena_alloc(arena, sizeof *report);

	report->arena = arena;
	report->last_file = &report->files;
	report->last = &report->first;
	return report;
}

void config_report_file(struct config_report *report, const char *file)
{
	struct file_name *entry = arena_alloc(report->arena, sizeof *entry);

	entry->name = arena_strdup(report->arena, file);
	*report->last_file = entry;
	report->last_file = &entry->next;
}

static size_t file_rank(const struct config_report *report, const char *name)
{
	size_t rank = 0;

	for (const struct file_name *file = report->files; file; file = file->next, rank++)
		if (strcmp(file->name, name) == 0)
			break;
	return rank;
}

void config_report_add(
    struct config_report *report, const char *file, int line, const char *format, ...)
{
	va_list args;

	if (report->count++ >= COMPLAINTS_MAX)
		return;

	struct complaint *complaint = arena_alloc(report->arena, sizeof *complaint);

	va_start(args, format);
	char *message = arena_vprintf(report->arena, format, args);
	va_end(args);
	message[text_cut(message, strlen(message), MESSAGE_MAX)] = '\0';
	complaint->file = file;
	complaint->line = line;
	complaint->message = text_xml_clean(report->arena, message, strlen(message));
	for (char *p = message = (char *)complaint->message; *p; p++)
		if (*p == '\n' || *p == '\r' || *p == '\t')
			*p = ' ';
	complaint->file_rank = file_rank(report, file);
	complaint->sequence = report->count;
	*report->last = complaint;
	report->last = &complaint->next;
}

size_t config_report_count(const struct config_report *report)
{
	return report->count;
}

static int complaint_compare(const void *a, const void *b)
{
	const struct complaint *x = *(const struct complaint *const *)a;
	const struct complaint *y = *(const struct complaint *const *)b;

	if (x->file_rank != y->file_rank)
		return x->file_rank < y->file_rank ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->sequence < y->sequence ? -1 : 1;
}

void config_report_deliver(struct config_report *report, config_complain_fn complain, void *arg)
{
	size_t kept = report->count < COMPLAINTS_MAX ? report->count : COMPLAINTS_MAX, i = 0;
	const struct complaint **sorted;

	if (!kept)
		return;
	sorted = arena_array(report->arena, kept, sizeof *sorted);
	for (const struct complaint *c = report->first; c; c = c->next)
		sorted[i++] = c;
	qsort(sorted, kept, sizeof *sorted, complaint_compare);
	for (i = 0; i < kept; i++)
		complain(arg, sorted[i]->file, sorted[i]->line, sorted[i]->message);
	if (report->count > kept)
		complain(arg, sorted[kept - 1]->file, sorted[kept - 1]->line,
		    arena_printf(
			report->arena, "and %zu errors more, not shown", report->count - kept));
}

#define NEAR_MAX 32 /* longest word that slips are looked for in */

/* Letters to insert, drop, change or swap to make one word of the other; case is no difference. */
static unsigned word_distance(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	unsigned row[3][NEAR_MAX + 1] = {{0}};

	if (na > NEAR_MAX || nb > NEAR_MAX)
		return UINT32_MAX;
	for (size_t j = 0; j <= nb; j++)
		row[1][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned *before = row[(i - 1) % 3], *last = row[i % 3], *now = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			char x = a[i - 1] | 0x20, y = b[j - 1] | 0x20;
			unsigned best = last[j - 1] + (x != y);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && x == (b[j - 2] | 0x20) && y == (a[i - 2] | 0x20) &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[(na + 1) % 3][nb];
}

const char *config_report_near(const char *wrong, const char *const *words, size_t count)
{
	unsigned best = UINT32_MAX;
	const char *near = NULL;

	for (size_t i = 0; i < count; i++) {
		unsigned distance = word_distance(wrong, words[i]);

		if (distance < best) {
			best = distance;
			near = words[i];
		}
	}
	return near && best <= 2 && best * 2 < strlen(near) + 1 ? near : NULL;
}

const char *config_report_hint(
    struct arena *arena, const char *wrong, const char *const *words, size_t count)
{
	const char *near = config_report_near(wrong, words, count);
	const char *list = "";

	if (near)
		return arena_printf(arena, "; did you mean \"%s\"?", near);
	if (!count)
		return "; nothing is allowed here";
	for (size_t i = 0; i < count; i++)
		list = arena_printf(arena, "%s%s%s", list, i ? ", " : "; allowed: ", words[i]);
	return list;
}
