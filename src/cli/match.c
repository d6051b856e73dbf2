#include "cli/match.h"

#include <string.h>

#include "base/arena.h"
#include "cli/table.h"
#include "cli/title.h"
#include "merge/doc.h"
#include "merge/merger.h"
#include "record/bib.h"
#include "record/crosswalk.h"

static const enum merge_level levels[MATCH_LEVELS] = {MERGE_STRICT, MERGE_NORMAL, MERGE_WORK};

void match_make(struct arena *arena, struct marc *const marcs[2], struct match *out)
{
	for (size_t i = 0; i < 2; i++) {
		out->records[i].bib = crosswalk_marc(arena, marcs[i], title_format(marcs[i]));
		out->records[i].doc = doc_create(arena, out->records[i].bib);
	}
	for (size_t i = 0; i < MATCH_LEVELS; i++) {
		out->levels[i].level = levels[i];
		cluster_compare(
		    out->records[0].doc, out->records[1].doc, levels[i], &out->levels[i].evidence);
	}
}

bool match_is_same(const struct match *match)
{
	return match->levels[1].evidence.same;
}

/* ---- What is compared ---- */

static const char *number_text(struct arena *arena, int number)
{
	return number ? arena_printf(arena, "%d", number) : "";
}

static const char *level_text(enum bib_level level)
{
	switch (level) {
	case BIB_MONOGRAPH: return "monograph";
	case BIB_SERIAL: return "serial";
	case BIB_PART: return "part";
	case BIB_COLLECTION: return "collection";
	}
	return "";
}

static const char *form_text(enum bib_form form)
{
	switch (form) {
	case BIB_TEXT: return "text";
	case BIB_SCORE: return "score";
	case BIB_MAP: return "map";
	case BIB_FILM: return "film";
	case BIB_SOUND: return "sound";
	case BIB_PICTURE: return "picture";
	case BIB_COMPUTER: return "computer file";
	case BIB_KIT: return "kit";
	case BIB_OBJECT: return "object";
	case BIB_MANUSCRIPT: return "manuscript";
	case BIB_FORM_UNKNOWN: break;
	}
	return "";
}

static const char *carrier_text(enum bib_carrier carrier)
{
	switch (carrier) {
	case BIB_PRINT: return "print";
	case BIB_ELECTRONIC: return "electronic";
	case BIB_MICRO: return "microform";
	case BIB_LARGE_PRINT: return "large print";
	case BIB_BRAILLE: return "braille";
	case BIB_CARRIER_UNKNOWN: break;
	}
	return "";
}

#define FACTS 15

struct fact {
	const char *name, *value; /* "" unknown */
};

static void read_facts(
    struct arena *arena, const struct match_record *record, struct fact facts[FACTS])
{
	const struct bib *bib = record->bib;
	struct cluster_guard guard = cluster_guard_of(record->doc);
	struct title title;

	title_of_bib(arena, bib, &title);
	const struct fact read[FACTS] = {
	    {"id", bib->control_number},
	    {"title", title.title},
	    {"script", bib->script_titles.count ? bib->script_titles.items[0] : NULL},
	    {"author", title.author},
	    {"edition", title.edition},
	    {"publisher", title.publisher},
	    {"year", title.year},
	    {"extent", bib->extent},
	    {"isbn", title.isbns},
	    {"issn", title.issns},
	    {"language", bib->language},
	    {"level", level_text(bib->level)},
	    {"form", form_text(bib->form)},
	    {"carrier", carrier_text(bib->carrier)},
	    {"volume", guard.is_set ? "set" : number_text(arena, guard.volume)},
	};

	for (size_t i = 0; i < FACTS; i++)
		facts[i] = (struct fact){read[i].name, read[i].value ? read[i].value : ""};
}

static const char *print_facts(struct arena *arena, const struct match *match, size_t width)
{
	static const struct table_column columns[] = {{"", false, TABLE_WHOLE, 0},
	    {"First record", false, TABLE_TEXT, 20}, {"Second record", false, TABLE_TEXT, 20}};
	struct table *table = table_create(arena, columns, 3);
	struct fact first[FACTS], second[FACTS];

	read_facts(arena, &match->records[0], first);
	read_facts(arena, &match->records[1], second);
	for (size_t i = 0; i < FACTS; i++)
		if (*first[i].value || *second[i].value)
			table_add(table,
			    (const char *[]){first[i].name, first[i].value, second[i].value});
	return table_print(table, 0, width);
}

/* ---- Text ---- */

static const char *verdict(struct arena *arena, const struct cluster_evidence *evidence)
{
	const char *sums =
	    arena_printf(arena, "sum %.2f, threshold %.2f", evidence->total, evidence->threshold);

	if (evidence->by_edition)
		return arena_printf(arena, "the same, as the same edition (%s)", sums);
	if (evidence->same)
		return arena_printf(arena, "the same (%s)", sums);
	if (evidence->guard)
		return arena_printf(arena, "not the same: another %s (%s)", evidence->guard, sums);
	if (evidence->total < evidence->threshold)
		return arena_printf(arena, "not the same (%s)", sums);
	return arena_printf(arena, "not the same: only one kind of evidence agrees (%s)", sums);
}

static const char *print_level(
    struct arena *arena, enum merge_level level, const struct cluster_evidence *evidence)
{
	static const struct table_column columns[] = {{NULL, false, TABLE_WHOLE, 0},
	    {NULL, true, TABLE_WHOLE, 0}, {NULL, false, TABLE_WHOLE, 0}};
	struct table *table = table_create(arena, columns, 3);

	for (size_t i = 0; i < evidence->nrows; i++)
		table_add(table, (const char *[]){evidence->rows[i].name,
				     arena_printf(arena, "%+.2f", evidence->rows[i].value),
				     evidence->rows[i].how});
	return arena_printf(arena, "\n%s: %s\n%s", merge_level_name(level),
	    verdict(arena, evidence), table_print(table, 2, 0));
}

const char *match_text(struct arena *arena, const struct match *match, size_t width)
{
	const char *text = print_facts(arena, match, width);

	for (size_t i = 0; i < MATCH_LEVELS; i++)
		text = arena_printf(arena, "%s%s", text,
		    print_level(arena, match->levels[i].level, &match->levels[i].evidence));
	return text;
}

/* ---- JSON ---- */

static json_t *record_json(struct arena *arena, const struct match_record *record)
{
	json_t *object = json_object();
	struct fact facts[FACTS];

	read_facts(arena, record, facts);
	for (size_t i = 0; i < FACTS; i++)
		if (*facts[i].value)
			json_object_set_new(object, facts[i].name, json_string(facts[i].value));
	return object;
}

static json_t *level_json(enum merge_level level, const struct cluster_evidence *evidence)
{
	json_t *rows = json_array(), *object;

	for (size_t i = 0; i < evidence->nrows; i++)
		json_array_append_new(
		    rows, json_pack("{s:s, s:s, s:f}", "name", evidence->rows[i].name, "how",
			      evidence->rows[i].how, "value", evidence->rows[i].value));
	object = json_pack("{s:s, s:b, s:f, s:f}", "level", merge_level_name(level), "same",
	    evidence->same, "sum", evidence->total, "threshold", evidence->threshold);
	if (!evidence->same)
		json_object_set_new(object, "because",
		    json_string(evidence->guard				? evidence->guard
				: evidence->total < evidence->threshold ? "sum"
									: "kinds"));
	if (evidence->by_edition)
		json_object_set_new(object, "by", json_string("normal"));
	json_object_set_new(object, "evidence", rows);
	return object;
}

json_t *match_json(struct arena *arena, const struct match *match)
{
	json_t *records = json_array(), *list = json_array();

	for (size_t i = 0; i < 2; i++)
		json_array_append_new(records, record_json(arena, &match->records[i]));
	for (size_t i = 0; i < MATCH_LEVELS; i++)
		json_array_append_new(
		    list, level_json(match->levels[i].level, &match->levels[i].evidence));
	return json_pack(
	    "{s:b, s:o, s:o}", "same", match_is_same(match), "records", records, "levels", list);
}
