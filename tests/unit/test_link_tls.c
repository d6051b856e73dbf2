/* Links with TLS: who is let through, and what a failure says. */
#include "unit/wire.h"

#include <arpa/inet.h>

#include <event2/bufferevent_ssl.h>
#include <event2/listener.h>
#include <openssl/ssl.h>

#include "loop/loop_internal.h"
#include "unit/certs.h"

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
