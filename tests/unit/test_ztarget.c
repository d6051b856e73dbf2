/*
 * The origin against the scripted target, in virtual time: one line of script, and what the origin
 * made of it. This is the table of what partners do wrong, and a test of both sides.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <yaz/marcdisp.h>
#include <yaz/pquery.h>

#include "protocol/zclient.h"
#include "tests/support/ztarget.h"

struct exchange {
	struct ztarget *target;
	struct ztarget_link *link;
	struct zclient *client;
	ODR build;
	msec_t now;
	char said[2048]; /* the outcome, as text */
	bool over;
	size_t split; /* bytes a time towards the client */
};

static void say(struct exchange *x, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct exchange *x, const char *format, ...)
{
	size_t used = strlen(x->said);
	va_list args;

	if (used)
		used += (size_t)snprintf(x->said + used, sizeof x->said - used, "; ");
	va_start(args, format);
	vsnprintf(x->said + used, sizeof x->said - used, format, args);
	va_end(args);
}

static void feed(struct exchange *x, const char *bytes, size_t length)
{
	while (length) {
		size_t piece = x->split && x->split < length ? x->split : length;

		zclient_feed(x->client, bytes, piece);
		bytes += piece;
		length -= piece;
	}
}

/* Moves time on until the client has an event; NULL: nothing will come any more, or it came to an
 * end (then said). */
static const struct zclient_event *await(struct exchange *x)
{
	const struct zclient_event *event;
	const void *bytes;
	size_t length;

	bytes = zclient_output(x->client, &length);
	ztarget_feed(x->link, bytes, length, x->now);
	zclient_sent(x->client, length);
	while (!(event = zclient_next(x->client))) {
		msec_t due = ztarget_due(x->link);

		if (due == MSEC_NEVER || due > 600000) {
			say(x, "silence");
			x->over = true;
			return NULL;
		}
		if (due > x->now)
			x->now = due;
		switch (ztarget_next(x->link, x->now, &bytes, &length)) {
		case ZTARGET_SEND: feed(x, bytes, length); break;
		case ZTARGET_CLOSE:
		case ZTARGET_RESET:
			say(x, "end");
			x->over = true;
			return NULL;
		case ZTARGET_WAIT: break;
		}
	}
	return event;
}

static void say_records(struct exchange *x, const struct zclient_event *event)
{
	for (size_t i = 0; i < event->reply.nrecords; i++)
		if (event->reply.records[i].diagnostic.present)
			say(x, "record %u: %d %s", event->reply.records[i].position,
			    event->reply.records[i].diagnostic.code,
			    event->reply.records[i].diagnostic.addinfo);
}

static bool step(struct exchange *x)
{
	static const char *const names[] = {
	    [ZCLIENT_INIT_OK] = "init",
	    [ZCLIENT_INIT_REJECTED] = "rejected",
	    [ZCLIENT_SEARCH] = "search",
	    [ZCLIENT_PRESENT] = "present",
	    [ZCLIENT_DELETED] = "deleted",
	    [ZCLIENT_SCAN] = "scan",
	    [ZCLIENT_CLOSED] = "closed",
	    [ZCLIENT_PROTOCOL_ERROR] = "error",
	    [ZCLIENT_TOO_LARGE] = "too large",
	};
	const struct zclient_event *event = await(x);

	if (!event)
		return false;
	switch (event->type) {
	case ZCLIENT_SEARCH:
		say(x, "search %lu/%zu", event->reply.hits, event->reply.nrecords);
		break;
	case ZCLIENT_PRESENT: say(x, "present %zu", event->reply.nrecords); break;
	default: say(x, "%s", names[event->type]); break;
	}
	if (event->reply.diagnostic.present)
		say(x, "diagnostic %d %s", event->reply.diagnostic.code,
		    event->reply.diagnostic.addinfo);
	else if (event->detail[0] && event->type != ZCLIENT_TOO_LARGE)
		say(x, "(%s)", event->detail);
	say_records(x, event);
	x->over = event->type == ZCLIENT_INIT_REJECTED || event->type >= ZCLIENT_CLOSED;
	return !x->over && (event->type != ZCLIENT_SEARCH || event->reply.ok);
}

static const char *const database = "Default";

static void search(struct exchange *x, unsigned piggyback, enum zclient_syntax syntax)
{
	YAZ_PQF_Parser parser = yaz_pqf_create();
	struct zclient_search args = {.set = "default",
	    .databases = &database,
	    .ndatabases = 1,
	    .query = yaz_pqf_parse(parser, x->build, "@and @attr 1=4 water @attr 1=1003 ali"),
	    .syntax = syntax,
	    .element_set = "F",
	    .piggyback = piggyback};

	yaz_pqf_destroy(parser);
	zclient_search(x->client, &args);
}

static void present(struct exchange *x, unsigned start, unsigned count)
{
	struct zclient_present args = {.set = "default",
	    .start = start,
	    .count = count,
	    .syntax = ZSYNTAX_USMARC,
	    .element_set = "F"};

	zclient_present(x->client, &args);
}

static bool connect_to(struct exchange *x, const char *script, size_t split)
{
	static const struct zclient_options options = {
	    .message_max = 1 << 20, .utf8_negotiation = true};
	char error[512] = "";
	struct ztarget_script *parsed = ztarget_script_parse(script, 1, error, sizeof error);
	msec_t delay;

	*x = (struct exchange){.split = split};
	assert_string_equal(error, "");
	x->target = ztarget_create(parsed);
	x->client = zclient_create(&options);
	x->build = odr_createmem(ODR_ENCODE);
	switch (ztarget_knock(x->target, &delay)) {
	case ZTARGET_REFUSE: say(x, "refused"); return false;
	case ZTARGET_IGNORE: say(x, "ignored"); return false;
	case ZTARGET_ACCEPT: break;
	}
	x->now = delay;
	x->link = ztarget_link_create(x->target, x->now);
	return true;
}

static void disconnect(struct exchange *x)
{
	ztarget_link_destroy(x->link);
	assert_int_equal(ztarget_stats(x->target)->open, 0);
	ztarget_destroy(x->target);
	zclient_destroy(x->client);
	odr_destroy(x->build);
}

/* Init, a search with 3 records of 10, a Present of 3 more, Delete, Close. */
static void run(struct exchange *x)
{
	zclient_init(x->client);
	if (!step(x))
		return;
	search(x, 3, ZSYNTAX_USMARC);
	if (!step(x))
		return;
	present(x, 4, 3);
	if (!step(x))
		return;
	zclient_delete_set(x->client, "default");
	if (!step(x))
		return;
	zclient_close(x->client);
	step(x);
}

#define START "init; "
#define FOUND "init; search 10/3; "
#define ENDED "; deleted; closed; (finished)"
#define GARBAGE "error; (bytes that are no Z39.50 message)"

static const struct {
	const char *script, *outcome;
	msec_t time;
} table[] = {
    {"", FOUND "present 3" ENDED, 0},
    {"any delay 40ms", FOUND "present 3" ENDED, 200},
    {"any definite", FOUND "present 3" ENDED, 0},
    {"any drip 50 every 10ms", FOUND "present 3" ENDED, -1},
    {"search delay 5ms\nsearch #2 delay 90ms", FOUND "present 3" ENDED, 5},
    /* connect */
    {"connect refuse", "refused", 0},
    {"connect silent", "ignored", 0},
    {"connect close", "end", 0},
    {"connect reset", "end", 0},
    {"connect garbage", GARBAGE, 0},
    {"connect http", GARBAGE, 0},
    {"connect delay 70ms", FOUND "present 3" ENDED, 70},
    {"connection 2 connect refuse", FOUND "present 3" ENDED, 0},
    /* silence, ends and nonsense in each phase */
    {"init silent", "silence", 0},
    {"search silent", START "silence", 0},
    {"present silent", FOUND "silence", 0},
    {"close silent", FOUND "present 3; deleted; silence", 0},
    {"init close", "end", 0},
    {"search reset", START "end", 0},
    {"present close, delay 30ms", FOUND "end", 30},
    {"delete reset", FOUND "present 3; end", 0},
    {"init garbage", GARBAGE, 0},
    {"search garbage 3", START GARBAGE, 0},
    {"present garbage 100000", FOUND GARBAGE, 0},
    {"search http", START GARBAGE, 0},
    {"init half", "silence", 0},
    {"search half", START "silence", 0},
    {"present half", FOUND "silence", 0},
    {"search close after half", START "end", 0},
    {"present reset after half", FOUND "end", 0},
    {"present close after 2 records", FOUND "end", 0},
    {"search close after reply", START "search 10/3; end", 0},
    {"init huge", "too large", 0},
    {"search huge", START "too large", 0},
    {"present huge", FOUND "too large", 0},
    {"search endless", START "too large", -1},
    {"search lying +7", START "silence", 0},
    {"search lying -7", START "error; (malformed BER)", 0},
    {"present lying -1", FOUND "error; (malformed BER)", 0},
    {"init broken", "error; (malformed BER)", 0},
    {"search broken", START "error; (malformed BER)", 0},
    {"search drip 1 every 100ms", FOUND "present 3" ENDED, -1},
    /* replies out of place */
    {"search reference wrong", START "error; (Search response with a wrong referenceId)", 0},
    {"init reference wrong", "error; (Init response with a wrong referenceId)", 0},
    {"present reference wrong", FOUND "error; (Present response with a wrong referenceId)", 0},
    {"any reference none", FOUND "present 3" ENDED, 0},
    {"search as present", START "error; (Present response in place of the reply awaited)", 0},
    {"present as search", FOUND "error; (Search response in place of the reply awaited)", 0},
    {"search as init", START "error; (Init response in place of the reply awaited)", 0},
    {"search as close", START "closed; (finished)", 0},
    {"init as close", "closed; (finished)", 0},
    {"present as close", FOUND "closed; (finished)", 0},
    {"init twice", START "error; (Init response in place of the reply awaited)", 0},
    {"search twice", FOUND "error; (Search response in place of the reply awaited)", 0},
    {"present twice", FOUND "present 3; error; (Present response in place of the reply awaited)",
	0},
    {"search before search", START "error; (Search response with a wrong referenceId)", 0},
    {"search after search", FOUND "error; (Search response in place of the reply awaited)", 0},
    {"search before close", START "closed; (finished)", 0},
    {"search after close", FOUND "closed; (finished)", 0},
    {"search after garbage", FOUND GARBAGE, 0},
    {"present before init", FOUND "error; (Init response in place of the reply awaited)", 0},
    /* contents */
    {"init reject", "rejected", 0},
    {"init reject no more sessions", "rejected; (no more sessions)", 0},
    {"init diagnostic 1014 who are you", "rejected; diagnostic 1014 who are you", 0},
    {"search diagnostic 114 1003", START "search 0/0; diagnostic 114 1003", 0},
    {"search diagnostics 121 2 3", START "search 0/0; diagnostic 121 ", 0},
    {"search failed", START "search 0/0", 0},
    {"present diagnostic 14 disk", FOUND "present 0; diagnostic 14 disk" ENDED, 0},
    {"present failed", FOUND "present 0" ENDED, 0},
    {"search hits -1", START "error; (a hit count of -1)", 0},
    {"search hits 2147483648", "init; search 2147483648/0; present 3" ENDED, 0},
    {"search hits 0", "init; search 0/0; present 0; diagnostic 13 " ENDED, 0},
    {"search hits 2", "init; search 2/2; present 0; diagnostic 13 " ENDED, 0},
    {"search records +40", FOUND "present 3" ENDED, 0},
    {"search records -2", "init; search 10/1; present 3" ENDED, 0},
    {"search records 0", "init; search 10/0; present 3" ENDED, 0},
    {"present records +1000", FOUND "present 3" ENDED, 0},
    {"present records -2", FOUND "present 1" ENDED, 0},
    {"present records 0", FOUND "present 0" ENDED, 0},
    {"present segments 1", FOUND "present 3" ENDED, 0},
    {"present segments 2, records +5", FOUND "present 3" ENDED, 0},
    {"present segments 1, close after 2 records", FOUND "end", 0},
    {"present syntax grs1",
	FOUND "present 3; record 4: 238 record of a syntax nobody asked for; "
	      "record 5: 238 record of a syntax nobody asked for; "
	      "record 6: 238 record of a syntax nobody asked for" ENDED,
	0},
    {"present record 5 surrogate 1028 gone", FOUND "present 3; record 5: 1028 gone" ENDED, 0},
    {"search record each surrogate 16 big\npresent record each empty",
	FOUND
	"record 1: 16 big; record 2: 16 big; record 3: 16 big; present 3; "
	"record 4: 14 empty record; record 5: 14 empty record; record 6: 14 empty record" ENDED,
	0},
    {"any record each truncated", FOUND "present 3" ENDED, 0},
    {"any record each looping", FOUND "present 3" ENDED, 0},
    {"any record each length", FOUND "present 3" ENDED, 0},
    {"any record each nonsense", FOUND "present 3" ENDED, 0},
    {"any record each separators", FOUND "present 3" ENDED, 0},
    {"any record each utf8", FOUND "present 3" ENDED, 0},
    {"named no", FOUND "present 3" ENDED, 0},
};

static void play(size_t split)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct exchange x;

		if (connect_to(&x, table[i].script, split))
			run(&x);
		if (strcmp(x.said, table[i].outcome))
			print_message("# script: %s\n", table[i].script);
		assert_string_equal(x.said, table[i].outcome);
		if (table[i].time >= 0)
			assert_int_equal(x.now, table[i].time);
		disconnect(&x);
	}
}

static void every_misbehaviour_has_its_outcome(void **state)
{
	play(0);
}

static void byte_by_byte_too(void **state)
{
	play(1);
}

static void a_drip_takes_its_time(void **state)
{
	struct exchange x;

	assert_true(connect_to(&x, "init drip 1 every 100ms", 0));
	zclient_init(x.client);
	assert_true(step(&x));
	assert_true(x.now > 10000);
	disconnect(&x);
}

static void rules_know_the_connection_and_the_message(void **state)
{
	char error[256];
	struct ztarget *target = ztarget_create(ztarget_script_parse(
	    "connection 1 search #2 silent\nconnection 2-3 connect refuse\n", 1, error, 256));
	struct exchange x;
	msec_t delay;

	assert_int_equal(ztarget_always(target), ZTARGET_ACCEPT);
	assert_int_equal(ztarget_knock(target, &delay), ZTARGET_ACCEPT);
	assert_int_equal(ztarget_knock(target, &delay), ZTARGET_REFUSE);
	assert_int_equal(ztarget_knock(target, &delay), ZTARGET_REFUSE);
	assert_int_equal(ztarget_knock(target, &delay), ZTARGET_ACCEPT);
	ztarget_destroy(target);
	assert_true(connect_to(&x, "connection 1 search #2 silent", 0));
	zclient_init(x.client);
	assert_true(step(&x));
	search(&x, 0, ZSYNTAX_USMARC);
	assert_true(step(&x));
	search(&x, 0, ZSYNTAX_USMARC);
	assert_false(step(&x));
	assert_string_equal(x.said, "init; search 10/0; silence");
	assert_int_equal(ztarget_stats(x.target)->searches, 2);
	disconnect(&x);
}

static void scripts_are_checked(void **state)
{
	static const struct {
		const char *script, *error;
	} bad[] = {{"hits many", "line 1: bad value for hits"},
	    {"\nsearch quickly", "line 2: no such aspect: quickly"},
	    {"serch silent", "line 1: no setting and no phase: serch"},
	    {"search", "line 1: no such aspect: none given"},
	    {"search delay 5", "line 1: no such aspect: delay 5"},
	    {"search drip 0 every 1ms", "line 1: no such aspect: drip 0 every 1ms"},
	    {"connection x search silent", "line 1: `connection N PHASE` expected"},
	    {"search silent, close after lunch", "line 1: no such aspect: close after lunch"},
	    {"records /nowhere", "line 1: bad value for records"}};
	char error[256];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_null(ztarget_script_parse(bad[i].script, 1, error, sizeof error));
		assert_string_equal(error, bad[i].error);
	}
}

static void sections_are_for_their_targets(void **state)
{
	static const char script[] =
	    "# all\nhits 3\ntarget 2-4\nhits 5 # these\ntarget 7+\nhits 9\n";
	static const unsigned hits[] = {3, 5, 5, 5, 3, 3, 9, 9};

	for (unsigned number = 1; number <= 8; number++) {
		struct exchange x;
		char error[256], expected[64];

		assert_true(connect_to(&x, "", 0));
		ztarget_set_script(
		    x.target, ztarget_script_parse(script, number, error, sizeof error));
		zclient_init(x.client);
		assert_true(step(&x));
		search(&x, 0, ZSYNTAX_USMARC);
		assert_true(step(&x));
		snprintf(expected, sizeof expected, "init; search %u/0", hits[number - 1]);
		assert_string_equal(x.said, expected);
		disconnect(&x);
	}
}

/* Records made are good MARC, hold the words, and are the same each time. */
static void records_made_are_sound(void **state)
{
	struct exchange x;
	yaz_marc_t marc = yaz_marc_create();
	const struct zclient_event *event;
	char first[2000] = "";

	assert_true(connect_to(&x, "name ugm\nhits 50", 0));
	zclient_init(x.client);
	assert_true(step(&x));
	for (int round = 0; round < 2; round++) {
		search(&x, 50, ZSYNTAX_USMARC);
		event = await(&x);
		assert_int_equal(event->reply.nrecords, 50);
		for (unsigned i = 0; i < 50; i++) {
			const char *text;
			size_t length;
			char number[16];

			yaz_marc_xml(marc, YAZ_MARC_LINE);
			assert_int_equal(yaz_marc_decode_buf(marc, event->reply.records[i].bytes,
					     (int)event->reply.records[i].length, &text, &length),
			    event->reply.records[i].length);
			assert_non_null(strstr(text, "water ali"));
			snprintf(number, sizeof number, "001 ugm%06u\n", i + 1);
			assert_non_null(strstr(text, number));
			if (!i && !round)
				snprintf(first, sizeof first, "%s", text);
			else if (!i)
				assert_string_equal(first, text);
		}
	}
	yaz_marc_destroy(marc);
	disconnect(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_misbehaviour_has_its_outcome),
	    cmocka_unit_test(byte_by_byte_too),
	    cmocka_unit_test(a_drip_takes_its_time),
	    cmocka_unit_test(rules_know_the_connection_and_the_message),
	    cmocka_unit_test(scripts_are_checked),
	    cmocka_unit_test(sections_are_for_their_targets),
	    cmocka_unit_test(records_made_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
