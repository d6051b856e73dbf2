/*
 * A hostile partner. The first byte says how far the association is (bits 0-1: Init sent, Search,
 * Present, Delete) and in what pieces the rest arrives. Every event is read to its last byte.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaz/pquery.h>

#include "base/text.h"
#include "protocol/zclient.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ASKED = 20 };

static const struct zclient_options options = {.message_max = 1 << 16, .utf8_negotiation = true};

/* An Init response in definite form, version 3, all options: what a target in good order sends. */
static const uint8_t init_ok[] = {0xB5, 0x1B, 0x83, 0x02, 0x05, 0xE0, 0x84, 0x04, 0x00, 0xE0, 0x12,
    0x40, 0x85, 0x03, 0x10, 0x00, 0x00, 0x86, 0x03, 0x10, 0x00, 0x00, 0x8C, 0x01, 0x01, 0x9F, 0x6E,
    0x01, 0x78};

static volatile unsigned sink;

static void read_bytes(const void *bytes, size_t length)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < length; i++)
		sink += p[i];
}

static void check_text(const char *text)
{
	if (!text_is_utf8(text, strlen(text)))
		abort();
}

static void check_event(const struct zclient_event *event)
{
	if (event->reply.nrecords > ASKED)
		abort();
	check_text(event->detail);
	check_text(event->reply.diagnostic.addinfo);
	for (size_t i = 0; i < event->reply.nrecords; i++) {
		const struct reply_record *record = &event->reply.records[i];

		if (!record->bytes != record->diagnostic.present)
			abort();
		read_bytes(record->bytes, record->length);
		read_bytes(record->opac_xml, record->opac_length);
		check_text(record->diagnostic.addinfo);
	}
	for (size_t i = 0; i < event->reply.ncounts; i++)
		check_text(event->reply.counts[i].term);
}

static void drain(struct zclient *client)
{
	const struct zclient_event *event;

	while ((event = zclient_next(client)))
		check_event(event);
}

static void search(struct zclient *client)
{
	static const char *const database = "Default";
	ODR odr = odr_createmem(ODR_ENCODE);
	YAZ_PQF_Parser parser = yaz_pqf_create();
	struct zclient_search args = {.set = "1",
	    .databases = &database,
	    .ndatabases = 1,
	    .query = yaz_pqf_parse(parser, odr, "x"),
	    .piggyback = ASKED};

	zclient_search(client, &args);
	yaz_pqf_destroy(parser);
	odr_destroy(odr);
}

static void prepare(struct zclient *client, unsigned phase)
{
	struct zclient_present present = {.set = "1", .start = 1, .count = ASKED};

	zclient_init(client);
	if (!phase)
		return;
	zclient_feed(client, init_ok, sizeof init_ok);
	drain(client);
	if (!zclient_is_ready(client))
		abort();
	if (phase == 1)
		search(client);
	else if (phase == 2)
		zclient_present(client, &present);
	else
		zclient_delete_set(client, "1");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zclient *client;
	size_t piece;

	if (!size)
		return 0;
	client = zclient_create(&options);
	prepare(client, data[0] & 3);
	piece = data[0] & 4 ? 1 + (size_t)(data[0] >> 3) : size;
	for (size_t at = 1; at < size; at += piece) {
		zclient_feed(client, data + at, size - at < piece ? size - at : piece);
		drain(client);
	}
	if (data[0] & 0x80)
		zclient_close(client);
	zclient_destroy(client);
	return 0;
}
