#ifndef SILANG_LOOP_LISTEN_TLS_H
#define SILANG_LOOP_LISTEN_TLS_H
/*
 * What a listener shows to clients that speak TLS (1.2 at least): its certificate and the chain.
 * Read once from files; whoever wants a renewed one reads again and gives it to the listeners,
 * whose connections so far keep what they began with.
 */
#include <stdbool.h>
#include <stddef.h>

struct listen_tls;
struct ssl_st;

/* PEM files; `key` NULL: it is in the certificate's file. NULL with the reason in `why`. */
struct listen_tls *listen_tls_read(
    const char *certificate, const char *key, char *why, size_t size);
struct listen_tls *listen_tls_ref(struct listen_tls *tls); /* NULL is allowed */
void listen_tls_unref(struct listen_tls *tls);		   /* NULL is allowed */
/* When the certificate's validity ends: seconds since the epoch. */
long long listen_tls_ends(const struct listen_tls *tls);

/* One connection's state, for the rooms of this folder. `tickets`: sessions can be resumed. Not for
 * Z39.50: YAZ's clients with GnuTLS take a ticket that comes after the handshake (TLS 1.3) for an
 * empty response. */
struct ssl_st *listen_tls_start(const struct listen_tls *tls, bool tickets);

#endif
