/* What only real links can show: names from a server, several addresses, TLS with verification. */
#include "unit/loop_bench.h"

#include <arpa/inet.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/dns.h>
#include <event2/dns_struct.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <openssl/ssl.h>

#include "loop/link.h"
#include "loop/loop_internal.h"
#include "unit/certs.h"

struct wire {
	struct bench *b;
	struct link *link;
	bool connected, ended, failed;
	char text[64];
};

static void on_wire(void *arg, struct link *link, enum link_event event)
{
	struct wire *w = arg;
	size_t length;
	const uint8_t *bytes = link_peek(link, &length);

	if (event == LINK_DATA) {
		snprintf(w->text + strlen(w->text), sizeof w->text - strlen(w->text), "%.*s",
		    (int)length, (const char *)bytes);
		link_consume(link, length);
	}
	w->connected |= event == LINK_CONNECTED;
	w->ended |= event == LINK_ENDED;
	w->failed |= event == LINK_FAILED;
	loop_stop(w->b->loop);
}

static struct wire *wire(
    struct bench *b, const char *host, unsigned port, const struct link_tls *tls)
{
	struct wire *w = calloc(1, sizeof *w);

	w->b = b;
	w->link = link_connect(b->loop, host, port, tls, on_wire, w);
	return w;
}

static void wire_free(struct wire *w)
{
	link_close(w->link, false);
	free(w);
}

/* To its first news: connected or failed. */
static void settle(struct wire *w)
{
	while (!w->connected && !w->failed)
		run_once(w->b);
}

static void expect_connection(struct wire *w)
{
	settle(w);
	if (w->failed)
		fail_msg("%s", link_failure_text(w->link));
	wire_free(w);
}

static void expect_failure(struct wire *w, enum link_failure failure, const char *text)
{
	while (!w->failed)
		run_once(w->b);
	assert_int_equal(link_failure(w->link), failure);
	if (!strstr(link_failure_text(w->link), text))
		fail_msg("\"%s\" does not say \"%s\"", link_failure_text(w->link), text);
	wire_free(w);
}

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

static unsigned port_of(int fd)
{
	struct sockaddr_in in;
	socklen_t length = sizeof in;

	getsockname(fd, (struct sockaddr *)&in, &length);
	return ntohs(in.sin_port);
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

/* ---- TLS ---- */

static struct certs certs;

struct tls_server {
	struct bench *b;
	SSL_CTX *context;
	struct evconnlistener *listener;
	struct bufferevent *stream; /* of the last client */
	char name[64];		    /* that it asked for */
	bool with_certificate;
	bool closes;
	unsigned port;
};

static void on_tls_bytes(struct bufferevent *stream, void *arg)
{
	bufferevent_write_buffer(stream, bufferevent_get_input(stream));
}

static void on_tls_event(struct bufferevent *stream, short what, void *arg)
{
	struct tls_server *server = arg;
	SSL *ssl = bufferevent_openssl_get_ssl(stream);
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

	if (what & BEV_EVENT_CONNECTED) {
		X509 *certificate = SSL_get1_peer_certificate(ssl);

		snprintf(server->name, sizeof server->name, "%s", name ? name : "");
		server->with_certificate = certificate != NULL;
		X509_free(certificate);
		if (server->closes)
			bufferevent_write(stream, "bye", 3);
	}
}

static void on_tls_written(struct bufferevent *stream, void *arg)
{
	struct tls_server *server = arg;

	if (server->closes && *server->name) {
		bufferevent_free(stream); /* without a word of TLS, as many do */
		server->stream = NULL;
	}
}

static void on_tls_accept(struct evconnlistener *listener, evutil_socket_t fd,
    struct sockaddr *address, int length, void *arg)
{
	struct tls_server *server = arg;

	if (server->stream)
		bufferevent_free(server->stream);
	server->stream = bufferevent_openssl_socket_new(loop_base(server->b->loop), fd,
	    SSL_new(server->context), BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(server->stream, on_tls_bytes, on_tls_written, on_tls_event, server);
	bufferevent_enable(server->stream, EV_READ | EV_WRITE);
}

static void server_open(struct bench *b, struct tls_server *server, const char *file)
{
	struct sockaddr_in in = {
	    .sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};

	*server = (struct tls_server){.b = b};
	server->context = SSL_CTX_new(TLS_server_method());
	if (SSL_CTX_use_certificate_file(server->context, file, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_PrivateKey_file(server->context, file, SSL_FILETYPE_PEM) != 1)
		fail_msg("cannot load %s", file);
	server->listener = evconnlistener_new_bind(loop_base(b->loop), on_tls_accept, server,
	    LEV_OPT_CLOSE_ON_FREE, -1, (struct sockaddr *)&in, sizeof in);
	server->port = port_of(evconnlistener_get_fd(server->listener));
}

static void server_close(struct tls_server *server)
{
	if (server->stream)
		bufferevent_free(server->stream);
	evconnlistener_free(server->listener);
	SSL_CTX_free(server->context);
}

static void a_good_certificate_lets_bytes_through(void **state)
{
	struct bench *b = *state;
	struct link_tls tls = {.ca_file = certs.authority};
	struct tls_server server;
	struct wire *w;

	server_open(b, &server, certs.good);
	w = wire(b, "localhost", server.port, &tls);
	assert_int_equal(link_stage(w->link), LINK_RESOLVING);
	settle(w);
	if (w->failed)
		fail_msg("%s", link_failure_text(w->link));
	link_write(w->link, "secret", 6);
	while (strcmp(w->text, "secret") != 0)
		run_once(b);
	assert_string_equal(server.name, "localhost");
	assert_false(server.with_certificate);
	wire_free(w);

	tls.server_name = "z3950.example.test"; /* not the host's name */
	w = wire(b, "127.0.0.1", server.port, &tls);
	settle(w);
	link_write(w->link, "x", 1);
	while (!*w->text)
		run_once(b);
	assert_string_equal(server.name, "z3950.example.test");
	wire_free(w);

	tls.server_name = NULL; /* numbers are verified, but not sent */
	w = wire(b, "127.0.0.1", server.port, &tls);
	settle(w);
	link_write(w->link, "x", 1);
	while (!*w->text)
		run_once(b);
	assert_string_equal(server.name, "");
	wire_free(w);
	server_close(&server);
}

static void wrong_certificates_are_refused(void **state)
{
	struct bench *b = *state;
	struct link_tls ours = {.ca_file = certs.authority}, theirs = {.ca_file = certs.stranger},
			named = {.ca_file = certs.authority, .server_name = "example.org"},
			deep = {.ca_file = certs.authority, .server_name = "a.b.example.test"},
			system = {.ca_file = NULL};
	struct tls_server server;

	server_open(b, &server, certs.good);
	expect_failure(wire(b, "localhost", server.port, &named), LINK_TLS, "hostname mismatch");
	expect_failure(wire(b, "localhost", server.port, &deep), LINK_TLS, "hostname mismatch");
	expect_failure(wire(b, "localhost", server.port, &theirs), LINK_TLS,
	    "unable to get local issuer certificate");
	expect_failure(wire(b, "localhost", server.port, &system), LINK_TLS,
	    "unable to get local issuer certificate");
	server_close(&server);

	server_open(b, &server, certs.expired);
	expect_failure(
	    wire(b, "localhost", server.port, &ours), LINK_TLS, "certificate has expired");
	server_close(&server);
}

static void peers_without_tls_are_told_apart(void **state)
{
	struct bench *b = *state;
	struct link_tls tls = {.ca_file = certs.authority};

	expect_failure(
	    wire(b, "localhost", world_serve(b->world, "plain text\r\n", PEER_STAYS), &tls),
	    LINK_TLS, "wrong version number");
	expect_failure(wire(b, "localhost", world_serve(b->world, "", PEER_CLOSES), &tls), LINK_TLS,
	    "handshake");
	expect_failure(
	    wire(b, "localhost", world_refusing_port(b->world), &tls), LINK_REFUSED, "refused");
}

static void old_tls_is_refused(void **state)
{
	struct bench *b = *state;
	struct link_tls tls = {.ca_file = certs.authority};
	struct tls_server server;

	server_open(b, &server, certs.good);
	SSL_CTX_set_security_level(server.context, 0);
	SSL_CTX_set_min_proto_version(server.context, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(server.context, TLS1_1_VERSION);
	expect_failure(wire(b, "localhost", server.port, &tls), LINK_TLS, "");
	server_close(&server);
}

static void client_certificates_are_shown(void **state)
{
	struct bench *b = *state;
	struct link_tls with = {.ca_file = certs.authority, .certificate_file = certs.client},
			without = {.ca_file = certs.authority};
	struct tls_server server;
	struct wire *w;

	server_open(b, &server, certs.good);
	SSL_CTX_load_verify_locations(server.context, certs.authority, NULL);
	SSL_CTX_set_verify(server.context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	w = wire(b, "localhost", server.port, &with);
	settle(w);
	link_write(w->link, "x", 1);
	while (!*w->text && !w->failed)
		run_once(b);
	assert_string_equal(w->text, "x");
	assert_true(server.with_certificate);
	wire_free(w);
	/* With TLS 1.3 the refusal comes after our handshake is done. */
	expect_failure(wire(b, "localhost", server.port, &without), LINK_TLS, "certificate");
	server_close(&server);
}

static void unreadable_files_are_named(void **state)
{
	struct bench *b = *state;
	unsigned port = world_serve(b->world, "", PEER_STAYS);
	struct link_tls no_authority = {.ca_file = "/nonexistent/authority"},
			no_certificate = {.ca_file = certs.authority,
			    .certificate_file = "/nonexistent/certificate"},
			no_key = {.ca_file = certs.authority,
			    .certificate_file = certs.client,
			    .key_file = certs.good};

	expect_failure(
	    wire(b, "localhost", port, &no_authority), LINK_TLS, "/nonexistent/authority");
	expect_failure(
	    wire(b, "localhost", port, &no_certificate), LINK_TLS, "/nonexistent/certificate");
	expect_failure(wire(b, "localhost", port, &no_key), LINK_TLS, certs.good);
}

static void a_silent_end_is_an_end(void **state)
{
	struct bench *b = *state;
	struct link_tls tls = {.ca_file = certs.authority};
	struct tls_server server;
	struct wire *w;

	server_open(b, &server, certs.good);
	server.closes = true;
	w = wire(b, "localhost", server.port, &tls);
	while (!w->ended && !w->failed)
		run_once(b);
	assert_true(w->ended);
	assert_string_equal(w->text, "bye");
	wire_free(w);
	server_close(&server);
}

static void a_handshake_can_be_given_up(void **state)
{
	struct bench *b = *state;
	struct link_tls tls = {.ca_file = certs.authority};
	struct wire *w = wire(b, "localhost", world_serve(b->world, "", PEER_STAYS), &tls);

	while (link_stage(w->link) != LINK_SECURING || world_received(b->world) == 0)
		run_once(b);
	wire_free(w);
	while (world_closed(b->world) == 0)
		run_once(b);
}

static int make_certs(void **state)
{
	certs_make(&certs);
	return 0;
}

static int remove_certs(void **state)
{
	certs_remove(&certs);
	return 0;
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
	    CASE(a_good_certificate_lets_bytes_through),
	    CASE(wrong_certificates_are_refused),
	    CASE(peers_without_tls_are_told_apart),
	    CASE(old_tls_is_refused),
	    CASE(client_certificates_are_shown),
	    CASE(unreadable_files_are_named),
	    CASE(a_silent_end_is_an_end),
	    CASE(a_handshake_can_be_given_up),
	};

	return cmocka_run_group_tests(tests, make_certs, remove_certs);
}
