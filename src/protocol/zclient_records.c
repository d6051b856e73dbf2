/* NamePlusRecord into what the floors above read. */
#include "protocol/zclient_parts.h"

#include <assert.h>
#include <string.h>
#include <yaz/oid_db.h>

/* Bib-1: "System error in presenting records", "Record not available in requested syntax". */
enum { BIB1_PRESENTING = 14, BIB1_SYNTAX = 238 };

static void refuse(struct reply_record *record, int code, const char *why)
{
	record->bytes = NULL;
	record->length = 0;
	record->diagnostic.present = true;
	record->diagnostic.code = code;
	strcpy(record->diagnostic.addinfo, why);
}

static bool is_xml_syntax(const Odr_oid *oid)
{
	return oid &&
	       (!oid_oidcmp(oid, yaz_oid_recsyn_xml) || !oid_oidcmp(oid, yaz_oid_recsyn_text_xml) ||
		   !oid_oidcmp(oid, yaz_oid_recsyn_application_xml));
}

/* Targets mislabel: a leading `<` is XML whatever the syntax says, a leading digit (the length of
 * ISO 2709's leader) is not. */
static bool is_xml(const Odr_oid *oid, const unsigned char *bytes, size_t length)
{
	if (length >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3)) {
		bytes += 3;
		length -= 3;
	}
	while (length && strchr(" \t\r\n", *bytes) && *bytes) {
		bytes++;
		length--;
	}
	if (length && *bytes == '<')
		return true;
	if (length && *bytes >= '0' && *bytes <= '9')
		return false;
	return is_xml_syntax(oid);
}

static void read_external(NMEM memory, Z_External *external, struct reply_record *out)
{
	const Odr_oct *octets = apdu_external(memory, external, Z_External_sutrs);

	if (!octets && external && external->which == Z_External_octet)
		octets = external->u.octet_aligned;
	if (!octets) {
		refuse(out, BIB1_SYNTAX, "record of a syntax nobody asked for");
		return;
	}
	out->bytes = octets->buf;
	out->length = (size_t)octets->len;
	if (!out->length)
		refuse(out, BIB1_PRESENTING, "empty record");
	else
		out->is_xml = is_xml(external->direct_reference, out->bytes, out->length);
}

static void read_opac(NMEM memory, const Z_OPACRecord *opac, struct reply_record *out)
{
	if (!opac->bibliographicRecord) {
		refuse(out, BIB1_PRESENTING, "OPAC record without its bibliographic part");
		return;
	}
	read_external(memory, opac->bibliographicRecord, out);
	if (out->bytes)
		out->opac_xml = zclient_holdings_xml(memory, opac, &out->opac_length);
}

static void read_record(NMEM memory, const Z_NamePlusRecord *record, struct reply_record *out)
{
	const Z_OPACRecord *opac;

	switch (record->which) {
	case Z_NamePlusRecord_databaseRecord:
		opac = apdu_external(memory, record->u.databaseRecord, Z_External_OPAC);
		if (opac)
			read_opac(memory, opac, out);
		else
			read_external(memory, record->u.databaseRecord, out);
		break;
	case Z_NamePlusRecord_surrogateDiagnostic:
		apdu_read_diag(memory, record->u.surrogateDiagnostic, &out->diagnostic);
		if (!out->diagnostic.present)
			refuse(out, BIB1_PRESENTING, "");
		break;
	default: /* level 2 segmentation was not offered */
		refuse(out, BIB1_PRESENTING, "fragment of a record");
		break;
	}
}

/* Room for all that was asked is not taken at once: what is asked may be far more than comes. */
static struct reply_record *room_for(struct zclient *client, size_t more)
{
	size_t size = (client->nrecords + more) * sizeof *client->records;
	struct reply_record *records = nmem_malloc(client->memory, size);

	if (client->nrecords)
		memcpy(records, client->records, client->nrecords * sizeof *records);
	memset(records + client->nrecords, 0, more * sizeof *records);
	return records;
}

void zclient_take_records(struct zclient *client, Z_NamePlusRecord *const *list, int count)
{
	size_t wanted = client->asked - client->nrecords;

	assert(client->nrecords <= client->asked);
	if (count > 0 && (size_t)count < wanted)
		wanted = (size_t)count;
	if (count <= 0 || !wanted)
		return;
	client->records = room_for(client, wanted);
	for (size_t i = 0; i < wanted; i++) {
		struct reply_record *record = &client->records[client->nrecords];

		record->position = client->start + (unsigned)client->nrecords;
		read_record(client->memory, list[i], record);
		client->nrecords++;
	}
}
