#ifndef SILANG_FRONT_OP_H
#define SILANG_FRONT_OP_H
/*
 * What the SRU operations that wait for partners have in common: what each holds while it waits,
 * which partners it may ask, and how it ends: with exactly one reply, or with none when the client
 * has gone.
 */
#include <stdbool.h>
#include <stddef.h>
#include "base/duration.h"
#include "registry/agreement.h"

struct access_record;
struct arena;
struct config;
struct diag;
struct gateway;
struct http_exchange;
struct page_partner;
struct partner;
struct sru_request;

struct op {
	struct gateway *gateway;
	struct http_exchange *exchange;
	struct arena *arena; /* owned; the operation itself lives in it */
	const struct sru_request *request;
	struct config *config; /* the one it was asked under */
	day_t today;
	msec_t started;
};

/* Who is asked, and on which terms. */
struct op_scope {
	const struct partner *const *partners; /* configuration order */
	size_t npartners;
	bool single;	 /* the database is one partner */
	msec_t deadline; /* how long this client waits */
	bool partial;	 /* a partner's outage is to be told in a diagnostic */
};

/* `request` lives in `arena`, which is taken over. */
void op_begin(struct op *op, struct gateway *gateway, struct http_exchange *exchange,
    struct arena *arena, const struct sru_request *request);
/* The partners of `database`, narrowed by x-partners, with what else the request says of asking
 * them. False with a diagnostic, also when its hop mark names this gateway: it has come round. */
bool op_scope(const struct op *op, const char *database, struct op_scope *out, struct diag *diag);
/* From now on it waits: `gone` is called when the client leaves, and has to end with op_gone. */
void op_wait(struct op *op, void (*gone)(void *arg, struct http_exchange *exchange), void *arg);
/* The three ends; `op` is dead afterwards. */
void op_refused(struct op *op, const struct diag *diag); /* before op_wait */
void op_gone(struct op *op);
/* Completes `record` with the time and what became of the partners, logs it and replies. */
void op_reply(struct op *op, struct access_record *record, const struct page_partner *partners,
    size_t npartners, const char *body, size_t length);

#endif
