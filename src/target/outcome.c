#include "target/outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

const char *outcome_status_name(enum outcome_status status)
{
	static const char *const names[OUTCOME_STATUSES] = {
	    "ok", "late", "failed", "skipped", "expired"};

	return names[status];
}

const char *outcome_reason_name(enum outcome_reason reason)
{
	static const char *const names[REASONS] = {
	    [REASON_NONE] = "",
	    [REASON_QUEUE] = "queue",
	    [REASON_CONNECT] = "connect",
	    [REASON_TLS] = "tls",
	    [REASON_INIT] = "init",
	    [REASON_SEARCH] = "search",
	    [REASON_PRESENT] = "present",
	    [REASON_UNRESOLVED] = "unresolved",
	    [REASON_REFUSED] = "refused",
	    [REASON_UNREACHABLE] = "unreachable",
	    [REASON_RESET] = "reset",
	    [REASON_CLOSED] = "closed",
	    [REASON_INIT_REJECTED] = "init-rejected",
	    [REASON_AUTHENTICATION] = "authentication",
	    [REASON_PROTOCOL] = "protocol",
	    [REASON_TOO_LARGE] = "too-large",
	    [REASON_DIAGNOSTIC] = "diagnostic",
	    [REASON_BREAKER] = "breaker",
	    [REASON_BUDGET] = "budget",
	    [REASON_QUERY] = "query",
	    [REASON_SERVICE] = "service",
	    [REASON_DISABLED] = "disabled",
	    [REASON_OVERLOAD] = "overload",
	};

	return names[reason];
}

bool outcome_is_outage(const struct outcome *outcome)
{
	switch (outcome->status) {
	case OUTCOME_LATE:
	case OUTCOME_FAILED: return true;
	case OUTCOME_SKIPPED:
		return outcome->reason == REASON_BREAKER || outcome->reason == REASON_BUDGET ||
		       outcome->reason == REASON_OVERLOAD;
	default: return false;
	}
}

bool outcome_lost_connection(const struct outcome *outcome)
{
	return outcome->status == OUTCOME_FAILED &&
	       (outcome->reason == REASON_RESET || outcome->reason == REASON_CLOSED ||
		   outcome->reason == REASON_UNREACHABLE);
}

struct outcome outcome_failed(enum outcome_reason reason, const char *format, ...)
{
	struct outcome outcome = {OUTCOME_FAILED, reason, 0, 0, ""};
	va_list args;

	va_start(args, format);
	vsnprintf(outcome.detail, sizeof outcome.detail, format, args);
	va_end(args);
	outcome
	    .detail[text_cut(outcome.detail, strlen(outcome.detail), sizeof outcome.detail - 1)] =
	    '\0';
	return outcome;
}

struct outcome outcome_diagnostic(
    enum outcome_reason reason, const struct reply_diagnostic *diagnostic)
{
	struct outcome outcome = outcome_failed(reason, "%s", diagnostic->addinfo);

	if (diagnostic->present && diagnostic->set == REPLY_SRW)
		outcome.srw = diagnostic->code;
	else if (diagnostic->present)
		outcome.bib1 = diagnostic->code;
	return outcome;
}
