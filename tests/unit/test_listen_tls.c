/* What listeners with a certificate show to real sockets: byte streams and HTTP. */
#include "unit/loop_bench.h"

#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "loop/http_in.h"
#include "loop/link.h"
#include "loop/listen.h"
#include "loop/listen_tls.h"
#include "unit/certs.h"
#include "unit/raw_client.h"

static struct certs certs;

static int make_certificates(void **state)
{
	certs_make(&certs);
	return 0;
}

static int remove_certificates(void **state)
{
	certs_remove(&certs);
	return 0;
}

static struct listen_tls *read_tls(const char *file)
{
	char why[256];
	struct listen_tls *tls = listen_tls_read(file, NULL, why, sizeof why);

	if (!tls)
		fail_msg("%s", why);
	return tls;
}

/* ---- a client with TLS ---- */

struct client {
	struct bench *b;
	struct link *link;
	const char *greeting;
	bool connected, over;
	char text[2048];
};

static void on_client(void *arg, struct link *link, enum link_event event)
{
	struct client *client = arg;
	size_t length, used = strlen(client->text);
	const uint8_t *bytes = link_peek(link, &length);

	if (event == LINK_CONNECTED) {
		client->connected = true;
		link_write(link, client->greeting, strlen(client->greeting));
	}
	if (event == LINK_DATA) {
		snprintf(client->text + used, sizeof client->text - used, "%.*s", (int)length,
		    (const char *)bytes);
		link_consume(link, length);
	}
	client->over |= event == LINK_ENDED || event == LINK_FAILED;
	loop_stop(client->b->loop);
}

static struct client *client_open(struct bench *b, unsigned port, const char *greeting)
{
	struct link_tls tls = {.ca_file = certs.authority};
	struct client *client = calloc(1, sizeof *client);

	client->b = b;
	client->greeting = greeting;
	client->link = link_connect(b->loop, "127.0.0.1", port, &tls, on_client, client);
	return client;
}

static void client_close(struct client *client)
{
	link_close(client->link, false);
	free(client);
}

static void until_text(struct client *client, const char *wanted)
{
	while (!strstr(client->text, wanted)) {
		if (client->over)
			fail_msg("\"%s\" (%s) without \"%s\"", client->text,
			    link_failure_text(client->link), wanted);
		run_once(client->b);
	}
}

static void until_over(struct client *client)
{
	while (!client->over)
		run_once(client->b);
}

/* ---- a server that echoes ---- */

struct echo {
	struct bench *b;
	struct listener *listener;
	struct link *links[8];
	size_t count, failures;
	char failure[256];
};

static void on_echo(void *arg, struct link *link, enum link_event event)
{
	struct echo *echo = arg;
	size_t length;
	const uint8_t *bytes = link_peek(link, &length);

	if (event == LINK_DATA) {
		link_write(link, bytes, length);
		link_consume(link, length);
	}
	if (event == LINK_FAILED) {
		echo->failures++;
		assert_int_equal(link_failure(link), LINK_TLS);
		snprintf(echo->failure, sizeof echo->failure, "%s", link_failure_text(link));
	}
	loop_stop(echo->b->loop);
}

static void on_echo_arrival(void *arg, struct link *link, const char *peer)
{
	struct echo *echo = arg;

	assert_int_equal(link_stage(link), LINK_SECURING);
	echo->links[echo->count++] = link;
	link_take(link, on_echo, echo);
}

static void echo_open(struct bench *b, struct echo *echo, const char *file)
{
	struct listen_limits limits = {8, 8};
	struct listen_tls *tls = read_tls(file);
	char why[128];

	*echo = (struct echo){.b = b};
	echo->listener =
	    listen_open(b->loop, "127.0.0.1", 0, &limits, on_echo_arrival, echo, why, sizeof why);
	assert_non_null(echo->listener);
	listen_set_tls(echo->listener, tls);
	listen_tls_unref(tls);
}

static void echo_close(struct echo *echo)
{
	for (size_t i = 0; i < echo->count; i++)
		link_close(echo->links[i], false);
	listen_close(echo->listener);
}

static void a_listener_with_a_certificate_speaks_tls(void **state)
{
	struct bench *b = *state;
	struct echo echo;
	struct client *client;

	echo_open(b, &echo, certs.good);
	client = client_open(b, listen_port(echo.listener), "hello");
	until_text(client, "hello");
	client_close(client);
	echo_close(&echo);
}

static void a_new_certificate_is_shown_to_new_clients(void **state)
{
	struct bench *b = *state;
	struct echo echo;
	struct client *before, *after;
	struct listen_tls *tls;

	echo_open(b, &echo, certs.good);
	before = client_open(b, listen_port(echo.listener), "before");
	until_text(before, "before");

	tls = read_tls(certs.expired);
	listen_set_tls(echo.listener, tls);
	listen_tls_unref(tls);
	after = client_open(b, listen_port(echo.listener), "");
	until_over(after);
	assert_non_null(strstr(link_failure_text(after->link), "expired"));
	client_close(after);

	link_write(before->link, " again", 6);
	until_text(before, "again");
	client_close(before);
	echo_close(&echo);
}

static void who_speaks_plainly_spoils_nobody(void **state)
{
	struct bench *b = *state;
	struct echo echo;
	struct client *client;
	struct raw *plain, *silent;

	echo_open(b, &echo, certs.good);
	silent = raw_open(b, listen_address(echo.listener), "");
	plain = raw_open(b, listen_address(echo.listener), "\xB4\x0ENo TLS, but Init");
	while (!echo.failures)
		run_once(b);
	assert_true(strlen(echo.failure) > 0);
	client = client_open(b, listen_port(echo.listener), "hello");
	until_text(client, "hello");
	client_close(client);
	echo_close(&echo);
	raw_until_closed(plain);
	raw_until_closed(silent);
	raw_free(plain);
	raw_free(silent);
}

/* ---- HTTP ---- */

struct site {
	struct bench *b;
	struct http_in *http;
	struct http_exchange *kept; /* of /wait */
	bool gone;
};

static void on_gone(void *arg, struct http_exchange *exchange)
{
	struct site *site = arg;

	site->gone = true;
	site->kept = NULL;
	loop_stop(site->b->loop);
}

static void on_request(void *arg, struct http_exchange *exchange)
{
	struct site *site = arg;
	char text[64];

	if (strcmp(http_path(exchange), "/wait") == 0) {
		site->kept = exchange;
		http_on_gone(exchange, on_gone, site);
		loop_stop(site->b->loop);
		return;
	}
	snprintf(text, sizeof text, "this is %s", http_path(exchange));
	http_reply(exchange, 200, "text/plain", text, strlen(text));
}

static const struct http_limits generous = {100, 100, 4096, 1 << 16, 5000, 5000, 5000};

static void site_open(struct bench *b, struct site *site, const struct http_limits *limits)
{
	struct listen_tls *tls = read_tls(certs.good);
	char why[128] = "";

	*site = (struct site){.b = b};
	site->http =
	    http_in_listen(b->loop, "127.0.0.1", 0, limits, on_request, site, why, sizeof why);
	assert_non_null(site->http);
	http_in_set_tls(site->http, tls);
	listen_tls_unref(tls);
}

static void requests_come_over_tls(void **state)
{
	struct bench *b = *state;
	struct site site;
	struct client *client;

	site_open(b, &site, &generous);
	/* Two in one record: the second is read when the first is answered. */
	client = client_open(b, http_in_port(site.http),
	    "GET /one HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n");
	until_text(client, "this is /one");
	until_text(client, "this is /two");
	assert_non_null(strstr(client->text, "HTTP/1.1 200"));
	client_close(client);
	http_in_close(site.http);
}

static void a_departure_is_noticed(void **state)
{
	struct bench *b = *state;
	struct site site;
	struct client *client;

	site_open(b, &site, &generous);
	client = client_open(b, http_in_port(site.http),
	    "GET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");
	while (!site.kept)
		run_once(b);
	client_close(client);
	while (!site.gone)
		run_once(b);
	http_in_close(site.http);
}

static void a_pending_request_is_answered(void **state)
{
	struct bench *b = *state;
	struct site site;
	struct client *client;

	site_open(b, &site, &generous);
	client = client_open(b, http_in_port(site.http), "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
	while (!site.kept)
		run_once(b);
	/* More of the same connection comes meanwhile. */
	link_write(client->link, "GET /two HTTP/1.1\r\nHost: a\r\n\r\n", 30);
	http_reply(site.kept, 200, "text/plain", "at last", 7);
	until_text(client, "at last");
	until_text(client, "this is /two");
	client_close(client);
	http_in_close(site.http);
}

static void handshakes_and_heads_have_a_time(void **state)
{
	static const struct http_limits hasty = {100, 100, 4096, 1 << 16, 200, 200, 5000};
	struct bench *b = *state;
	struct site site;
	struct raw *silent;
	struct client *slow;

	site_open(b, &site, &hasty);
	silent = raw_open(b, http_in_address(site.http), "");
	slow = client_open(b, http_in_port(site.http), "GET /");
	until_over(slow);
	assert_non_null(strstr(slow->text, "408"));
	raw_until_closed(silent);
	assert_string_equal(silent->text, "");
	client_close(slow);
	raw_free(silent);
	http_in_close(site.http);
}

static void plain_http_and_too_many_are_closed(void **state)
{
	static const struct http_limits one = {1, 1, 4096, 1 << 16, 5000, 5000, 5000};
	struct bench *b = *state;
	struct site site;
	struct raw *plain;
	struct client *client, *more;

	site_open(b, &site, &one);
	plain = raw_open(b, http_in_address(site.http), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	raw_until_closed(plain);
	assert_null(strstr(plain->text, "this is"));
	raw_free(plain);

	client = client_open(b, http_in_port(site.http), "GET /one HTTP/1.1\r\nHost: a\r\n\r\n");
	until_text(client, "this is /one");
	more = client_open(b, http_in_port(site.http), "");
	until_over(more);
	assert_false(more->connected);
	client_close(more);
	client_close(client);
	http_in_close(site.http);
}

/* ---- files ---- */

static void expect_refusal(const char *certificate, const char *key, const char *wanted)
{
	char why[256] = "";

	assert_null(listen_tls_read(certificate, key, why, sizeof why));
	if (!strstr(why, wanted))
		fail_msg("\"%s\" does not say \"%s\"", why, wanted);
}

static void files_that_are_of_no_use_are_named(void **state)
{
	struct listen_tls *tls = read_tls(certs.expired);
	char locked[128], missing[128];
	FILE *in = fopen(certs.good, "r"), *out;
	X509 *certificate = PEM_read_X509(in, NULL, NULL, NULL);
	EVP_PKEY *key = PEM_read_PrivateKey(in, NULL, NULL, NULL);

	assert_true(listen_tls_ends(tls) < time(NULL) - 86000);
	assert_true(listen_tls_ends(tls) > time(NULL) - 87000);
	listen_tls_unref(tls);

	snprintf(missing, sizeof missing, "%s/missing", certs.directory);
	expect_refusal(missing, NULL, missing);
	expect_refusal(certs.good, certs.client, "key values mismatch");
	expect_refusal(certs.good, missing, missing);

	/* Behind a pass phrase, which nobody is asked for. */
	snprintf(locked, sizeof locked, "%s/locked", certs.directory);
	out = fopen(locked, "w");
	assert_true(PEM_write_PrivateKey(
	    out, key, EVP_aes_128_cbc(), (const unsigned char *)"secret", 6, NULL, NULL));
	fclose(out);
	fclose(in);
	expect_refusal(certs.good, locked, locked);
	unlink(locked);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_listener_with_a_certificate_speaks_tls),
	    CASE(a_new_certificate_is_shown_to_new_clients),
	    CASE(who_speaks_plainly_spoils_nobody),
	    CASE(requests_come_over_tls),
	    CASE(a_departure_is_noticed),
	    CASE(a_pending_request_is_answered),
	    CASE(handshakes_and_heads_have_a_time),
	    CASE(plain_http_and_too_many_are_closed),
	    cmocka_unit_test(files_that_are_of_no_use_are_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
