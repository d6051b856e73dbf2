/*
 * Dublin Core in XML into MARC 21, after the Library of Congress's "Dublin Core to MARC Crosswalk".
 * Simple and with the terms of DCMI (dcterms); elements are known by their local names, since they
 * come in namespaces of every kind or in none.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/xml_node.h"
#include "record/marc_build.h"
#include "record/xml_record_private.h"

struct walk {
	struct marc_build *build;
	const xmlNode *node; /* the element at hand */
	bool electronic;
};

struct row;
typedef void (*row_fn)(struct walk *walk, const char *text, const struct row *row);

struct row {
	const char *element; /* compared without case */
	row_fn apply;
	const char *tag, *indicators;
	char code;
};

static void put(struct walk *walk, const char *text, const struct row *row)
{
	marc_build_text(walk->build, row->tag, row->indicators, row->code, text);
}

/* xsi:type="dcterms:ISBN", scheme="ISBN" */
static const char *scheme(const struct walk *walk)
{
	const char *type = xml_node_attribute(walk->node, "type");

	if (!type)
		type = xml_node_attribute(walk->node, "scheme");
	return type && strstr(type, "URI") ? NULL : type;
}

/* ---- titles ---- */

/* The first is the title proper; one in another script is the same title. */
static void put_title(struct walk *walk, const char *text, const struct row *row)
{
	if (!marc_build_has(walk->build, "245"))
		marc_build_text(walk->build, "245", "00", 'a', text);
	else if (!marc_build_script_title(walk->build, text, NULL))
		marc_build_text(walk->build, "246", "33", 'a', text);
}

/* ---- names ---- */

/* ", 1925-2006", ", 1925-", ", -2006" at the end: where it begins, NULL when it is not there. */
static const char *find_dates(const char *text)
{
	const char *comma = strrchr(text, ','), *dates;
	size_t before, after;

	if (!comma || comma == text)
		return NULL;
	dates = comma + 1 + strspn(comma + 1, " ");
	before = strspn(dates, "0123456789");
	if (dates[before] != '-')
		return NULL;
	after = strspn(dates + before + 1, "0123456789");
	if (dates[before + 1 + after] || (before != 4 && before) || (after != 4 && after) ||
	    before + after == 0)
		return NULL;
	return comma;
}

/* "Name, dates [role]" in parts. */
static void add_name(struct walk *walk, const char *text, const char *role)
{
	struct arena *arena = walk->build->arena;
	size_t length = strlen(text);
	const char *bracket = strrchr(text, '['), *dates, *name = text;

	if (bracket > text && text[length - 1] == ']') {
		role =
		    arena_strndup(arena, bracket + 1, (size_t)(text + length - 1 - (bracket + 1)));
		name = marc_build_line(arena, arena_strndup(arena, text, (size_t)(bracket - text)));
	}
	dates = find_dates(name);
	marc_build_add(
	    walk->build, 'a', dates ? arena_strndup(arena, name, (size_t)(dates - name)) : name);
	marc_build_add(walk->build, 'd', dates ? dates + 1 : NULL);
	marc_build_add(walk->build, 'e', role);
}

/* Names with a comma are inverted, so that they are persons'; of others it is not known whose they
 * are (720), but the first creator is the main entry whoever it is. */
static void open_name(struct walk *walk, const char *text, bool main)
{
	const char *dates = find_dates(text);
	bool inverted = strchr(text, ',') && strchr(text, ',') != dates;

	if (main && !marc_build_has(walk->build, "100"))
		marc_build_field(walk->build, "100", inverted ? '1' : '0', ' ');
	else if (inverted)
		marc_build_field(walk->build, "700", '1', ' ');
	else
		marc_build_field(walk->build, "720", ' ', ' ');
}

static void put_creator(struct walk *walk, const char *text, const struct row *row)
{
	bool first = !marc_build_has(walk->build, "100");

	open_name(walk, text, true);
	add_name(walk, text, first ? NULL : "author");
}

static void put_contributor(struct walk *walk, const char *text, const struct row *row)
{
	open_name(walk, text, false);
	add_name(walk, text, NULL);
}

/* ---- what it is ---- */

/* The DCMI Type Vocabulary, and the words that repositories and libraries use instead. */
static const struct {
	const char *word;
	char type, level; /* leader/06 and 07 */
	bool dcmi;	  /* says no more than the leader */
} types[] = {
    {"text", 'a', 'm', true},
    {"sound", 'i', 'm', true},
    {"stillimage", 'k', 'm', true},
    {"image", 'k', 'm', true},
    {"movingimage", 'g', 'm', true},
    {"software", 'm', 'm', true},
    {"dataset", 'm', 'm', true},
    {"interactiveresource", 'm', 'm', true},
    {"collection", 'p', 'c', true},
    {"physicalobject", 'r', 'm', true},
    {"book", 'a', 'm', false},
    {"monograph", 'a', 'm', false},
    {"thesis", 'a', 'm', false},
    {"article", 'a', 'a', false},
    {"chapter", 'a', 'a', false},
    {"journal", 'a', 's', false},
    {"periodical", 'a', 's', false},
    {"serial", 'a', 's', false},
    {"newspaper", 'a', 's', false},
    {"map", 'e', 'm', false},
    {"cartographic", 'e', 'm', false},
    {"music", 'j', 'm', false},
    {"score", 'c', 'm', false},
    {"notated music", 'c', 'm', false},
    {"video", 'g', 'm', false},
    {"manuscript", 't', 'm', false},
};

static void put_type(struct walk *walk, const char *text, const struct row *row)
{
	const char *slash = strrchr(text, '/'), *word = slash ? slash + 1 : text;
	char *leader = walk->build->marc->leader;

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!text_equal_ignoring_case(word, types[i].word))
			continue;
		leader[6] = types[i].type;
		leader[7] = types[i].level;
		if (types[i].dcmi)
			return;
		break;
	}
	marc_build_field(walk->build, "655", ' ', '7');
	marc_build_add(walk->build, 'a', word);
	marc_build_add(walk->build, '2', "local");
}

/* A media type, or an extent. */
static void put_format(struct walk *walk, const char *text, const struct row *row)
{
	static const char *const heads[] = {
	    "application/", "text/", "image/", "audio/", "video/", "electronic"};

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		if (strncmp(text, heads[i], strlen(heads[i])) != 0)
			continue;
		walk->electronic = true;
		if (strchr(heads[i], '/'))
			marc_build_text(walk->build, "856", "4 ", 'q', text);
		return;
	}
	marc_build_text(walk->build, "300", "  ", 'a', text);
}

/* ---- publication ---- */

static struct marc_field *imprint(struct walk *walk)
{
	struct marc *marc = walk->build->marc;
	const struct marc_field *field = marc_find(marc, "260", NULL);

	return field && field->nsubfields ? &marc->fields[field - marc->fields] : NULL;
}

/* Into the one 260 there is: place, publisher and date come apart. */
static void add_imprint(struct walk *walk, char code, const char *text)
{
	struct marc_field *field = imprint(walk);
	struct marc_subfield *subfields;
	size_t at = 0;

	if (!field) {
		marc_build_text(walk->build, "260", "  ", code, text);
		return;
	}
	subfields = arena_array(walk->build->arena, field->nsubfields + 1, sizeof *subfields);
	while (at < field->nsubfields && field->subfields[at].code <= code)
		at++;
	memcpy(subfields, field->subfields, at * sizeof *subfields);
	subfields[at] = (struct marc_subfield){code, marc_build_line(walk->build->arena, text)};
	memcpy(subfields + at + 1, field->subfields + at,
	    (field->nsubfields - at) * sizeof *subfields);
	field->subfields = subfields;
	field->nsubfields++;
	walk->build->nsubfields++;
}

/* "Place : Publisher", as ISBD has it, or the publisher alone. */
static void put_publisher(struct walk *walk, const char *text, const struct row *row)
{
	const char *colon = strstr(text, " : ");
	struct marc_field *field = imprint(walk);

	if (field && marc_subfield(field, 'b')) {
		marc_build_text(walk->build, "264", " 1", 'b', text);
		return;
	}
	if (colon)
		add_imprint(
		    walk, 'a', arena_strndup(walk->build->arena, text, (size_t)(colon - text)));
	add_imprint(walk, 'b', colon ? colon + 3 : text);
}

/* Of several dates that of issue is the one, else the first. */
static void put_date(struct walk *walk, const char *text, const struct row *row)
{
	struct marc_field *field = imprint(walk);

	if (field && marc_subfield(field, 'c'))
		return;
	add_imprint(walk, 'c', text);
	marc_build_year(walk->build, text);
}

/* ---- the rest ---- */

/* Some put all subjects into one element. */
static void put_subjects(struct walk *walk, const char *text, const struct row *row)
{
	while (text) {
		const char *end = strchr(text, ';');

		put(walk,
		    end ? arena_strndup(walk->build->arena, text, (size_t)(end - text)) : text,
		    row);
		text = end ? end + 1 : NULL;
	}
}

static void put_language(struct walk *walk, const char *text, const struct row *row)
{
	marc_build_language(walk->build, text);
}

static void put_identifier(struct walk *walk, const char *text, const struct row *row)
{
	marc_build_identifier(walk->build, scheme(walk), text, false);
}

static const struct row rows[] = {
    {"title", put_title, NULL, NULL, 0},
    {"alternative", put, "246", "33", 'a'},
    {"creator", put_creator, NULL, NULL, 0},
    {"author", put_creator, NULL, NULL, 0},
    {"contributor", put_contributor, NULL, NULL, 0},
    {"subject", put_subjects, "653", "  ", 'a'},
    {"description", put, "520", "  ", 'a'},
    {"abstract", put, "520", "3 ", 'a'},
    {"tableOfContents", put, "505", "0 ", 'a'},
    {"publisher", put_publisher, NULL, NULL, 0},
    {"date", put_date, NULL, NULL, 0},
    {"created", put_date, NULL, NULL, 0},
    {"available", put_date, NULL, NULL, 0},
    {"dateCopyrighted", put_date, NULL, NULL, 0},
    {"dateSubmitted", put_date, NULL, NULL, 0},
    {"type", put_type, NULL, NULL, 0},
    {"format", put_format, NULL, NULL, 0},
    {"extent", put, "300", "  ", 'a'},
    {"medium", put, "340", "  ", 'a'},
    {"identifier", put_identifier, NULL, NULL, 0},
    {"source", put, "786", "0 ", 'n'},
    {"language", put_language, NULL, NULL, 0},
    {"relation", put, "787", "0 ", 'n'},
    {"isPartOf", put, "773", "0 ", 't'},
    {"hasPart", put, "774", "0 ", 't'},
    {"isVersionOf", put, "775", "0 ", 'n'},
    {"hasVersion", put, "775", "0 ", 'n'},
    {"isFormatOf", put, "776", "0 ", 'n'},
    {"hasFormat", put, "776", "0 ", 'n'},
    {"replaces", put, "780", "00", 't'},
    {"isReplacedBy", put, "785", "00", 't'},
    {"isReferencedBy", put, "510", "0 ", 'a'},
    {"references", put, "787", "0 ", 'n'},
    {"requires", put, "538", "  ", 'a'},
    {"coverage", put, "500", "  ", 'a'},
    {"spatial", put, "522", "  ", 'a'},
    {"temporal", put, "500", "  ", 'a'},
    {"audience", put, "521", "  ", 'a'},
    {"provenance", put, "561", "  ", 'a'},
    {"bibliographicCitation", put, "524", "  ", 'a'},
    {"rights", put, "540", "  ", 'a'},
    {"license", put, "540", "  ", 'a'},
    {"accessRights", put, "506", "  ", 'a'},
    {"rightsHolder", put, "542", "  ", 'd'},
};

static const struct row *find_row(const xmlNode *node)
{
	const char *name = xml_node_name(node);

	for (size_t i = 0; *name && i < sizeof rows / sizeof *rows; i++)
		if (text_equal_ignoring_case(rows[i].element, name))
			return &rows[i];
	return NULL;
}

static bool is_dublin_core(const xmlNode *node)
{
	const char *uri = node->ns && node->ns->href ? (const char *)node->ns->href : "";

	return strstr(uri, "purl.org/dc") || strstr(uri, "dublincore") || strstr(uri, "dc-schema");
}

/* By namespace; without one, a title or an identifier in an element that is named as records of
 * Dublin Core are. */
bool dublin_core_has(const xmlNode *parent)
{
	static const char *const names[] = {"dc", "record", "metadata", "qualifieddc", "dcx",
	    "oai_dc", "dublinCore", "Description", "simpledc"};
	bool named = false;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		named = named || text_equal_ignoring_case(xml_node_name(parent), names[i]);
	for (const xmlNode *n = xml_node_child(parent, NULL); n; n = xml_node_next(n, NULL)) {
		if (!find_row(n))
			continue;
		if (is_dublin_core(n) ||
		    (named && (text_equal_ignoring_case(xml_node_name(n), "title") ||
				  text_equal_ignoring_case(xml_node_name(n), "identifier"))))
			return true;
	}
	return false;
}

struct marc *dublin_core_read(struct arena *arena, const xmlNode *parent)
{
	struct marc_build build;
	struct walk walk = {.build = &build};

	marc_build_begin(&build, arena);
	/* The date of issue goes before all other dates. */
	walk.node = xml_node_child(parent, "issued");
	if (walk.node)
		put_date(&walk, xml_node_text(arena, walk.node, XML_RECORD_VALUE_MAX), NULL);
	for (const xmlNode *n = xml_node_child(parent, NULL); n; n = xml_node_next(n, NULL)) {
		const struct row *row = find_row(n);
		const char *text;

		walk.node = n;
		text = row ? marc_build_line(arena, xml_node_text(arena, n, XML_RECORD_VALUE_MAX))
			   : "";
		if (*text)
			row->apply(&walk, text, row);
	}
	if (walk.electronic)
		build.fixed[strchr("efgkor", build.marc->leader[6]) ? 29 : 23] = 'o';
	return marc_build_end(&build);
}
