#include "unit/certs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define DAY 86400

static EVP_PKEY *make_key(void)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);

	if (!context || EVP_PKEY_keygen_init(context) != 1 ||
	    EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) != 1 ||
	    EVP_PKEY_keygen(context, &key) != 1)
		abort();
	EVP_PKEY_CTX_free(context);
	return key;
}

static void extend(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	if (!extension || X509_add_ext(certificate, extension, -1) != 1)
		abort();
	X509_EXTENSION_free(extension);
}

static X509 *make_certificate(EVP_PKEY *key, const char *name, const char *names, long days,
    X509 *issuer, EVP_PKEY *issuer_key)
{
	static long serial = 1;
	X509 *certificate = X509_new();
	X509_NAME *subject = X509_get_subject_name(certificate);

	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -10L * DAY);
	X509_gmtime_adj(X509_getm_notAfter(certificate), days * DAY);
	X509_set_pubkey(certificate, key);
	X509_NAME_add_entry_by_txt(
	    subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : subject);
	if (names)
		extend(certificate, NID_subject_alt_name, names);
	else
		extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
	if (!X509_sign(certificate, issuer_key, EVP_sha256()))
		abort();
	return certificate;
}

static void write_files(const char *path, X509 *certificate, EVP_PKEY *key)
{
	FILE *file = fopen(path, "w");

	if (!file || PEM_write_X509(file, certificate) != 1 ||
	    PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) != 1 || fclose(file) != 0)
		abort();
}

static void make_signed(const char *path, const char *name, const char *names, long days,
    X509 *issuer, EVP_PKEY *issuer_key)
{
	EVP_PKEY *key = make_key();
	X509 *certificate = make_certificate(key, name, names, days, issuer, issuer_key);

	write_files(path, certificate, key);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

void certs_make(struct certs *certs)
{
	static const char names[] = "DNS:localhost,DNS:*.example.test,IP:127.0.0.1";
	EVP_PKEY *key = make_key(), *other = make_key();
	X509 *authority, *stranger;

	strcpy(certs->directory, "/tmp/silang-certs-XXXXXX");
	if (!mkdtemp(certs->directory))
		abort();
	snprintf(certs->authority, sizeof certs->authority, "%s/authority", certs->directory);
	snprintf(certs->stranger, sizeof certs->stranger, "%s/stranger", certs->directory);
	snprintf(certs->good, sizeof certs->good, "%s/good", certs->directory);
	snprintf(certs->expired, sizeof certs->expired, "%s/expired", certs->directory);
	snprintf(certs->client, sizeof certs->client, "%s/client", certs->directory);

	authority = make_certificate(key, "Test authority", NULL, 10, NULL, key);
	stranger = make_certificate(other, "Stranger", NULL, 10, NULL, other);
	write_files(certs->authority, authority, key);
	write_files(certs->stranger, stranger, other);
	make_signed(certs->good, "good", names, 10, authority, key);
	make_signed(certs->expired, "expired", names, -1, authority, key);
	make_signed(certs->client, "client", "DNS:client", 10, authority, key);
	X509_free(authority);
	X509_free(stranger);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

void certs_remove(struct certs *certs)
{
	unlink(certs->authority);
	unlink(certs->stranger);
	unlink(certs->good);
	unlink(certs->expired);
	unlink(certs->client);
	rmdir(certs->directory);
}
