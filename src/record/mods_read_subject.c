/* MODS's subjects and related items into MARC 21's 6XX, 490 and 76X-78X. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/xml_node.h"
#include "record/marc_build.h"
#include "record/mods_read.h"

/* ---- subject ---- */

/* The second indicator of 6XX. */
static char thesaurus(const char *authority)
{
	static const struct {
		const char *name;
		char indicator;
	} rows[] = {{"lcsh", '0'}, {"lcshac", '1'}, {"mesh", '2'}, {"nal", '3'}, {"csh", '5'},
	    {"rvm", '6'}};

	for (size_t i = 0; authority && i < sizeof rows / sizeof *rows; i++)
		if (text_equal_ignoring_case(authority, rows[i].name))
			return rows[i].indicator;
	return authority && *authority ? '7' : '4';
}

static const struct part {
	const char *name, *tag;
	char subdivision; /* what it is when it is not the first */
} parts[] = {{"topic", "650", 'x'}, {"geographic", "651", 'z'}, {"temporal", "648", 'y'},
    {"titleInfo", "630", 't'}, {"name", "600", 'x'}, {"genre", "655", 'v'},
    {"occupation", "656", 'x'}};

static const struct part *find_part(const xmlNode *node)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (xml_node_is(node, parts[i].name))
			return &parts[i];
	return NULL;
}

static void open_part(
    struct mods_read *read, const xmlNode *node, const struct part *part, char indicator)
{
	static const char *const names[] = {"600", "610", "611"};
	bool is_name = strcmp(part->tag, "600") == 0;
	char kind = mods_read_name_kind(node);
	const char *tag = is_name && kind ? names[kind - '0'] : part->tag;
	char first = is_name			     ? (tag[1] == '0' ? '1' : '2')
		     : strcmp(part->tag, "630") == 0 ? '0'
						     : ' ';

	marc_build_field(read->build, tag, first, indicator);
	if (is_name)
		mods_read_name(read, node);
	else if (xml_node_is(node, "titleInfo"))
		marc_build_add(read->build, 'a', mods_read_child(read, node, "title"));
	else
		marc_build_add(read->build, 'a', mods_read_text(read, node));
}

static void read_hierarchy(struct mods_read *read, const xmlNode *place)
{
	static const struct {
		const char *name;
		char code;
	} levels[] = {
	    {"country", 'a'}, {"state", 'b'}, {"province", 'b'}, {"county", 'c'}, {"city", 'd'}};

	marc_build_field(read->build, "752", ' ', ' ');
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		marc_build_add(
		    read->build, levels[i].code, mods_read_child(read, place, levels[i].name));
}

static void read_map(struct mods_read *read, const xmlNode *map)
{
	marc_build_field(read->build, "255", ' ', ' ');
	marc_build_add(read->build, 'a', mods_read_child(read, map, "scale"));
	marc_build_add(read->build, 'b', mods_read_child(read, map, "projection"));
	marc_build_add(read->build, 'c', mods_read_child(read, map, "coordinates"));
}

/* The first part is the heading, the others are its subdivisions. */
void mods_read_subject(struct mods_read *read, const xmlNode *subject)
{
	const char *authority = xml_node_attribute(subject, "authority");
	char indicator = thesaurus(authority);
	bool open = false;

	if (!xml_node_child(subject, NULL)) { /* text alone: not MODS, but seen */
		marc_build_text(read->build, "653", "  ", 'a', mods_read_text(read, subject));
		return;
	}
	for (const xmlNode *n = xml_node_child(subject, NULL); n; n = xml_node_next(n, NULL)) {
		const struct part *part = find_part(n);

		if (part && !open)
			open_part(read, n, part, indicator);
		else if (part && strcmp(part->name, "titleInfo") == 0)
			marc_build_add(
			    read->build, part->subdivision, mods_read_child(read, n, "title"));
		else if (part)
			marc_build_add(read->build, part->subdivision, mods_read_text(read, n));
		open = open || part;
	}
	if (open && indicator == '7')
		marc_build_add(read->build, '2', authority);
	for (const xmlNode *n = xml_node_child(subject, NULL); n; n = xml_node_next(n, NULL)) {
		if (xml_node_is(n, "hierarchicalGeographic"))
			read_hierarchy(read, n);
		else if (xml_node_is(n, "geographicCode"))
			marc_build_text(read->build, "043", "  ", 'a', mods_read_text(read, n));
		else if (xml_node_is(n, "cartographics"))
			read_map(read, n);
	}
}

/* ---- relatedItem ---- */

static const char *title_of(const struct mods_read *read, const xmlNode *item)
{
	const xmlNode *info = xml_node_child(item, "titleInfo");
	const char *article = mods_read_child(read, info, "nonSort");
	const char *title = mods_read_child(read, info, "title");

	return article && *article && title
		   ? arena_printf(read->build->arena, "%s %s", article, title)
		   : title;
}

static void read_series(struct mods_read *read, const xmlNode *item)
{
	const xmlNode *info = xml_node_child(item, "titleInfo");
	const char *name = mods_read_child(read, info, "partName");

	marc_build_text(read->build, "490", "0 ", 'a', title_of(read, item));
	marc_build_add(read->build, 'v', mods_read_child(read, info, "partNumber"));
	marc_build_add(read->build, 'v', name);
}

void mods_read_related(struct mods_read *read, const xmlNode *item)
{
	static const struct {
		const char *type, *tag, *indicators;
	} rows[] = {{"host", "773", "0 "}, {"constituent", "774", "0 "},
	    {"otherVersion", "775", "0 "}, {"otherFormat", "776", "0 "}, {"preceding", "780", "00"},
	    {"succeeding", "785", "00"}, {"original", "786", "0 "}};
	static const struct {
		const char *type;
		char code;
	} numbers[] = {{"issn", 'x'}, {"isbn", 'z'}, {"local", 'w'}};
	const char *tag = "787", *indicators = "0 ";
	const xmlNode *name = xml_node_child(item, "name");

	if (mods_read_says(item, "type", "series")) {
		read_series(read, item);
		return;
	}
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (mods_read_says(item, "type", rows[i].type)) {
			tag = rows[i].tag;
			indicators = rows[i].indicators;
		}
	marc_build_field(read->build, tag, indicators[0], indicators[1]);
	marc_build_add(read->build, 'a', name ? mods_read_child(read, name, "namePart") : NULL);
	marc_build_add(read->build, 't', title_of(read, item));
	marc_build_add(read->build, 'g', mods_read_child(read, item, "part"));
	for (const xmlNode *n = xml_node_child(item, "identifier"); n;
	     n = xml_node_next(n, "identifier"))
		for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
			if (mods_read_says(n, "type", numbers[i].type))
				marc_build_add(
				    read->build, numbers[i].code, mods_read_text(read, n));
}
