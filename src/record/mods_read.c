/*
 * MODS 3 into MARC 21, after the Library of Congress's "MODS to MARC Mapping". The counterpart of
 * schema_mods: what that writes of a record, this reads back.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/xml_node.h"
#include "record/marc_build.h"
#include "record/mods_read.h"
#include "record/xml_record_private.h"

char *mods_read_text(const struct mods_read *read, const xmlNode *node)
{
	return marc_build_line(
	    read->build->arena, xml_node_text(read->build->arena, node, XML_RECORD_VALUE_MAX));
}

const char *mods_read_child(const struct mods_read *read, const xmlNode *node, const char *name)
{
	const xmlNode *child = xml_node_child(node, name);

	return child ? mods_read_text(read, child) : NULL;
}

bool mods_read_says(const xmlNode *node, const char *attribute, const char *value)
{
	const char *text = xml_node_attribute(node, attribute);

	return text && text_equal_ignoring_case(text, value);
}

/* ---- titleInfo ---- */

static size_t count_characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

/* nonSort and title are one again; *skip: how many characters are not to be sorted by. */
static const char *full_title(const struct mods_read *read, const xmlNode *info, char *skip)
{
	const char *article = mods_read_child(read, info, "nonSort");
	const char *title = mods_read_child(read, info, "title"), *between = " ";
	size_t length;

	*skip = '0';
	if (!article || !*article || !title)
		return title;
	length = strlen(article);
	if (article[length - 1] == '\'' ||
	    (length > 2 && memcmp(article + length - 3, "\xE2\x80\x99", 3) == 0))
		between = "";
	length = count_characters(article) + strlen(between);
	if (length < 10)
		*skip = (char)('0' + length);
	return arena_printf(read->build->arena, "%s%s%s", article, between, title);
}

static void add_parts(const struct mods_read *read, const xmlNode *info)
{
	marc_build_add(read->build, 'b', mods_read_child(read, info, "subTitle"));
	marc_build_add(read->build, 'n', mods_read_child(read, info, "partNumber"));
	marc_build_add(read->build, 'p', mods_read_child(read, info, "partName"));
}

static const xmlNode *responsibility(const struct mods_read *read)
{
	const xmlNode *note = xml_node_child(read->root, "note");

	while (note && !mods_read_says(note, "type", "statement of responsibility"))
		note = xml_node_next(note, "note");
	return note;
}

static void read_title_proper(struct mods_read *read, const xmlNode *info)
{
	const xmlNode *note = responsibility(read);
	const char *title;
	char skip;

	title = full_title(read, info, &skip);
	marc_build_field(read->build, "245", read->has_main ? '1' : '0', skip);
	marc_build_add(read->build, 'a', title);
	add_parts(read, info);
	marc_build_add(read->build, 'c', note ? mods_read_text(read, note) : NULL);
}

static void read_title(struct mods_read *read, const xmlNode *info)
{
	static const struct {
		const char *type, *tag, *indicators;
	} rows[] = {{"abbreviated", "210", "0 "}, {"translated", "246", "31"},
	    {"alternative", "246", "3 "}, {"uniform", "240", "10"}};
	const char *type = xml_node_attribute(info, "type"), *tag = "246", *indicators = "3 ";
	const char *title;
	char skip;

	title = full_title(read, info, &skip);
	if (!title || !*title)
		return;
	if (!type &&
	    marc_build_script_title(read->build, title, mods_read_child(read, info, "subTitle")))
		return;
	for (size_t i = 0; type && i < sizeof rows / sizeof *rows; i++)
		if (text_equal_ignoring_case(type, rows[i].type)) {
			tag = rows[i].tag;
			indicators = rows[i].indicators;
		}
	if (strcmp(tag, "240") == 0 && !read->has_main) {
		tag = "130";
		indicators = "0 ";
	}
	marc_build_text(read->build, tag, indicators, 'a', title);
	if (strcmp(tag, "210") != 0)
		add_parts(read, info);
}

/* The title proper has no type; where all have one, it is the first. */
static void read_titles(struct mods_read *read)
{
	const xmlNode *proper = xml_node_child(read->root, "titleInfo");

	while (proper && xml_node_attribute(proper, "type"))
		proper = xml_node_next(proper, "titleInfo");
	if (!proper)
		proper = xml_node_child(read->root, "titleInfo");
	if (proper)
		read_title_proper(read, proper);
	for (const xmlNode *n = xml_node_child(read->root, "titleInfo"); n;
	     n = xml_node_next(n, "titleInfo"))
		if (n != proper)
			read_title(read, n);
}

/* ---- name ---- */

#define GIVEN_MAX 8

static const char *name_text(const struct mods_read *read, const xmlNode *name)
{
	const char *family = NULL, *given = NULL, *plain = NULL;
	int givens = 0;

	for (const xmlNode *n = xml_node_child(name, "namePart"); n;
	     n = xml_node_next(n, "namePart")) {
		const char *text = mods_read_text(read, n);

		if (mods_read_says(n, "type", "family"))
			family = text;
		else if (mods_read_says(n, "type", "given") && givens++ < GIVEN_MAX)
			given =
			    given ? arena_printf(read->build->arena, "%s %s", given, text) : text;
		else if (!xml_node_attribute(n, "type") && !plain)
			plain = text;
	}
	if (family && given)
		return arena_printf(read->build->arena, "%s, %s", family, given);
	if (plain)
		return plain;
	if (family || given)
		return family ? family : given;
	return mods_read_child(read, name, "displayForm");
}

/* The parts of a body's name after the first are its units. */
void mods_read_name(struct mods_read *read, const xmlNode *name)
{
	bool first = true;

	marc_build_add(read->build, 'a', name_text(read, name));
	for (const xmlNode *n = xml_node_child(name, "namePart"); n;
	     n = xml_node_next(n, "namePart")) {
		const char *text = mods_read_text(read, n);

		if (mods_read_says(n, "type", "date"))
			marc_build_add(read->build, 'd', text);
		else if (mods_read_says(n, "type", "termsOfAddress"))
			marc_build_add(read->build, 'c', text);
		else if (!xml_node_attribute(n, "type") && !first)
			marc_build_add(read->build, 'b', text);
		else if (!xml_node_attribute(n, "type"))
			first = false;
	}
}

static bool is_code(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyz") == 3 && !text[3];
}

static void add_roles(struct mods_read *read, const xmlNode *name, bool meeting)
{
	for (const xmlNode *r = xml_node_child(name, "role"); r; r = xml_node_next(r, "role"))
		for (const xmlNode *n = xml_node_child(r, "roleTerm"); n;
		     n = xml_node_next(n, "roleTerm")) {
			const char *text = mods_read_text(read, n);
			bool code = mods_read_says(n, "type", "code") ||
				    (!xml_node_attribute(n, "type") && is_code(text));

			marc_build_add(read->build, code ? '4' : meeting ? 'j' : 'e', text);
		}
}

/* X00, X10, X11; 0 when its kind is not told. */
char mods_read_name_kind(const xmlNode *name)
{
	if (mods_read_says(name, "type", "personal") || mods_read_says(name, "type", "family"))
		return '0';
	if (mods_read_says(name, "type", "corporate"))
		return '1';
	return mods_read_says(name, "type", "conference") ? '2' : '\0';
}

static void read_one_name(struct mods_read *read, const xmlNode *name, bool main)
{
	static const char *const tags[2][3] = {{"700", "710", "711"}, {"100", "110", "111"}};
	char kind = mods_read_name_kind(name);
	const char *text = name_text(read, name);

	if (!text || !*text)
		return;
	if (!kind && main)
		kind = '0';
	if (!kind)
		marc_build_field(read->build, "720", ' ', ' ');
	else
		marc_build_field(read->build, tags[main][kind - '0'],
		    kind == '0' ? (strchr(text, ',') ? '1' : '0') : '2', ' ');
	mods_read_name(read, name);
	add_roles(read, name, kind == '2');
	marc_build_add(read->build, 'u', mods_read_child(read, name, "affiliation"));
}

static bool is_creator(const struct mods_read *read, const xmlNode *name)
{
	static const char *const words[] = {"cre", "aut", "creator", "author"};

	for (const xmlNode *r = xml_node_child(name, "role"); r; r = xml_node_next(r, "role"))
		for (const xmlNode *n = xml_node_child(r, "roleTerm"); n;
		     n = xml_node_next(n, "roleTerm"))
			for (size_t i = 0; i < sizeof words / sizeof *words; i++)
				if (text_equal_ignoring_case(mods_read_text(read, n), words[i]))
					return true;
	return false;
}

/* The main entry is the name that says so, else the first creator. */
static const xmlNode *main_name(const struct mods_read *read)
{
	const xmlNode *n;

	for (n = xml_node_child(read->root, "name"); n; n = xml_node_next(n, "name"))
		if (mods_read_says(n, "usage", "primary"))
			return n;
	for (n = xml_node_child(read->root, "name"); n; n = xml_node_next(n, "name"))
		if (is_creator(read, n))
			return n;
	return NULL;
}

static void read_names(struct mods_read *read)
{
	const xmlNode *main = main_name(read);

	read->has_main = main != NULL;
	for (const xmlNode *n = xml_node_child(read->root, "name"); n; n = xml_node_next(n, "name"))
		read_one_name(read, n, n == main);
}

/* ---- the whole ---- */

struct marc *mods_read(struct arena *arena, const xmlNode *mods)
{
	struct marc_build build;
	struct mods_read read = {.build = &build, .root = mods};

	marc_build_begin(&build, arena);
	mods_read_type(&read);
	read_names(&read);
	read_titles(&read);
	for (const xmlNode *n = xml_node_child(mods, NULL); n; n = xml_node_next(n, NULL))
		mods_read_element(&read, n);
	return marc_build_end(&build);
}
