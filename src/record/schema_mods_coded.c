/* MODS from the leader and the fixed fields: type, genre, origin, language, form, administration.
 */
#include <string.h>

#include "base/arena.h"
#include "record/crosswalk_private.h"
#include "record/schema_mods.h"

struct coded {
	char code;
	const char *text;
};

#define FIND(table, code) find_coded(table, sizeof table / sizeof *table, code)

static const char *find_coded(const struct coded *table, size_t count, char code)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].code == code)
			return table[i].text;
	return NULL;
}

/* What 008/18–34 means depends on these (MARC 21, "Type of 008"). */
static bool is_book(const struct mods *mods)
{
	char type = mods->marc->leader[6], level = mods->marc->leader[7];

	return type == 't' || (type == 'a' && level && strchr("acdm", level));
}

static bool is_continuing(const struct mods *mods)
{
	char type = mods->marc->leader[6], level = mods->marc->leader[7];

	return type == 'a' && level && strchr("bis", level);
}

static bool type_is(const struct mods *mods, const char *types)
{
	char type = mods->marc->leader[6];

	return type && strchr(types, type);
}

static struct element *add_from(struct mods *mods, struct element *parent, const char *name,
    const char *text, const char *source)
{
	return element_set(mods->arena, mods_add(mods, parent, name, text), "authority", source);
}

/* ---- typeOfResource, genre ---- */

void mods_coded_type(struct mods *mods)
{
	static const struct coded types[] = {{'a', "text"}, {'t', "text"}, {'e', "cartographic"},
	    {'f', "cartographic"}, {'c', "notated music"}, {'d', "notated music"},
	    {'i', "sound recording-nonmusical"}, {'j', "sound recording-musical"},
	    {'k', "still image"}, {'g', "moving image"}, {'r', "three dimensional object"},
	    {'m', "software, multimedia"}, {'p', "mixed material"}, {'o', "mixed material"}};
	struct element *type =
	    mods_add(mods, mods->root, "typeOfResource", FIND(types, mods->marc->leader[6]));

	if (mods->marc->leader[7] == 'c')
		element_set(mods->arena, type, "collection", "yes");
	if (type_is(mods, "dfpt"))
		element_set(mods->arena, type, "manuscript", "yes");
}

void mods_coded_genres(struct mods *mods)
{
	static const struct coded contents[] = {{'a', "abstract or summary"}, {'b', "bibliography"},
	    {'c', "catalog"}, {'d', "dictionary"}, {'e', "encyclopedia"}, {'f', "handbook"},
	    {'g', "legal article"}, {'i', "index"}, {'k', "discography"}, {'l', "legislation"},
	    {'m', "theses"}, {'n', "survey of literature"}, {'o', "review"},
	    {'p', "programmed text"}, {'q', "filmography"}, {'r', "directory"}, {'s', "statistics"},
	    {'t', "technical report"}, {'u', "standard or specification"},
	    {'v', "legal case and case notes"}, {'w', "law report or digest"}, {'y', "yearbook"},
	    {'z', "treaty"}};
	static const struct coded forms[] = {{'1', "fiction"}, {'d', "drama"}, {'e', "essay"},
	    {'f', "novel"}, {'h', "humor, satire"}, {'i', "letter"}, {'j', "short story"},
	    {'p', "poetry"}, {'s', "speech"}};
	static const struct coded serials[] = {{'d', "database"}, {'l', "loose-leaf"},
	    {'m', "series"}, {'n', "newspaper"}, {'p', "periodical"}, {'w', "web site"}};

	if (is_continuing(mods))
		add_from(mods, mods->root, "genre", FIND(serials, mods->coded[21]), "marcgt");
	if (!is_book(mods))
		return;
	for (int i = 24; i < 28; i++)
		add_from(mods, mods->root, "genre", FIND(contents, mods->coded[i]), "marcgt");
	if (mods->coded[29] == '1')
		add_from(mods, mods->root, "genre", "conference publication", "marcgt");
	if (mods->coded[30] == '1')
		add_from(mods, mods->root, "genre", "festschrift", "marcgt");
	add_from(mods, mods->root, "genre", FIND(forms, mods->coded[33]), "marcgt");
	if (mods->coded[34] == 'a')
		add_from(mods, mods->root, "genre", "autobiography", "marcgt");
	else if (mods->coded[34] && strchr("bcd", mods->coded[34]))
		add_from(mods, mods->root, "genre", "biography", "marcgt");
}

/* ---- originInfo ---- */

/* Letters (and "-" after them) of a code of 2 or 3 places; NULL when there is none. */
static const char *code_at(struct mods *mods, int at, size_t length)
{
	char *code = arena_strndup(mods->arena, mods->coded + at, length);

	code[strcspn(code, " |#")] = '\0';
	for (const char *p = code; *p; p++)
		if (!(*p >= 'a' && *p <= 'z'))
			return NULL;
	return strlen(code) >= 2 ? code : NULL;
}

static const char *date_at(struct mods *mods, int at)
{
	const char *date = arena_strndup(mods->arena, mods->coded + at, 4);

	return strspn(date, "0123456789u") == 4 && strspn(date, "u") < 4 &&
		       strcmp(date, "9999") != 0
		   ? date
		   : NULL;
}

static void add_date(struct mods *mods, struct element *origin, const char *name, const char *date,
    const char *point)
{
	struct element *element = mods_add(mods, origin, name, date);

	element_set(mods->arena, element, "encoding", "marc");
	element_set(mods->arena, element, "point", point);
}

/* 008/06: what the two dates are. */
static void put_coded_dates(struct mods *mods, struct element *origin)
{
	const char *first = date_at(mods, 7), *second = date_at(mods, 11);
	char kind = mods->coded[6];

	if (kind && strchr("cdikmqu", kind)) {
		add_date(mods, origin, "dateIssued", first, "start");
		add_date(mods, origin, "dateIssued", second, "end");
		if (kind == 'q')
			for (struct element *e = origin->children; e; e = e->next)
				if (strcmp(e->name, "dateIssued") == 0)
					element_set(mods->arena, e, "qualifier", "questionable");
		return;
	}
	if (kind && strchr("bn", kind))
		return;
	add_date(mods, origin, "dateIssued", first, NULL);
	if (kind == 't')
		add_date(mods, origin, "copyrightDate", second, NULL);
}

static void put_issuance(struct mods *mods, struct element *origin)
{
	static const struct coded issuances[] = {{'a', "monographic"}, {'c', "monographic"},
	    {'d', "monographic"}, {'m', "monographic"}, {'b', "serial"}, {'s', "serial"},
	    {'i', "integrating resource"}};

	mods_add(mods, origin, "issuance", FIND(issuances, mods->marc->leader[7]));
}

static void put_place(struct mods *mods, struct element *origin, const char *text, const char *type,
    const char *source)
{
	struct element *place = element_add(mods->arena, origin, "place");
	struct element *term = mods_add(mods, place, "placeTerm", text);

	element_set(mods->arena, term, "type", type);
	element_set(mods->arena, term, "authority", source);
}

static const struct marc_field *next_imprint(
    const struct mods *mods, const struct marc_field *after)
{
	const struct marc_field *field = after;

	while ((field = marc_find(mods->marc, "...", field))) {
		const char *link;

		if (field->data)
			continue;
		if (strcmp(field->tag, "260") == 0 || strcmp(field->tag, "264") == 0)
			return field;
		link = strcmp(field->tag, "880") == 0 ? marc_subfield(field, '6') : NULL;
		if (link && (strncmp(link, "260", 3) == 0 || strncmp(link, "264", 3) == 0))
			return field;
	}
	return NULL;
}

static void put_imprint(struct mods *mods, struct element *origin, const struct marc_field *field)
{
	/* 264, second indicator. */
	static const struct coded events[] = {{'0', "production"}, {'1', "publication"},
	    {'2', "distribution"}, {'3', "manufacture"}, {'4', "copyright notice"}};
	bool is_264 = strcmp(field->tag, "264") == 0;

	if (is_264)
		element_set(mods->arena, origin, "eventType", FIND(events, field->indicator2));
	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *text = crosswalk_trim(mods->arena, field->subfields[i].value);

		switch (field->subfields[i].code) {
		case 'a': put_place(mods, origin, text, "text", NULL); break;
		case 'b': mods_add(mods, origin, "publisher", text); break;
		case 'c':
			mods_add(mods, origin,
			    is_264 && field->indicator2 == '4' ? "copyrightDate" : "dateIssued",
			    text);
			break;
		default: break;
		}
	}
}

static void put_joined(
    struct mods *mods, struct element *origin, const char *tag, const char *codes, const char *name)
{
	const struct marc_field *field = NULL;

	while ((field = marc_find(mods->marc, tag, field)))
		if (!field->data)
			mods_add(
			    mods, origin, name, crosswalk_join(mods->arena, field, codes, " "));
}

/* The first originInfo holds what does not depend on an imprint, too. */
void mods_origin(struct mods *mods)
{
	const struct marc_field *field = next_imprint(mods, NULL);
	struct element *origin = field ? mods_top(mods, field, "originInfo")
				       : element_add(mods->arena, mods->root, "originInfo");

	put_place(mods, origin, code_at(mods, 15, 3), "code", "marccountry");
	if (field)
		put_imprint(mods, origin, field);
	put_coded_dates(mods, origin);
	put_joined(mods, origin, "250", "ab", "edition");
	put_issuance(mods, origin);
	put_joined(mods, origin, "310", "ab", "frequency");
	while (field && (field = next_imprint(mods, field)))
		put_imprint(mods, mods_top(mods, field, "originInfo"), field);
}

/* ---- language ---- */

static void put_language(struct mods *mods, const char *code, const char *part, const char *source)
{
	struct element *language = element_add(mods->arena, mods->root, "language");
	struct element *term = add_from(mods, language, "languageTerm", code, source);

	element_set(mods->arena, term, "type", "code");
	element_set(mods->arena, language, "objectPart", part);
}

/* 041: codes of three letters, in old records one after the other. */
static void put_language_field(
    struct mods *mods, const struct marc_field *field, const char *already)
{
	static const struct coded parts[] = {{'a', ""}, {'b', "summary"},
	    {'d', "sung or spoken text"}, {'e', "libretto"}, {'f', "table of contents"},
	    {'g', "accompanying material"}, {'h', "translation"}, {'j', "subtitles or captions"}};
	const char *source = field->indicator2 == '7' ? marc_subfield(field, '2') : "iso639-2b";

	for (size_t i = 0; i < field->nsubfields; i++) {
		const char *text = field->subfields[i].value;
		const char *part = FIND(parts, field->subfields[i].code);
		size_t size = strlen(text) % 3 ? strlen(text) : 3;

		for (; part && *text; text += strlen(text) < size ? strlen(text) : size) {
			const char *code = arena_strndup(mods->arena, text, size);

			if (*part || !already || strcmp(code, already) != 0)
				put_language(mods, code, part, source);
		}
	}
}

void mods_languages(struct mods *mods)
{
	const char *code = code_at(mods, 35, 3);
	const struct marc_field *field = NULL;

	if (code && strlen(code) == 3)
		put_language(mods, code, NULL, "iso639-2b");
	while ((field = marc_find(mods->marc, "041", field)))
		if (!field->data)
			put_language_field(mods, field, code);
}

/* ---- physicalDescription, targetAudience ---- */

static void put_terms(struct mods *mods, struct element *physical, const char *tag,
    const char *source, const char *type)
{
	const struct marc_field *field = NULL;

	while ((field = marc_find(mods->marc, tag, field))) {
		const char *own = field->data ? NULL : marc_subfield(field, '2');

		if (!field->data)
			element_set(mods->arena,
			    add_from(mods, physical, "form",
				crosswalk_join(mods->arena, field, "a", " "), own ? own : source),
			    "type", type);
	}
}

static void put_audience(struct mods *mods)
{
	static const struct coded audiences[] = {{'a', "juvenile"}, {'b', "juvenile"},
	    {'c', "juvenile"}, {'j', "juvenile"}, {'d', "adolescent"}, {'e', "adult"},
	    {'f', "specialized"}, {'g', "general"}};

	if (is_book(mods) || type_is(mods, "cdijmgkor"))
		add_from(mods, mods->root, "targetAudience", FIND(audiences, mods->coded[22]),
		    "marctarget");
}

void mods_physical(struct mods *mods)
{
	static const struct coded forms[] = {{'a', "microfilm"}, {'b', "microfiche"},
	    {'c', "microopaque"}, {'d', "large print"}, {'f', "braille"}, {'o', "electronic"},
	    {'q', "electronic"}, {'s', "electronic"}, {'r', "print"}};
	struct element *physical = element_add(mods->arena, mods->root, "physicalDescription");
	char form = mods->coded[type_is(mods, "efgkor") ? 29 : 23];

	if (form == ' ' && is_book(mods) && *mods_control(mods, "008"))
		form = 'r';
	add_from(mods, physical, "form", FIND(forms, form), "marcform");
	put_terms(mods, physical, "337", "rdamedia", "media");
	put_terms(mods, physical, "338", "rdacarrier", "carrier");
	put_joined(mods, physical, "300", "abcefg", "extent");
	put_joined(mods, physical, "856", "q", "internetMediaType");
	put_audience(mods);
}

/* ---- recordInfo ---- */

void mods_record_info(struct mods *mods)
{
	static const struct coded rules[] = {{'a', "aacr"}, {'c', "isbd"}, {'i', "isbd"}};
	struct element *info = element_add(mods->arena, mods->root, "recordInfo");
	const struct marc_field *source = marc_find(mods->marc, "040", NULL);
	const char *entered = arena_strndup(mods->arena, mods->coded, 6);
	const char *changed = mods_control(mods, "005");
	struct element *id;

	if (source && source->data)
		source = NULL;
	if (source)
		mods_add(mods, info, "descriptionStandard", marc_subfield(source, 'e'));
	mods_add(mods, info, "descriptionStandard", FIND(rules, mods->marc->leader[18]));
	if (source)
		add_from(mods, info, "recordContentSource", marc_subfield(source, 'a'), "marcorg");
	if (strspn(entered, "0123456789") == 6)
		add_date(mods, info, "recordCreationDate", entered, NULL);
	element_set(
	    mods->arena, mods_add(mods, info, "recordChangeDate", changed), "encoding", "iso8601");
	id = mods_add(mods, info, "recordIdentifier", mods_control(mods, "001"));
	element_set(mods->arena, id, "source", mods_control(mods, "003"));
	mods_add(mods, info, "recordOrigin",
	    "Converted from MARC 21 after the Library of Congress's mapping to MODS 3.7.");
	if (source && marc_subfield(source, 'b'))
		element_set(mods->arena,
		    add_from(mods, element_add(mods->arena, info, "languageOfCataloging"),
			"languageTerm", marc_subfield(source, 'b'), "iso639-2b"),
		    "type", "code");
}
