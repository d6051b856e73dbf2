#include "registry/agreement.h"

#include <stdio.h>
#include <string.h>

/* From this many days before its end an agreement is expiring. */
#define EXPIRING_DAYS 90

static const char *const service_names[SERVICE_COUNT] = {
    [SERVICE_SEARCH] = "search",
    [SERVICE_LOAN] = "loan",
    [SERVICE_PHOTOCOPY] = "photocopy",
    [SERVICE_DOCUMENT_DELIVERY] = "document-delivery",
    [SERVICE_REFERENCE] = "reference",
    [SERVICE_READING_ROOM] = "reading-room",
    [SERVICE_COPY_CATALOGUING] = "copy-cataloguing",
    [SERVICE_EXCHANGE] = "exchange",
    [SERVICE_ACQUISITION] = "acquisition",
};

static bool digits_parse(const char *text, size_t count, int *out)
{
	int number = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		number = number * 10 + (text[i] - '0');
	}
	*out = number;
	return true;
}

static int month_length(int year, int month)
{
	static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : lengths[month - 1];
}

bool day_parse(const char *text, day_t *out)
{
	int year, month, day;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return false;
	if (!digits_parse(text, 4, &year) || !digits_parse(text + 5, 2, &month) ||
	    !digits_parse(text + 8, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > month_length(year, month))
		return false;
	*out = year * 10000 + month * 100 + day;
	return true;
}

char *day_print(day_t day, char out[11])
{
	unsigned number = (unsigned)day;

	snprintf(
	    out, 11, "%04u-%02u-%02u", number / 10000 % 10000, number / 100 % 100, number % 100);
	return out;
}

/* Days since 1 March of the year 0, Gregorian; a year begins in March so that the leap day is its
 * last. */
static long day_count(day_t day)
{
	long year = day / 10000, month = day / 100 % 100;

	if (month <= 2) {
		year--;
		month += 12;
	}
	return year * 365 + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 +
	       day % 100 - 1;
}

long day_distance(day_t a, day_t b)
{
	return day_count(b) - day_count(a);
}

enum agreement_state agreement_state(const struct agreement *agreement, day_t today)
{
	if (!agreement->present)
		return AGREEMENT_UNDATED;
	if (agreement->begins && today < agreement->begins)
		return AGREEMENT_EXPIRED;
	if (!agreement->ends)
		return AGREEMENT_UNDATED;
	if (today > agreement->ends)
		return AGREEMENT_EXPIRED;
	return day_distance(today, agreement->ends) <= EXPIRING_DAYS ? AGREEMENT_EXPIRING
								     : AGREEMENT_ACTIVE;
}

const char *agreement_state_name(enum agreement_state state)
{
	switch (state) {
	case AGREEMENT_ACTIVE: return "active";
	case AGREEMENT_EXPIRING: return "expiring";
	case AGREEMENT_EXPIRED: return "expired";
	case AGREEMENT_UNDATED: break;
	}
	return "undated";
}

bool agreement_allows_search(const struct agreement *agreement)
{
	return !agreement->present || (agreement->services & 1u << SERVICE_SEARCH);
}

bool service_parse(const char *name, enum service *out)
{
	for (int i = 0; i < SERVICE_COUNT; i++) {
		if (strcmp(name, service_names[i]) == 0) {
			*out = (enum service)i;
			return true;
		}
	}
	return false;
}

const char *service_name(enum service service)
{
	return service_names[service];
}
