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
		    "peer=%s method=%s path=%s status=%d diagnostic=%d ms=%lld", http_peer(exchange),
		    http_method(exchange), path, record->status, record->diagnostic, record->ms);
	else
		log_line(gateway->log, LOG_INFO, "request",
		    "peer=%s method=%s path=%s status=%d diagnostic=%d ms=%lld answered=%ld/%ld "
		    "records=%lu",
		    http_peer(exchange), http_method(exchange), path, record->status,
		    record->diagnostic, record->ms, record->answered, record->asked,
		    record->records);
}
