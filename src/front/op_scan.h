#ifndef SILANG_FRONT_OP_SCAN_H
#define SILANG_FRONT_OP_SCAN_H
/* scan: the index around a term, from all partners of a database. Owns the request's arena. */

struct arena;
struct gateway;
struct http_exchange;
struct sru_request;

#define OP_SCAN_TERMS 20      /* maximumTerms when it is not given */
#define OP_SCAN_TERMS_MAX 100 /* more is diagnostic 121 */

void op_scan(struct gateway *gateway, struct http_exchange *exchange, struct arena *arena,
    const struct sru_request *request, const char *database);

#endif
