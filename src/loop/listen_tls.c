#include "loop/listen_tls.h"

#include <stdlib.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "loop/tls_context.h"

struct listen_tls {
	unsigned refs;
	SSL_CTX *context;
};

struct listen_tls *listen_tls_read(const char *certificate, const char *key, char *why, size_t size)
{
	struct listen_tls *tls = calloc(1, sizeof *tls);

	if (!tls)
		abort();
	tls->refs = 1;
	tls->context = tls_context_create(TLS_server_method());
	/* A client could have us compute for it as often as it likes (CVE-2011-1473). */
	SSL_CTX_set_options(tls->context, SSL_OP_NO_RENEGOTIATION);
	/* Sessions are resumed by tickets; none is kept here. */
	SSL_CTX_set_session_cache_mode(tls->context, SSL_SESS_CACHE_OFF);
	ERR_clear_error();
	if (tls_context_load(tls->context, certificate, key, why, size))
		return tls;
	ERR_clear_error();
	listen_tls_unref(tls);
	return NULL;
}

struct listen_tls *listen_tls_ref(struct listen_tls *tls)
{
	if (tls)
		tls->refs++;
	return tls;
}

void listen_tls_unref(struct listen_tls *tls)
{
	if (!tls || --tls->refs)
		return;
	SSL_CTX_free(tls->context);
	free(tls);
}

long long listen_tls_ends(const struct listen_tls *tls)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(tls->context)), &tm) != 1)
		return 0;
	return timegm(&tm);
}

SSL *listen_tls_start(const struct listen_tls *tls, bool tickets)
{
	SSL *ssl = SSL_new(tls->context);

	if (!ssl || (!tickets && SSL_set_num_tickets(ssl, 0) != 1))
		abort();
	ERR_clear_error();
	return ssl;
}
