#include "front/z_record.h"

#include <string.h>
#include <libxml/xmlwriter.h>
#include <yaz/diagbib1.h>
#include <yaz/marcdisp.h>
#include <yaz/oid_db.h>
#include <yaz/yaz-iconv.h>

#include "base/arena.h"
#include "base/text.h"
#include "front/entry.h"
#include "front/z_card.h"
#include "front/z_op.h"
#include "record/marc.h"
#include "record/unimarc.h"
#include "registry/partner.h"
#include "search/hit.h"
#include "search/order.h"
#include "search/page.h"

/* ---- the form ---- */

static bool read_element_set(
    const char *name, struct z_form *form, bool *schema_named, struct z_fault *fault)
{
	*schema_named = false;
	if (!name || text_equal_ignoring_case(name, "F"))
		return true;
	if (text_equal_ignoring_case(name, "B")) {
		form->brief = true;
		return true;
	}
	*schema_named = form->syntax == ZRECORD_XML && schema_find(name, &form->schema);
	return *schema_named ||
	       z_fault_set(
		   fault, YAZ_BIB1_SPECIFIED_ELEMENT_SET_NAME_NOT_VALID_FOR_SPECIFIED_, "%s", name);
}

bool z_form_read(const struct zserver_form *asked, struct z_form *out, struct z_fault *fault)
{
	bool named;

	out->syntax = asked->syntax;
	out->schema = SCHEMA_MARCXML;
	out->brief = false;
	if (asked->syntax == ZRECORD_UNKNOWN)
		return z_fault_set(fault, YAZ_BIB1_RECORD_SYNTAX_UNSUPP, "%s", asked->syntax_oid);
	if (!read_element_set(asked->element_set, out, &named, fault))
		return false;
	if (asked->schema && out->syntax == ZRECORD_XML &&
	    !schema_find(asked->schema, &out->schema))
		return z_fault_set(fault, YAZ_BIB1_ES_UNKNOWN_SCHEMA, "%s", asked->schema);
	return true;
}

/* ---- what is given ---- */

/* One record while it is being made. */
struct making {
	struct arena *arena;
	const struct page *page;
	size_t number; /* of the entry on the page */
	const struct hit *lead;
	const struct z_form *form;
	struct schema_record record; /* once read */
	struct zserver_record *out;
};

static void surrogate(struct making *m, int code, const char *addinfo)
{
	m->out->surrogate = (struct zserver_diagnostic){
	    code, addinfo && *addinfo ? arena_strdup(m->arena, addinfo) : NULL};
}

static bool surrogate_from(struct making *m, const struct diag *diag)
{
	surrogate(m, diag_bib1(diag->id), diag->details);
	return false;
}

/* What a brief record keeps: what it is, who made it, who holds it. */
static const char *const brief_marc21[] = {"001", "003", "008", "020", "022", "035", "040", "100",
    "110", "111", "130", "245", "250", "260", "264", "852", NULL};
static const char *const brief_unimarc[] = {"001", "003", "010", "011", "100", "101", "200", "205",
    "210", "214", "700", "710", "801", "852", NULL};

static struct marc *brief(struct arena *arena, const struct marc *marc, const char *const *tags)
{
	struct marc *out = arena_memdup(arena, marc, sizeof *marc);

	out->fields = arena_array(arena, marc->nfields, sizeof *out->fields);
	out->nfields = 0;
	for (size_t i = 0; i < marc->nfields; i++)
		for (const char *const *tag = tags; *tag; tag++)
			if (strcmp(marc->fields[i].tag, *tag) == 0)
				out->fields[out->nfields++] = marc->fields[i];
	return out;
}

static bool read_record(struct making *m, bool holdings)
{
	struct diag diag = {DIAG_NONE, ""};

	if (!entry_read(m->arena, m->page, m->number, holdings, &m->record, &diag))
		return surrogate_from(m, &diag);
	if (m->out->syntax == ZRECORD_UNIMARC && !m->record.unimarc) {
		m->record.marc = unimarc_from_marc21(m->arena, m->record.marc, &diag);
		if (!m->record.marc)
			return surrogate_from(m, &diag);
		m->record.unimarc = true;
	}
	if (m->form->brief)
		m->record.marc = brief(
		    m->arena, m->record.marc, m->record.unimarc ? brief_unimarc : brief_marc21);
	return true;
}

/* ---- character sets of MARC ---- */

static const char *convert(struct arena *arena, yaz_iconv_t cd, const char *text)
{
	size_t left = strlen(text), room = 6 * left + 16;
	char *in = (char *)text, *out = arena_alloc(arena, room + 1), *to = out;

	yaz_iconv(cd, NULL, NULL, NULL, NULL);
	while (left) {
		char *before = in;

		if (yaz_iconv(cd, &in, &left, &to, &room) != (size_t)-1)
			break;
		if (yaz_iconv_error(cd) == YAZ_ICONV_E2BIG)
			break;
		/* A character that the set has no place for. */
		if (in == before) {
			uint32_t character;
			size_t size = text_decode(in, left, &character);

			in += size ? size : 1;
			left -= size ? size : 1;
		}
		if (room) {
			*to++ = '?';
			room--;
		}
	}
	yaz_iconv(cd, NULL, NULL, &to, &room);
	*to = '\0';
	return out;
}

/* The record with its texts in another character set: no longer clean, only to be encoded. */
static const struct marc *recode(
    struct arena *arena, const struct marc *marc, enum zserver_charset charset)
{
	yaz_iconv_t cd =
	    yaz_iconv_open(charset == ZCHARSET_MARC8 ? "marc-8" : "iso-8859-1", "utf-8");
	struct marc *out = arena_memdup(arena, marc, sizeof *marc);

	if (!cd)
		return marc;
	out->fields = arena_memdup(arena, marc->fields, marc->nfields * sizeof *marc->fields);
	for (size_t i = 0; i < out->nfields; i++) {
		struct marc_field *field = &out->fields[i];

		if (field->data)
			field->data = convert(arena, cd, field->data);
		field->subfields = arena_memdup(
		    arena, field->subfields, field->nsubfields * sizeof *field->subfields);
		for (size_t s = 0; s < field->nsubfields; s++)
			field->subfields[s].value = convert(arena, cd, field->subfields[s].value);
	}
	yaz_iconv_close(cd);
	return out;
}

/* ---- syntaxes ---- */

static void encode_marc(struct making *m)
{
	enum zserver_charset charset = m->form->charset;
	bool other = charset == ZCHARSET_LATIN1 || charset == ZCHARSET_MARC8;
	const struct marc *marc =
	    other ? recode(m->arena, m->record.marc, charset) : m->record.marc;
	struct diag diag = {DIAG_NONE, ""};
	char *bytes;
	size_t length;

	if (!marc_encode_iso2709(m->arena, marc, &bytes, &length, &diag)) {
		surrogate_from(m, &diag);
		return;
	}
	if (other)
		bytes[9] = ' '; /* leader/09: not Unicode */
	m->out->bytes = bytes;
	m->out->length = length;
}

static void make_marc(struct making *m)
{
	bool unimarc = m->out->syntax == ZRECORD_UNIMARC;

	if (!read_record(m, false))
		return;
	if (m->record.unimarc && !unimarc)
		surrogate(m, YAZ_BIB1_RECORD_NOT_AVAILABLE_IN_REQUESTED_SYNTAX,
		    "this library has it in UNIMARC");
	else
		encode_marc(m);
}

static void write_xml(struct making *m, enum schema schema, const char **bytes, size_t *length)
{
	xmlBufferPtr buffer = xmlBufferCreate();
	xmlTextWriterPtr writer = xmlNewTextWriterMemory(buffer, 0);

	schema_write(writer, schema, &m->record);
	xmlFreeTextWriter(writer);
	*length = (size_t)xmlBufferLength(buffer);
	*bytes = arena_memdup(m->arena, xmlBufferContent(buffer), *length + 1);
	xmlBufferFree(buffer);
}

static void make_xml(struct making *m)
{
	const char *bytes;

	if (!read_record(m, schema_has_holdings(m->form->schema)))
		return;
	write_xml(m, m->form->schema, &bytes, &m->out->length);
	m->out->bytes = bytes;
}

/* The holdings as opacxml says them, by YAZ's own reading of that form. */
static void make_opac(struct making *m)
{
	NMEM memory = arena_nmem(m->arena);
	yaz_marc_t handle;
	const char *xml;
	size_t length;

	if (!read_record(m, true))
		return;
	if (m->record.unimarc) {
		surrogate(m, YAZ_BIB1_RECORD_NOT_AVAILABLE_IN_REQUESTED_SYNTAX,
		    "this library has it in UNIMARC");
		return;
	}
	write_xml(m, SCHEMA_OPACXML, &xml, &length);
	handle = yaz_marc_create();
	if (!yaz_xml_to_opac(handle, xml, length, &m->out->opac, 0, memory, yaz_oid_recsyn_usmarc))
		m->out->opac = NULL;
	yaz_marc_destroy(handle);
	if (!m->out->opac)
		surrogate(m, YAZ_BIB1_SYSTEM_ERROR_IN_PRESENTING_RECORDS, "holdings");
	else
		encode_marc(m);
}

static void make_sutrs(struct making *m)
{
	const char *card;

	if (!read_record(m, false))
		return;
	card = z_card(m->arena, m->page, m->number, m->record.bib, m->form->brief);
	m->out->bytes = card;
	m->out->length = strlen(card);
}

/* ---- a partner's own bytes ---- */

static enum zserver_syntax native(const struct hit *hit)
{
	if (hit->is_xml)
		return ZRECORD_XML;
	return hit_is_unimarc(hit) ? ZRECORD_UNIMARC : ZRECORD_USMARC;
}

/* A database that is one partner gives what the partner sent, when that is what is asked for. */
static bool make_as_sent(struct making *m)
{
	const struct z_form *form = m->form;

	if (!m->page->single || form->brief || !m->lead->bytes ||
	    m->out->syntax != native(m->lead) ||
	    (m->out->syntax == ZRECORD_XML &&
		(form->schema != SCHEMA_MARCXML || m->lead->kind == XML_RECORD_DC ||
		    m->lead->kind == XML_RECORD_MODS)) ||
	    form->charset == ZCHARSET_LATIN1 || form->charset == ZCHARSET_MARC8)
		return false;
	m->out->bytes = m->lead->bytes;
	m->out->length = m->lead->length;
	return true;
}

static enum zserver_syntax choose_syntax(const struct making *m)
{
	if (m->form->syntax != ZRECORD_ANY)
		return m->form->syntax;
	return m->page->single && m->lead->bytes ? native(m->lead) : ZRECORD_USMARC;
}

static void make_record(struct making *m)
{
	struct order_entry entry;

	order_entry(m->page->order, m->page->start - 1 + m->number, &entry);
	m->lead = entry.lead;
	m->out->name = entry.lead->partner->id;
	m->out->syntax = choose_syntax(m);
	if (make_as_sent(m))
		return;
	switch (m->out->syntax) {
	case ZRECORD_XML: make_xml(m); break;
	case ZRECORD_OPAC: make_opac(m); break;
	case ZRECORD_SUTRS: make_sutrs(m); break;
	default: make_marc(m); break;
	}
}

struct zserver_record *z_records(
    struct arena *arena, const struct page *page, size_t count, const struct z_form *form)
{
	struct zserver_record *records = arena_array(arena, count, sizeof *records);

	for (size_t i = 0; i < count; i++) {
		struct making making = {
		    .arena = arena, .page = page, .number = i, .form = form, .out = &records[i]};

		if (arena_over(arena))
			records[i] = (struct zserver_record){
			    .surrogate = {YAZ_BIB1_RESOURCES_EXHAUSTED_NO_RESULTS_AVAILABLE, NULL}};
		else
			make_record(&making);
	}
	return records;
}
