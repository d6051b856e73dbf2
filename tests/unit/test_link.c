/* What only real links can show: names from a server, several addresses, writing. */
#include "unit/wire.h"

#include <arpa/inet.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/dns.h>
#include <event2/dns_struct.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "loop/loop_internal.h"

/* ---- names ---- */

struct names {
	struct evdns_server_port *port;
	char address[32];
	unsigned asked;
};

/* one.test has one address, two.test two (the first of them lets nobody in), six.test one of each
 * family, silent.test is never answered; nothing else exists. */
static void on_question(struct evdns_server_request *request, void *arg)
{
	struct names *names = arg;
	const struct evdns_server_question *question = request->questions[0];
	const char *name = question->name;
	unsigned char two[8] = {127, 0, 0, 2, 127, 0, 0, 1}, six[16] = {[15] = 1};
	int code = 0;

	names->asked++;
	if (strcasecmp(name, "silent.test") == 0) {
		evdns_server_request_drop(request);
		return;
	}
	if (strncasecmp(name, "one.", 4) != 0 && strncasecmp(name, "two.", 4) != 0 &&
	    strncasecmp(name, "six.", 4) != 0)
		code = DNS_ERR_NOTEXIST;
	else if (question->type == EVDNS_TYPE_A && strncasecmp(name, "two.", 4) == 0)
		evdns_server_request_add_a_reply(request, name, 2, two, 60);
	else if (question->type == EVDNS_TYPE_A)
		evdns_server_request_add_a_reply(request, name, 1, two + 4, 60);
	else if (question->type == EVDNS_TYPE_AAAA && strncasecmp(name, "six.", 4) == 0)
		evdns_server_request_add_aaaa_reply(request, name, 1, six, 60);
	evdns_server_request_respond(request, code);
}

static int local_socket(int type, uint32_t address, unsigned port)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr = {.s_addr = htonl(address)}};
	int fd = socket(AF_INET, type, 0);

	if (bind(fd, (struct sockaddr *)&in, sizeof in) != 0)
		fail_msg("cannot bind");
	return fd;
}

static void names_open(struct bench *b, struct names *names)
{
	int fd = local_socket(SOCK_DGRAM, INADDR_LOOPBACK, 0);

	evutil_make_socket_nonblocking(fd);
	names->asked = 0;
	names->port =
	    evdns_add_server_port_with_base(loop_base(b->loop), fd, 0, on_question, names);
	snprintf(names->address, sizeof names->address, "127.0.0.1:%u", port_of(fd));
	assert_true(loop_set_nameserver(b->loop, names->address));
}

static void names_come_from_the_server_given(void **state)
{
	struct bench *b = *state;
	unsigned port = world_serve(b->world, "", PEER_STAYS);
	struct names names;

	names_open(b, &names);
	expect_connection(wire(b, "one.test", port, NULL));
	assert_true(names.asked > 0);
	expect_connection(wire(b, "six.test", port, NULL)); /* nobody listens at ::1 */
	expect_failure(
	    wire(b, "none.test", port, NULL), LINK_UNRESOLVED, "none.test: no such name");
	assert_false(loop_set_nameserver(b->loop, "no address"));
	evdns_close_server_port(names.port);
}

static void ignore_event(void *arg, struct link *link, enum link_event event)
{
}

/* Leak checkers look: libevent frees a cancelled look-up in its loop, and this one never runs
 * again. */
static void a_loop_can_end_with_names_just_cancelled(void **state)
{
	struct bench *b = *state;
	struct loop *loop = loop_create(NULL);
	struct names names;

	names_open(b, &names);
	assert_true(loop_set_nameserver(loop, names.address));
	for (int i = 0; i < 3; i++)
		link_close(link_connect(loop, "silent.test", 210, NULL, ignore_event, NULL), false);
	loop_destroy(loop);
	evdns_close_server_port(names.port);
}

static void numbers_and_localhost_need_no_server(void **state)
{
	struct bench *b = *state;
	unsigned port = world_serve(b->world, "", PEER_STAYS);
	struct names names;

	names_open(b, &names);
	expect_connection(wire(b, "localhost", port, NULL));
	expect_connection(wire(b, "LocalHost", port, NULL));
	expect_connection(wire(b, "127.0.0.1", port, NULL));
	expect_connection(wire(b, "[::ffff:127.0.0.1]", port, NULL));
	assert_int_equal(names.asked, 0);
	evdns_close_server_port(names.port);
}

static void a_question_can_be_dropped(void **state)
{
	struct bench *b = *state;
	struct names names;
	struct wire *w, *other;

	names_open(b, &names);
	w = wire(b, "silent.test", 1, NULL);
	other = wire(b, "one.test", world_serve(b->world, "", PEER_STAYS), NULL);
	expect_connection(other);
	assert_int_equal(link_stage(w->link), LINK_RESOLVING);
	wire_free(w);
	wire_free(wire(b, "127.0.0.1", 1, NULL));
	expect_connection(wire(b, "one.test", world_serve(b->world, "", PEER_STAYS), NULL));
	evdns_close_server_port(names.port);
}

static void nobody_answers_for_names(void **state)
{
	struct bench *b = *state;
	int fd = local_socket(SOCK_DGRAM, INADDR_LOOPBACK, 0);
	char address[32];

	snprintf(address, sizeof address, "127.0.0.1:%u", port_of(fd));
	close(fd);
	assert_true(loop_set_nameserver(b->loop, address));
	/* It would take long to say so: what matters is that it can be given up. */
	wire_free(wire(b, "one.test", 1, NULL));
}

/* ---- several addresses ---- */

static void the_next_address_is_tried_at_once_after_a_refusal(void **state)
{
	struct bench *b = *state;
	struct names names;
	struct wire *w;
	unsigned port = world_serve(b->world, "hello", PEER_STAYS);

	names_open(b, &names);
	w = wire(b, "two.test", port, NULL);
	settle(w);
	assert_true(w->connected);
	while (!*w->text)
		run_once(b);
	assert_string_equal(w->text, "hello");
	wire_free(w);
	expect_failure(wire(b, "two.test", world_refusing_port(b->world), NULL), LINK_REFUSED,
	    "Connection refused");
	evdns_close_server_port(names.port);
}

static void the_next_address_is_tried_beside_a_silent_one(void **state)
{
	struct bench *b = *state;
	struct names names;
	unsigned port = world_serve(b->world, "", PEER_STAYS);
	int full = local_socket(SOCK_STREAM, INADDR_LOOPBACK + 1, port), waiting[8];
	struct sockaddr_in in = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK + 1)}};
	msec_t start;

	/* A listener whose queue is full answers nobody. */
	listen(full, 0);
	for (int i = 0; i < 8; i++) {
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(waiting[i], (struct sockaddr *)&in, sizeof in);
	}
	names_open(b, &names);
	start = loop_now(b->loop);
	expect_connection(wire(b, "two.test", port, NULL));
	assert_true(loop_now(b->loop) - start >= 240);
	for (int i = 0; i < 8; i++)
		close(waiting[i]);
	close(full);
	evdns_close_server_port(names.port);
}

static void on_six(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
    int length, void *arg)
{
	if (write(fd, "six", 3) != 3)
		abort();
	close(fd);
}

static void ipv6_goes_first(void **state)
{
	struct bench *b = *state;
	unsigned port = world_serve(b->world, "four", PEER_STAYS);
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
	    .sin6_port = htons((uint16_t)port),
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct evconnlistener *listener = evconnlistener_new_bind(loop_base(b->loop), on_six, NULL,
	    LEV_OPT_CLOSE_ON_FREE, -1, (struct sockaddr *)&in6, sizeof in6);
	struct names names;
	struct wire *w;

	names_open(b, &names);
	w = wire(b, "six.test", port, NULL);
	while (!*w->text)
		run_once(b);
	/* Without IPv6 on this machine the other address serves. */
	assert_string_equal(w->text, listener ? "six" : "four");
	wire_free(w);
	if (listener)
		evconnlistener_free(listener);
	evdns_close_server_port(names.port);
}

static void a_lack_of_descriptors_is_told_apart(void **state)
{
	struct bench *b = *state;
	struct rlimit old, none;
	int next = dup(0);

	close(next);
	getrlimit(RLIMIT_NOFILE, &old);
	none = old;
	none.rlim_cur = (rlim_t)next;
	loop_set_nameserver(b->loop, NULL);
	setrlimit(RLIMIT_NOFILE, &none);

	struct wire *w = wire(b, "127.0.0.1", 1, NULL);

	settle(w);
	setrlimit(RLIMIT_NOFILE, &old);
	expect_failure(w, LINK_RESOURCES, "Too many open files");
}

/* ---- writing ---- */

/* A peer that has reset the connection is found out by a write, and told of later. */
static void a_write_that_fails_is_told_later(void **state)
{
	struct bench *b = *state;
	struct linger hard = {.l_onoff = 1};
	int listener = local_socket(SOCK_STREAM, INADDR_LOOPBACK, 0), fd;
	struct wire *w = wire(b, "127.0.0.1", port_of(listener), NULL);

	assert_int_equal(listen(listener, 1), 0);
	settle(w);
	fd = accept(listener, NULL, NULL);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	close(fd);
	link_write(w->link, "x", 1);
	link_write(w->link, "y", 1);
	assert_false(w->failed);
	expect_failure(w, LINK_RESET, "");
	close(listener);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(names_come_from_the_server_given),
	    CASE(a_loop_can_end_with_names_just_cancelled),
	    CASE(numbers_and_localhost_need_no_server),
	    CASE(a_question_can_be_dropped),
	    CASE(nobody_answers_for_names),
	    CASE(the_next_address_is_tried_at_once_after_a_refusal),
	    CASE(the_next_address_is_tried_beside_a_silent_one),
	    CASE(ipv6_goes_first),
	    CASE(a_lack_of_descriptors_is_told_apart),
	    CASE(a_write_that_fails_is_told_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
