/* MODS's relatedItem, and what tells where and by what number a thing is found. */
#include <string.h>

#include "base/arena.h"
#include "record/crosswalk_private.h"
#include "record/schema_mods.h"

static struct element *open_related(
    struct mods *mods, const struct marc_field *field, const char *type)
{
	struct element *item = element_add(mods->arena, mods->root, "relatedItem");

	return element_set(mods->arena, item, "type", type);
}

static void apply_series(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	struct element *item = open_related(mods, field, "series");
	struct element *title = element_add(mods->arena, item, "titleInfo");

	if (strcmp(row->element, "name") == 0) {
		struct element *name = element_add(mods->arena, item, "name");

		element_set(mods->arena, name, "type", row->type);
		mods_add(mods, title, "title", mods_join(mods, field, "t"));
		mods_put_name(mods, name, field, row->codes, row->type);
	} else {
		mods_add(mods, title, "title", mods_join(mods, field, row->codes));
	}
	mods_add(mods, title, "partNumber", mods_join(mods, field, "v"));
	element_set(mods->arena, mods_add(mods, item, "identifier", mods_join(mods, field, "x")),
	    "type", "issn");
}

/* 700 … 711 with a title: another work. */
static void apply_work(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	struct element *item, *title, *name;

	if (!marc_subfield(field, 't'))
		return;
	item = open_related(mods, field, field->indicator2 == '2' ? "constituent" : NULL);
	title = element_add(mods->arena, item, "titleInfo");
	mods_add(mods, title, "title", mods_join(mods, field, "tfklmors"));
	mods_add(mods, title, "partNumber", mods_join(mods, field, "n"));
	mods_add(mods, title, "partName", mods_join(mods, field, "p"));
	name = element_set(mods->arena, element_add(mods->arena, item, "name"), "type", row->type);
	mods_put_name(mods, name, field, row->codes, row->type);
}

static void put_identifiers(struct mods *mods, struct element *item, const struct marc_field *field)
{
	static const struct {
		char code;
		const char *type;
	} kinds[] = {{'z', "isbn"}, {'x', "issn"}, {'r', "report"}, {'u', "stock number"}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		element_set(mods->arena,
		    mods_add(mods, item, "identifier", marc_subfield(field, kinds[i].code)), "type",
		    kinds[i].type);
	element_set(mods->arena, mods_add(mods, item, "identifier", marc_subfield(field, 'w')),
	    "type", "local");
}

/* 76X–78X. */
static void apply_linked(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	struct element *item = open_related(mods, field, row->type);
	struct element *title = element_add(mods->arena, item, "titleInfo");
	struct element *origin, *physical;

	mods_add(
	    mods, title, "title", mods_join(mods, field, marc_subfield(field, 't') ? "t" : "s"));
	mods_add(
	    mods, element_add(mods->arena, item, "name"), "namePart", mods_join(mods, field, "a"));
	origin = element_add(mods->arena, item, "originInfo");
	mods_add(mods, origin, "publisher", mods_join(mods, field, "d"));
	mods_add(mods, origin, "edition", mods_join(mods, field, "b"));
	physical = element_add(mods->arena, item, "physicalDescription");
	mods_add(mods, physical, "extent", mods_join(mods, field, "h"));
	mods_add(mods, item, "note", mods_join(mods, field, "n"));
	put_identifiers(mods, item, field);
	if (strcmp(row->type, "host") == 0)
		mods_add(mods, element_add(mods->arena, item, "part"), "text",
		    mods_join(mods, field, "g"));
}

/* ---- Identifiers, places, rights ---- */

static void apply_identifier(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	for (size_t i = 0; i < field->nsubfields; i++) {
		char code = field->subfields[i].code;
		struct element *element;

		if (!code || !strchr(row->codes, code))
			continue;
		element = mods_add(mods, mods->root, "identifier",
		    crosswalk_trim(mods->arena, field->subfields[i].value));
		element_set(mods->arena, element, "type", row->type);
		if (code == 'z' || code == 'y')
			element_set(mods->arena, element, "invalid", "yes");
	}
}

/* 024: the first indicator, or $2, names the kind. */
static void apply_standard_number(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	static const char *const types[] = {"isrc", "upc", "ismn", "ean", "sici"};
	struct mods_row known = *row;

	known.type = field->indicator1 >= '0' && field->indicator1 <= '4'
			 ? types[field->indicator1 - '0']
			 : marc_subfield(field, '2');
	apply_identifier(mods, field, &known);
}

static void apply_system_number(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	const char *number = marc_subfield(field, 'a');

	if (number && strncmp(number, "(OCoLC)", 7) == 0)
		element_set(mods->arena,
		    mods_add(
			mods, mods->root, "identifier", crosswalk_trim(mods->arena, number + 7)),
		    "type", "oclc");
}

static void apply_shelf(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	struct element *location = element_add(mods->arena, mods->root, "location");

	mods_add(mods, location, "physicalLocation", mods_join(mods, field, "ab"));
	mods_add(mods, location, "shelfLocator", mods_join(mods, field, "hijklm"));
}

static void apply_url(struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	struct element *location = element_add(mods->arena, mods->root, "location");

	for (size_t i = 0; i < field->nsubfields; i++) {
		struct element *url;

		if (field->subfields[i].code != 'u')
			continue;
		url = mods_add(mods, location, "url", field->subfields[i].value);
		element_set(mods->arena, url, "displayLabel", marc_subfield(field, '3'));
		element_set(mods->arena, url, "note", marc_subfield(field, 'z'));
		if (field->indicator2 == '0' || field->indicator2 == '1')
			element_set(mods->arena, url, "usage",
			    location->children == url && field->indicator2 == '0'
				? "primary display"
				: NULL);
	}
}

static const struct mods_row relations[] = {
    {"440", apply_series, "anp", "titleInfo", NULL},
    {"490", apply_series, "a", "titleInfo", NULL},
    {"800", apply_series, "aq", "name", "personal"},
    {"810", apply_series, "a", "name", "corporate"},
    {"811", apply_series, "acdenq", "name", "conference"},
    {"830", apply_series, "adfgklmnoprst", "titleInfo", NULL},
    {"700", apply_work, "aq", NULL, "personal"},
    {"710", apply_work, "a", NULL, "corporate"},
    {"711", apply_work, "acdenq", NULL, "conference"},
    {"760", apply_linked, NULL, NULL, "series"},
    {"762", apply_linked, NULL, NULL, "constituent"},
    {"765", apply_linked, NULL, NULL, "original"},
    {"767", apply_linked, NULL, NULL, "otherVersion"},
    {"770", apply_linked, NULL, NULL, "constituent"},
    {"772", apply_linked, NULL, NULL, "host"},
    {"773", apply_linked, NULL, NULL, "host"},
    {"774", apply_linked, NULL, NULL, "constituent"},
    {"775", apply_linked, NULL, NULL, "otherVersion"},
    {"776", apply_linked, NULL, NULL, "otherFormat"},
    {"780", apply_linked, NULL, NULL, "preceding"},
    {"785", apply_linked, NULL, NULL, "succeeding"},
    {"787", apply_linked, NULL, NULL, ""},
    {"020", apply_identifier, "az", NULL, "isbn"},
    {"022", apply_identifier, "ayz", NULL, "issn"},
    {"024", apply_standard_number, "az", NULL, NULL},
    {"010", apply_identifier, "az", NULL, "lccn"},
    {"028", apply_identifier, "a", NULL, "music publisher"},
    {"035", apply_system_number, "a", NULL, NULL},
    {"852", apply_shelf, NULL, NULL, NULL},
    {"856", apply_url, "u", NULL, NULL},
    {"506", mods_apply_text, "abcd3", "accessCondition", "restriction on access"},
    {"540", mods_apply_text, "abcd3", "accessCondition", "use and reproduction"},
};

void mods_relations(struct mods *mods)
{
	mods_apply(mods, relations, sizeof relations / sizeof *relations);
}
