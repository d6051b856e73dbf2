#ifndef SILANG_FRONT_Z_OP_H
#define SILANG_FRONT_Z_OP_H
/*
 * The requests of an association. Each function answers its request: at once, or, when the search
 * must be waited for, later, with the session's `op` set meanwhile.
 */
#include <stdbool.h>
#include "base/arena.h"
#include "base/diag.h"
#include "front/gateway.h"
#include "front/z_session.h"

struct ask;
struct page_partner;
struct scan;
struct config;
struct page;
struct share_request;

/* Why a request fails: a diagnostic of Bib-1's. */
struct z_fault {
	int code; /* 0: it does not */
	char addinfo[DIAG_DETAILS_MAX];
};

/* Fills `fault` and returns false. What is formatted may come from outside. */
bool z_fault_set(struct z_fault *fault, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool z_fault_from(struct z_fault *fault, const struct diag *diag);
struct zserver_diagnostic z_fault_diagnostic(const struct z_fault *fault);

struct z_op;

/* What an operation that waits for a page does of its own. */
struct z_op_steps {
	enum gateway_request kind;
	const char *name; /* for the log */
	/* What is asked of `share`; false with the fault. */
	bool (*prepare)(struct z_op *op, struct share_request *out, struct z_fault *fault);
	/* Replies with the page, and ends; false, with the fault and neither, when that cannot be.
	 */
	bool (*accept)(struct z_op *op, const struct page *page, struct z_fault *fault);
	/* Replies with the fault, and ends. `page` NULL: nobody was asked. */
	void (*refuse)(struct z_op *op, const struct z_fault *fault, const struct page *page);
};

/* A request that waits for a page. Lives in its own arena. */
struct z_op {
	const struct z_op_steps *steps; /* NULL: it waits for no page */
	struct z_session *session;
	struct arena *arena;
	struct config *config; /* the one it was asked under */
	struct ask *ask;       /* or */
	struct scan *scan;
	msec_t started;
	enum gateway_request kind;
	const char *name;	   /* "search", for the log */
	const void *request;	   /* of its type; lives until it is answered */
	const struct query *query; /* search: as it is asked */
	const struct partner *const *partners;
	size_t npartners;
	bool single;
};

struct z_op *z_op_create(
    struct z_session *session, enum gateway_request kind, const char *name, const void *request);
/* Goes through the steps. */
void z_op_run(struct z_session *session, const struct z_op_steps *steps, const void *request);
/* It has replied. `code`: the diagnostic, 0 none; `page` may be NULL. */
void z_op_end(struct z_op *op, int code, const struct page *page, size_t records);
/* The same without a page. */
void z_op_end_with(struct z_op *op, int code, const struct page_partner *partners, size_t npartners,
    size_t records);
/* Finds the partners that the databases name: several in one request mean their union, in
 * configuration order. */
bool z_op_databases(struct z_op *op, const char *const *names, size_t count, struct z_fault *fault);
/* What of the operation's query partners are asked, and which of its partners. */
bool z_op_narrow(struct z_op *op, struct share_request *out, struct z_fault *fault);
/* A hop mark that names us means that the question has come round in a circle. */
bool z_op_via_is_clean(const struct z_op *op, const char *hop_mark, struct z_fault *fault);
/* Names the page's set, made of the operation's query and partners, in place of another of that
 * name. */
void z_op_keep_set(struct z_op *op, const char *name, const struct page *page);
/* Whether a set may be made under that name. */
bool z_op_check_set(const struct z_op *op, const char *name, bool replace, struct z_fault *fault);
/* The client has gone. */
void z_op_cancel(struct z_op *op);
void z_op_note_init(struct z_session *session, const struct zserver_init *init);

void z_search(struct z_session *session, const struct zserver_search *search);
void z_present(struct z_session *session, const struct zserver_present *present);
void z_delete(struct z_session *session, const struct zserver_delete *request);
void z_scan(struct z_session *session, const struct zserver_scan *scan);
void z_sort(struct z_session *session, const struct zserver_sort *sort);

#endif
