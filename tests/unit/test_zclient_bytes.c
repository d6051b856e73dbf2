/* What comes in as bytes: no APDUs, too much of everything, in any pieces. */
#include "tests/unit/zclient_bench.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yaz/oid_db.h>

#include "protocol/apdu.h"

static const struct zclient_event *feed_bytes(struct bench *b, const void *bytes, size_t length)
{
	make_ready(b);
	start_search(b, 0);
	zclient_feed(b->client, bytes, length);
	return zclient_next(b->client);
}

static void what_is_no_apdu_is_an_error(void **state)
{
	static const char deep[] = "\xB7\x80";
	struct bench b = open_bench(&plain);
	char nested[4000];

	assert_error(feed_bytes(&b, "HTTP/1.1 400 Bad Request\r\n", 26), "no Z39.50");
	close_bench(&b);
	b = open_bench(&plain);
	assert_error(feed_bytes(&b, "\xB7\x04\xFF\xFF\xFF\xFF", 6), "malformed");
	close_bench(&b);
	b = open_bench(&plain);
	assert_error(feed_bytes(&b, "\xB7\x03\x02\x01\x05", 5), "not a Z39.50 APDU");
	close_bench(&b);
	b = open_bench(&plain);
	assert_error(feed_bytes(&b, "\xB7\x00", 2), "not a Z39.50 APDU");
	close_bench(&b);
	for (size_t i = 0; i + 2 < sizeof nested; i += 2)
		memcpy(nested + i, deep, 2);
	b = open_bench(&plain);
	assert_error(feed_bytes(&b, nested, sizeof nested), "no Z39.50");
	close_bench(&b);
}

/* A string in no pieces: YAZ 5.34 writes through a null pointer when it decodes one. */
static void empty_constructed_strings_are_refused(void **state)
{
	struct bench b = open_bench(&plain);

	/* Close, its reason, its diagnosticInformation */
	assert_error(feed_bytes(&b, "\xBF\x30\x07\x9F\x81\x53\x01\x00\xA3\x00", 10), "malformed");
	close_bench(&b);
	b = open_bench(&plain);
	assert_error(
	    feed_bytes(&b, "\xBF\x30\x80\x9F\x81\x53\x01\x00\xA3\x80\0\0\0\0", 14), "malformed");
	close_bench(&b);
}

/* OPAC records that hold OPAC records: YAZ's decoder recurses. */
static void nesting_does_not_use_up_the_stack(void **state)
{
	enum { LEVELS = 20000, HEADER = 5 };
	struct zclient_options options = {.message_max = 1 << 20};
	struct bench b = open_bench(&options);
	uint8_t *bytes = malloc(LEVELS * HEADER);

	assert_non_null(bytes);
	for (size_t i = 0; i < LEVELS; i++) {
		size_t inside = (LEVELS - 1 - i) * HEADER;

		bytes[i * HEADER] = i ? 0x30 : 0xB7;
		bytes[i * HEADER + 1] = 0x83;
		bytes[i * HEADER + 2] = (uint8_t)(inside >> 16);
		bytes[i * HEADER + 3] = (uint8_t)(inside >> 8);
		bytes[i * HEADER + 4] = (uint8_t)inside;
	}
	assert_error(feed_bytes(&b, bytes, LEVELS * HEADER), "malformed");
	free(bytes);
	close_bench(&b);
}

static void a_flood_of_elements_is_refused(void **state)
{
	enum { ELEMENTS = APDU_ELEMENTS_MAX + 10 };
	struct zclient_options options = {.message_max = 4 << 20};
	struct bench b = open_bench(&options);
	uint8_t *bytes = calloc(1, 6 + 2 * ELEMENTS);
	size_t length = 2 * ELEMENTS;

	assert_non_null(bytes);
	memcpy(bytes, "\xB7\x84", 2);
	for (int i = 0; i < 4; i++)
		bytes[2 + i] = (uint8_t)(length >> (24 - 8 * i));
	for (size_t i = 0; i < ELEMENTS; i++)
		bytes[6 + 2 * i] = 0x05;
	assert_error(feed_bytes(&b, bytes, 6 + length), "malformed");
	free(bytes);
	close_bench(&b);
}

static void a_message_above_the_limit_is_too_large(void **state)
{
	struct zclient_options options = {.message_max = 4096};
	struct bench b = open_bench(&options);
	const struct zclient_event *event =
	    feed_bytes(&b, "\xB7\x84\x7F\xFF\xFF\xFF\x04", 7); /* refused before it comes */

	assert_int_equal(event->type, ZCLIENT_TOO_LARGE);
	zclient_feed(b.client, "more", 4);
	assert_null(zclient_next(b.client));
	close_bench(&b);
}

/* A whole exchange, recorded, then played in random pieces: the same events. */
static void any_split_gives_the_same_events(void **state)
{
	const char *given = getenv("SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 0) : (unsigned)time(NULL);

	print_message("# SEED=%u\n", seed);
	srandom(seed);
	for (int round = 0; round < 200; round++) {
		struct bench b = open_bench(&plain);
		const struct zclient_event *event = NULL;
		const char *bytes;
		size_t length, at = 0;

		make_ready(&b);
		start_search(&b, 10);
		bytes = apdu_encode(b.encode, search_reply(&b, 99, many(&b, 1, 10)), &length);
		while (!event && at < length) {
			size_t piece = 1 + (size_t)random() % (round % 2 ? 5 : 400);

			if (piece > length - at)
				piece = length - at;
			zclient_feed(b.client, bytes + at, piece);
			at += piece;
			event = zclient_next(b.client);
		}
		assert_int_equal(at, length);
		assert_non_null(event);
		assert_int_equal(event->reply.hits, 99);
		assert_int_equal(event->reply.nrecords, 10);
		assert_record(&event->reply.records[9], 10, "00026record 10");
		close_bench(&b);
	}
}

static void a_drip_costs_linear_time(void **state)
{
	enum { SIZE = 3 << 20 };
	struct zclient_options options = {.message_max = 4 << 20};
	struct bench b = open_bench(&options);
	char *text = malloc(SIZE);
	Z_NamePlusRecord *record;
	const struct zclient_event *event = NULL;
	const char *bytes;
	size_t length;

	assert_non_null(text);
	memset(text, '0', SIZE);
	text[SIZE - 1] = '\0';
	make_ready(&b);
	start_search(&b, 1);
	record = octets(&b, yaz_oid_recsyn_usmarc, text);
	bytes = apdu_encode(b.encode, search_reply(&b, 1, list_of(&b, &record, 1)), &length);
	for (size_t i = 0; i < length; i++) {
		assert_null(event);
		zclient_feed(b.client, bytes + i, 1);
		event = zclient_next(b.client);
	}
	assert_non_null(event);
	assert_int_equal(event->reply.records[0].length, SIZE - 1);
	free(text);
	close_bench(&b);
}

static void text_is_made_clean(void **state)
{
	char out[16];

	assert_int_equal(apdu_clean_text(out, sizeof out, "a\tb\x7F", 4), 3);
	assert_string_equal(out, "a b");
	apdu_clean_text(out, sizeof out, "caf\xE9", 4);
	assert_string_equal(out, "caf\xC3\xA9");
	apdu_clean_text(out, 5, "caf\xC3\xA9", 5); /* no half characters */
	assert_string_equal(out, "caf");
	apdu_clean_text(out, sizeof out, "\xEF\xBF\xBF!", 4); /* U+FFFF is no XML */
	assert_string_equal(out, "!");
}

/* Those that the search of YAZ's table is spared for are not in it. */
static void marc_syntaxes_are_nothing_yaz_decodes(void **state)
{
	Odr_oid oid[] = {1, 2, 840, 10003, 5, 0, -1};

	for (oid[5] = 0; oid[5] < 1000; oid[5]++)
		assert_ptr_equal(apdu_type(oid), z_ext_getentbyref(oid));
	assert_non_null(apdu_type(yaz_oid_recsyn_opac));
	assert_null(apdu_type(yaz_oid_recsyn_usmarc));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(marc_syntaxes_are_nothing_yaz_decodes),
	    cmocka_unit_test(what_is_no_apdu_is_an_error),
	    cmocka_unit_test(empty_constructed_strings_are_refused),
	    cmocka_unit_test(nesting_does_not_use_up_the_stack),
	    cmocka_unit_test(a_flood_of_elements_is_refused),
	    cmocka_unit_test(a_message_above_the_limit_is_too_large),
	    cmocka_unit_test(any_split_gives_the_same_events),
	    cmocka_unit_test(a_drip_costs_linear_time),
	    cmocka_unit_test(text_is_made_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
