#include "loop/tls_context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

/* A key behind a pass phrase is refused: nobody is there to be asked. */
static int no_pass_phrase(char *out, int size, int writing, void *arg)
{
	return 0;
}

SSL_CTX *tls_context_create(const SSL_METHOD *method)
{
	SSL_CTX *context = SSL_CTX_new(method);

	if (!context)
		abort();
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_default_passwd_cb(context, no_pass_phrase);
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
	/* Many peers close without saying so; the protocols above mark their own ends. */
	SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
#endif
	return context;
}

/* What the system said, if it did; else what OpenSSL said last. */
const char *tls_last_error(void)
{
	unsigned long code = ERR_peek_error();
	const char *text;

	if (ERR_SYSTEM_ERROR(code))
		return strerror(ERR_GET_REASON(code));
	text = ERR_reason_error_string(ERR_peek_last_error());
	return text ? text : "no details";
}

bool tls_context_load(
    SSL_CTX *context, const char *certificate, const char *key, char *why, size_t size)
{
	if (!key)
		key = certificate;
	if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1) {
		snprintf(why, size, "certificate %s: %s", certificate, tls_last_error());
		return false;
	}
	if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(context) != 1) {
		snprintf(why, size, "key %s: %s", key, tls_last_error());
		return false;
	}
	return true;
}
