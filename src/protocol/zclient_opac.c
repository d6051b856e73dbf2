/* Holdings of an OPAC record (Z39.50 REC.5) as opacxml, the form YAZ gave them. */
#include "protocol/zclient_parts.h"

#include <stddef.h>
#include <string.h>
#include <libxml/parser.h>
#include <yaz/marcdisp.h>
#include <yaz/wrbuf.h>

/* Holdings are for people: what is beyond these is left out. */
enum { HOLDINGS_MAX = 512, ITEMS_MAX = 512, TEXT_MAX = 4096, BYTES_MAX = 1 << 20 };

struct field {
	const char *element;
	size_t offset; /* of a char * in the structure */
};

static const struct field holding_fields[] = {
    {"typeOfRecord", offsetof(Z_HoldingsAndCircData, typeOfRecord)},
    {"encodingLevel", offsetof(Z_HoldingsAndCircData, encodingLevel)},
    {"format", offsetof(Z_HoldingsAndCircData, format)},
    {"receiptAcqStatus", offsetof(Z_HoldingsAndCircData, receiptAcqStatus)},
    {"generalRetention", offsetof(Z_HoldingsAndCircData, generalRetention)},
    {"completeness", offsetof(Z_HoldingsAndCircData, completeness)},
    {"dateOfReport", offsetof(Z_HoldingsAndCircData, dateOfReport)},
    {"nucCode", offsetof(Z_HoldingsAndCircData, nucCode)},
    {"localLocation", offsetof(Z_HoldingsAndCircData, localLocation)},
    {"shelvingLocation", offsetof(Z_HoldingsAndCircData, shelvingLocation)},
    {"callNumber", offsetof(Z_HoldingsAndCircData, callNumber)},
    {"shelvingData", offsetof(Z_HoldingsAndCircData, shelvingData)},
    {"copyNumber", offsetof(Z_HoldingsAndCircData, copyNumber)},
    {"publicNote", offsetof(Z_HoldingsAndCircData, publicNote)},
    {"reproductionNote", offsetof(Z_HoldingsAndCircData, reproductionNote)},
    {"termsUseRepro", offsetof(Z_HoldingsAndCircData, termsUseRepro)},
    {"enumAndChron", offsetof(Z_HoldingsAndCircData, enumAndChron)},
    {NULL, 0},
};

static const struct field volume_fields[] = {
    {"enumeration", offsetof(Z_Volume, enumeration)},
    {"chronology", offsetof(Z_Volume, chronology)},
    {"enumAndChron", offsetof(Z_Volume, enumAndChron)},
    {NULL, 0},
};

static const struct field availability_fields[] = {
    {"availabilityDate", offsetof(Z_CircRecord, availablityDate)},
    {"availableThru", offsetof(Z_CircRecord, availableThru)},
    {"restrictions", offsetof(Z_CircRecord, restrictions)},
    {"itemId", offsetof(Z_CircRecord, itemId)},
    {NULL, 0},
};

static const struct field item_fields[] = {
    {"enumAndChron", offsetof(Z_CircRecord, enumAndChron)},
    {"midspine", offsetof(Z_CircRecord, midspine)},
    {"temporaryLocation", offsetof(Z_CircRecord, temporaryLocation)},
    {NULL, 0},
};

static void write_fields(WRBUF out, const struct field *fields, const void *structure)
{
	for (; fields->element; fields++) {
		const char *text;
		char clean[TEXT_MAX];

		memcpy(&text, (const char *)structure + fields->offset, sizeof text);
		if (!text)
			continue;
		apdu_clean_text(clean, sizeof clean, text, strlen(text));
		wrbuf_printf(out, "<%s>", fields->element);
		wrbuf_xmlputs(out, clean);
		wrbuf_printf(out, "</%s>", fields->element);
	}
}

static void write_flag(WRBUF out, const char *element, const Odr_bool *flag)
{
	wrbuf_printf(out, "<%s value=\"%d\"/>", element, flag && *flag ? 1 : 0);
}

static void write_circulation(WRBUF out, const Z_CircRecord *item)
{
	wrbuf_puts(out, "<circulation>");
	write_flag(out, "availableNow", item->availableNow);
	write_fields(out, availability_fields, item);
	write_flag(out, "renewable", item->renewable);
	write_flag(out, "onHold", item->onHold);
	write_fields(out, item_fields, item);
	wrbuf_puts(out, "</circulation>");
}

static bool is_full(WRBUF out)
{
	return wrbuf_len(out) >= BYTES_MAX;
}

static void write_holding(WRBUF out, const Z_HoldingsAndCircData *holding)
{
	write_fields(out, holding_fields, holding);
	if (holding->num_volumes > 0) {
		wrbuf_puts(out, "<volumes>");
		for (int i = 0; i < holding->num_volumes && i < ITEMS_MAX && !is_full(out); i++) {
			wrbuf_puts(out, "<volume>");
			write_fields(out, volume_fields, holding->volumes[i]);
			wrbuf_puts(out, "</volume>");
		}
		wrbuf_puts(out, "</volumes>");
	}
	if (holding->num_circulationData > 0) {
		wrbuf_puts(out, "<circulations>");
		for (int i = 0; i < holding->num_circulationData && i < ITEMS_MAX && !is_full(out);
		     i++)
			write_circulation(out, holding->circulationData[i]);
		wrbuf_puts(out, "</circulations>");
	}
}

/* XML that comes out of a foreign record is looked at before it is put into ours. */
static bool is_well_formed(const char *xml, size_t length)
{
	xmlDocPtr doc = xmlReadMemory(xml, (int)length, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

	xmlFreeDoc(doc);
	return doc != NULL;
}

/* A holdings record in MARC; one that does not convert is left out. */
static void write_marc_holding(WRBUF out, const Z_External *external)
{
	yaz_marc_t marc;
	const char *xml;
	size_t length;

	if (!external || external->which != Z_External_octet || !external->u.octet_aligned)
		return;
	marc = yaz_marc_create();
	yaz_marc_xml(marc, YAZ_MARC_MARCXML);
	if (yaz_marc_decode_buf(marc, external->u.octet_aligned->buf,
		external->u.octet_aligned->len, &xml, &length) > 0 &&
	    is_well_formed(xml, length))
		wrbuf_write(out, xml, length);
	yaz_marc_destroy(marc);
}

char *zclient_holdings_xml(NMEM memory, const Z_OPACRecord *opac, size_t *length)
{
	WRBUF out;
	char *xml;

	if (opac->num_holdingsData <= 0)
		return NULL;
	out = wrbuf_alloc();
	wrbuf_puts(out, "<holdings>");
	for (int i = 0; i < opac->num_holdingsData && i < HOLDINGS_MAX && !is_full(out); i++) {
		const Z_HoldingsRecord *record = opac->holdingsData[i];

		wrbuf_puts(out, "<holding>");
		if (record->which == Z_HoldingsRecord_holdingsAndCirc)
			write_holding(out, record->u.holdingsAndCirc);
		else
			write_marc_holding(out, record->u.marcHoldingsRecord);
		wrbuf_puts(out, "</holding>");
	}
	wrbuf_puts(out, "</holdings>");
	*length = wrbuf_len(out);
	xml = nmem_strdupn(memory, wrbuf_buf(out), *length);
	wrbuf_destroy(out);
	return xml;
}
