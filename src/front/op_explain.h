#ifndef SILANG_FRONT_OP_EXPLAIN_H
#define SILANG_FRONT_OP_EXPLAIN_H
/* explain: describes one database from the live configuration. */

struct arena;
struct diag;
struct gateway;
struct http_exchange;
struct sru_request;

/* Replies at once; `arena` is destroyed. */
void op_explain(struct gateway *gateway, struct http_exchange *exchange, struct arena *arena,
    const struct sru_request *request, const char *database);
/* Replies with nothing but a diagnostic, in the request's version and format. */
void op_refuse(struct gateway *gateway, struct http_exchange *exchange, struct arena *arena,
    const struct sru_request *request, const struct diag *diag);

#endif
