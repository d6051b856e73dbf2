#ifndef SILANG_QUERY_OCTETS_H
#define SILANG_QUERY_OCTETS_H
/* A term's bytes in a partner's character set: all of its characters or none, never fewer. */
#include <stdbool.h>
#include <yaz/odr.h>

struct arena;

/* `charset` NULL is UTF-8. False when it has no place for some character of the term, or is not
 * known. */
bool octets_encode(struct arena *arena, const char *term, const char *charset, Odr_oct *out);

#endif
