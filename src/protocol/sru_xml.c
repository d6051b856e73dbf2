#include "protocol/sru_xml.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

#define NS_1X "http://www.loc.gov/zing/srw/"
#define NS_1X_DIAG "http://www.loc.gov/zing/srw/diagnostic/"
#define NS_20 "http://docs.oasis-open.org/ns/search-ws/sruResponse"
#define NS_20_DIAG "http://docs.oasis-open.org/ns/search-ws/diagnostic"
#define NS_20_SCAN "http://docs.oasis-open.org/ns/search-ws/scan"

static const xmlChar *chars(const char *text)
{
	return (const xmlChar *)text;
}

const char *sru_version_text(enum sru_version version)
{
	switch (version) {
	case SRU_1_1: return "1.1";
	case SRU_1_2: return "1.2";
	case SRU_2_0: return "2.0";
	}
	return "";
}

const char *sru_diagnostic_uri(struct arena *arena, enum diag_id id)
{
	return arena_printf(arena, "info:srw/diagnostic/1/%d", diag_srw(id));
}

const char *sru_clean(struct arena *arena, const char *text)
{
	size_t length = text ? strlen(text) : 0, at = 0;

	while ((at += text_plain_length(text + at, length - at, ' ')) < length) {
		uint32_t c;
		size_t n = text_decode(text + at, length - at, &c);

		if (!n || !text_is_xml_char(c))
			return text_xml_clean(arena, text, length);
		at += n;
	}
	return text;
}

static xmlTextWriterPtr new_writer(xmlBufferPtr *buffer)
{
	*buffer = xmlBufferCreate();

	xmlTextWriterPtr writer = *buffer ? xmlNewTextWriterMemory(*buffer, 0) : NULL;

	if (!writer)
		abort();
	return writer;
}

/* W3C "Associating Style Sheets": the client follows it, never we. The decoder let only URL
 * characters pass. */
static void write_stylesheet(struct sru_xml *xml, const char *url)
{
	char *data = arena_alloc(xml->arena, strlen(url) * 5 + 32), *out = data;

	out += sprintf(out, "type=\"text/xsl\" href=\"");
	for (; *url; url++) {
		if (*url == '&')
			out += sprintf(out, "&amp;");
		else if (!strchr("<>\"?", *url) || (*url == '?' && url[1] != '>'))
			*out++ = *url;
	}
	strcpy(out, "\"");
	xmlTextWriterWritePI(xml->writer, chars("xml-stylesheet"), chars(data));
	xmlTextWriterWriteString(xml->writer, chars("\n"));
}

static const char *root_namespace(const struct sru_request *request)
{
	if (request->version != SRU_2_0)
		return NS_1X;
	return request->operation == SRU_SCAN ? NS_20_SCAN : NS_20;
}

void sru_xml_begin(struct sru_xml *xml, struct arena *arena, const struct sru_request *request)
{
	*xml = (struct sru_xml){.arena = arena, .request = request};
	xml->writer = new_writer(&xml->buffer);
	xmlTextWriterStartDocument(xml->writer, NULL, "UTF-8", NULL);
	if (request->soap == SRU_SOAP_NONE)
		return;
	sru_xml_start(xml, "soap:Envelope");
	sru_xml_attribute(
	    xml, "xmlns:soap", request->soap == SRU_SOAP_1_1 ? SRU_NS_SOAP_1_1 : SRU_NS_SOAP_1_2);
	sru_xml_start(xml, "soap:Body");
}

/* A SOAP message may not hold processing instructions (SOAP 1.1, 3). */
void sru_xml_open(
    struct sru_xml *xml, struct arena *arena, const struct sru_request *request, const char *root)
{
	const char *name = arena_printf(arena, "zs:%s", root);

	sru_xml_begin(xml, arena, request);
	if (request->stylesheet && request->soap == SRU_SOAP_NONE)
		write_stylesheet(xml, request->stylesheet);
	sru_xml_start(xml, name);
	sru_xml_attribute(xml, "xmlns:zs", root_namespace(request));
	if (request->version != SRU_2_0)
		sru_xml_text(xml, "zs:version", sru_version_text(request->version));
}

char *sru_xml_close(struct sru_xml *xml, size_t *length)
{
	xmlTextWriterEndDocument(xml->writer);
	xmlFreeTextWriter(xml->writer);
	*length = (size_t)xmlBufferLength(xml->buffer);

	char *text =
	    arena_strndup(xml->arena, (const char *)xmlBufferContent(xml->buffer), *length);

	xmlBufferFree(xml->buffer);
	return text;
}

void sru_xml_start(struct sru_xml *xml, const char *name)
{
	xmlTextWriterStartElement(xml->writer, chars(name));
}

void sru_xml_start_in(struct sru_xml *xml, const char *name, const char *uri)
{
	sru_xml_start(xml, name);
	sru_xml_attribute(xml, "xmlns", uri);
}

void sru_xml_end(struct sru_xml *xml)
{
	xmlTextWriterEndElement(xml->writer);
}

void sru_xml_write(struct sru_xml *xml, const char *text)
{
	xmlTextWriterWriteString(xml->writer, chars(sru_clean(xml->arena, text)));
}

void sru_xml_text(struct sru_xml *xml, const char *name, const char *text)
{
	if (!text)
		return;
	sru_xml_start(xml, name);
	sru_xml_write(xml, text);
	sru_xml_end(xml);
}

/* An answer may hold thousands of numbers: printf takes longer than all else to write one. */
static const char *digits_of(unsigned long number, char room[24])
{
	char *at = room + 23;

	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	return at;
}

void sru_xml_number(struct sru_xml *xml, const char *name, unsigned long number)
{
	char room[24];

	sru_xml_text(xml, name, digits_of(number, room));
}

void sru_xml_attribute(struct sru_xml *xml, const char *name, const char *value)
{
	if (value)
		xmlTextWriterWriteAttribute(
		    xml->writer, chars(name), chars(sru_clean(xml->arena, value)));
}

void sru_xml_attribute_number(struct sru_xml *xml, const char *name, unsigned long number)
{
	char room[24];

	xmlTextWriterWriteAttribute(xml->writer, chars(name), chars(digits_of(number, room)));
}

void sru_xml_diagnostic(struct sru_xml *xml, const struct sru_diagnostic *diagnostic)
{
	const char *message = diagnostic->message;

	assert(diagnostic->id != DIAG_NONE);
	sru_xml_start_in(
	    xml, "diagnostic", xml->request->version == SRU_2_0 ? NS_20_DIAG : NS_1X_DIAG);
	sru_xml_text(xml, "uri", sru_diagnostic_uri(xml->arena, diagnostic->id));
	if (diagnostic->details && *diagnostic->details)
		sru_xml_text(xml, "details", diagnostic->details);
	sru_xml_text(xml, "message", message ? message : diag_message(diagnostic->id));
	sru_xml_end(xml);
}

void sru_xml_diagnostics(
    struct sru_xml *xml, const struct sru_diagnostic *diagnostics, size_t count)
{
	if (!count)
		return;
	sru_xml_start(xml, "zs:diagnostics");
	for (size_t i = 0; i < count; i++)
		sru_xml_diagnostic(xml, &diagnostics[i]);
	sru_xml_end(xml);
}

void sru_xml_packing(struct sru_xml *xml, bool string)
{
	const char *how = string ? "string" : "xml";

	if (xml->request->version != SRU_2_0) {
		sru_xml_text(xml, "zs:recordPacking", how);
		return;
	}
	sru_xml_text(xml, "zs:recordPacking", "packed");
	sru_xml_text(xml, "zs:recordXMLEscaping", how);
}

const char *sru_record_text(struct arena *arena, const struct sru_record *record)
{
	xmlBufferPtr buffer;
	xmlTextWriterPtr writer = new_writer(&buffer);

	record->write(record->arg, writer);
	xmlFreeTextWriter(writer);

	const char *text = arena_strdup(arena, (const char *)xmlBufferContent(buffer));

	xmlBufferFree(buffer);
	return text;
}
