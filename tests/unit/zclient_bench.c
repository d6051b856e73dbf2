#include "tests/unit/zclient_bench.h"

#include <stdio.h>
#include <string.h>
#include <yaz/oid_db.h>
#include <yaz/pquery.h>

#include "protocol/apdu.h"

const struct zclient_options plain = {.message_max = 1 << 20};

struct bench open_bench(const struct zclient_options *options)
{
	return (struct bench){zclient_create(options), odr_createmem(ODR_ENCODE),
	    odr_createmem(ODR_DECODE), odr_createmem(ODR_ENCODE)};
}

void close_bench(struct bench *b)
{
	zclient_destroy(b->client);
	odr_destroy(b->encode);
	odr_destroy(b->decode);
	odr_destroy(b->build);
}

/* The one request that is queued. */
Z_APDU *sent(struct bench *b)
{
	size_t length;
	const void *bytes = zclient_output(b->client, &length);
	Z_APDU *apdu = NULL;

	odr_reset(b->decode);
	assert_non_null(bytes);
	odr_setbuf(b->decode, (char *)(uintptr_t)bytes, (int)length, 0);
	assert_true(z_APDU(b->decode, &apdu, 0, 0));
	zclient_sent(b->client, length);
	assert_null(zclient_output(b->client, &length));
	return apdu;
}

void feed_apdu(struct bench *b, Z_APDU *apdu)
{
	size_t length;
	const char *bytes = apdu_encode(b->encode, apdu, &length);

	assert_non_null(bytes);
	zclient_feed(b->client, bytes, length);
	odr_reset(b->encode);
}

Z_APDU *reply(struct bench *b, int which)
{
	return zget_APDU(b->encode, which);
}

const struct zclient_event *answer(struct bench *b, Z_APDU *apdu)
{
	feed_apdu(b, apdu);
	return zclient_next(b->client);
}

void make_ready(struct bench *b)
{
	const struct zclient_event *event;

	zclient_init(b->client);
	sent(b);
	event = answer(b, reply(b, Z_APDU_initResponse));
	assert_non_null(event);
	assert_int_equal(event->type, ZCLIENT_INIT_OK);
	assert_true(zclient_is_ready(b->client));
}

Z_RPNQuery *query(struct bench *b, const char *pqf)
{
	YAZ_PQF_Parser parser = yaz_pqf_create();
	Z_RPNQuery *rpn = yaz_pqf_parse(parser, b->build, pqf);

	yaz_pqf_destroy(parser);
	assert_non_null(rpn);
	return rpn;
}

const char *const databases[] = {"Default", "more"};

Z_APDU *start_search(struct bench *b, unsigned piggyback)
{
	struct zclient_search search = {.set = "s1",
	    .databases = databases,
	    .ndatabases = 2,
	    .query = query(b, "@attr 1=4 water"),
	    .syntax = ZSYNTAX_USMARC,
	    .element_set = "F",
	    .piggyback = piggyback,
	    .hop_mark = "gateway/1"};

	zclient_search(b->client, &search);
	assert_false(zclient_is_ready(b->client));
	return sent(b);
}

Z_APDU *start_present(struct bench *b, unsigned start, unsigned count)
{
	struct zclient_present present = {.set = "s1",
	    .start = start,
	    .count = count,
	    .syntax = ZSYNTAX_OPAC,
	    .element_set = "B"};

	zclient_present(b->client, &present);
	return sent(b);
}

Z_NamePlusRecord *record_of(struct bench *b, Z_External *external)
{
	Z_NamePlusRecord *record = odr_malloc(b->encode, sizeof *record);

	record->databaseName = odr_strdup(b->encode, "Default");
	record->which = Z_NamePlusRecord_databaseRecord;
	record->u.databaseRecord = external;
	return record;
}

Z_NamePlusRecord *octets(struct bench *b, const Odr_oid *syntax, const char *text)
{
	return record_of(b, z_ext_record_oid(b->encode, syntax, text, (int)strlen(text)));
}

Z_NamePlusRecord *marc(struct bench *b, unsigned number)
{
	char text[32];

	snprintf(text, sizeof text, "00026record %u", number);
	return octets(b, yaz_oid_recsyn_usmarc, text);
}

Z_Records *list_of(struct bench *b, Z_NamePlusRecord **records, int count)
{
	Z_Records *out = odr_malloc(b->encode, sizeof *out);

	out->which = Z_Records_DBOSD;
	out->u.databaseOrSurDiagnostics =
	    odr_malloc(b->encode, sizeof *out->u.databaseOrSurDiagnostics);
	out->u.databaseOrSurDiagnostics->num_records = count;
	out->u.databaseOrSurDiagnostics->records =
	    odr_malloc(b->encode, (size_t)(count + 1) * sizeof *records);
	for (int i = 0; i < count; i++)
		out->u.databaseOrSurDiagnostics->records[i] = records[i];
	return out;
}

Z_Records *many(struct bench *b, unsigned first, int count)
{
	Z_NamePlusRecord *records[64];

	for (int i = 0; i < count; i++)
		records[i] = marc(b, first + (unsigned)i);
	return list_of(b, records, count);
}

Z_Records *non_surrogate(struct bench *b, int code, const char *text)
{
	Z_Records *out = odr_malloc(b->encode, sizeof *out);

	out->which = Z_Records_NSD;
	out->u.nonSurrogateDiagnostic = zget_DefaultDiagFormat(b->encode, code, text);
	return out;
}

Z_APDU *search_reply(struct bench *b, long long hits, Z_Records *records)
{
	Z_APDU *apdu = reply(b, Z_APDU_searchResponse);

	*apdu->u.searchResponse->resultCount = hits;
	*apdu->u.searchResponse->searchStatus = 1;
	apdu->u.searchResponse->records = records;
	return apdu;
}

Z_APDU *present_reply(struct bench *b, Z_Records *records)
{
	Z_APDU *apdu = reply(b, Z_APDU_presentResponse);

	apdu->u.presentResponse->records = records;
	return apdu;
}

void feed_segment(struct bench *b, unsigned first, int count)
{
	Z_APDU *apdu = reply(b, Z_APDU_segmentRequest);
	Z_Records *records = many(b, first, count);

	apdu->u.segmentRequest->num_segmentRecords = count;
	apdu->u.segmentRequest->segmentRecords = records->u.databaseOrSurDiagnostics->records;
	feed_apdu(b, apdu);
}

void assert_record(const struct reply_record *record, unsigned position, const char *text)
{
	assert_int_equal(record->position, position);
	assert_non_null(record->bytes);
	assert_int_equal(record->length, strlen(text));
	assert_memory_equal(record->bytes, text, record->length);
	assert_false(record->diagnostic.present);
}

void assert_error(const struct zclient_event *event, const char *detail)
{
	assert_non_null(event);
	assert_int_equal(event->type, ZCLIENT_PROTOCOL_ERROR);
	assert_non_null(strstr(event->detail, detail));
}
