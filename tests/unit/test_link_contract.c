/* What both loops' links and listeners promise; linked twice, as test_loop_contract.c is. */
#include "unit/loop_bench.h"

#include "loop/link.h"
#include "loop/listen.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
