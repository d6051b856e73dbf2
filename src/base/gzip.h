#ifndef SILANG_BASE_GZIP_H
#define SILANG_BASE_GZIP_H
/* Answers made smaller (RFC 1952), for whoever says that it can read them so. */
#include <stdbool.h>
#include <stddef.h>

struct arena;

/* What an Accept-Encoding header says of gzip (RFC 9110, 12.5.3): named, or meant by "*", and not
 * with quality 0. NULL: no. */
bool gzip_is_accepted(const char *accept_encoding);
/* Compresses quickly rather than well: the loop waits. */
char *gzip_compress(struct arena *arena, const void *bytes, size_t length, size_t *out_length);

#endif
