/* What both loops promise of HTTP: this file is linked once with src/loop over real sockets, once
 * with tests/fakeloop. */
#include "unit/loop_bench.h"

#include "loop/http_in.h"

struct site {
	struct bench *b;
	struct http_in *http;
	struct http_exchange *pending;
	bool close_inside;
};

static const struct http_limits limits = {.connections = 10,
    .connections_per_address = 2,
    .head_bytes = 4096,
    .body_bytes = 1000,
    .head_time = 20000,
    .body_time = 20000,
    .idle_time = 20000};

static void on_gone(void *arg, struct http_exchange *exchange)
{
	struct site *site = arg;

	assert_ptr_equal(exchange, site->pending);
	assert_string_equal(http_path(exchange), "/wait");
	site->pending = NULL;
	note(site->b, 'g');
}

static void on_request(void *arg, struct http_exchange *exchange)
{
	struct site *site = arg;
	char text[512];
	size_t length;
	const char *body = http_body(exchange, &length), *extra = http_header(exchange, "x-extra");

	note(site->b, 'r');
	http_on_gone(exchange, on_gone, site);
	if (strcmp(http_path(exchange), "/wait") == 0) {
		site->pending = exchange;
		if (site->close_inside) {
			http_in_close(site->http);
			assert_null(site->pending);
		}
		return;
	}
	assert_null(http_header(exchange, "X-Absent"));
	assert_string_equal(http_peer(exchange), "127.0.0.1");
	snprintf(text, sizeof text, "%s|%s|%s|%s|%.*s", http_method(exchange), http_path(exchange),
	    http_query(exchange), extra ? extra : "-", (int)length, body);
	http_add_header(exchange, "X-Answer", "yes");
	http_reply(exchange, 200, "text/plain; charset=utf-8", text, strlen(text));
}

static struct site site(struct bench *b)
{
	return (struct site){.b = b};
}

static void site_open(struct site *site)
{
	char why[128], port[16];

	site->http = http_in_listen(
	    site->b->loop, "127.0.0.1", 0, &limits, on_request, site, why, sizeof why);
	assert_non_null(site->http);
	snprintf(port, sizeof port, "127.0.0.1:%u", http_in_port(site->http));
	assert_string_equal(http_in_address(site->http), port);
}

static struct world_client *ask(
    struct site *site, const char *method, const char *target, const char *header, const char *body)
{
	return world_request(
	    site->b->world, http_in_port(site->http), method, target, header, body);
}

static void wait_for(struct bench *b, const struct world_client *client)
{
	while (!world_client_is_over(client))
		run_once(b);
}

static void requests_are_answered(void **state)
{
	static const struct {
		const char *method, *target, *header, *body, *answer;
	} cases[] = {
	    {"GET", "/sru/union?query=a%20b&c=d", "X-Extra: v", NULL,
		"GET|/sru/union|query=a%20b&c=d|v|"},
	    {"GET", "/%2F", NULL, NULL, "GET|/%2F||-|"},
	    {"GET", "/?", NULL, NULL, "GET|/||-|"},
	    {"GET", "//a?b?c", NULL, NULL, "GET|//a|b?c|-|"},
	    {"POST", "/p", NULL, "a=b&c=d", "POST|/p||-|a=b&c=d"},
	    {"OPTIONS", "/p", NULL, NULL, "OPTIONS|/p||-|"},
	};
	struct bench *b = *state;
	struct site s = site(b);
	struct http_counts counts;

	site_open(&s);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world_client *client =
		    ask(&s, cases[i].method, cases[i].target, cases[i].header, cases[i].body);

		wait_for(b, client);
		assert_int_equal(world_client_status(client), 200);
		assert_string_equal(world_client_body(client), cases[i].answer);
		assert_string_equal(world_client_header(client, "X-Answer"), "yes");
		assert_string_equal(
		    world_client_header(client, "Content-Type"), "text/plain; charset=utf-8");
		world_client_free(client);
	}
	http_in_counts(s.http, &counts);
	assert_int_equal(counts.accepted, sizeof cases / sizeof *cases);
	http_in_close(s.http);
}

static void head_has_a_length_and_no_body(void **state)
{
	struct bench *b = *state;
	struct site s = site(b);
	struct world_client *client;

	site_open(&s);
	client = ask(&s, "HEAD", "/h", NULL, NULL);
	wait_for(b, client);
	assert_int_equal(world_client_status(client), 200);
	assert_string_equal(world_client_header(client, "Content-Length"), "11");
	assert_string_equal(world_client_body(client), "");
	world_client_free(client);
	http_in_close(s.http);
}

static void other_methods_and_long_bodies_are_refused(void **state)
{
	struct bench *b = *state;
	struct site s = site(b);
	struct world_client *client;
	char body[2001];

	site_open(&s);
	client = ask(&s, "DELETE", "/", NULL, NULL);
	wait_for(b, client);
	assert_int_equal(world_client_status(client), 405);
	assert_string_equal(world_client_header(client, "Allow"), "GET, POST, HEAD, OPTIONS");
	world_client_free(client);

	memset(body, 'x', 2000);
	body[2000] = '\0';
	client = ask(&s, "POST", "/", NULL, body);
	wait_for(b, client);
	assert_int_equal(world_client_status(client), 413);
	world_client_free(client);
	assert_string_equal(b->log, "");
	http_in_close(s.http);
}

static void a_late_reply_arrives(void **state)
{
	struct bench *b = *state;
	struct site s = site(b);
	struct world_client *client;

	site_open(&s);
	client = ask(&s, "GET", "/wait", NULL, NULL);
	run_until_log(b, "r");
	assert_false(world_client_is_over(client));
	b->busy = true;
	http_reply(s.pending, 404, "text/plain", "nothing", 7);
	b->busy = false;
	wait_for(b, client);
	assert_int_equal(world_client_status(client), 404);
	assert_string_equal(world_client_body(client), "nothing");
	world_client_free(client);
	assert_string_equal(b->log, "r");
	http_in_close(s.http);
	assert_string_equal(b->log, "r");
}

static void a_client_that_leaves_is_noticed(void **state)
{
	struct bench *b = *state;
	struct site s = site(b);
	struct http_counts counts;
	struct world_client *client;

	site_open(&s);
	client = ask(&s, "GET", "/wait", NULL, NULL);
	run_until_log(b, "r");
	http_in_counts(s.http, &counts);
	assert_int_equal(counts.connections, 1);
	world_client_leave(client);
	run_until_log(b, "rg");
	http_in_counts(s.http, &counts);
	assert_int_equal(counts.connections, 0);
	world_client_free(client);
	http_in_close(s.http);
	assert_string_equal(b->log, "rg");
}

static void closing_tells_those_who_wait(void **state)
{
	struct bench *b = *state;
	struct site s = site(b);
	struct world_client *client;

	site_open(&s);
	client = ask(&s, "GET", "/wait", NULL, NULL);
	run_until_log(b, "r");
	http_in_close(s.http);
	assert_string_equal(b->log, "rg");
	wait_for(b, client);
	assert_int_equal(world_client_status(client), 0);
	world_client_free(client);
}

static void a_listener_closes_inside_its_callback(void **state)
{
	struct bench *b = *state;
	struct site s = site(b);
	struct world_client *client;

	site_open(&s);
	s.close_inside = true;
	client = ask(&s, "GET", "/wait", NULL, NULL);
	run_until_log(b, "rg");
	wait_for(b, client);
	world_client_free(client);
}

static void draining_lets_the_open_ones_finish(void **state)
{
	struct bench *b = *state;
	struct site s = site(b);
	struct world_client *client, *late;

	site_open(&s);
	client = ask(&s, "GET", "/wait", NULL, NULL);
	run_until_log(b, "r");
	http_in_drain(s.http);
	http_in_drain(s.http);
	late = ask(&s, "GET", "/late", NULL, NULL);
	wait_for(b, late);
	assert_int_equal(world_client_status(late), 0);
	world_client_free(late);
	http_reply(s.pending, 200, "text/plain", "done", 4);
	wait_for(b, client);
	assert_int_equal(world_client_status(client), 200);
	assert_string_equal(world_client_header(client, "Connection"), "close");
	world_client_free(client);
	http_in_close(s.http);
	assert_string_equal(b->log, "r");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(requests_are_answered),
	    CASE(head_has_a_length_and_no_body),
	    CASE(other_methods_and_long_bodies_are_refused),
	    CASE(a_late_reply_arrives),
	    CASE(a_client_that_leaves_is_noticed),
	    CASE(closing_tells_those_who_wait),
	    CASE(a_listener_closes_inside_its_callback),
	    CASE(draining_lets_the_open_ones_finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
