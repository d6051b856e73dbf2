/* Additional information in APDUs: hop mark, SearchResult-1, diagnostics, text. */
#include "protocol/apdu.h"

#include <string.h>
#include <yaz/oid_db.h>
#include <yaz/oid_util.h>
#include <yaz/otherinfo.h>

#include "base/text.h"

/* Under the arc for user information of implementors (1.2.840.10003.10.1000), number 8350: not a
 * registered one, and far above those. An arc must fit a short. */
static const Odr_oid hop_mark_oid[] = {1, 2, 840, 10003, 10, 1000, 8350, 1, -1};

void apdu_set_hop_mark(ODR odr, Z_OtherInformation **info, const char *mark)
{
	yaz_oi_set_string_oid(info, odr, hop_mark_oid, 1, mark);
}

/* YAZ's own reader compares an OID that may be absent. */
static bool is_hop_mark(const Z_OtherInformationUnit *unit)
{
	const Z_InfoCategory *category = unit->category;

	return category && category->categoryTypeId &&
	       oid_oidcmp(category->categoryTypeId, hop_mark_oid) == 0 &&
	       *category->categoryValue == 1 && unit->which == Z_OtherInfo_characterInfo;
}

const char *apdu_hop_mark(const Z_OtherInformation *info)
{
	for (int i = 0; info && i < info->num_elements; i++)
		if (is_hop_mark(info->list[i]))
			return info->list[i]->information.characterInfo;
	return NULL;
}

static Z_QueryExpression *term_expression(ODR odr, const struct apdu_subquery *entry)
{
	Z_QueryExpression *expression = odr_malloc(odr, sizeof *expression);
	Z_QueryExpressionTerm *term = odr_malloc(odr, sizeof *term);

	term->queryTerm = odr_malloc(odr, sizeof *term->queryTerm);
	term->queryTerm->which = Z_Term_general;
	term->queryTerm->u.general = odr_create_Odr_oct(odr, entry->term, (int)entry->term_length);
	term->termComment = NULL;
	expression->which = Z_QueryExpression_term;
	expression->u.term = term;
	return expression;
}

void apdu_set_subqueries(
    ODR odr, Z_OtherInformation **info, const struct apdu_subquery *entries, size_t count)
{
	Z_OtherInformationUnit *unit = yaz_oi_update(info, odr, NULL, 0, 0);
	Z_External *external = odr_malloc(odr, sizeof *external);
	Z_SearchInfoReport *report = odr_malloc(odr, sizeof *report);

	report->num = (int)count;
	report->elements = odr_malloc(odr, (count + 1) * sizeof *report->elements);
	for (size_t i = 0; i < count; i++) {
		Z_SearchInfoReport_s *entry = odr_malloc(odr, sizeof *entry);

		memset(entry, 0, sizeof *entry);
		entry->subqueryId = odr_strdup_null(odr, entries[i].id);
		entry->fullQuery = odr_booldup(odr, 0);
		if (entries[i].term)
			entry->subqueryExpression = term_expression(odr, &entries[i]);
		if (entries[i].count >= 0)
			entry->subqueryCount = odr_intdup(odr, entries[i].count);
		report->elements[i] = entry;
	}
	memset(external, 0, sizeof *external);
	external->direct_reference = odr_oiddup(odr, yaz_oid_userinfo_searchresult_1);
	external->which = Z_External_searchResult1;
	external->u.searchResult1 = report;
	unit->which = Z_OtherInfo_externallyDefinedInfo;
	unit->information.externallyDefinedInfo = external;
}

static void read_term(const Z_QueryExpression *expression, struct apdu_subquery *out)
{
	const Z_Term *term;

	if (!expression || expression->which != Z_QueryExpression_term)
		return;
	term = expression->u.term->queryTerm;
	if (term && term->which == Z_Term_general) {
		out->term = term->u.general->buf;
		out->term_length = (size_t)term->u.general->len;
	} else if (term && term->which == Z_Term_characterString) {
		out->term = term->u.characterString;
		out->term_length = strlen(out->term);
	}
}

static void read_subquery(const Z_SearchInfoReport_s *entry, struct apdu_subquery *out)
{
	*out = (struct apdu_subquery){.id = entry->subqueryId, .count = -1};
	read_term(entry->subqueryExpression, out);
	if (entry->subqueryCount && *entry->subqueryCount >= 0)
		out->count = *entry->subqueryCount;
}

size_t apdu_subqueries(
    NMEM memory, const Z_OtherInformation *info, struct apdu_subquery *entries, size_t room)
{
	const Z_SearchInfoReport *report =
	    apdu_find_external(memory, info, Z_External_searchResult1);
	size_t count = 0;

	for (int i = 0; report && i < report->num && count < room; i++)
		read_subquery(report->elements[i], &entries[count++]);
	return count;
}

void apdu_read_default_diag(const Z_DefaultDiagFormat *diag, struct reply_diagnostic *out)
{
	const char *text;

	if (!diag)
		return;
	out->present = true;
	out->code = 1; /* permanent system error, should there be no number of use */
	if (diag->condition && *diag->condition >= 0 && *diag->condition <= INT32_MAX)
		out->code = (int)*diag->condition;
	text = diag->which == Z_DefaultDiagFormat_v2Addinfo ? diag->u.v2Addinfo : diag->u.v3Addinfo;
	out->addinfo[0] = '\0';
	if (text)
		apdu_clean_text(out->addinfo, sizeof out->addinfo, text, strlen(text));
}

/* diag-1 (Z39.50 ERR.2): a list; the first that has a number, else the first message. */
static void read_diag1(const Z_DiagnosticFormat *format, struct reply_diagnostic *out)
{
	for (int i = 0; format && i < format->num; i++) {
		const Z_DiagnosticFormat_s *entry = format->elements[i];

		if (entry->which == Z_DiagnosticFormat_s_defaultDiagRec &&
		    entry->u.defaultDiagRec) {
			apdu_read_default_diag(entry->u.defaultDiagRec, out);
			return;
		}
		if (out->present)
			continue;
		out->present = true;
		out->code = 1;
		if (entry->message)
			apdu_clean_text(out->addinfo, sizeof out->addinfo, entry->message,
			    strlen(entry->message));
	}
}

void apdu_read_diag(NMEM memory, const Z_DiagRec *diag, struct reply_diagnostic *out)
{
	if (!diag)
		return;
	if (diag->which == Z_DiagRec_defaultFormat) {
		apdu_read_default_diag(diag->u.defaultFormat, out);
		return;
	}
	read_diag1(apdu_external(memory, diag->u.externallyDefined, Z_External_diag1), out);
	if (out->present)
		return;
	out->present = true;
	out->code = 1;
	strcpy(out->addinfo, "diagnostic of an unknown format");
}

void apdu_read_init_diag(NMEM memory, const Z_InitResponse *response, struct reply_diagnostic *out,
    char *text, size_t size)
{
	Z_External *field = response->userInformationField;
	const Z_SUTRS *sutrs = apdu_external(memory, field, Z_External_sutrs);
	const Z_OtherInformation *info = apdu_external(memory, field, Z_External_userInfo1);

	text[0] = '\0';
	read_diag1(apdu_external(memory, field, Z_External_diag1), out);
	if (!out->present)
		read_diag1(apdu_find_external(memory, info, Z_External_diag1), out);
	if (!out->present)
		read_diag1(apdu_find_external(memory, response->otherInfo, Z_External_diag1), out);
	if (out->present)
		return;
	if (!sutrs && field && field->which == Z_External_octet)
		sutrs = field->u.octet_aligned;
	if (sutrs)
		apdu_clean_text(text, size, sutrs->buf, (size_t)sutrs->len);
}

size_t apdu_clean_text(char *out, size_t size, const char *text, size_t length)
{
	bool utf8 = text_is_utf8(text, length);
	size_t used = 0;

	while (length) {
		uint32_t character = (unsigned char)*text;
		size_t taken = utf8 ? text_decode(text, length, &character) : 1, made;
		char bytes[4];

		text += taken;
		length -= taken;
		if (character < 0x20 || (character >= 0x7F && character < 0xA0))
			character = ' ';
		if (!text_is_xml_char(character))
			continue;
		made = text_encode(character, bytes);
		if (used + made >= size)
			break;
		memcpy(out + used, bytes, made);
		used += made;
	}
	while (used && out[used - 1] == ' ')
		used--;
	out[used] = '\0';
	return used;
}
