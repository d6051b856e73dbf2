#include "record/schema_mods.h"

#include <string.h>

#include "base/arena.h"
#include "record/crosswalk_private.h"
#include "record/schema_private.h"

#define NS_MODS "http://www.loc.gov/mods/v3"

const char *mods_join(struct mods *mods, const struct marc_field *field, const char *codes)
{
	return crosswalk_join(mods->arena, field, codes, " ");
}

struct element *mods_add(
    struct mods *mods, struct element *parent, const char *name, const char *text)
{
	return element_add_text(mods->arena, parent, name, text);
}

const char *mods_control(const struct mods *mods, const char *tag)
{
	const struct marc_field *field = marc_find(mods->marc, tag, NULL);

	return field && field->data ? field->data : "";
}

/* ISO 15924 for the codes MARC has for scripts ($6, after the slash). */
static const char *script(const char *link)
{
	static const char *const scripts[][2] = {{"(3", "Arab"}, {"(B", "Latn"}, {"$1", "Hani"},
	    {"(N", "Cyrl"}, {"(S", "Grek"}, {"(2", "Hebr"}};
	const char *slash = strchr(link, '/');

	for (size_t i = 0; slash && i < sizeof scripts / sizeof *scripts; i++)
		if (strncmp(slash + 1, scripts[i][0], 2) == 0)
			return scripts[i][1];
	return NULL;
}

/* $6 is "880-01" in a field and "245-01/(3/r" in the one that says it in another script. */
struct element *mods_top(struct mods *mods, const struct marc_field *field, const char *name)
{
	struct element *element = element_add(mods->arena, mods->root, name);
	const char *link = field->data ? NULL : marc_subfield(field, '6');

	if (!link || strlen(link) < 6 || strncmp(link + 4, "00", 2) == 0)
		return element;
	element_set(mods->arena, element, "altRepGroup", arena_strndup(mods->arena, link + 4, 2));
	if (strcmp(field->tag, "880") == 0)
		element_set(mods->arena, element, "script", script(link));
	return element;
}

/* ---- Titles ---- */

/* As many characters of the title as are not to be sorted by become nonSort. */
static void put_title(struct mods *mods, struct element *info, const char *title, int skip)
{
	const char *rest = title;

	if (!title)
		return;
	for (; skip > 0 && *rest; skip--)
		do
			rest++;
		while (((unsigned char)*rest & 0xC0) == 0x80);
	if (rest > title && *rest) {
		mods_add(mods, info, "nonSort",
		    crosswalk_trim(
			mods->arena, arena_strndup(mods->arena, title, (size_t)(rest - title))));
		title = rest;
	}
	mods_add(mods, info, "title", title);
}

static void put_title_parts(
    struct mods *mods, struct element *info, const struct marc_field *field, const char *codes)
{
	int skip = 0;

	if (strcmp(field->tag, "245") == 0 || strcmp(field->tag, "240") == 0)
		skip = field->indicator2 >= '0' && field->indicator2 <= '9'
			   ? field->indicator2 - '0'
			   : 0;
	put_title(mods, info, mods_join(mods, field, codes), skip);
	mods_add(mods, info, "subTitle", strchr(codes, 'b') ? NULL : mods_join(mods, field, "b"));
	mods_add(mods, info, "partNumber", crosswalk_join(mods->arena, field, "n", ", "));
	mods_add(mods, info, "partName", crosswalk_join(mods->arena, field, "p", ", "));
}

static void apply_title(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	struct element *info = mods_top(mods, field, "titleInfo");
	const char *type = row->type;

	/* 246: the second indicator 1 is a parallel title. */
	if (strcmp(field->tag, "246") == 0 && field->indicator2 == '1')
		type = "translated";
	element_set(mods->arena, info, "type", type);
	put_title_parts(mods, info, field, row->codes);
}

/* ---- Names ---- */

static void put_roles(
    struct mods *mods, struct element *name, const struct marc_field *field, bool meeting)
{
	for (size_t i = 0; i < field->nsubfields; i++) {
		const struct marc_subfield *subfield = &field->subfields[i];
		bool code = subfield->code == '4';
		struct element *term;

		if (!code && subfield->code != (meeting ? 'j' : 'e'))
			continue;
		term = mods_add(mods, element_add(mods->arena, name, "role"), "roleTerm",
		    crosswalk_trim(mods->arena, subfield->value));
		if (code)
			element_set(mods->arena, term, "authority", "marcrelator");
		element_set(mods->arena, term, "type", code ? "code" : "text");
	}
}

void mods_put_name(struct mods *mods, struct element *name, const struct marc_field *field,
    const char *codes, const char *type)
{
	struct arena *arena = mods->arena;
	bool personal = strcmp(type, "personal") == 0;

	mods_add(mods, name, "namePart", mods_join(mods, field, codes));
	for (size_t i = 0; strcmp(type, "corporate") == 0 && i < field->nsubfields; i++)
		if (field->subfields[i].code == 'b')
			mods_add(mods, name, "namePart",
			    crosswalk_trim(arena, field->subfields[i].value));
	if (personal) {
		element_set(arena, mods_add(mods, name, "namePart", mods_join(mods, field, "bc")),
		    "type", "termsOfAddress");
		element_set(arena, mods_add(mods, name, "namePart", mods_join(mods, field, "d")),
		    "type", "date");
	}
}

static void apply_name(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	struct element *name;

	if (!marc_subfield(field, 'a') || marc_subfield(field, 't'))
		return; /* a work, and not a hand in this one */
	name = mods_top(mods, field, "name");
	element_set(mods->arena, name, "type", row->type);
	if (row->tag[0] == '1' && strcmp(field->tag, "880") != 0)
		element_set(mods->arena, name, "usage", "primary");
	mods_put_name(mods, name, field, row->codes, row->type);
	put_roles(mods, name, field, strcmp(row->type, "conference") == 0);
	mods_add(mods, name, "affiliation", mods_join(mods, field, "u"));
}

/* ---- Plain text ---- */

/* One element of the subfields' text, with a type. */
void mods_apply_text(struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	struct element *element = mods_top(mods, field, row->element);

	element->text = mods_join(mods, field, row->codes);
	element_set(mods->arena, element, "type", row->type);
}

static void apply_genre(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	struct element *genre = mods_top(mods, field, "genre");

	genre->text = crosswalk_join(mods->arena, field, row->codes, "--");
	element_set(mods->arena, genre, "authority",
	    field->indicator2 == '0' ? "lcsh" : marc_subfield(field, '2'));
}

/* ---- Subjects ---- */

static const char *authority(const struct marc_field *field)
{
	switch (field->indicator2) {
	case '0': return "lcsh";
	case '1': return "lcshac";
	case '2': return "mesh";
	case '3': return "nal";
	case '5': return "csh";
	case '6': return "rvm";
	case '7': return marc_subfield(field, '2');
	default: return NULL;
	}
}

static void put_subdivisions(
    struct mods *mods, struct element *subject, const struct marc_field *field)
{
	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *text = crosswalk_trim(mods->arena, field->subfields[i].value);

		switch (field->subfields[i].code) {
		case 'v': mods_add(mods, subject, "genre", text); break;
		case 'x': mods_add(mods, subject, "topic", text); break;
		case 'y': mods_add(mods, subject, "temporal", text); break;
		case 'z': mods_add(mods, subject, "geographic", text); break;
		default: break;
		}
	}
}

static struct element *open_subject(struct mods *mods, const struct marc_field *field)
{
	return element_set(
	    mods->arena, mods_top(mods, field, "subject"), "authority", authority(field));
}

static void apply_subject_name(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	struct element *subject = open_subject(mods, field);
	struct element *name = element_add(mods->arena, subject, "name");
	const char *title = mods_join(mods, field, "tfklmnoprs");

	element_set(mods->arena, name, "type", row->type);
	mods_put_name(mods, name, field, row->codes, row->type);
	if (marc_subfield(field, 't'))
		mods_add(mods, element_add(mods->arena, subject, "titleInfo"), "title", title);
	put_subdivisions(mods, subject, field);
}

static void apply_subject(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	struct element *subject = open_subject(mods, field), *parent = subject;

	if (strcmp(row->element, "title") == 0)
		parent = element_add(mods->arena, subject, "titleInfo");
	mods_add(mods, parent, row->element, mods_join(mods, field, row->codes));
	put_subdivisions(mods, subject, field);
}

/* 653: each subfield a subject of its own. */
static void apply_keywords(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	for (size_t i = 0; i < field->nsubfields; i++)
		if (field->subfields[i].code == 'a')
			mods_add(mods, mods_top(mods, field, "subject"), "topic",
			    crosswalk_trim(mods->arena, field->subfields[i].value));
}

/* 752: country, state, county, city. */
static void apply_hierarchy(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	static const struct {
		char code;
		const char *element;
	} levels[] = {{'a', "country"}, {'b', "state"}, {'c', "county"}, {'d', "city"}};
	struct element *place =
	    element_add(mods->arena, mods_top(mods, field, "subject"), "hierarchicalGeographic");

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		mods_add(mods, place, levels[i].element,
		    crosswalk_trim(mods->arena, marc_subfield(field, levels[i].code)));
}

static void apply_areas(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	for (size_t i = 0; i < field->nsubfields; i++)
		if (field->subfields[i].code == 'a')
			element_set(mods->arena,
			    mods_add(mods, mods_top(mods, field, "subject"), "geographicCode",
				crosswalk_trim(mods->arena, field->subfields[i].value)),
			    "authority", "marcgac");
}

static void apply_map_data(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	struct element *map =
	    element_add(mods->arena, mods_top(mods, field, "subject"), "cartographics");

	mods_add(mods, map, "scale", mods_join(mods, field, "a"));
	mods_add(mods, map, "projection", mods_join(mods, field, "b"));
	mods_add(mods, map, "coordinates", mods_join(mods, field, "c"));
}

static void apply_class(
    struct mods *mods, const struct marc_field *field, const struct mods_row *row)
{
	const char *item = marc_subfield(field, 'b');
	const char *name = *row->type ? row->type : marc_subfield(field, '2');

	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *text = field->subfields[i].value;
		struct element *element;

		if (field->subfields[i].code != 'a')
			continue;
		if (strchr(row->codes, 'b') && item)
			text = arena_printf(mods->arena, "%s %s", text, item);
		element = mods_add(mods, mods->root, "classification", text);
		element_set(mods->arena, element, "authority", name);
		if (strcmp(row->type, "ddc") == 0)
			element_set(mods->arena, element, "edition", marc_subfield(field, '2'));
		item = NULL;
	}
}

/* ---- The table ---- */

static const struct mods_row titles[] = {
    {"245", apply_title, "afgks", NULL, NULL},
    {"210", apply_title, "a", NULL, "abbreviated"},
    {"242", apply_title, "a", NULL, "translated"},
    {"246", apply_title, "a", NULL, "alternative"},
    {"130", apply_title, "adfgklmorst", NULL, "uniform"},
    {"240", apply_title, "adfgklmors", NULL, "uniform"},
    {"740", apply_title, "a", NULL, "alternative"},
    {"100", apply_name, "aq", NULL, "personal"},
    {"110", apply_name, "a", NULL, "corporate"},
    {"111", apply_name, "acdenq", NULL, "conference"},
    {"700", apply_name, "aq", NULL, "personal"},
    {"710", apply_name, "a", NULL, "corporate"},
    {"711", apply_name, "acdenq", NULL, "conference"},
    {"720", apply_name, "a", NULL, ""},
};

static const struct mods_row contents[] = {
    {"520", mods_apply_text, "ab", "abstract", NULL},
    {"505", mods_apply_text, "agrtu", "tableOfContents", NULL},
    {"521", mods_apply_text, "ab", "targetAudience", NULL},
    {"245", mods_apply_text, "c", "note", "statement of responsibility"},
    {"500", mods_apply_text, "a", "note", NULL},
    {"501", mods_apply_text, "a", "note", "with"},
    {"502", mods_apply_text, "abcdg", "note", "thesis"},
    {"504", mods_apply_text, "a", "note", "bibliography"},
    {"508", mods_apply_text, "a", "note", "creation/production credits"},
    {"510", mods_apply_text, "ac", "note", "citation/reference"},
    {"511", mods_apply_text, "a", "note", "performers"},
    {"515", mods_apply_text, "a", "note", "numbering"},
    {"518", mods_apply_text, "adop", "note", "venue"},
    {"524", mods_apply_text, "a", "note", "preferred citation"},
    {"525", mods_apply_text, "a", "note", "supplement"},
    {"530", mods_apply_text, "abcd", "note", "additional physical form"},
    {"533", mods_apply_text, "abcdefn", "note", "reproduction"},
    {"534", mods_apply_text, "pabcefklmnt", "note", "original version"},
    {"535", mods_apply_text, "abcd", "note", "original location"},
    {"536", mods_apply_text, "a", "note", "funding"},
    {"538", mods_apply_text, "a", "note", "system details"},
    {"541", mods_apply_text, "abcde", "note", "acquisition"},
    {"545", mods_apply_text, "ab", "note", "biographical/historical"},
    {"546", mods_apply_text, "ab", "note", "language"},
    {"550", mods_apply_text, "a", "note", "issuing body"},
    {"561", mods_apply_text, "a", "note", "ownership"},
    {"562", mods_apply_text, "abcde", "note", "version identification"},
    {"581", mods_apply_text, "a", "note", "publications"},
    {"583", mods_apply_text, "abcdefhijkl", "note", "action"},
    {"585", mods_apply_text, "a", "note", "exhibitions"},
    {"586", mods_apply_text, "a", "note", "awards"},
    {"034", apply_map_data, "", NULL, NULL},
    {"255", apply_map_data, "abc", NULL, NULL},
    {"043", apply_areas, "a", NULL, NULL},
    {"600", apply_subject_name, "aq", NULL, "personal"},
    {"610", apply_subject_name, "a", NULL, "corporate"},
    {"611", apply_subject_name, "acdenq", NULL, "conference"},
    {"630", apply_subject, "adfgklmnoprst", "title", NULL},
    {"648", apply_subject, "a", "temporal", NULL},
    {"650", apply_subject, "abcd", "topic", NULL},
    {"651", apply_subject, "a", "geographic", NULL},
    {"653", apply_keywords, "a", NULL, NULL},
    {"656", apply_subject, "a", "occupation", NULL},
    {"752", apply_hierarchy, "abcd", NULL, NULL},
    {"050", apply_class, "ab", NULL, "lcc"},
    {"060", apply_class, "ab", NULL, "nlm"},
    {"080", apply_class, "a", NULL, "udc"},
    {"082", apply_class, "a", NULL, "ddc"},
    {"084", apply_class, "ab", NULL, ""},
    {"086", apply_class, "a", NULL, "sudocs"},
};

static const struct mods_row genres[] = {{"655", apply_genre, "abvxyz", NULL, NULL}};

static bool tag_is(const struct marc_field *field, const char *tag)
{
	const char *link;

	if (field->data)
		return false;
	if (strcmp(field->tag, "880") != 0)
		return strcmp(field->tag, tag) == 0;
	link = marc_subfield(field, '6');
	return link && strncmp(link, tag, 3) == 0;
}

void mods_apply(struct mods *mods, const struct mods_row *rows, size_t count)
{
	for (size_t r = 0; r < count; r++)
		for (size_t i = 0; i < mods->marc->nfields; i++)
			if (tag_is(&mods->marc->fields[i], rows[r].tag))
				rows[r].apply(mods, &mods->marc->fields[i], &rows[r]);
}

static const struct element *make_mods(const struct schema_record *record)
{
	struct mods mods = {.arena = record->arena, .marc = record->marc};
	size_t length;

	if (record->unimarc)
		mods.marc = mods_marc21(record->arena, record->bib);
	memset(mods.coded, ' ', sizeof mods.coded - 1);
	length = strlen(mods_control(&mods, "008"));
	memcpy(mods.coded, mods_control(&mods, "008"), length < 40 ? length : 40);

	mods.root = element_add(mods.arena, NULL, "mods");
	mods.root->keep = true;
	element_set(mods.arena, mods.root, "xmlns", NS_MODS);
	element_set(mods.arena, mods.root, "version", "3.7");
	mods_apply(&mods, titles, sizeof titles / sizeof *titles);
	mods_coded_type(&mods);
	mods_coded_genres(&mods);
	mods_apply(&mods, genres, sizeof genres / sizeof *genres);
	mods_origin(&mods);
	mods_languages(&mods);
	mods_physical(&mods);
	mods_apply(&mods, contents, sizeof contents / sizeof *contents);
	mods_relations(&mods);
	mods_record_info(&mods);
	return mods.root;
}

void schema_mods_write(xmlTextWriterPtr writer, const struct schema_record *record)
{
	element_write(writer, make_mods(record));
}

json_t *schema_mods_json(const struct schema_record *record)
{
	return element_json(make_mods(record));
}
