/* What both loops promise: this file is linked once with src/loop over real sockets, once with
 * tests/fakeloop. */
#include <signal.h>
#include "unit/loop_bench.h"

#include "loop/link.h"
#include "loop/listen.h"
#include "loop/signals.h"

/* ---- deferred calls ---- */

struct marked {
	struct bench *b;
	char letter;
	struct defer **victim;
	struct marked *then;
};

static void on_marked(void *arg)
{
	struct marked *m = arg;

	note(m->b, m->letter);
	if (m->victim)
		defer_cancel(*m->victim);
	if (m->then)
		loop_defer(m->b->loop, on_marked, m->then);
}

static void deferred_calls_keep_order(void **state)
{
	struct bench *b = *state;
	struct marked last = {b, 'z', NULL, NULL}, a = {b, 'a', NULL, &last},
		      second = {b, 'b', NULL, NULL}, c = {b, 'c', NULL, NULL};

	b->busy = true;
	loop_defer(b->loop, on_marked, &a);
	loop_defer(b->loop, on_marked, &second);
	loop_defer(b->loop, on_marked, &c);
	b->busy = false;
	run_until_log(b, "abcz");
}

static void deferred_calls_can_be_taken_back(void **state)
{
	struct bench *b = *state;
	struct defer *victim, *later;
	struct marked a = {b, 'a', &later, NULL}, x = {b, 'x', NULL, NULL},
		      c = {b, 'c', NULL, NULL};

	victim = loop_defer(b->loop, on_marked, &x);
	loop_defer(b->loop, on_marked, &a);
	later = loop_defer(b->loop, on_marked, &x);
	loop_defer(b->loop, on_marked, &c);
	defer_cancel(victim);
	run_until_log(b, "ac");
}

static void a_call_deferred_by_a_deferred_call_waits_for_the_next_turn(void **state)
{
	struct bench *b = *state;
	struct marked z = {b, 'z', NULL, NULL}, a = {b, 'a', NULL, &z};

	loop_defer(b->loop, on_marked, &a);
	run_once(b); /* one turn: note() stops the loop */
	assert_string_equal(b->log, "a");
	run_once(b);
	assert_string_equal(b->log, "az");
}

/* ---- timers ---- */

struct ticking {
	struct bench *b;
	char letter;
	struct timer *timer;
	int again;
	msec_t interval;
	bool suicide, with_defer;
	struct marked defer;
};

static void on_tick(void *arg)
{
	struct ticking *t = arg;

	note(t->b, t->letter);
	assert_false(timer_is_armed(t->timer));
	if (t->again-- > 0)
		timer_arm(t->timer, loop_now(t->b->loop) + t->interval);
	if (t->with_defer) {
		t->defer = (struct marked){t->b, 'd', NULL, NULL};
		loop_defer(t->b->loop, on_marked, &t->defer);
		t->with_defer = false;
	}
	if (t->suicide) {
		timer_destroy(t->timer);
		t->timer = NULL;
	}
}

static struct ticking *ticking(struct bench *b, char letter, msec_t when)
{
	struct ticking *t = calloc(1, sizeof *t);

	t->b = b;
	t->letter = letter;
	t->timer = timer_create_on(b->loop, on_tick, t);
	b->busy = true;
	timer_arm(t->timer, when);
	b->busy = false;
	return t;
}

static void ticking_free(struct ticking *t)
{
	timer_destroy(t->timer);
	free(t);
}

static void timers_fire_in_order(void **state)
{
	struct bench *b = *state;
	msec_t now = loop_now(b->loop);
	struct ticking *c = ticking(b, 'c', now + 20), *a = ticking(b, 'a', now - 5),
		       *second = ticking(b, 'b', now + 10), *same = ticking(b, 'B', now + 10),
		       *never = ticking(b, 'n', MSEC_NEVER), *gone = ticking(b, 'x', now + 5),
		       *moved = ticking(b, 'm', now + 1);

	assert_false(timer_is_armed(never->timer));
	assert_true(timer_is_armed(moved->timer));
	timer_arm(moved->timer, now + 30);
	timer_disarm(gone->timer);
	timer_disarm(gone->timer);
	run_until_log(b, "abBcm");
	assert_true(loop_now(b->loop) >= now + 30);
	ticking_free(a);
	ticking_free(second);
	ticking_free(same);
	ticking_free(c);
	ticking_free(never);
	ticking_free(gone);
	ticking_free(moved);
}

static void timers_rearm_and_destroy_themselves(void **state)
{
	struct bench *b = *state;
	struct ticking *t = ticking(b, 't', loop_now(b->loop) + 1);

	t->again = 2;
	t->interval = 3;
	run_until_log(b, "ttt");
	t->suicide = true;
	timer_arm(t->timer, loop_now(b->loop));
	run_until_log(b, "tttt");
	assert_null(t->timer);
	ticking_free(t);
}

static void a_timer_armed_for_the_past_waits_for_the_next_turn(void **state)
{
	struct bench *b = *state;
	struct ticking *t = ticking(b, 't', loop_now(b->loop));

	t->again = 1;
	t->interval = -100;
	t->with_defer = true;
	run_until_log(b, "tdt");
	ticking_free(t);
}

static void many_timers_keep_their_order(void **state)
{
	struct bench *b = *state;
	struct ticking *t[60];
	char wanted[61] = "";
	msec_t now = loop_now(b->loop);

	for (int i = 0; i < 60; i++)
		t[i] = ticking(b, (char)('A' + (i * 37) % 60), now - 1000 + (i * 37) % 60);
	for (int i = 0; i < 60; i += 3)
		timer_disarm(t[i]->timer);
	for (char letter = 'A'; letter < 'A' + 60; letter++)
		for (int i = 0; i < 60; i++)
			if (i % 3 != 0 && t[i]->letter == letter)
				wanted[strlen(wanted)] = letter;
	run_until_log(b, wanted);
	for (int i = 0; i < 60; i++)
		ticking_free(t[i]);
}

static void time_stands_still_within_a_turn(void **state)
{
	struct bench *b = *state;
	struct marked a = {b, 'a', NULL, NULL};
	unsigned char one[16] = {0}, two[16] = {0};
	msec_t before = loop_now(b->loop);

	loop_defer(b->loop, on_marked, &a);
	run_until_log(b, "a");
	assert_true(loop_now(b->loop) >= before);
	assert_int_equal(loop_now(b->loop), loop_now(b->loop));
	assert_true(loop_wall_clock(b->loop) > 1600000000);
	loop_random(b->loop, one, sizeof one);
	loop_random(b->loop, two, sizeof two);
	assert_memory_not_equal(one, two, sizeof one);
}

/* ---- links ---- */

struct wire {
	struct bench *b;
	struct link *link;
	int close_at; /* this event, inside the callback; -1: never */
	char text[256];
	bool keep; /* do not consume */
};

static void on_wire(void *arg, struct link *link, enum link_event event)
{
	struct wire *w = arg;
	size_t length;
	const uint8_t *bytes;

	assert_ptr_equal(link, w->link);
	if (event == LINK_DATA) {
		bytes = link_peek(link, &length);
		assert_true(length > 0);
		if (!w->keep) {
			snprintf(w->text + strlen(w->text), sizeof w->text - strlen(w->text),
			    "%.*s", (int)length, (const char *)bytes);
			link_consume(link, length);
		}
	}
	note(w->b, "CDWEF"[event]);
	if ((int)event == w->close_at) {
		w->link = NULL;
		link_close(link, false);
	}
}

static struct wire wire(struct bench *b)
{
	return (struct wire){.b = b, .close_at = -1};
}

static void wire_connect(struct wire *w, unsigned port)
{
	w->b->busy = true;
	w->link = link_connect(w->b->loop, "127.0.0.1", port, NULL, on_wire, w);
	w->b->busy = false;
	assert_int_equal(link_stage(w->link), LINK_RESOLVING);
	assert_int_equal(link_failure(w->link), LINK_OK);
	assert_string_equal(link_failure_text(w->link), "");
}

static void wire_write(struct wire *w, const char *text)
{
	w->b->busy = true;
	link_write(w->link, text, strlen(text));
	w->b->busy = false;
}

static void links_carry_bytes_both_ways(void **state)
{
	struct bench *b = *state;
	struct wire w = wire(b);
	size_t length;

	wire_connect(&w, world_serve(b->world, "", PEER_ECHOES));
	run_until_log(b, "C");
	assert_int_equal(link_stage(w.link), LINK_OPEN);
	link_peek(w.link, &length);
	assert_int_equal(length, 0);
	w.keep = true;
	wire_write(&w, "hello");
	run_until_log(b, "CWD");
	assert_memory_equal(link_peek(w.link, &length), "hello", 5);
	assert_int_equal(length, 5);
	link_consume(w.link, 2);
	wire_write(&w, "!");
	run_until_log(b, "CWDWD");
	assert_memory_equal(link_peek(w.link, &length), "llo!", 4);
	assert_int_equal(length, 4);
	link_close(w.link, false);
	while (world_closed(b->world) == 0)
		run_once(b);
}

static void refusal_comes_later(void **state)
{
	struct bench *b = *state;
	struct wire w = wire(b);

	wire_connect(&w, world_refusing_port(b->world));
	run_until_log(b, "F");
	assert_int_equal(link_stage(w.link), LINK_DEAD);
	assert_int_equal(link_failure(w.link), LINK_REFUSED);
	assert_non_null(strstr(link_failure_text(w.link), "refused"));
	link_write(w.link, "x", 1);
	link_close(w.link, true);
}

static void what_came_before_the_end_is_announced(void **state)
{
	struct bench *b = *state;
	struct wire w = wire(b);
	size_t length;

	w.keep = true;
	wire_connect(&w, world_serve(b->world, "last words", PEER_CLOSES));
	run_until_log(b, "CDE");
	assert_int_equal(link_stage(w.link), LINK_DEAD);
	assert_int_equal(link_failure(w.link), LINK_OK);
	assert_memory_equal(link_peek(w.link, &length), "last words", 10);
	link_consume(w.link, length);
	link_write(w.link, "x", 1);
	link_close(w.link, false);
}

static void a_reset_is_a_failure(void **state)
{
	struct bench *b = *state;
	struct wire w = wire(b);

	wire_connect(&w, world_serve(b->world, "", PEER_RESETS));
	/* A reset may overtake the connection's establishment, as we are told of it. */
	while (!strchr(b->log, 'F'))
		run_once(b);
	assert_int_equal(link_failure(w.link), LINK_RESET);
	assert_true(strlen(link_failure_text(w.link)) > 0);
	link_close(w.link, false);
}

static void links_close_inside_any_callback(void **state)
{
	static const struct {
		enum link_event event;
		enum world_manner manner;
		const char *log;
	} cases[] = {{LINK_CONNECTED, PEER_STAYS, "C"}, {LINK_DATA, PEER_STAYS, "CD"},
	    {LINK_DATA, PEER_CLOSES, "CD"}, {LINK_ENDED, PEER_CLOSES, "CDE"}};
	struct bench *b = *state;
	struct marked quiet = {b, '.', NULL, NULL};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct wire w = wire(b);
		char wanted[16];

		b->log[0] = '\0';
		w.close_at = (int)cases[i].event;
		wire_connect(&w, world_serve(b->world, "greeting", cases[i].manner));
		run_until_log(b, cases[i].log);
		assert_null(w.link);
		loop_defer(b->loop, on_marked, &quiet);
		snprintf(wanted, sizeof wanted, "%s.", cases[i].log);
		run_until_log(b, wanted);
	}

	struct wire w = wire(b);

	b->log[0] = '\0';
	w.close_at = LINK_FAILED;
	wire_connect(&w, world_refusing_port(b->world));
	run_until_log(b, "F");
	assert_null(w.link);
}

static void links_close_before_they_are_open(void **state)
{
	struct bench *b = *state;
	unsigned port = world_serve(b->world, "hello", PEER_STAYS);

	for (int turns = 0; turns < 4; turns++) {
		struct marked m[4] = {{b, '4', NULL, NULL}, {b, '3', NULL, &m[0]},
		    {b, '2', NULL, &m[1]}, {b, '1', NULL, &m[2]}};
		struct wire w = wire(b);

		w.close_at = LINK_CONNECTED; /* if it got so far */
		b->log[0] = '\0';
		wire_connect(&w, port);
		if (turns > 0) {
			loop_defer(b->loop, on_marked, &m[turns]);
			while (!strchr(b->log, '4'))
				run_once(b);
		}
		if (w.link)
			link_close(w.link, true);
		assert_null(strchr(b->log, 'D'));
	}
}

static void a_paused_link_is_silent(void **state)
{
	struct bench *b = *state;
	struct wire w = wire(b), echo = wire(b);

	wire_connect(&w, world_serve(b->world, "greeting", PEER_STAYS));
	run_until_log(b, "C");
	link_pause(w.link);

	/* A whole exchange on another link passes meanwhile. */
	b->log[0] = '\0';
	wire_connect(&echo, world_serve(b->world, "", PEER_ECHOES));
	run_until_log(b, "C");
	wire_write(&echo, "x");
	run_until_log(b, "CWD");
	assert_string_equal(w.text, "");
	link_close(echo.link, false);

	b->busy = true;
	link_resume(w.link);
	b->busy = false;
	run_until_log(b, "CWDD");
	assert_string_equal(w.text, "greeting");
	link_close(w.link, false);
}

static void what_was_left_is_announced_on_resumption(void **state)
{
	struct bench *b = *state;
	struct wire w = wire(b);

	w.keep = true;
	wire_connect(&w, world_serve(b->world, "greeting", PEER_STAYS));
	run_until_log(b, "CD");
	link_pause(w.link);
	w.keep = false;
	b->busy = true;
	link_resume(w.link);
	link_pause(w.link);
	link_resume(w.link);
	link_resume(w.link);
	b->busy = false;
	run_until_log(b, "CDD");
	assert_string_equal(w.text, "greeting");
	link_pause(w.link);
	link_resume(w.link);
	link_close(w.link, false);
}

static void closing_with_flush_sends_all(void **state)
{
	struct bench *b = *state;
	struct wire w = wire(b);
	size_t size = 3 << 20;
	char *much = malloc(size);

	memset(much, 'x', size);
	wire_connect(&w, world_serve(b->world, "unread", PEER_STAYS));
	run_until_log(b, "C");
	link_write(w.link, much, size);
	free(much);
	link_close(w.link, true);
	while (world_closed(b->world) == 0)
		run_once(b);
	assert_int_equal(world_received(b->world), size);
	assert_string_equal(b->log, "C");
}

/* ---- listeners ---- */

struct door {
	struct bench *b;
	struct listener *listener;
	struct wire wires[4];
	size_t count;
	bool refuses; /* closes the link in the call that hands it over */
};

static void on_arrival(void *arg, struct link *link, const char *peer)
{
	struct door *door = arg;
	struct wire *w = &door->wires[door->count];

	assert_int_equal(link_stage(link), LINK_OPEN);
	assert_string_equal(peer, "127.0.0.1");
	note(door->b, 'a');
	if (door->refuses) {
		link_close(link, false);
		return;
	}
	*w = wire(door->b);
	w->link = link;
	door->count++;
	door->b->busy = true;
	link_take(link, on_wire, w);
	door->b->busy = false;
}

static struct listen_counts door_counts(const struct door *door)
{
	struct listen_counts counts;

	listen_counts(door->listener, &counts);
	return counts;
}

static void door_open(struct door *door, struct bench *b, unsigned connections)
{
	struct listen_limits limits = {connections, 1};
	char why[128];

	*door = (struct door){.b = b};
	door->listener =
	    listen_open(b->loop, "127.0.0.1", 0, &limits, on_arrival, door, why, sizeof why);
	assert_non_null(door->listener);
	assert_int_not_equal(listen_port(door->listener), 0);
	assert_non_null(strstr(listen_address(door->listener), "127.0.0.1:"));
}

static void dial_until_closed(struct bench *b, const struct door *door)
{
	struct world_stream *stream = world_dial(b->world, listen_port(door->listener), "late");

	while (!world_stream_is_closed(stream))
		run_once(b);
	assert_string_equal(world_stream_text(stream), "");
	world_stream_free(stream);
}

static void a_listener_hands_over_open_links(void **state)
{
	struct bench *b = *state;
	struct door door;
	struct world_stream *client;

	door_open(&door, b, 2);
	client = world_dial(b->world, listen_port(door.listener), "hello");
	while (!strchr(b->log, 'D'))
		run_once(b);
	assert_string_equal(door.wires[0].text, "hello");
	assert_int_equal(door_counts(&door).connections, 1);
	wire_write(&door.wires[0], "welcome");
	while (strlen(world_stream_text(client)) < 7)
		run_once(b);
	assert_string_equal(world_stream_text(client), "welcome");
	world_stream_close(client);
	while (!strchr(b->log, 'E'))
		run_once(b);
	assert_int_equal(link_failure(door.wires[0].link), LINK_OK);
	link_close(door.wires[0].link, false);
	assert_int_equal(door_counts(&door).connections, 0);
	while (!world_stream_is_closed(client))
		run_once(b);
	world_stream_free(client);
	listen_close(door.listener);
}

static void a_listener_keeps_its_limit(void **state)
{
	struct bench *b = *state;
	struct door door;
	struct world_stream *first;
	struct listen_limits more = {4, 4};

	door_open(&door, b, 1);
	first = world_dial(b->world, listen_port(door.listener), "");
	while (!door.count)
		run_once(b);
	dial_until_closed(b, &door);
	assert_int_equal(door.count, 1);
	assert_int_equal(door_counts(&door).accepted, 1);
	assert_int_equal(door_counts(&door).refused, 1);
	listen_set_limits(door.listener, &more);
	door.refuses = true;
	dial_until_closed(b, &door);
	assert_int_equal(door_counts(&door).accepted, 2);
	assert_int_equal(door_counts(&door).connections, 1);
	link_close(door.wires[0].link, false);
	while (!world_stream_is_closed(first))
		run_once(b);
	world_stream_free(first);
	listen_close(door.listener);
}

static void links_outlive_their_listener(void **state)
{
	struct bench *b = *state;
	struct door door;
	struct world_stream *client;

	door_open(&door, b, 2);
	client = world_dial(b->world, listen_port(door.listener), "");
	while (!door.count)
		run_once(b);
	listen_drain(door.listener);
	dial_until_closed(b, &door);
	listen_close(door.listener);
	wire_write(&door.wires[0], "still here");
	while (strlen(world_stream_text(client)) < 10)
		run_once(b);
	link_close(door.wires[0].link, false);
	while (!world_stream_is_closed(client))
		run_once(b);
	world_stream_free(client);
}

static void a_taken_port_is_said(void **state)
{
	struct bench *b = *state;
	struct door door;
	struct listen_limits limits = {1, 1};
	char why[128] = "";

	door_open(&door, b, 1);
	assert_null(listen_open(b->loop, "127.0.0.1", listen_port(door.listener), &limits,
	    on_arrival, &door, why, sizeof why));
	assert_non_null(strstr(why, "in use"));
	listen_close(door.listener);
}

/* ---- signals ---- */

static void on_signal(void *arg, int number)
{
	note(arg, number == SIGUSR1 ? '1' : number == SIGHUP ? 'h' : '?');
}

static void signals_are_calls(void **state)
{
	static const int numbers[] = {SIGUSR1, SIGHUP};
	struct bench *b = *state;
	struct signals *signals = signals_watch(b->loop, numbers, 2, on_signal, b);

	b->busy = true;
	world_signal(b->world, SIGHUP);
	b->busy = false;
	run_until_log(b, "h");
	world_signal(b->world, SIGUSR1);
	run_until_log(b, "h1");
	signals_unwatch(signals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(deferred_calls_keep_order),
	    CASE(deferred_calls_can_be_taken_back),
	    CASE(a_call_deferred_by_a_deferred_call_waits_for_the_next_turn),
	    CASE(timers_fire_in_order),
	    CASE(timers_rearm_and_destroy_themselves),
	    CASE(a_timer_armed_for_the_past_waits_for_the_next_turn),
	    CASE(many_timers_keep_their_order),
	    CASE(time_stands_still_within_a_turn),
	    CASE(links_carry_bytes_both_ways),
	    CASE(refusal_comes_later),
	    CASE(what_came_before_the_end_is_announced),
	    CASE(a_reset_is_a_failure),
	    CASE(links_close_inside_any_callback),
	    CASE(links_close_before_they_are_open),
	    CASE(a_paused_link_is_silent),
	    CASE(what_was_left_is_announced_on_resumption),
	    CASE(closing_with_flush_sends_all),
	    CASE(a_listener_hands_over_open_links),
	    CASE(a_listener_keeps_its_limit),
	    CASE(links_outlive_their_listener),
	    CASE(a_taken_port_is_said),
	    CASE(signals_are_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
