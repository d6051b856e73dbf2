#ifndef SILANG_TARGET_OUTCOME_H
#define SILANG_TARGET_OUTCOME_H
/*
 * How asking one partner ended, as a value: what the user is shown, what metrics count. The words
 * are those of the interface's status table. Nothing here is ever only logged.
 */
#include <stdbool.h>
#include "base/diag.h"
#include "protocol/reply.h"

enum outcome_status {
	OUTCOME_OK,
	OUTCOME_LATE,
	OUTCOME_FAILED,
	OUTCOME_SKIPPED,
	OUTCOME_EXPIRED,
	OUTCOME_STATUSES
};

enum outcome_reason {
	REASON_NONE,
	/* late: what was being waited for */
	REASON_QUEUE,
	REASON_CONNECT,
	REASON_TLS, /* failed, too */
	REASON_INIT,
	REASON_SEARCH,
	REASON_PRESENT,
	/* failed */
	REASON_UNRESOLVED,
	REASON_REFUSED,
	REASON_UNREACHABLE,
	REASON_RESET,
	REASON_CLOSED,
	REASON_INIT_REJECTED,
	REASON_AUTHENTICATION,
	REASON_PROTOCOL,
	REASON_TOO_LARGE,
	REASON_DIAGNOSTIC,
	/* skipped */
	REASON_BREAKER,
	REASON_BUDGET,
	REASON_QUERY,
	REASON_SERVICE,
	REASON_DISABLED,
	REASON_OVERLOAD,
	REASONS
};

struct outcome {
	enum outcome_status status;
	enum outcome_reason reason;
	int bib1;		       /* the partner's own Bib-1 diagnostic, 0 none */
	int srw;		       /* or its SRU diagnostic, 0 none */
	char detail[DIAG_DETAILS_MAX]; /* for people; "" none */
};

const char *outcome_status_name(enum outcome_status status);
const char *outcome_reason_name(enum outcome_reason reason); /* "" for REASON_NONE */
/* Late, failed, or skipped because of the state of things rather than of the question or the rules.
 */
bool outcome_is_outage(const struct outcome *outcome);
/* With the partner's own diagnostic, if it is one. */
struct outcome outcome_diagnostic(
    enum outcome_reason reason, const struct reply_diagnostic *diagnostic);
/* An open connection has ended, or nothing comes through it any more: it may have been dead before
 * it was used. */
bool outcome_lost_connection(const struct outcome *outcome);
struct outcome outcome_failed(enum outcome_reason reason, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
