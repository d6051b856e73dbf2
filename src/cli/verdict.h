#ifndef SILANG_CLI_VERDICT_H
#define SILANG_CLI_VERDICT_H
/*
 * What an answer means: whether a partner had an outage, whether the request failed, the exit
 * status, and the sentences that tell a librarian so.
 */
#include <stdbool.h>
#include <stddef.h>

struct answer;
struct answer_partner;
struct arena;

/* Late, failed, or skipped for breaker, budget or overload. */
bool verdict_is_outage(const struct answer_partner *partner);
/* It was asked, or would have been but for the query. */
bool verdict_was_asked(const struct answer_partner *partner);
/* The gateway refused the request: a diagnostic that is not 59, and no record. */
bool verdict_is_refused(const struct answer *answer);
/* The exit status of a search of which `records` records came in all; `counting`: none were wanted,
 * only how many there are. */
int verdict_status(const struct answer *answer, size_t records, bool counting);

/* "12 of about 34 titles; 9 of 12 libraries answered". The titles shown are those from `start`. */
const char *verdict_summary(
    struct arena *arena, const struct answer *answer, unsigned long start, size_t records);
/* What is to be said of a partner: "late: waited for the records"; NULL when it simply answered. */
const char *verdict_partner(struct arena *arena, const struct answer_partner *partner);

#endif
