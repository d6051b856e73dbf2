/* What scenes rely on beyond the contract that both loops keep: time that jumps, peers that
 * misbehave, bytes cut anywhere, counts, and the same again each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fakeloop/fakeloop.h"
#include "loop/timer.h"

struct scene {
	struct loop *loop;
	struct link *link;
	struct fakepeer *peer;
	char text[4096];  /* received by the program */
	char heard[4096]; /* received by the peer */
	char events[256];
	unsigned pieces;
	msec_t last;
	bool peer_closed;
	char trace[8192];
};

static int setup(void **state)
{
	struct scene *s = calloc(1, sizeof *s);

	s->loop = loop_create(NULL);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	if (s->link)
		link_close(s->link, false);
	loop_destroy(s->loop);
	free(s);
	return 0;
}

static void on_link(void *arg, struct link *link, enum link_event event)
{
	struct scene *s = arg;
	size_t length;
	const uint8_t *bytes = link_peek(link, &length);

	strncat(s->events, (const char *[]){"C", "D", "W", "E", "F"}[event],
	    sizeof s->events - strlen(s->events) - 1);
	s->last = loop_now(s->loop);
	if (event == LINK_DATA) {
		s->pieces++;
		strncat(s->text, (const char *)bytes, length);
		link_consume(link, length);
	}
}

static void on_peer(void *arg, struct fakepeer *peer, enum fakepeer_event event)
{
	struct scene *s = arg;
	size_t length;
	const uint8_t *bytes = fakepeer_received(peer, &length);

	if (event == FAKEPEER_CLOSED) {
		s->peer_closed = true;
		s->peer = NULL;
		return;
	}
	s->pieces++;
	strncat(s->heard, (const char *)bytes, length);
	fakepeer_take(peer, length);
}

static void on_accept(void *arg, struct fakepeer *peer)
{
	struct scene *s = arg;

	s->peer = peer;
	fakepeer_on(peer, on_peer, s);
}

static struct fakehost *serve(struct scene *s)
{
	return fakeloop_host(s->loop, "z.example.org", 210, on_accept, s);
}

static void connect_with(struct scene *s, const struct link_tls *tls)
{
	s->link = link_connect(s->loop, "Z.example.org", 210, tls, on_link, s);
}

static void time_jumps_to_what_is_due(void **state)
{
	struct scene *s = *state;
	struct fakehost *host = serve(s);

	fakehost_set_delays(host, 30, 0);
	fakeloop_name(s->loop, "z.example.org", 12, true);
	connect_with(s, NULL);
	assert_int_equal(link_stage(s->link), LINK_RESOLVING);
	fakeloop_run_for(s->loop, 20);
	assert_int_equal(link_stage(s->link), LINK_CONNECTING);
	assert_int_equal(loop_now(s->loop), 20);
	loop_run(s->loop); /* ends as nothing more can happen */
	assert_int_equal(s->last, 42);
	assert_string_equal(s->events, "C");
	assert_int_equal(loop_now(s->loop), 42);
	assert_int_equal(fakehost_connections(host), 1);
	assert_false(fakeloop_step(s->loop));
	fakeloop_set_wall_clock(s->loop, 1000);
	fakeloop_run_for(s->loop, 2000);
	assert_int_equal(loop_wall_clock(s->loop), 1002);
}

static void hosts_fail_in_every_way(void **state)
{
	static const struct {
		enum fakehost_mode mode;
		bool tls;
		enum link_failure failure;
		enum link_stage stage;
	} cases[] = {
	    {FAKEHOST_REFUSES, false, LINK_REFUSED, LINK_DEAD},
	    {FAKEHOST_UNREACHABLE, false, LINK_UNREACHABLE, LINK_DEAD},
	    {FAKEHOST_NO_DESCRIPTORS, false, LINK_RESOURCES, LINK_DEAD},
	    {FAKEHOST_SILENT, false, LINK_OK, LINK_CONNECTING},
	    {FAKEHOST_TLS_FAILS, true, LINK_TLS, LINK_DEAD},
	    {FAKEHOST_TLS_SILENT, true, LINK_OK, LINK_SECURING},
	    {FAKEHOST_TLS_FAILS, false, LINK_OK, LINK_OPEN},
	    {FAKEHOST_ANSWERS, true, LINK_OK, LINK_OPEN},
	};
	struct link_tls tls = {.server_name = "z.example.org", .ca_file = "/ca"};
	struct scene *s = *state;
	struct fakehost *host = serve(s);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fakehost_set_mode(host, cases[i].mode, "the reason");
		connect_with(s, cases[i].tls ? &tls : NULL);
		loop_run(s->loop);
		assert_int_equal(link_stage(s->link), cases[i].stage);
		assert_int_equal(link_failure(s->link), cases[i].failure);
		if (cases[i].failure != LINK_OK)
			assert_string_equal(link_failure_text(s->link), "the reason");
		if (cases[i].stage == LINK_OPEN && cases[i].tls)
			assert_string_equal(fakepeer_tls(s->peer)->ca_file, "/ca");
		if (cases[i].stage == LINK_OPEN && !cases[i].tls)
			assert_null(fakepeer_tls(s->peer));
		link_close(s->link, false);
		s->link = NULL;
		loop_run(s->loop);
	}
	assert_int_equal(fakehost_attempts(host), sizeof cases / sizeof *cases);
	assert_int_equal(fakehost_connections(host), 0);

	s->link = link_connect(s->loop, "nowhere.example.org", 210, NULL, on_link, s);
	loop_run(s->loop);
	assert_int_equal(link_failure(s->link), LINK_UNRESOLVED);
	link_close(s->link, false);
	s->link = link_connect(s->loop, "z.example.org", 211, NULL, on_link, s);
	loop_run(s->loop);
	assert_int_equal(link_failure(s->link), LINK_REFUSED);
}

static void peers_take_their_time(void **state)
{
	struct scene *s = *state;

	serve(s);
	connect_with(s, NULL);
	loop_run(s->loop);
	fakepeer_drip(s->peer, 100, "abcdefg", 7, 2, 10);
	fakepeer_send(s->peer, 0, "!", 1); /* in order: not before the drip */
	fakepeer_close(s->peer, 50);
	fakeloop_run_for(s->loop, 99);
	assert_string_equal(s->text, "");
	fakeloop_run_for(s->loop, 11);
	assert_string_equal(s->text, "abcd");
	loop_run(s->loop);
	assert_string_equal(s->text, "abcdefg!");
	assert_string_equal(s->events, "CDDDDDE");
	assert_int_equal(s->last, 130);
}

static void a_reset_drops_nothing_that_came_before(void **state)
{
	struct scene *s = *state;

	serve(s);
	connect_with(s, NULL);
	loop_run(s->loop);
	fakepeer_send(s->peer, 5, "abc", 3);
	fakepeer_reset(s->peer, 5);
	fakepeer_send(s->peer, 5, "never", 5);
	loop_run(s->loop);
	assert_string_equal(s->text, "abc");
	assert_string_equal(s->events, "CDF");
	assert_int_equal(link_failure(s->link), LINK_RESET);
}

static void a_peer_that_does_not_read_keeps_us_waiting(void **state)
{
	struct scene *s = *state;

	serve(s);
	connect_with(s, NULL);
	loop_run(s->loop);
	fakepeer_set_reading(s->peer, false);
	link_write(s->link, "hello", 5);
	loop_run(s->loop);
	assert_string_equal(s->events, "C");
	fakepeer_set_reading(s->peer, true);
	loop_run(s->loop);
	assert_string_equal(s->events, "CW");
	assert_string_equal(s->heard, "hello");

	fakepeer_set_reading(s->peer, false);
	link_write(s->link, "more", 4);
	link_close(s->link, true); /* for at most a second */
	s->link = NULL;
	fakeloop_run_for(s->loop, 999);
	assert_false(s->peer_closed);
	fakeloop_run_for(s->loop, 1);
	assert_true(s->peer_closed);
	assert_string_equal(s->heard, "hello");
}

static void pieces_are_cut_and_nothing_is_lost(void **state)
{
	struct scene *s = *state;
	char long_text[1001];

	for (int i = 0; i < 1000; i++)
		long_text[i] = (char)('a' + i % 26);
	long_text[1000] = '\0';
	serve(s);
	connect_with(s, NULL);
	loop_run(s->loop);
	for (unsigned long seed = 1; seed < 50; seed++) {
		s->pieces = 0;
		s->text[0] = s->heard[0] = '\0';
		fakeloop_set_splitting(s->loop, seed);
		fakepeer_send(s->peer, 0, long_text, 1000);
		loop_run(s->loop);
		link_write(s->link, long_text, 1000);
		loop_run(s->loop);
		assert_string_equal(s->text, long_text);
		assert_string_equal(s->heard, long_text);
		assert_true(s->pieces > 2);
	}
	assert_int_equal(loop_now(s->loop), 0);
}

static void keep_line(void *arg, const char *line)
{
	struct scene *s = arg;
	size_t length = strlen(s->trace);

	snprintf(s->trace + length, sizeof s->trace - length, "%s\n", line);
}

static void play(struct scene *s, unsigned long seed)
{
	unsigned char random[8];

	fakeloop_set_trace(s->loop, keep_line, s);
	fakeloop_set_splitting(s->loop, seed);
	serve(s);
	connect_with(s, NULL);
	loop_run(s->loop);
	fakepeer_send(s->peer, 10, "a rather long text, to be cut in many places", 44);
	fakepeer_send(s->peer, 10, "and another one, at the same moment", 35);
	link_write(s->link, "and one in the other direction", 30);
	loop_run(s->loop);
	loop_random(s->loop, random, sizeof random);
	for (size_t i = 0; i < sizeof random; i++)
		snprintf(s->trace + strlen(s->trace), 4, "%02x", random[i]);
}

static void the_same_seed_gives_the_same_scene(void **state)
{
	void *first = NULL, *second = NULL, *other = NULL;

	setup(&first);
	setup(&second);
	setup(&other);
	play(first, 7);
	play(second, 7);
	play(other, 8);
	assert_string_equal(((struct scene *)first)->trace, ((struct scene *)second)->trace);
	assert_string_not_equal(((struct scene *)first)->trace, ((struct scene *)other)->trace);
	teardown(&first);
	teardown(&second);
	teardown(&other);
}

static void nothing(void *arg)
{
}

static void what_is_left_is_counted(void **state)
{
	struct scene *s = *state;
	struct fakeloop_counts counts;
	struct timer *timer = timer_create_on(s->loop, nothing, NULL);
	struct defer *defer = loop_defer(s->loop, nothing, NULL);

	timer_arm(timer, 100);
	serve(s);
	connect_with(s, NULL);
	fakeloop_counts(s->loop, &counts);
	assert_int_equal(counts.links, 1);
	assert_int_equal(counts.timers, 1);
	assert_int_equal(counts.timers_armed, 1);
	assert_int_equal(counts.defers, 1);
	assert_string_equal(
	    fakeloop_leaks(s->loop), "links 1, timers 1 (armed 1), deferred calls 1, exchanges 0");
	defer_cancel(defer);
	timer_destroy(timer);
	link_close(s->link, false);
	s->link = NULL;
	assert_string_equal(fakeloop_leaks(s->loop), "");
}

/* ---- HTTP ---- */

static void keep_exchange(void *arg, struct http_exchange *exchange)
{
	*(struct http_exchange **)arg = exchange;
}

static void forget_exchange(void *arg, struct http_exchange *exchange)
{
	*(struct http_exchange **)arg = NULL;
}

static void requests_have_clients(void **state)
{
	static const struct http_limits limits = {
	    .connections = 1, .head_bytes = 1000, .body_bytes = 10};
	static const struct fakeheader headers[] = {{"Accept", "text/html"}, {NULL, NULL}};
	struct scene *s = *state;
	struct http_exchange *exchange = NULL;
	struct fakerequest *request, *more;
	struct http_in *http;
	char why[64];

	request = fakeloop_request(s->loop, "GET", "/", NULL, NULL, 0, NULL);
	loop_run(s->loop);
	assert_int_equal(fakerequest_state(request), FAKEREQUEST_REFUSED);
	fakerequest_free(request);

	http = http_in_listen(
	    s->loop, "127.0.0.1", 0, &limits, keep_exchange, &exchange, why, sizeof why);
	request = fakeloop_request(s->loop, "GET", "/sru?query=x", headers, NULL, 0, "192.0.2.7");
	loop_run(s->loop);
	assert_string_equal(http_path(exchange), "/sru");
	assert_string_equal(http_query(exchange), "query=x");
	assert_string_equal(http_header(exchange, "accept"), "text/html");
	assert_string_equal(http_peer(exchange), "192.0.2.7");

	more = fakeloop_request(s->loop, "GET", "/", NULL, NULL, 0, NULL);
	loop_run(s->loop);
	assert_int_equal(fakerequest_status(more), 503);
	fakerequest_free(more);

	fakeloop_run_for(s->loop, 250);
	http_reply(exchange, 200, "text/plain", "ok", 2);
	assert_true(fakerequest_is_over(request));
	assert_int_equal(fakerequest_time(request), 250);
	assert_string_equal(fakerequest_body(request, NULL), "ok");
	assert_string_equal(fakerequest_header(request, "content-type"), "text/plain");
	fakerequest_free(request);

	request = fakeloop_request(s->loop, "GET", "/", NULL, NULL, 0, NULL);
	fakeloop_settle(s->loop);
	http_on_gone(exchange, forget_exchange, &exchange);
	fakerequest_abandon(request, 30);
	fakeloop_run_for(s->loop, 29);
	assert_non_null(exchange);
	fakeloop_run_for(s->loop, 1);
	assert_null(exchange);
	assert_int_equal(fakerequest_state(request), FAKEREQUEST_GONE);
	fakerequest_free(request);

	request = fakeloop_request(s->loop, "GET", "/", NULL, NULL, 0, NULL);
	fakeloop_settle(s->loop);
	http_on_gone(exchange, forget_exchange, &exchange);
	fakerequest_free(request); /* gone without waiting */
	fakeloop_settle(s->loop);
	assert_null(exchange);
	http_in_close(http);
	assert_string_equal(fakeloop_leaks(s->loop), "");
}

static bool is_late(void *arg)
{
	return loop_now(arg) >= 500;
}

static void conditions_end_a_run(void **state)
{
	struct scene *s = *state;
	struct timer *timer = timer_create_on(s->loop, nothing, NULL);

	assert_false(fakeloop_run_until(s->loop, is_late, s->loop, 1000));
	timer_arm(timer, 700);
	assert_false(fakeloop_run_until(s->loop, is_late, s->loop, 400));
	assert_int_equal(loop_now(s->loop), 400);
	assert_true(timer_is_armed(timer));
	assert_true(fakeloop_run_until(s->loop, is_late, s->loop, 400));
	assert_int_equal(loop_now(s->loop), 700);
	fakeloop_at(s->loop, 5, nothing, NULL);
	loop_run(s->loop);
	assert_int_equal(loop_now(s->loop), 705);
	timer_destroy(timer);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(time_jumps_to_what_is_due),
	    CASE(hosts_fail_in_every_way),
	    CASE(peers_take_their_time),
	    CASE(a_reset_drops_nothing_that_came_before),
	    CASE(a_peer_that_does_not_read_keeps_us_waiting),
	    CASE(pieces_are_cut_and_nothing_is_lost),
	    CASE(what_is_left_is_counted),
	    CASE(requests_have_clients),
	    CASE(conditions_end_a_run),
	    cmocka_unit_test(the_same_seed_gives_the_same_scene),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
