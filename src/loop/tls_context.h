#ifndef SILANG_LOOP_TLS_CONTEXT_H
#define SILANG_LOOP_TLS_CONTEXT_H
/* What TLS to partners and TLS from clients have in common. Private to the loop. */
#include <stdbool.h>
#include <stddef.h>

struct ssl_ctx_st;
struct ssl_method_st;

/* TLS 1.2 at least; nobody verified yet. */
struct ssl_ctx_st *tls_context_create(const struct ssl_method_st *method);
/* Our own certificate with its chain, and its key (NULL: in the same file). */
bool tls_context_load(
    struct ssl_ctx_st *context, const char *certificate, const char *key, char *why, size_t size);
/* The newest error of this thread, for people. */
const char *tls_last_error(void);

#endif
