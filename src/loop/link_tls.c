/* TLS for links: contexts made once for each set of files, peers always verified. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <arpa/inet.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "loop/link_internal.h"
#include "loop/loop_internal.h"
#include "loop/tls_context.h"

#define CONTEXTS_KEPT 64

/* The files a context was read from, as they were then: a renewed certificate counts from the
 * next connection on. */
struct tls_files {
	const char *name[3]; /* authorities, certificate, key; NULL when not given */
	long long changed[3], size[3];
};

struct tls_context {
	struct tls_context *next;
	struct tls_files files; /* own names */
	SSL_CTX *ssl;
};

struct tls_store {
	struct tls_context *first; /* the last used first */
};

struct tls_store *tls_store_create(void)
{
	struct tls_store *store = calloc(1, sizeof *store);

	if (!store)
		abort();
	return store;
}

static void context_destroy(struct tls_context *context)
{
	for (int i = 0; i < 3; i++)
		free((char *)context->files.name[i]);
	SSL_CTX_free(context->ssl);
	free(context);
}

void tls_store_destroy(struct tls_store *store)
{
	if (!store)
		return;
	while (store->first) {
		struct tls_context *context = store->first;

		store->first = context->next;
		context_destroy(context);
	}
	free(store);
}

static void files_look(struct tls_files *files, const struct link_tls *tls)
{
	*files = (struct tls_files){.name = {tls->ca_file, tls->certificate_file, tls->key_file}};
	for (int i = 0; i < 3; i++) {
		struct stat st;

		if (!files->name[i] || stat(files->name[i], &st) != 0)
			continue;
		files->changed[i] = (long long)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
		files->size[i] = st.st_size;
	}
}

static bool same_files(const struct tls_files *a, const struct tls_files *b)
{
	for (int i = 0; i < 3; i++) {
		if (!a->name[i] != !b->name[i] ||
		    (a->name[i] && strcmp(a->name[i], b->name[i]) != 0))
			return false;
		if (a->changed[i] != b->changed[i] || a->size[i] != b->size[i])
			return false;
	}
	return true;
}

static bool load_files(SSL_CTX *ssl, const struct tls_files *files, char *why, size_t size)
{
	const char *authorities = files->name[0], *certificate = files->name[1];

	if (authorities ? SSL_CTX_load_verify_locations(ssl, authorities, NULL) != 1
			: SSL_CTX_set_default_verify_paths(ssl) != 1) {
		snprintf(why, size, "certificate authorities %s: %s",
		    authorities ? authorities : "of the system", tls_last_error());
		return false;
	}
	return !certificate || tls_context_load(ssl, certificate, files->name[2], why, size);
}

static SSL_CTX *context_make(const struct tls_files *files, char *why, size_t size)
{
	SSL_CTX *ssl = tls_context_create(TLS_client_method());

	SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL);
	ERR_clear_error();
	if (load_files(ssl, files, why, size))
		return ssl;
	SSL_CTX_free(ssl);
	return NULL;
}

static void forget_beyond(struct tls_store *store, size_t kept)
{
	struct tls_context **at = &store->first;

	while (*at && kept-- > 0)
		at = &(*at)->next;
	while (*at) {
		struct tls_context *context = *at;

		*at = context->next;
		context_destroy(context);
	}
}

static SSL_CTX *context_find(
    struct tls_store *store, const struct link_tls *tls, char *why, size_t size)
{
	struct tls_context **at = &store->first, *context;
	struct tls_files files;

	files_look(&files, tls);
	while (*at && !same_files(&(*at)->files, &files))
		at = &(*at)->next;
	context = *at;
	if (context) {
		*at = context->next;
	} else {
		SSL_CTX *ssl = context_make(&files, why, size);

		if (!ssl)
			return NULL;
		context = calloc(1, sizeof *context);
		if (!context)
			abort();
		context->ssl = ssl;
		context->files = files;
		for (int i = 0; i < 3; i++)
			context->files.name[i] = files.name[i] ? strdup(files.name[i]) : NULL;
	}
	context->next = store->first;
	store->first = context;
	forget_beyond(store, CONTEXTS_KEPT);
	return context->ssl;
}

/* The name the peer's certificate must bear; numbers are not sent as server name (RFC 6066). */
static bool expect_name(SSL *ssl, const char *name)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
	char bare[INET6_ADDRSTRLEN];
	unsigned char number[16];

	snprintf(bare, sizeof bare, "%s", name[0] == '[' ? name + 1 : name);
	if (name[0] == '[')
		bare[strcspn(bare, "]")] = '\0';
	if (inet_pton(AF_INET, bare, number) == 1 || inet_pton(AF_INET6, bare, number) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(param, bare) == 1;
	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return X509_VERIFY_PARAM_set1_host(param, name, 0) == 1 &&
	       SSL_set_tlsext_host_name(ssl, name) == 1;
}

static int on_certificate_asked(SSL *ssl, void *arg)
{
	struct link *link = arg;

	link->certificate_asked = true;
	return 1;
}

/* The files could not be read for lack of descriptors or memory of ours. */
static enum link_failure files_failure(void)
{
	unsigned long code = ERR_peek_error();

	return ERR_SYSTEM_ERROR(code) && link_failure_of(ERR_GET_REASON(code)) == LINK_RESOURCES
		   ? LINK_RESOURCES
		   : LINK_TLS;
}

SSL *link_tls_start(struct link *link, enum link_failure *failure, char *why, size_t size)
{
	const struct link_tls *tls = &link->tls;
	SSL_CTX *context = context_find(loop_tls_store(link->loop), tls, why, size);
	SSL *ssl = context ? SSL_new(context) : NULL;

	*failure = LINK_TLS;
	if (!context) {
		*failure = files_failure();
		return NULL;
	}
	if (!ssl)
		abort();
	if (!expect_name(ssl, tls->server_name ? tls->server_name : link->host)) {
		snprintf(why, size, "not a name that a certificate can bear");
		SSL_free(ssl);
		return NULL;
	}
	SSL_set_cert_cb(ssl, on_certificate_asked, link);
	ERR_clear_error();
	return ssl;
}

bool link_tls_equip(struct tls_store *store, const struct link_tls *tls, SSL_CTX *to,
    enum link_failure *failure, char *why, size_t size)
{
	SSL_CTX *context = context_find(store, tls, why, size);
	X509 *certificate = context ? SSL_CTX_get0_certificate(context) : NULL;
	STACK_OF(X509) *chain = NULL;

	*failure = LINK_TLS;
	if (!context) {
		*failure = files_failure();
		return false;
	}
	SSL_CTX_set1_cert_store(to, SSL_CTX_get_cert_store(context));
	SSL_CTX_set_min_proto_version(to, TLS1_2_VERSION);
	if (!certificate)
		return true;
	SSL_CTX_get0_chain_certs(context, &chain);
	if (SSL_CTX_use_certificate(to, certificate) == 1 &&
	    SSL_CTX_use_PrivateKey(to, SSL_CTX_get0_privatekey(context)) == 1 &&
	    SSL_CTX_set1_chain(to, chain) == 1)
		return true;
	snprintf(why, size, "certificate: %s", tls_last_error());
	return false;
}

/* What a peer that answers in plain text looks like. */
static bool is_plain_text(unsigned long code)
{
	int reason = ERR_GET_REASON(code);

	return ERR_GET_LIB(code) == ERR_LIB_SSL &&
	       (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
		   reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_UNKNOWN_PROTOCOL);
}

bool link_tls_explain(struct bufferevent *stream, char *out, size_t size)
{
	long verdict = SSL_get_verify_result(bufferevent_openssl_get_ssl(stream));
	unsigned long code;
	const char *text = NULL;
	bool plain = false;

	/* libevent hands out its errors once each, the oldest last, and with them SSL_get_error's
	 * number, which has no text. */
	while ((code = bufferevent_get_openssl_error(stream)) != 0)
		if (ERR_reason_error_string(code)) {
			text = ERR_reason_error_string(code);
			plain = is_plain_text(code);
		}
	if (verdict != X509_V_OK)
		text = X509_verify_cert_error_string(verdict);
	snprintf(out, size, "%s%s%s", plain ? "the peer does not speak TLS (" : "",
	    text ? text : "connection lost during the TLS handshake", plain ? ")" : "");
	return text != NULL;
}

void link_tls_shutdown(struct bufferevent *stream)
{
	SSL *ssl = bufferevent_openssl_get_ssl(stream);

	ERR_clear_error();
	if (SSL_is_init_finished(ssl)) {
		SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN);
		SSL_shutdown(ssl);
	}
	ERR_clear_error();
}
