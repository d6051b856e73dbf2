#include "front/access.h"

#include "base/log.h"
#include "loop/http_in.h"

void access_note(struct gateway *gateway, const struct http_exchange *exchange,
    const struct access_record *record)
{
	char path[128];

	gateway->counters.requests[record->kind]++;
	if (record->kind == REQUEST_SEARCH)
		metrics_observe(&gateway->counters.search_time, record->ms);
	log_quote(http_path(exchange), path, sizeof path);
	if (record->asked < 0)
		log_line(gateway->log, LOG_INFO, "request",
		    "peer=%s method=%s path=%s status=%d diagnostic=%d ms=%lld",
		    http_peer(exchange), http_method(exchange), path, record->status,
		    record->diagnostic, record->ms);
	else
		log_line(gateway->log, LOG_INFO, "request",
		    "peer=%s method=%s path=%s status=%d diagnostic=%d ms=%lld answered=%ld/%ld "
		    "records=%lu",
		    http_peer(exchange), http_method(exchange), path, record->status,
		    record->diagnostic, record->ms, record->answered, record->asked,
		    record->records);
}

void access_note_z3950(struct gateway *gateway, const char *peer, const char *operation,
    const struct access_record *record)
{
	gateway->counters.requests[record->kind]++;
	if (record->kind == REQUEST_SEARCH && record->asked >= 0)
		metrics_observe(&gateway->counters.search_time, record->ms);
	if (record->asked < 0)
		log_line(gateway->log, LOG_INFO, "request",
		    "peer=%s protocol=z3950 operation=%s diagnostic=%d ms=%lld", peer, operation,
		    record->diagnostic, record->ms);
	else
		log_line(gateway->log, LOG_INFO, "request",
		    "peer=%s protocol=z3950 operation=%s diagnostic=%d ms=%lld answered=%ld/%ld "
		    "records=%lu",
		    peer, operation, record->diagnostic, record->ms, record->answered,
		    record->asked, record->records);
}
