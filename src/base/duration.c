#include "base/duration.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct unit {
	const char *name;
	msec_t ms;
};

static const struct unit units[] = {{"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};

#define LONGEST (31 * INT64_C(86400000))

bool duration_parse(const char *text, msec_t *out)
{
	msec_t number = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++) {
		number = number * 10 + (*p - '0');
		if (number > LONGEST)
			return false;
	}
	if (p == text)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(p, units[i].name) != 0)
			continue;
		if (number > LONGEST / units[i].ms)
			return false;
		*out = number * units[i].ms;
		return true;
	}
	return false;
}

char *duration_print(msec_t ms, char out[24])
{
	const struct unit *unit = &units[3];

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (ms && ms % units[i].ms == 0) {
			unit = &units[i];
			break;
		}
	}
	snprintf(out, 24, "%" PRId64 "%s", ms / unit->ms, unit->name);
	return out;
}
