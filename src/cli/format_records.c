/* Formats marc, marcxml, dc and mods: the records themselves, for other programs. */
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/format.h"
#include "cli/title.h"
#include "record/marc.h"

static bool complain(unsigned long position, const char *why)
{
	command_complain("record %lu is left out: %s", position, why);
	return false;
}

static void nothing_to_begin(struct format_output *output)
{
}

static void nothing_to_end(
    struct format_output *output, const struct answer *last, unsigned long start, size_t records)
{
}

/* ---- marc: ISO 2709 ---- */

static bool marc_record(struct format_output *output, struct arena *arena, unsigned long position,
    const struct answer_record *record)
{
	struct diag diag = {DIAG_NONE, ""};
	const char *why;
	struct marc *marc = title_marc(arena, record, &why);
	char *bytes;
	size_t length;

	if (!marc)
		return complain(position, why);
	if (!marc_encode_iso2709(arena, marc, &bytes, &length, &diag))
		return complain(
		    position, "it does not fit into ISO 2709; marcxml has no such limit");
	fwrite(bytes, 1, length, output->file);
	return true;
}

const struct format format_marc = {
    "marc", "marcxml", nothing_to_begin, marc_record, nothing_to_end};

/* ---- marcxml, dc and mods: a collection ---- */

static bool element_record(struct format_output *output, struct arena *arena,
    unsigned long position, const struct answer_record *record, const char *uri, const char *name)
{
	const xmlNode *data = record->data;
	const char *text;
	size_t length;

	if (!data)
		return complain(position, answer_diagnostic_text(arena, record->problem));
	if (!data->ns || strcmp((const char *)data->ns->href, uri) != 0 ||
	    strcmp((const char *)data->name, name) != 0)
		return complain(position, "it did not come in the schema asked for");
	text = title_element(arena, record, &length);
	fwrite(text, 1, length, output->file);
	fputc('\n', output->file);
	return true;
}

#define XML_DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define NS_MARC "http://www.loc.gov/MARC21/slim"
#define NS_DC "info:srw/schema/1/dc-schema"

static void marcxml_begin(struct format_output *output)
{
	fputs(XML_DECLARATION "<collection xmlns=\"" NS_MARC "\">\n", output->file);
}

static bool marcxml_record(struct format_output *output, struct arena *arena,
    unsigned long position, const struct answer_record *record)
{
	return element_record(output, arena, position, record, NS_MARC, "record");
}

static void marcxml_end(
    struct format_output *output, const struct answer *last, unsigned long start, size_t records)
{
	fputs("</collection>\n", output->file);
}

const struct format format_marcxml = {
    "marcxml", "marcxml", marcxml_begin, marcxml_record, marcxml_end};

/* dcCollection is what dc-schema.xsd names a list of its records. */
static void dc_begin(struct format_output *output)
{
	fputs(XML_DECLARATION "<srw_dc:dcCollection xmlns:srw_dc=\"" NS_DC "\">\n", output->file);
}

static bool dc_record(struct format_output *output, struct arena *arena, unsigned long position,
    const struct answer_record *record)
{
	return element_record(output, arena, position, record, NS_DC, "dc");
}

static void dc_end(
    struct format_output *output, const struct answer *last, unsigned long start, size_t records)
{
	fputs("</srw_dc:dcCollection>\n", output->file);
}

const struct format format_dc = {"dc", "dc", dc_begin, dc_record, dc_end};

#define NS_MODS "http://www.loc.gov/mods/v3"

static void mods_begin(struct format_output *output)
{
	fputs(XML_DECLARATION "<modsCollection xmlns=\"" NS_MODS "\">\n", output->file);
}

static bool mods_record(struct format_output *output, struct arena *arena, unsigned long position,
    const struct answer_record *record)
{
	return element_record(output, arena, position, record, NS_MODS, "mods");
}

static void mods_end(
    struct format_output *output, const struct answer *last, unsigned long start, size_t records)
{
	fputs("</modsCollection>\n", output->file);
}

const struct format format_mods = {"mods", "mods", mods_begin, mods_record, mods_end};
