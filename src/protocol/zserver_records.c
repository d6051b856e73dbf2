/* Records and diagnostics in replies: how many records fit, and what is said of those that do not
 * (Z39.50-1995 3.2.3.1.6, 3.3.1, 3.3.2). */
#include "protocol/zserver_parts.h"

#include <string.h>
#include <yaz/oid_db.h>

enum {
	BIB1_ABOVE_PREFERRED = 16,
	BIB1_ABOVE_EXCEPTIONAL = 17,
	MESSAGE_FRAME = 512 /* what stands around the records of a message, at most */
};

Z_DefaultDiagFormat *zserver_default_diag(
    const struct zserver *server, ODR encode, const struct zserver_diagnostic *diagnostic)
{
	Z_DefaultDiagFormat *format = odr_malloc(encode, sizeof *format);
	const char *addinfo = diagnostic->addinfo ? diagnostic->addinfo : "";

	format->diagnosticSetId = odr_oiddup(encode, yaz_oid_diagset_bib_1);
	format->condition = odr_intdup(encode, diagnostic->code);
	if (server->version3) {
		format->which = Z_DefaultDiagFormat_v3Addinfo;
		format->u.v3Addinfo = odr_strdup(encode, addinfo);
	} else {
		format->which = Z_DefaultDiagFormat_v2Addinfo;
		format->u.v2Addinfo = odr_strdup(encode, addinfo);
	}
	return format;
}

Z_DiagRec *zserver_diag_record(
    const struct zserver *server, ODR encode, const struct zserver_diagnostic *diagnostic)
{
	Z_DiagRec *record = odr_malloc(encode, sizeof *record);

	record->which = Z_DiagRec_defaultFormat;
	record->u.defaultFormat = zserver_default_diag(server, encode, diagnostic);
	return record;
}

Z_Records *zserver_diag_records(
    const struct zserver *server, ODR encode, const struct zserver_diagnostic *diagnostic)
{
	Z_Records *records = odr_malloc(encode, sizeof *records);

	records->which = Z_Records_NSD;
	records->u.nonSurrogateDiagnostic = zserver_default_diag(server, encode, diagnostic);
	return records;
}

static const Odr_oid *syntax_oid(enum zserver_syntax syntax)
{
	switch (syntax) {
	case ZRECORD_UNIMARC: return yaz_oid_recsyn_unimarc;
	case ZRECORD_XML: return yaz_oid_recsyn_xml;
	case ZRECORD_OPAC: return yaz_oid_recsyn_opac;
	case ZRECORD_SUTRS: return yaz_oid_recsyn_sutrs;
	default: return yaz_oid_recsyn_usmarc;
	}
}

static Z_External *make_external(ODR encode, const struct zserver_record *record)
{
	Z_External *external;

	if (record->syntax != ZRECORD_OPAC)
		return z_ext_record_oid(
		    encode, syntax_oid(record->syntax), record->bytes, (int)record->length);
	external =
	    z_ext_record_oid(encode, yaz_oid_recsyn_usmarc, record->bytes, (int)record->length);
	record->opac->bibliographicRecord = external;
	external = odr_malloc(encode, sizeof *external);
	memset(external, 0, sizeof *external);
	external->direct_reference = odr_oiddup(encode, yaz_oid_recsyn_opac);
	external->which = Z_External_OPAC;
	external->u.opac = record->opac;
	return external;
}

static Z_NamePlusRecord *make_surrogate(const struct zserver *server, ODR encode, const char *name,
    const struct zserver_diagnostic *diagnostic)
{
	Z_NamePlusRecord *out = odr_malloc(encode, sizeof *out);

	out->databaseName = odr_strdup_null(encode, name);
	out->which = Z_NamePlusRecord_surrogateDiagnostic;
	out->u.surrogateDiagnostic = zserver_diag_record(server, encode, diagnostic);
	return out;
}

static Z_NamePlusRecord *make_record(
    const struct zserver *server, ODR encode, const struct zserver_record *record)
{
	Z_NamePlusRecord *out;

	if (record->surrogate.code)
		return make_surrogate(server, encode, record->name, &record->surrogate);
	out = odr_malloc(encode, sizeof *out);
	out->databaseName = odr_strdup_null(encode, record->name);
	out->which = Z_NamePlusRecord_databaseRecord;
	out->u.databaseRecord = make_external(encode, record);
	return out;
}

/* Bytes it takes in a message: most are known, holdings must be encoded to be counted. */
static size_t record_size(Z_NamePlusRecord *item, const struct zserver_record *record)
{
	enum { AROUND = 96 };
	size_t size = AROUND + (record->name ? strlen(record->name) : 0);
	ODR odr;
	int length = 0;

	if (record->surrogate.code)
		return size + (record->surrogate.addinfo ? strlen(record->surrogate.addinfo) : 0);
	if (record->syntax != ZRECORD_OPAC)
		return size + record->length;
	odr = odr_createmem(ODR_ENCODE);
	if (z_NamePlusRecord(odr, &item, 0, NULL))
		odr_getbuf(odr, &length, NULL);
	odr_destroy(odr);
	return (size_t)length + AROUND;
}

static Z_Records *list(ODR encode, Z_NamePlusRecord **items, size_t count)
{
	Z_Records *records;

	if (!count)
		return NULL;
	records = odr_malloc(encode, sizeof *records);
	records->which = Z_Records_DBOSD;
	records->u.databaseOrSurDiagnostics =
	    odr_malloc(encode, sizeof *records->u.databaseOrSurDiagnostics);
	records->u.databaseOrSurDiagnostics->num_records = (int)count;
	records->u.databaseOrSurDiagnostics->records = items;
	return records;
}

static void send_segment(struct zserver *server, Z_NamePlusRecord **items, size_t count)
{
	ODR encode = odr_createmem(ODR_ENCODE);
	Z_APDU *apdu = zserver_apdu(server, encode, Z_APDU_segmentRequest);
	Z_Segment *segment = apdu->u.segmentRequest;

	*segment->numberOfRecordsReturned = (Odr_int)count;
	segment->num_segmentRecords = (int)count;
	segment->segmentRecords = items;
	zserver_queue(server, encode, apdu);
}

/* A record that no message of the preferred size can hold: alone it may come all the same, when it
 * is all that was asked for (3.3.1.1, "exceptional record"). */
static bool is_too_large(
    const struct zserver *server, size_t size, const struct zserver_records *records, int *code)
{
	if (size <= server->preferred - MESSAGE_FRAME)
		return false;
	*code = size > server->exceptional ? BIB1_ABOVE_EXCEPTIONAL : BIB1_ABOVE_PREFERRED;
	return *code == BIB1_ABOVE_EXCEPTIONAL || records->asked != 1;
}

void zserver_pack(struct zserver *server, ODR encode, const struct zserver_records *records,
    bool segments, struct zserver_packed *out)
{
	Z_NamePlusRecord **items = odr_malloc(encode, (records->count + 1) * sizeof *items);
	size_t first = 0, used = 0, i;

	*out = (struct zserver_packed){0};
	for (i = 0; i < records->count; i++) {
		const struct zserver_record *record = &records->items[i];
		struct zserver_diagnostic diagnostic = {0, NULL};
		size_t size;

		items[i] = make_record(server, encode, record);
		size = record_size(items[i], record);
		if (is_too_large(server, size, records, &diagnostic.code)) {
			items[i] = make_surrogate(server, encode, record->name, &diagnostic);
			size = MESSAGE_FRAME;
		}
		if (i > first && used + size > server->preferred - MESSAGE_FRAME) {
			if (!segments) {
				out->cut = true;
				break;
			}
			send_segment(server, items + first, i - first);
			first = i;
			used = 0;
		}
		used += size;
	}
	out->count = i;
	out->last = i - first;
	out->records = list(encode, items + first, out->last);
}
