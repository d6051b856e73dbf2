/* What only the real http_in can show: one connection with several requests, slow and long ones,
 * limits, departures, descriptors used up. Clients are raw bytes over real sockets. */
#include "unit/loop_bench.h"
#include "unit/raw_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/bufferevent.h>
#include <event2/event.h>

#include "loop/http_in.h"
#include "loop/http_internal.h"

static const struct http_limits generous = {.connections = 50,
    .connections_per_address = 1, /* loopback is exempt */
    .head_bytes = 4096,
    .body_bytes = 1000,
    .head_time = 20000,
    .body_time = 20000,
    .idle_time = 20000};

struct site {
	struct bench *b;
	struct http_in *http;
	struct http_exchange *pending;
};

static void on_gone(void *arg, struct http_exchange *exchange)
{
	struct site *site = arg;

	site->pending = NULL;
	note(site->b, 'g');
}

static void on_request(void *arg, struct http_exchange *exchange)
{
	struct site *site = arg;
	char text[256];
	size_t length;

	note(site->b, 'r');
	http_on_gone(exchange, on_gone, site);
	if (strcmp(http_path(exchange), "/wait") == 0) {
		site->pending = exchange;
		return;
	}
	if (strcmp(http_path(exchange), "/big") == 0) {
		char *much = calloc(1, 20 << 20);

		http_reply(exchange, 200, "text/plain", much, 20 << 20);
		free(much);
		return;
	}
	http_body(exchange, &length);
	snprintf(text, sizeof text, "<%s %s?%s %zu %s>", http_method(exchange), http_path(exchange),
	    http_query(exchange), length, http_peer(exchange));
	http_reply(exchange, 200, "text/plain", text, strlen(text));
}

static struct site *site_open(struct bench *b, const char *host, const struct http_limits *limits)
{
	struct site *site = calloc(1, sizeof *site);
	char why[128] = "";

	site->b = b;
	site->http = http_in_listen(b->loop, host, 0, limits, on_request, site, why, sizeof why);
	if (!site->http)
		fail_msg("%s", why);
	return site;
}

static void site_close(struct site *site)
{
	http_in_close(site->http);
	free(site);
}

static struct raw *raw_to(struct site *site, const char *text)
{
	return raw_open(site->b, http_in_address(site->http), text);
}

/* The answer's status, once the connection has been closed. */
static int closing_status(struct raw *raw)
{
	int status;

	raw_until_closed(raw);
	status = strncmp(raw->text, "HTTP/1.1 ", 9) == 0 ? atoi(raw->text + 9) : 0;
	raw_free(raw);
	return status;
}

static unsigned connections(struct site *site)
{
	struct http_counts counts;

	http_in_counts(site->http, &counts);
	return counts.connections;
}

static void one_connection_serves_many_requests(void **state)
{
	struct bench *b = *state;
	struct site *site = site_open(b, "127.0.0.1", &generous);
	struct raw *raw = raw_to(site, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");

	raw_until_text(raw, "<GET /1? 0 127.0.0.1>");
	raw_send(raw, "POST /2 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
	raw_until_text(raw, "<POST /2? 3 127.0.0.1>");
	raw_send(raw, "POST /3 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
		      "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
	raw_until_text(raw, "<POST /3? 5 127.0.0.1>");
	assert_int_equal(connections(site), 1);
	raw_send(raw, "HEAD /4 HTTP/1.1\r\n\r\nGET /5 HTTP/1.1\r\nConnection: close\r\n\r\n");
	raw_until_closed(raw);
	assert_null(strstr(raw->text, "/4"));
	assert_non_null(strstr(raw->text, "/5"));
	assert_null(strstr(raw->text, "text/html"));
	raw_free(raw);
	assert_int_equal(connections(site), 0);

	raw = raw_to(site, "GET http://example.org?a=b#c HTTP/1.1\r\n\r\n");
	raw_until_text(raw, "<GET /?a=b 0 127.0.0.1>");
	raw_free(raw);
	site_close(site);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
	struct bench *b = *state;
	struct site *site = site_open(b, "127.0.0.1", &generous);
	struct raw *raw = raw_to(site, "GET /1 HTTP/1.1\r\n\r\nGET /wait HTTP/1.1\r\n\r\n"
				       "GET /3 HTTP/1.1\r\nConnection: close\r\n\r\n");

	run_until_log(b, "rr");
	raw_until_text(raw, "/1");
	http_reply(site->pending, 200, "text/plain", "waited", 6);
	raw_until_closed(raw);
	assert_string_equal(b->log, "rrr");
	assert_true(strstr(raw->text, "/1") < strstr(raw->text, "waited"));
	assert_true(strstr(raw->text, "waited") < strstr(raw->text, "/3"));
	raw_free(raw);
	site_close(site);
}

static void a_dripping_head_ends_with_its_time(void **state)
{
	struct bench *b = *state;
	struct http_limits limits = generous;
	struct site *site;
	struct raw *raw;
	msec_t start = loop_now(b->loop);

	limits.head_time = 400;
	site = site_open(b, "127.0.0.1", &limits);
	raw = raw_to(site, "GET /x HTTP/1.1\r\n");
	raw_drip(raw, "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy");
	raw_until_closed(raw);
	assert_true(raw->dripped > 1);
	assert_true(raw->closed_at - start >= 400);
	assert_true(raw->closed_at - start < 3000); /* all of the drip takes longer */
	assert_int_equal(closing_status(raw), 408);
	assert_string_equal(b->log, "");
	site_close(site);
}

static void the_next_head_has_a_time_of_its_own(void **state)
{
	struct bench *b = *state;
	struct http_limits limits = generous;
	struct site *site;
	struct raw *raw;

	limits.head_time = 300;
	site = site_open(b, "127.0.0.1", &limits);
	raw = raw_to(site, "GET /1 HTTP/1.1\r\n\r\n");
	raw_until_text(raw, "/1");
	raw_drip(raw, "GET /xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	raw_until_closed(raw);
	assert_non_null(strstr(raw->text, "408"));
	assert_true(raw->dripped < 40);
	raw_free(raw);
	site_close(site);
}

static void silent_connections_end(void **state)
{
	struct bench *b = *state;
	struct http_limits limits = generous;
	struct site *site;
	struct raw *raw;

	limits.head_time = limits.body_time = limits.idle_time = 100;
	site = site_open(b, "127.0.0.1", &limits);
	raw = raw_to(site, ""); /* nothing at all: closed without a word */
	assert_int_equal(closing_status(raw), 0);
	raw = raw_to(site, "POST /p HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
	assert_int_equal(closing_status(raw), 408);
	raw = raw_to(site, "GET /1 HTTP/1.1\r\n\r\n"); /* answered, then idle */
	raw_until_text(raw, "/1");
	assert_int_equal(closing_status(raw), 200);
	site_close(site);
}

static void the_next_body_has_a_time_of_its_own(void **state)
{
	static const char first[] = "GET /1 HTTP/1.1\r\n\r\n",
			  next[] = "POST /2 HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc";
	struct bench *b = *state;
	struct http_limits limits = generous;
	struct site *site;

	limits.body_time = 100; /* head_time is much longer */
	site = site_open(b, "127.0.0.1", &limits);
	for (int pipelined = 0; pipelined < 2; pipelined++) {
		msec_t start = loop_now(b->loop);
		struct raw *raw = raw_to(site, first);

		if (!pipelined)
			raw_until_text(raw, "/1");
		raw_send(raw, next);
		raw_until_closed(raw);
		assert_non_null(strstr(raw->text, "/1"));
		assert_non_null(strstr(raw->text, "408"));
		assert_true(raw->closed_at - start < 10000);
		raw_free(raw);
	}
	site_close(site);
}

static void a_client_that_does_not_read_ends(void **state)
{
	struct bench *b = *state;
	struct http_limits limits = generous;
	struct site *site;
	struct raw *raw;

	limits.idle_time = 200;
	site = site_open(b, "127.0.0.1", &limits);
	raw = raw_to(site, "GET /big HTTP/1.1\r\n\r\n");
	run_until_log(b, "r");
	bufferevent_disable(raw->stream, EV_READ);
	assert_int_equal(connections(site), 1);

	struct timer *look = timer_create_on(b->loop, (timer_fn)loop_stop, b->loop);

	while (connections(site) > 0) {
		timer_arm(look, loop_now(b->loop) + 20);
		run_once(b);
	}
	timer_destroy(look);
	raw_free(raw);
	site_close(site);
}

static void heads_without_end_are_cut_off(void **state)
{
	static const char *const starts[] = {"", "GET /", "GET / HTTP/1.1\r\nX: "};
	struct bench *b = *state;
	struct site *site = site_open(b, "127.0.0.1", &generous);
	char *text = malloc(100000);

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		memset(text, 'a', 99999);
		text[99999] = '\0';
		memcpy(text, starts[i], strlen(starts[i]));

		struct raw *raw = raw_to(site, text);
		int status;

		/* A reset may destroy the answer, as we are still sending when it comes. */
		status = closing_status(raw);
		assert_true(status == 0 || (status >= 400 && status < 500));
	}
	strcpy(text, "GET / HTTP/1.1\r\n");
	for (int i = 16; i < 100000 - 10; i += 9)
		strcpy(text + i, "X: many\r\n");
	assert_true(closing_status(raw_to(site, text)) != 200);
	free(text);
	assert_string_equal(b->log, "");
	site_close(site);
}

static void nonsense_is_refused(void **state)
{
	static const struct {
		const char *text;
		int status;
	} cases[] = {
	    {"\x16\x03\x01\x02\r\n\r\n", 400},
	    {"GET\r\n\r\n", 400},
	    {"GET / HTTP/7.x\r\n\r\n", 400},
	    {"FROB / HTTP/1.1\r\n\r\n", 501},
	    {"TRACE / HTTP/1.1\r\n\r\n", 405},
	    {"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400},
	    {"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400},
	    {"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400},
	    {"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\na", 400},
	    {"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400},
	    {"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		400},
	    {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 413},
	    {"GET / HTTP/1.1\r\nContent-Length: 19\r\n\r\nGET /x HTTP/1.1\r\n\r\n", 400},
	};
	struct bench *b = *state;
	struct site *site = site_open(b, "127.0.0.1", &generous);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int status = closing_status(raw_to(site, cases[i].text));

		if (status != cases[i].status)
			fail_msg("%d for %s", status, cases[i].text);
	}
	assert_string_equal(b->log, "");
	site_close(site);
}

static void bodies_have_a_limit(void **state)
{
	struct bench *b = *state;
	struct site *site = site_open(b, "127.0.0.1", &generous);
	struct http_limits more = generous;
	struct raw *raw;
	char text[3000] = "POST / HTTP/1.1\r\nContent-Length: 2000\r\n\r\n";

	memset(text + strlen(text), 'x', 2000);
	assert_int_equal(closing_status(raw_to(site, text)), 413);
	assert_string_equal(b->log, "");

	more.body_bytes = 2000;
	http_in_set_limits(site->http, &more);
	raw = raw_to(site, text);
	raw_until_text(raw, "<POST /? 2000 127.0.0.1>");
	raw_free(raw);
	site_close(site);
}

static void too_many_connections_are_told_so(void **state)
{
	struct bench *b = *state;
	struct http_limits limits = generous;
	struct http_counts counts;
	struct site *site;
	struct raw *first, *second;

	limits.connections = 2;
	site = site_open(b, "127.0.0.1", &limits);
	first = raw_to(site, "GET /1 HTTP/1.1\r\n\r\n");
	raw_until_text(first, "/1");
	second = raw_to(site, "GET /2 HTTP/1.1\r\n\r\n");
	raw_until_text(second, "/2");
	for (int i = 0; i < 3; i++) /* each with a request on the way, which nobody reads */
		assert_int_equal(closing_status(raw_to(site, "GET /3 HTTP/1.1\r\n\r\n")), 503);
	assert_string_equal(b->log, "rr");
	http_in_counts(site->http, &counts);
	assert_int_equal(counts.connections, 2);
	assert_int_equal(counts.refused, 3);
	assert_int_equal(counts.accepted, 5);

	raw_send(first, "GET /4 HTTP/1.1\r\nConnection: close\r\n\r\n");
	raw_until_closed(first);
	raw_free(first);
	first = raw_to(site, "GET /5 HTTP/1.1\r\n\r\n");
	raw_until_text(first, "/5");
	raw_free(first);
	raw_free(second);
	site_close(site);
}

static void loopback_is_exempt_from_the_limit_for_each_address(void **state)
{
	static const char *const exempt[] = {
	    "127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:127.9.9.9"};
	static const char *const counted[] = {"128.0.0.1", "126.255.255.255", "10.0.0.1", "::2",
	    "::", "::ffff:128.0.0.1", "2001:db8::1", "::127.0.0.1", "", "localhost"};

	for (size_t i = 0; i < sizeof exempt / sizeof *exempt; i++)
		assert_true(bind_address_is_exempt(exempt[i]));
	for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
		assert_false(bind_address_is_exempt(counted[i]));
}

static void departures_are_noticed_behind_a_pipeline(void **state)
{
	struct bench *b = *state;
	struct site *site = site_open(b, "127.0.0.1", &generous);
	struct linger hard = {.l_onoff = 1, .l_linger = 0};
	struct raw *raw;

	for (int reset = 0; reset < 2; reset++) {
		b->log[0] = '\0';
		raw = raw_to(site, "GET /wait HTTP/1.1\r\n\r\nGET /never HTTP/1.1\r\n\r\n");
		run_until_log(b, "r");
		if (reset)
			setsockopt(bufferevent_getfd(raw->stream), SOL_SOCKET, SO_LINGER, &hard,
			    sizeof hard);
		raw_free(raw);
		run_until_log(b, "rg");
		assert_int_equal(connections(site), 0);
	}
	site_close(site);
}

static void more_of_a_pipeline_is_no_departure(void **state)
{
	struct bench *b = *state;
	struct site *site = site_open(b, "127.0.0.1", &generous);
	struct raw *raw = raw_to(site, "GET /wait HTTP/1.1\r\n\r\n"), *other;

	run_until_log(b, "r");
	raw_send(raw, "GET /next HTTP/1.1\r\n\r\n");
	other = raw_to(site, "GET /other HTTP/1.1\r\n\r\n");
	raw_until_text(other, "/other"); /* by now the bytes have been seen */
	raw_free(other);
	assert_non_null(site->pending);
	http_reply(site->pending, 200, "text/plain", "waited", 6);
	raw_until_text(raw, "/next");
	raw_free(raw);
	site_close(site);
}

static double cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void accepting_resumes_when_there_are_descriptors_again(void **state)
{
	struct bench *b = *state;
	struct site *site = site_open(b, "127.0.0.1", &generous);
	struct raw *raw = raw_to(site, "GET /1 HTTP/1.1\r\n\r\n");
	struct rlimit old, none;
	struct timer *later = timer_create_on(b->loop, (timer_fn)loop_stop, b->loop);
	int next = dup(0); /* the lowest free number: none beyond what is open now */

	close(next);
	getrlimit(RLIMIT_NOFILE, &old);
	none = old;
	none.rlim_cur = (rlim_t)next;
	setrlimit(RLIMIT_NOFILE, &none);

	double before = cpu_seconds();

	timer_arm(later, loop_now(b->loop) + 250);
	while (timer_is_armed(later))
		run_once(b);
	setrlimit(RLIMIT_NOFILE, &old);
	timer_destroy(later);
	assert_true(cpu_seconds() - before < 0.1); /* it waited, and did not try without end */
	assert_string_equal(raw->text, "");
	raw_until_text(raw, "/1");
	raw_free(raw);
	site_close(site);
}

static void listeners_speak_ipv6(void **state)
{
	struct bench *b = *state;
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	bool there = fd >= 0 && bind(fd, (struct sockaddr *)&in6, sizeof in6) == 0;

	if (fd >= 0)
		close(fd);
	if (!there)
		return; /* no IPv6 on this machine */

	struct site *site = site_open(b, "::1", &generous);
	struct raw *raw = raw_to(site, "GET / HTTP/1.1\r\n\r\n");
	char address[32];

	snprintf(address, sizeof address, "[::1]:%u", http_in_port(site->http));
	assert_string_equal(http_in_address(site->http), address);
	raw_until_text(raw, "<GET /? 0 ::1>");
	raw_free(raw);
	site_close(site);

	site = site_open(b, "::", &generous); /* IPv4 clients are known by their IPv4 address */
	snprintf(address, sizeof address, "127.0.0.1:%u", http_in_port(site->http));
	memcpy(site->http->address, address, sizeof address);
	raw = raw_to(site, "GET / HTTP/1.1\r\n\r\n");
	raw_until_text(raw, "<GET /? 0 127.0.0.1>");
	raw_free(raw);
	site_close(site);
}

static void a_listener_that_cannot_be_bound_says_why(void **state)
{
	struct bench *b = *state;
	struct site *site = site_open(b, "127.0.0.1", &generous);
	char why[128] = "";

	assert_null(http_in_listen(b->loop, "127.0.0.1", http_in_port(site->http), &generous,
	    on_request, site, why, sizeof why));
	assert_non_null(strstr(why, "in use"));
	assert_null(
	    http_in_listen(b->loop, "192.0.2.1", 0, &generous, on_request, site, why, sizeof why));
	assert_non_null(strstr(why, "192.0.2.1"));
	assert_null(http_in_listen(
	    b->loop, "no such host", 0, &generous, on_request, site, why, sizeof why));
	site_close(site);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(one_connection_serves_many_requests),
	    CASE(pipelined_requests_are_answered_in_order),
	    CASE(a_dripping_head_ends_with_its_time),
	    CASE(the_next_head_has_a_time_of_its_own),
	    CASE(silent_connections_end),
	    CASE(the_next_body_has_a_time_of_its_own),
	    CASE(a_client_that_does_not_read_ends),
	    CASE(heads_without_end_are_cut_off),
	    CASE(nonsense_is_refused),
	    CASE(bodies_have_a_limit),
	    CASE(too_many_connections_are_told_so),
	    CASE(loopback_is_exempt_from_the_limit_for_each_address),
	    CASE(departures_are_noticed_behind_a_pipeline),
	    CASE(more_of_a_pipeline_is_no_departure),
	    CASE(accepting_resumes_when_there_are_descriptors_again),
	    CASE(listeners_speak_ipv6),
	    CASE(a_listener_that_cannot_be_bound_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
