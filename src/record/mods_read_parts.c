/* MODS's plain elements, and those of codes, into MARC 21. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/xml_node.h"
#include "record/marc_build.h"
#include "record/mods_read.h"

/* ---- leader ---- */

void mods_read_type(struct mods_read *read)
{
	static const struct {
		const char *type;
		char code, manuscript;
	} types[] = {{"text", 'a', 't'}, {"cartographic", 'e', 'f'}, {"notated music", 'c', 'd'},
	    {"sound recording-nonmusical", 'i', 'i'}, {"sound recording-musical", 'j', 'j'},
	    {"sound recording", 'i', 'i'}, {"still image", 'k', 'k'}, {"moving image", 'g', 'g'},
	    {"three dimensional object", 'r', 'r'}, {"software, multimedia", 'm', 'm'},
	    {"mixed material", 'p', 'p'}};
	const xmlNode *node = xml_node_child(read->root, "typeOfResource");
	const char *text = node ? mods_read_text(read, node) : "";
	char *leader = read->build->marc->leader;

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (text_equal_ignoring_case(text, types[i].type))
			leader[6] = mods_read_says(node, "manuscript", "yes") ? types[i].manuscript
									      : types[i].code;
	if (mods_read_says(node, "collection", "yes"))
		leader[7] = 'c';
}

/* Where 008 has the form of item depends on the leader (MARC 21). */
static char *form_of_item(struct mods_read *read)
{
	return read->build->fixed + (strchr("efgkor", read->build->marc->leader[6]) ? 29 : 23);
}

/* ---- originInfo ---- */

static void read_issuance(struct mods_read *read, const char *text)
{
	char *level = &read->build->marc->leader[7];

	if (!text || *level == 'c')
		return;
	if (strcmp(text, "serial") == 0 || strcmp(text, "continuing") == 0)
		*level = 's';
	else if (strcmp(text, "integrating resource") == 0)
		*level = 'i';
}

static void read_places(struct mods_read *read, const xmlNode *origin)
{
	for (const xmlNode *p = xml_node_child(origin, "place"); p; p = xml_node_next(p, "place"))
		for (const xmlNode *n = xml_node_child(p, "placeTerm"); n;
		     n = xml_node_next(n, "placeTerm")) {
			const char *text = mods_read_text(read, n);
			size_t length = strlen(text);

			if (!mods_read_says(n, "type", "code"))
				marc_build_add(read->build, 'a', text);
			else if (mods_read_says(n, "authority", "marccountry") &&
				 (length == 2 || length == 3)) {
				memset(read->build->fixed + 15, ' ', 3);
				memcpy(read->build->fixed + 15, text, length);
			}
		}
}

/* Coded dates are for 008; the one for people is what is in the book. A point of a range with an
 * encoding is a code. */
static bool is_coded(const xmlNode *date)
{
	return xml_node_attribute(date, "encoding") != NULL;
}

static void read_coded_date(struct mods_read *read, const xmlNode *date)
{
	const char *text = mods_read_text(read, date);

	if (mods_read_says(date, "point", "end") && strspn(text, "0123456789u") >= 4) {
		memcpy(read->build->fixed + 11, text, 4);
		if (read->build->fixed[6] == 's')
			read->build->fixed[6] = 'm';
		return;
	}
	marc_build_year(read->build, text);
}

static void read_dates(struct mods_read *read, const xmlNode *origin)
{
	static const char *const names[] = {
	    "dateIssued", "copyrightDate", "dateCreated", "dateOther"};
	const char *shown = NULL, *coded = NULL;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (const xmlNode *n = xml_node_child(origin, names[i]); n;
		     n = xml_node_next(n, names[i])) {
			const char *text = mods_read_text(read, n);

			if (is_coded(n))
				read_coded_date(read, n);
			if (!is_coded(n) && !shown)
				shown = text;
			if (is_coded(n) && !coded)
				coded = text;
		}
	marc_build_add(read->build, 'c', shown ? shown : coded);
	if (shown)
		marc_build_year(read->build, shown);
}

static void read_origin(struct mods_read *read, const xmlNode *origin)
{
	static const struct {
		const char *type;
		char indicator;
	} events[] = {{"production", '0'}, {"publication", '1'}, {"distribution", '2'},
	    {"manufacture", '3'}, {"copyright notice", '4'}, {"copyright", '4'}};
	char indicator = '\0';

	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (mods_read_says(origin, "eventType", events[i].type))
			indicator = events[i].indicator;
	marc_build_field(read->build, indicator ? "264" : "260", ' ', indicator ? indicator : ' ');
	read_places(read, origin);
	for (const xmlNode *n = xml_node_child(origin, "publisher"); n;
	     n = xml_node_next(n, "publisher"))
		marc_build_add(read->build, 'b', mods_read_text(read, n));
	read_dates(read, origin);
	marc_build_text(read->build, "250", "  ", 'a', mods_read_child(read, origin, "edition"));
	marc_build_text(read->build, "310", "  ", 'a', mods_read_child(read, origin, "frequency"));
	read_issuance(read, mods_read_child(read, origin, "issuance"));
}

/* ---- language, physicalDescription ---- */

static void read_language(struct mods_read *read, const xmlNode *language)
{
	const xmlNode *first = xml_node_child(language, "languageTerm"), *n;
	const char *part = xml_node_attribute(language, "objectPart");

	if (part && *part) /* of a summary, of subtitles: not what it is written in */
		return;
	/* The same language by code and by name. */
	for (n = first; n; n = xml_node_next(n, "languageTerm"))
		if (mods_read_says(n, "type", "code"))
			break;
	marc_build_language(read->build, mods_read_text(read, n ? n : first));
}

static void read_form(struct mods_read *read, const xmlNode *form)
{
	static const struct {
		const char *word;
		char code;
	} forms[] = {{"print", 'r'}, {"electronic", 'o'}, {"microfilm", 'a'}, {"microfiche", 'b'},
	    {"microopaque", 'c'}, {"large print", 'd'}, {"braille", 'f'}, {"remote", 'o'}};
	const char *text = mods_read_text(read, form), *tag = "340";
	const char *source = xml_node_attribute(form, "authority");

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (text_equal_ignoring_case(text, forms[i].word)) {
			*form_of_item(read) = forms[i].code;
			return;
		}
	if (mods_read_says(form, "type", "media"))
		tag = "337";
	if (mods_read_says(form, "type", "carrier"))
		tag = "338";
	marc_build_text(read->build, tag, "  ", 'a', text);
	marc_build_add(read->build, '2', source);
}

static void read_physical(struct mods_read *read, const xmlNode *physical)
{
	for (const xmlNode *n = xml_node_child(physical, NULL); n; n = xml_node_next(n, NULL)) {
		if (xml_node_is(n, "form"))
			read_form(read, n);
		else if (xml_node_is(n, "extent"))
			marc_build_text(read->build, "300", "  ", 'a', mods_read_text(read, n));
		else if (xml_node_is(n, "internetMediaType"))
			marc_build_text(read->build, "856", "4 ", 'q', mods_read_text(read, n));
		else if (xml_node_is(n, "note"))
			marc_build_text(read->build, "500", "  ", 'a', mods_read_text(read, n));
	}
}

/* ---- notes, numbers, places ---- */

static void read_note(struct mods_read *read, const xmlNode *note)
{
	static const struct {
		const char *type, *tag;
	} types[] = {{"with", "501"}, {"thesis", "502"}, {"bibliography", "504"},
	    {"creation/production credits", "508"}, {"citation/reference", "510"},
	    {"performers", "511"}, {"numbering", "515"}, {"venue", "518"},
	    {"preferred citation", "524"}, {"additional physical form", "530"},
	    {"reproduction", "533"}, {"original version", "534"}, {"funding", "536"},
	    {"system details", "538"}, {"acquisition", "541"}, {"biographical/historical", "545"},
	    {"language", "546"}, {"issuing body", "550"}, {"ownership", "561"},
	    {"publications", "581"}, {"action", "583"}, {"exhibitions", "585"}, {"awards", "586"}};
	const char *tag = "500";

	if (mods_read_says(note, "type", "statement of responsibility"))
		return; /* in 245 */
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (mods_read_says(note, "type", types[i].type))
			tag = types[i].tag;
	marc_build_text(read->build, tag, "  ", 'a', mods_read_text(read, note));
}

static void read_identifier(struct mods_read *read, const xmlNode *identifier)
{
	const char *type = xml_node_attribute(identifier, "type");

	if (type && (text_equal_ignoring_case(type, "uri") || !*type))
		type = NULL;
	marc_build_identifier(read->build, type, mods_read_text(read, identifier),
	    mods_read_says(identifier, "invalid", "yes"));
}

static void read_class(struct mods_read *read, const xmlNode *node)
{
	static const struct {
		const char *authority, *tag, *indicators;
	} rows[] = {{"lcc", "050", " 4"}, {"nlm", "060", " 4"}, {"udc", "080", "  "},
	    {"ddc", "082", "04"}, {"sudocs", "086", "0 "}};
	const char *authority = xml_node_attribute(node, "authority");

	for (size_t i = 0; authority && i < sizeof rows / sizeof *rows; i++) {
		if (!text_equal_ignoring_case(authority, rows[i].authority))
			continue;
		marc_build_text(
		    read->build, rows[i].tag, rows[i].indicators, 'a', mods_read_text(read, node));
		if (strcmp(rows[i].tag, "082") == 0)
			marc_build_add(read->build, '2', xml_node_attribute(node, "edition"));
		return;
	}
	marc_build_text(read->build, "084", "  ", 'a', mods_read_text(read, node));
	marc_build_add(read->build, '2', authority);
}

static void read_location(struct mods_read *read, const xmlNode *location)
{
	for (const xmlNode *n = xml_node_child(location, "url"); n; n = xml_node_next(n, "url"))
		marc_build_text(read->build, "856", "40", 'u', mods_read_text(read, n));
	marc_build_text(
	    read->build, "852", "  ", 'a', mods_read_child(read, location, "physicalLocation"));
	marc_build_add(read->build, 'j', mods_read_child(read, location, "shelfLocator"));
}

static void read_genre(struct mods_read *read, const xmlNode *genre)
{
	const char *source = xml_node_attribute(genre, "authority");

	marc_build_text(read->build, "655", source ? " 7" : " 4", 'a', mods_read_text(read, genre));
	marc_build_add(read->build, '2', source);
}

static void read_access(struct mods_read *read, const xmlNode *node)
{
	bool restriction = mods_read_says(node, "type", "restriction on access") ||
			   mods_read_says(node, "type", "restrictionOnAccess");

	marc_build_text(
	    read->build, restriction ? "506" : "540", "  ", 'a', mods_read_text(read, node));
}

/* ---- recordInfo ---- */

static void read_info(struct mods_read *read, const xmlNode *info)
{
	const xmlNode *id = xml_node_child(info, "recordIdentifier");
	const char *created = mods_read_child(read, info, "recordCreationDate");
	const char *rules = mods_read_child(read, info, "descriptionStandard");

	if (!marc_build_has(read->build, "001")) {
		marc_build_control(read->build, "001", id ? mods_read_text(read, id) : NULL);
		marc_build_control(read->build, "003", xml_node_attribute(id, "source"));
		marc_build_control(
		    read->build, "005", mods_read_child(read, info, "recordChangeDate"));
	}
	if (created && strspn(created, "0123456789") == 6 && !created[6])
		memcpy(read->build->fixed, created, 6);
	marc_build_text(
	    read->build, "040", "  ", 'a', mods_read_child(read, info, "recordContentSource"));
	marc_build_add(read->build, 'b',
	    mods_read_child(read, xml_node_child(info, "languageOfCataloging"), "languageTerm"));
	if (rules && text_equal_ignoring_case(rules, "aacr"))
		read->build->marc->leader[18] = 'a';
	else if (rules && text_equal_ignoring_case(rules, "isbd"))
		read->build->marc->leader[18] = 'i';
	else
		marc_build_add(read->build, 'e', rules);
}

/* ---- the table ---- */

static void read_abstract(struct mods_read *read, const xmlNode *node)
{
	marc_build_text(read->build, "520", "  ", 'a', mods_read_text(read, node));
}

static void read_contents(struct mods_read *read, const xmlNode *node)
{
	marc_build_text(read->build, "505", "0 ", 'a', mods_read_text(read, node));
}

static void read_audience(struct mods_read *read, const xmlNode *node)
{
	marc_build_text(read->build, "521", "  ", 'a', mods_read_text(read, node));
}

void mods_read_element(struct mods_read *read, const xmlNode *node)
{
	static const struct {
		const char *name;
		void (*read)(struct mods_read *read, const xmlNode *node);
	} rows[] = {{"originInfo", read_origin}, {"language", read_language},
	    {"physicalDescription", read_physical}, {"abstract", read_abstract},
	    {"tableOfContents", read_contents}, {"targetAudience", read_audience},
	    {"note", read_note}, {"subject", mods_read_subject}, {"classification", read_class},
	    {"relatedItem", mods_read_related}, {"identifier", read_identifier},
	    {"location", read_location}, {"accessCondition", read_access}, {"genre", read_genre},
	    {"recordInfo", read_info}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (xml_node_is(node, rows[i].name))
			rows[i].read(read, node);
}
