/*
 * Any bytes as a partner's answer over SRU. The first byte says what was asked and how HTTP
 * answered; the rest is the body. Whatever is read is clean and no more than was asked for, and
 * each of its records, in whichever schema, becomes a MARC tree that is written and reads back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/parser.h>

#include "base/arena.h"
#include "base/text.h"
#include "protocol/sru_client.h"
#include "record/crosswalk.h"
#include "record/marc.h"
#include "record/xml_record.h"

#define ASKED 5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_text(const char *text)
{
	require(!text || text_is_utf8(text, strlen(text)));
}

static void check_record(struct arena *arena, const struct reply_record *record)
{
	enum xml_record_kind kind;
	struct marc *marc, *back;
	xmlBufferPtr buffer;
	xmlTextWriterPtr writer;

	check_text(record->diagnostic.addinfo);
	check_text(record->identifier);
	require(!record->identifier || !strpbrk(record->identifier, "\t\r\n"));
	require(record->bytes || record->diagnostic.present);
	if (!record->bytes ||
	    !xml_record_decode(arena, record->bytes, record->length, &kind, &marc, NULL))
		return;
	require(marc->nfields <= MARC_FIELDS_MAX);
	crosswalk_marc(
	    arena, marc, kind == XML_RECORD_UNIMARC ? CROSSWALK_UNIMARC : CROSSWALK_MARC21);
	buffer = xmlBufferCreate();
	writer = xmlNewTextWriterMemory(buffer, 0);
	marc_write_xml(writer, marc);
	xmlFreeTextWriter(writer);
	if (xmlBufferLength(buffer) <= MARC_RECORD_MAX)
		require(marc_decode_xml(arena, xmlBufferContent(buffer),
			    (size_t)xmlBufferLength(buffer), &back, NULL) &&
			!back->lost && back->nfields == marc->nfields);
	xmlBufferFree(buffer);
}

static void check_reply(struct arena *arena, const struct reply *reply)
{
	require(reply->nrecords <= ASKED && reply->nterms <= ASKED);
	require(!reply->ok || !reply->diagnostic.present);
	check_text(reply->diagnostic.addinfo);
	check_text(reply->notice);
	require(!reply->notice || strlen(reply->notice) < DIAG_DETAILS_MAX);
	for (size_t i = 0; i < reply->nrecords; i++) {
		require(reply->records[i].position == reply->records[0].position + i);
		check_record(arena, &reply->records[i]);
	}
	for (size_t i = 0; i < reply->nterms; i++) {
		require(*reply->terms[i].term);
		check_text(reply->terms[i].term);
		check_text(reply->terms[i].display);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = {200, 200, 200, 500};
	static const struct sru_client_options options = {.path = "/sru?db=x"};
	struct arena *arena = arena_create(0, NULL);
	struct sru_client *client = sru_client_create(&options);
	uint8_t how = size ? data[0] : 0;
	struct sru_ask ask = {.operation = (enum sru_operation)(how % 3),
	    .query = "a",
	    .start = how / 3 % 2 ? 1 : 11,
	    .count = ASKED,
	    .position = 1};
	struct sru_arrived arrived = {
	    statuses[how / 6 % 4], "text/xml", (const char *)data + 1, size ? size - 1 : 0};
	enum sru_take take = SRU_TAKE_AGAIN;

	for (int i = 0; take == SRU_TAKE_AGAIN; i++) {
		struct sru_sent sent;
		struct sru_taken taken;

		require(i < SRU_CLIENT_TRIES_MAX);
		sru_client_ask(client, arena, &ask, &sent);
		take = sru_client_take(client, arena, &sent, &arrived, &taken);
		check_text(taken.detail);
		check_text(taken.remark.addinfo);
		require(take != SRU_TAKE_FAILED || *taken.detail);
		if (take == SRU_TAKE_REPLY)
			check_reply(arena, &taken.reply);
	}
	sru_client_destroy(client);
	arena_destroy(arena);
	return 0;
}
