/*
 * Associations on the virtual clock: the real front, search and target floors, our own client in
 * front of them and scripted libraries behind. Each test is played with bytes whole and cut.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <yaz/pquery.h>

#include "fakeloop/fakeloop.h"
#include "front/gateway.h"
#include "front/z_front.h"
#include "protocol/zclient.h"
#include "scenes/client.h"
#include "scenes/world.h"
#include "search/share.h"

struct caller {
	struct world *world;
	struct fakepeer *peer; /* NULL: closed */
	struct zclient *client;
	char said[512]; /* what came, in words */
	ODR odr;
};

struct stage {
	struct world world;
	struct caller callers[4];
	size_t ncallers;
};

__attribute__((format(printf, 2, 3))) static void say(
    struct caller *caller, const char *format, ...)
{
	size_t length = strlen(caller->said);
	va_list args;

	va_start(args, format);
	if (length)
		length +=
		    (size_t)snprintf(caller->said + length, sizeof caller->said - length, "; ");
	vsnprintf(caller->said + length, sizeof caller->said - length, format, args);
	va_end(args);
}

static void say_event(struct caller *caller, const struct zclient_event *event)
{
	int code = event->reply.diagnostic.present ? event->reply.diagnostic.code : 0;

	switch (event->type) {
	case ZCLIENT_INIT_OK: say(caller, "init"); break;
	case ZCLIENT_SEARCH:
		if (code)
			say(caller, "search !%d", code);
		else
			say(caller, "search");
		break;
	case ZCLIENT_PRESENT:
		if (code)
			say(caller, "present !%d", code);
		else
			say(caller, "present %zu", event->reply.nrecords);
		break;
	case ZCLIENT_DELETED: say(caller, "deleted"); break;
	case ZCLIENT_CLOSED: say(caller, "closed"); break;
	default: say(caller, "event %d %s", event->type, event->detail); break;
	}
}

static void speak(struct caller *caller)
{
	size_t length;
	const void *bytes = zclient_output(caller->client, &length);

	if (length && caller->peer)
		fakepeer_send(caller->peer, 0, bytes, length);
	zclient_sent(caller->client, length);
}

static void on_peer(void *arg, struct fakepeer *peer, enum fakepeer_event event)
{
	struct caller *caller = arg;
	const struct zclient_event *news;
	const uint8_t *bytes;
	size_t length;

	if (event == FAKEPEER_CLOSED) {
		caller->peer = NULL;
		say(caller, "end");
		return;
	}
	bytes = fakepeer_received(peer, &length);
	zclient_feed(caller->client, bytes, length);
	fakepeer_take(peer, length);
	while ((news = zclient_next(caller->client)))
		say_event(caller, news);
	speak(caller);
}

static bool has_said(void *arg)
{
	return *((struct caller *)arg)->said != '\0';
}

/* Waits for news, and a moment for more, and forgets them when they are these. */
static void expect(struct caller *caller, const char *wanted)
{
	world_wait_for(caller->world, has_said, caller);
	world_wait(caller->world, 5);
	assert_string_equal(caller->said, wanted);
	caller->said[0] = '\0';
}

static struct caller *call(struct stage *stage)
{
	static const struct zclient_options options = {.message_max = 1 << 20};
	struct caller *caller = &stage->callers[stage->ncallers++];

	*caller = (struct caller){.world = &stage->world};
	caller->peer = fakeloop_client(stage->world.loop, 0, NULL);
	fakepeer_on(caller->peer, on_peer, caller);
	caller->client = zclient_create(&options);
	caller->odr = odr_createmem(ODR_ENCODE);
	zclient_init(caller->client);
	speak(caller);
	expect(caller, "init");
	return caller;
}

static void find(struct caller *caller, const char *set, const char *pqf)
{
	static const char *const database = "union";
	YAZ_PQF_Parser parser = yaz_pqf_create();
	struct zclient_search search = {.set = set,
	    .databases = &database,
	    .ndatabases = 1,
	    .query = yaz_pqf_parse(parser, caller->odr, pqf)};

	zclient_search(caller->client, &search);
	yaz_pqf_destroy(parser);
	speak(caller);
}

static void show(struct caller *caller, const char *set, unsigned start, unsigned count)
{
	zclient_present(
	    caller->client, &(struct zclient_present){.set = set, .start = start, .count = count});
	speak(caller);
}

/* As setup wants attributes: each after a blank. */
static char *attributes(const char *text)
{
	size_t size = strlen(text) + 2;
	char *out = malloc(size);

	snprintf(out, size, " %s", text);
	return out;
}

static void stage_open(struct stage *stage, unsigned long seed, const char *search,
    const char *limits, const char *script)
{
	memset(stage, 0, sizeof *stage);
	world_init(&stage->world, seed);
	stage->world.setup.search = attributes(search);
	stage->world.setup.limits = attributes(limits);
	assert_true(world_set_library(&stage->world, "one", 1, "hits 30\n"));
	assert_true(world_set_library(&stage->world, "two", 2, script));
	setup_partner(&stage->world.setup, "one");
	setup_partner(&stage->world.setup, "two");
	assert_true(world_configure(&stage->world));
}

static void stage_close(struct stage *stage)
{
	struct world *world = &stage->world;

	for (size_t i = 0; i < stage->ncallers; i++) {
		struct caller *caller = &stage->callers[i];

		if (caller->peer)
			fakepeer_close(caller->peer, 0);
	}
	world_close(world);
	if (world->transcript.fault) {
		transcript_print(&world->transcript);
		fail_msg("%s", world->transcript.fault);
	}
	for (size_t i = 0; i < stage->ncallers; i++) {
		zclient_destroy(stage->callers[i].client);
		odr_destroy(stage->callers[i].odr);
	}
	transcript_clear(&world->transcript);
}

static size_t sets_kept(const struct stage *stage)
{
	struct share_counts counts;

	share_counts(stage->world.gateway->share, &counts);
	return counts.sets;
}

/* Somebody with a set "a" of fifty hits. */
static struct caller *call_and_find(
    struct stage *stage, unsigned long seed, const char *search, const char *limits)
{
	struct caller *caller;

	stage_open(stage, seed, search, limits, "hits 20\n");
	caller = call(stage);
	find(caller, "a", "@attr 1=4 air");
	expect(caller, "search");
	return caller;
}

/* ---- what is played ---- */

static void a_search_and_its_records(unsigned long seed)
{
	struct stage stage;
	struct caller *caller;

	caller = call_and_find(&stage, seed, "deadline=\"1s\"", "");
	show(caller, "a", 1, 20);
	expect(caller, "present 20");
	show(caller, "b", 1, 1);
	expect(caller, "present !30");
	show(caller, "a", 40, 20);
	expect(caller, "present !13");
	zclient_close(caller->client);
	speak(caller);
	expect(caller, "closed; end");
	stage_close(&stage);
}

static void a_named_set_outlives_its_idle_time(unsigned long seed)
{
	struct stage stage;
	struct caller *caller;

	caller = call_and_find(
	    &stage, seed, "deadline=\"1s\" cache=\"2s\" max-age=\"20s\"", "z3950-idle=\"1h\"");
	world_wait(&stage.world, 10000);
	assert_int_equal(sets_kept(&stage), 1);
	show(caller, "a", 1, 5);
	expect(caller, "present 5");
	world_wait(&stage.world, 11000);
	assert_int_equal(sets_kept(&stage), 0);
	show(caller, "a", 1, 5);
	expect(caller, "present !27");
	stage_close(&stage);
}

static void a_deleted_set_is_let_go(unsigned long seed)
{
	struct stage stage;
	struct caller *caller;

	caller = call_and_find(
	    &stage, seed, "deadline=\"1s\" cache=\"2s\" max-age=\"1h\"", "z3950-idle=\"1h\"");
	zclient_delete_set(caller->client, "a");
	speak(caller);
	expect(caller, "deleted");
	world_wait(&stage.world, 3000);
	assert_int_equal(sets_kept(&stage), 0);
	stage_close(&stage);
}

static void a_departed_client_lets_its_sets_go(unsigned long seed)
{
	struct stage stage;
	struct caller *caller;

	caller = call_and_find(
	    &stage, seed, "deadline=\"1s\" cache=\"2s\" max-age=\"1h\"", "z3950-idle=\"1h\"");
	fakepeer_reset(caller->peer, 0);
	expect(caller, "end");
	world_wait(&stage.world, 3000);
	assert_int_equal(sets_kept(&stage), 0);
	stage_close(&stage);
}

static void silence_is_closed(unsigned long seed)
{
	struct stage stage;
	struct caller *caller;

	stage_open(&stage, seed, "deadline=\"1s\"", "z3950-idle=\"30s\"", "hits 20\n");
	caller = call(&stage);
	world_wait(&stage.world, 29000);
	find(caller, "a", "@attr 1=4 air");
	expect(caller, "search");
	world_wait(&stage.world, 29000);
	assert_string_equal(caller->said, "");
	world_wait(&stage.world, 2000);
	expect(caller, "closed; end");
	stage_close(&stage);
}

static void a_client_that_leaves_cancels_its_search(unsigned long seed)
{
	struct stage stage;
	struct caller *caller;

	stage_open(&stage, seed, "deadline=\"10s\"", "", "search silent\n");
	caller = call(&stage);
	find(caller, "a", "@attr 1=4 air");
	world_wait(&stage.world, 1000);
	assert_int_equal(stage.world.gateway->open, 1);
	fakepeer_close(caller->peer, 0);
	expect(caller, "end");
	world_wait(&stage.world, 10);
	assert_int_equal(stage.world.gateway->open, 0);
	assert_int_equal(stage.world.gateway->counters.gone, 1);
	assert_int_equal(sets_kept(&stage), 0);
	stage_close(&stage);
}

/* A Close comes while the search is waited for. */
static void a_close_cancels_a_search(unsigned long seed)
{
	struct stage stage;
	struct caller *caller;

	stage_open(&stage, seed, "deadline=\"10s\"", "", "search silent\n");
	caller = call(&stage);
	find(caller, "a", "@attr 1=4 air");
	world_wait(&stage.world, 1000);
	zclient_close(caller->client);
	speak(caller);
	expect(caller, "closed; end");
	assert_true(world_now(&stage.world) < 2000);
	assert_int_equal(stage.world.gateway->open, 0);
	stage_close(&stage);
}

static void draining_waits_for_answers(unsigned long seed)
{
	struct stage stage;
	struct caller *idle, *busy;

	stage_open(&stage, seed, "deadline=\"2s\"", "", "search silent\n");
	idle = call(&stage);
	busy = call(&stage);
	find(busy, "a", "@attr 1=4 air");
	world_wait(&stage.world, 500);
	world_drain(&stage.world);
	world_wait(&stage.world, 100);
	expect(idle, "closed; end");
	assert_false(stage.world.drained);
	expect(busy, "search; closed; end");
	assert_true(stage.world.drained);
	stage_close(&stage);
}

static void equal_questions_go_out_once(unsigned long seed)
{
	struct stage stage;
	struct caller *one, *two;
	struct share_counts counts;

	stage_open(&stage, seed, "deadline=\"5s\"", "", "search delay 1s\n");
	one = call(&stage);
	two = call(&stage);
	find(one, "a", "@attr 1=4 air");
	find(two, "b", "@attr 1=4 @attr 2=3 air");
	expect(one, "search");
	world_wait(&stage.world, 10);
	expect(two, "search");
	share_counts(stage.world.gateway->share, &counts);
	assert_int_equal(counts.searches, 1);
	assert_int_equal(counts.sets, 1);
	stage_close(&stage);
}

#define SCENE(name)                                                                                \
	static void name##_whole(void **state)                                                     \
	{                                                                                          \
		name(0);                                                                           \
	}                                                                                          \
	static void name##_cut(void **state)                                                       \
	{                                                                                          \
		name(7);                                                                           \
	}

SCENE(a_search_and_its_records)
SCENE(a_named_set_outlives_its_idle_time)
SCENE(a_deleted_set_is_let_go)
SCENE(a_departed_client_lets_its_sets_go)
SCENE(silence_is_closed)
SCENE(a_client_that_leaves_cancels_its_search)
SCENE(a_close_cancels_a_search)
SCENE(draining_waits_for_answers)
SCENE(equal_questions_go_out_once)

#define TESTS_OF(name) cmocka_unit_test(name##_whole), cmocka_unit_test(name##_cut)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TESTS_OF(a_search_and_its_records),
	    TESTS_OF(a_named_set_outlives_its_idle_time),
	    TESTS_OF(a_deleted_set_is_let_go),
	    TESTS_OF(a_departed_client_lets_its_sets_go),
	    TESTS_OF(silence_is_closed),
	    TESTS_OF(a_client_that_leaves_cancels_its_search),
	    TESTS_OF(a_close_cancels_a_search),
	    TESTS_OF(draining_waits_for_answers),
	    TESTS_OF(equal_questions_go_out_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
