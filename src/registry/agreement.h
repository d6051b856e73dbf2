#ifndef SILANG_REGISTRY_AGREEMENT_H
#define SILANG_REGISTRY_AGREEMENT_H
/* A co-operation agreement: its days in force and its services. Judged for a day that is passed in.
 */
#include <stdbool.h>

/* A calendar day as a number, yyyymmdd; 0 = none. Compares as dates do. */
typedef int day_t;

enum service {
	SERVICE_SEARCH,
	SERVICE_LOAN,
	SERVICE_PHOTOCOPY,
	SERVICE_DOCUMENT_DELIVERY,
	SERVICE_REFERENCE,
	SERVICE_READING_ROOM,
	SERVICE_COPY_CATALOGUING,
	SERVICE_EXCHANGE,
	SERVICE_ACQUISITION,
	SERVICE_COUNT
};

enum agreement_state { AGREEMENT_ACTIVE, AGREEMENT_EXPIRING, AGREEMENT_EXPIRED, AGREEMENT_UNDATED };

struct agreement {
	bool present;
	day_t begins, ends; /* first and last day in force; 0 unknown */
	unsigned services;  /* bit 1 << SERVICE_x */
};

/* A real calendar day written YYYY-MM-DD. */
bool day_parse(const char *text, day_t *out);
char *day_print(day_t day, char out[11]);
/* Days from a to b (negative when b is earlier). */
long day_distance(day_t a, day_t b);

enum agreement_state agreement_state(const struct agreement *agreement, day_t today);
const char *agreement_state_name(enum agreement_state state);
/* May be searched as far as services go: no agreement at all, or one that lists search. */
bool agreement_allows_search(const struct agreement *agreement);
bool service_parse(const char *name, enum service *out);
const char *service_name(enum service service);

#endif
