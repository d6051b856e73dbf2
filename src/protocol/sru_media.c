#include "protocol/sru_media.h"

#include <string.h>
#include <strings.h>

struct offer {
	const char *type, *subtype;
	enum sru_format format;
	const char *content_type;
};

static const struct offer offers[] = {
    {"text", "xml", SRU_XML, "text/xml; charset=utf-8"},
    {"application", "sru+xml", SRU_XML, "application/sru+xml; charset=utf-8"},
    {"application", "xml", SRU_XML, "application/xml; charset=utf-8"},
    {"application", "json", SRU_JSON, "application/json"},
};

/* One media range of the header; the parts point into it. */
struct range {
	const char *type, *subtype;
	size_t type_length, subtype_length;
	int quality; /* 0 to 1000 */
};

/* How well an offer is liked. */
struct liking {
	int quality;
	int specific; /* 1: any type, 2: any subtype, 3: named */
	unsigned place;
};

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " \t");
}

static size_t token_length(const char *p)
{
	return strcspn(p, " \t,;/=");
}

/* RFC 9110, 12.4.2: 0, 1, or up to three decimals. Anything else counts as 1. */
static int read_quality(const char *p)
{
	int quality = 0, weight = 100;

	if (p[0] != '0' || (p[1] != '.' && p[1] != '\0' && !strchr(" \t,;", p[1])))
		return 1000;
	if (p[1] != '.')
		return 0;
	for (p += 2; *p >= '0' && *p <= '9' && weight; p++, weight /= 10)
		quality += (*p - '0') * weight;
	return quality;
}

/* Reads one range and its parameters; returns where the next one starts. */
static const char *read_range(const char *p, struct range *range)
{
	*range = (struct range){.quality = 1000};
	range->type = skip_blanks(p);
	range->type_length = token_length(range->type);
	p = range->type + range->type_length;
	if (*p == '/') {
		range->subtype = p + 1;
		range->subtype_length = token_length(range->subtype);
		p = range->subtype + range->subtype_length;
	}
	while (*p && *p != ',') {
		p = skip_blanks(p);
		if (*p == ';') {
			p = skip_blanks(p + 1);
			if ((*p == 'q' || *p == 'Q') && p[1] == '=')
				range->quality = read_quality(p + 2);
		}
		p += strcspn(p, ",;");
	}
	return *p ? p + 1 : p;
}

static bool is_named(const char *name, const char *text, size_t length)
{
	return strlen(name) == length && strncasecmp(name, text, length) == 0;
}

static bool is_any(const char *text, size_t length)
{
	return length == 1 && *text == '*';
}

/* 0: the range does not hold the offer. */
static int specific(const struct range *range, const struct offer *offer)
{
	if (!range->subtype)
		return 0;
	if (is_any(range->type, range->type_length))
		return is_any(range->subtype, range->subtype_length) ? 1 : 0;
	if (!is_named(offer->type, range->type, range->type_length))
		return 0;
	if (is_any(range->subtype, range->subtype_length))
		return 2;
	return is_named(offer->subtype, range->subtype, range->subtype_length) ? 3 : 0;
}

/* The most specific range that holds the offer says how well it is liked. */
static struct liking like(const char *accept, const struct offer *offer)
{
	struct liking liking = {0, 0, 0};
	unsigned place = 0;

	while (*accept) {
		struct range range;

		accept = read_range(accept, &range);
		place++;

		int how = specific(&range, offer);

		if (how > liking.specific)
			liking = (struct liking){range.quality, how, place};
	}
	return liking;
}

static bool is_better(const struct liking *a, const struct liking *b)
{
	if (a->quality != b->quality)
		return a->quality > b->quality;
	if (a->specific != b->specific)
		return a->specific > b->specific;
	return a->place < b->place;
}

bool sru_media_choose(const char *accept, enum sru_format *format, const char **content_type)
{
	struct liking best = {0, 0, 0};

	for (size_t i = 0; i < sizeof offers / sizeof *offers; i++) {
		struct liking liking = like(accept, &offers[i]);

		if (!liking.quality || !is_better(&liking, &best))
			continue;
		best = liking;
		*format = offers[i].format;
		*content_type = offers[i].content_type;
	}
	return best.quality > 0;
}
