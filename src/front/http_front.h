#ifndef SILANG_FRONT_HTTP_FRONT_H
#define SILANG_FRONT_HTTP_FRONT_H
/* Every HTTP request comes in here and is handed to the operation that its address and method name.
 */

struct http_exchange;

/* The listener's callback; `arg` is the gateway. */
void http_front_on_request(void *arg, struct http_exchange *exchange);

#endif
