#ifndef SILANG_FRONT_Z_FRONT_H
#define SILANG_FRONT_Z_FRONT_H
/* The Z39.50 listener and its associations. Hangs off the gateway. */
#include <stdbool.h>
#include <stddef.h>
#include "loop/listen.h"

struct gateway;
struct z_front;

struct z_front_counts {
	struct listen_counts connections;
	size_t sets; /* named by associations now */
};

/* Listens as the configuration says; NULL with the reason in `why`. */
struct z_front *z_front_open(struct gateway *gateway, char *why, size_t size);
/* As really bound: "127.0.0.1:34567". */
const char *z_front_address(const struct z_front *front);
/* The configuration in force has changed. */
void z_front_reconfigure(struct z_front *front);
/* What new associations are secured with; NULL: nothing. */
void z_front_set_tls(struct z_front *front, struct listen_tls *tls);
void z_front_counts(const struct z_front *front, struct z_front_counts *out);
/* Takes no more associations; closes those that wait for nothing, and each of the others after its
 * answer, with a Close that says so. Those that still say it count as open requests. */
void z_front_drain(struct z_front *front);
/* Ends all at once. */
void z_front_close(struct z_front *front);

#endif
