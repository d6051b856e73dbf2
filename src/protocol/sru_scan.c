/* Scan answers: element order as in srw-types.xsd and scan.xsd (PROTOCOLS 1.6). */
#include "protocol/sru_xml.h"

#include <string.h>

#include "base/arena.h"

#define NS_XCQL_1X "http://www.loc.gov/zing/cql/xcql/"

static void write_term(struct sru_xml *xml, const struct sru_scan_term *term)
{
	sru_xml_start(xml, "zs:term");
	sru_xml_text(xml, "zs:value", term->value);
	if (term->count >= 0)
		sru_xml_number(xml, "zs:numberOfRecords", (unsigned long)term->count);
	sru_xml_text(xml, "zs:displayTerm", term->display);
	sru_xml_text(xml, "zs:whereInList", term->where);
	sru_xml_end(xml);
}

static void write_terms(struct sru_xml *xml, const struct sru_scan_answer *answer)
{
	if (!answer->nterms)
		return;
	sru_xml_start(xml, "zs:terms");
	for (size_t i = 0; i < answer->nterms; i++)
		write_term(xml, &answer->terms[i]);
	sru_xml_end(xml);
}

static void echo(struct sru_xml *xml, const char *name)
{
	const struct sru_request *request = xml->request;

	for (size_t i = 0; i < request->nparameters; i++)
		if (strcmp(request->parameters[i].name, name) == 0)
			sru_xml_text(xml, arena_printf(xml->arena, "zs:%s", name),
			    request->parameters[i].value);
}

/* xScanClause holds what a searchClause holds: its own element is taken off. */
static bool write_clause(struct sru_xml *xml, const char *xclause)
{
	static const char head[] = "<searchClause xmlns=\"" NS_XCQL_1X "\">";
	static const char tail[] = "</searchClause>";
	size_t length = strlen(xclause);

	if (strncmp(xclause, head, sizeof head - 1) != 0 || length < sizeof head + sizeof tail ||
	    strcmp(xclause + length - (sizeof tail - 1), tail) != 0)
		return false;
	sru_xml_start(xml, "zs:xScanClause");
	sru_xml_attribute(xml, "xmlns", NS_XCQL_1X);
	xmlTextWriterWriteRaw(
	    xml->writer, (const xmlChar *)sru_clean(
			     xml->arena, arena_strndup(xml->arena, xclause + sizeof head - 1,
					     length - (sizeof head - 1) - (sizeof tail - 1))));
	sru_xml_end(xml);
	return true;
}

/* srw-types.xsd demands the clause in XCQL: without that form the whole echo is left out. */
static void write_echo(struct sru_xml *xml, const char *xclause)
{
	bool two = xml->request->version == SRU_2_0;

	if (!two && !xclause)
		return;
	sru_xml_start(xml, "zs:echoedScanRequest");
	if (!two)
		sru_xml_text(xml, "zs:version", sru_version_text(xml->request->version));
	echo(xml, "scanClause");
	if (!two)
		write_clause(xml, xclause);
	echo(xml, "responsePosition");
	echo(xml, "maximumTerms");
	if (two)
		echo(xml, "httpAccept");
	echo(xml, "stylesheet");
	sru_xml_end(xml);
}

char *sru_encode_scan(struct arena *arena, const struct sru_scan_answer *answer, size_t *length)
{
	struct sru_xml xml;

	if (answer->request->format == SRU_JSON)
		return sru_json_scan(arena, answer, length);
	sru_xml_open(&xml, arena, answer->request, "scanResponse");
	write_terms(&xml, answer);
	write_echo(&xml, answer->xclause);
	sru_xml_diagnostics(&xml, answer->diagnostics, answer->ndiagnostics);
	sru_xml_start(&xml, "zs:extraResponseData");
	sru_xml_partners(&xml, answer->partners, answer->npartners);
	sru_xml_end(&xml);
	return sru_xml_close(&xml, length);
}
