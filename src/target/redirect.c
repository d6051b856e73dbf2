#include "target/redirect.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <libxml/uri.h>

#include "base/arena.h"
#include "base/text.h"
#include "registry/partner.h"

void redirect_begin(struct redirect *redirect, const char *host, const struct place *place)
{
	redirect->host = host;
	redirect->at[0] = *place;
	redirect->count = 1;
}

const struct place *redirect_place(const struct redirect *redirect)
{
	return &redirect->at[redirect->count - 1];
}

/* RFC 3986 section 5.2; NULL when it is no address. A fragment is no part of what is asked for. */
static char *resolve(struct redirect *redirect, struct arena *arena, const char *location)
{
	const struct place *here = redirect_place(redirect);
	bool number = strchr(redirect->host, ':') != NULL;
	char *base = arena_printf(arena, "http%s://%s%s%s:%u%s", here->secure ? "s" : "",
	    number ? "[" : "", redirect->host, number ? "]" : "", here->port, here->target);
	xmlChar *built = xmlBuildURI((const xmlChar *)location, (const xmlChar *)base);
	char *result = built ? arena_strdup(arena, (const char *)built) : NULL;

	xmlFree(built);
	if (!result)
		return NULL;
	result[strcspn(result, "#")] = '\0';
	for (char *p = result; *p && *p != ':'; p++)
		*p = (char)tolower((unsigned char)*p);
	return result;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->secure == b->secure && a->port == b->port && strcmp(a->target, b->target) == 0;
}

static bool was_there(const struct redirect *redirect, const struct place *place)
{
	for (size_t i = 0; i < redirect->count; i++)
		if (same_place(&redirect->at[i], place))
			return true;
	return false;
}

static bool is_ascii(const char *text)
{
	while (*text && (unsigned char)*text < 0x80)
		text++;
	return !*text;
}

bool redirect_follow(
    struct redirect *redirect, struct arena *arena, const char *location, char *why, size_t size)
{
	char *url = resolve(redirect, arena, location);
	struct partner_target to = {.url = NULL};
	struct place place;

	if (!url || !is_ascii(url) || partner_url_parse(arena, url, &to) ||
	    to.protocol != PARTNER_SRU) {
		snprintf(why, size, "redirects to what is no web address");
		return false;
	}
	if (!text_equal_ignoring_case(to.host, redirect->host)) {
		snprintf(why, size, "redirects to another host: %s", to.host);
		return false;
	}
	if (redirect_place(redirect)->secure && !to.tls) {
		snprintf(why, size, "redirects from https to http");
		return false;
	}
	place = (struct place){to.tls, to.port, to.database};
	if (was_there(redirect, &place)) {
		snprintf(why, size, "redirect loop");
		return false;
	}
	if (redirect->count > REDIRECTS_MAX) {
		snprintf(why, size, "more than %d redirects", REDIRECTS_MAX);
		return false;
	}
	redirect->at[redirect->count++] = place;
	return true;
}
