#ifndef SILANG_PROTOCOL_SRU_FORM_H
#define SILANG_PROTOCOL_SRU_FORM_H
/*
 * The query string of a GET or a body of application/x-www-form-urlencoded as a list of names and
 * values, in order. Nothing is refused here: a pair that cannot be read says what is wrong with it.
 */
#include <stddef.h>

struct arena;

#define SRU_FORM_PAIRS_MAX 100

struct sru_pair {
	const char *name;  /* decoded; as sent when it cannot be decoded */
	const char *value; /* decoded; "" when it cannot be, or when there is no "=" */
	const char *fault; /* NULL, or why name or value cannot be decoded, in words */
};

/* Pairs are separated by "&" alone, since CQL terms may hold a ";". Empty pairs are left out. Of
 * more than SRU_FORM_PAIRS_MAX the first SRU_FORM_PAIRS_MAX + 1 come back, so that the caller can
 * see it. */
size_t sru_form_split(
    struct arena *arena, const char *encoded, size_t length, const struct sru_pair **out);
/* Writes what is not unreserved (RFC 3986, 2.3) as %XX, three bytes for each; returns the end,
 * where a NUL stands. */
char *sru_form_escape(char *out, const char *text);

#endif
