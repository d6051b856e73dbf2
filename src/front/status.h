#ifndef SILANG_FRONT_STATUS_H
#define SILANG_FRONT_STATUS_H
/* What operators and monitoring ask: /health, /ready, /status, /metrics. */

struct gateway;
struct http_exchange;

void status_health(struct gateway *gateway, struct http_exchange *exchange);
void status_ready(struct gateway *gateway, struct http_exchange *exchange);
void status_json(struct gateway *gateway, struct http_exchange *exchange);
void status_metrics(struct gateway *gateway, struct http_exchange *exchange);

#endif
