#include "scenes/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenes/library.h"
#include "scenes/words.h"

static FILE *text_open(char **text, size_t *size)
{
	FILE *out = open_memstream(text, size);

	if (!out)
		abort();
	return out;
}

static void put_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&': fputs("&amp;", out); break;
		case '<': fputs("&lt;", out); break;
		case '"': fputs("&quot;", out); break;
		default: fputc(*text, out);
		}
	}
}

char *setup_attributes(const struct words *words, unsigned from)
{
	char *text;
	size_t size;
	FILE *out = text_open(&text, &size);

	for (unsigned i = from; i < words->count; i++) {
		const char *equals = strchr(words->list[i], '=');

		if (!equals)
			continue;
		fprintf(out, " %.*s=\"", (int)(equals - words->list[i]), words->list[i]);
		put_escaped(out, equals + 1);
		fputc('"', out);
	}
	fclose(out);
	return text;
}

struct setup_partner *setup_partner(struct setup *setup, const char *id)
{
	struct setup_partner *partner;

	for (size_t i = 0; i < setup->partners.count; i++) {
		partner = setup->partners.items[i];
		if (!strcmp(partner->id, id))
			return partner;
	}
	partner = calloc(1, sizeof *partner);
	if (!partner)
		abort();
	partner->id = strdup(id);
	partner->enabled = true;
	partner->number = ++setup->numbered;
	vec_push(&setup->partners, partner);
	return partner;
}

static void partner_free(struct setup_partner *partner)
{
	free(partner->id);
	free(partner->target);
	free(partner->isil);
	free(partner->called);
	free(partner->agreement);
	free(partner->services);
	free(partner->url);
	free(partner);
}

void setup_drop(struct setup *setup, const char *id)
{
	for (size_t i = 0; i < setup->partners.count; i++) {
		struct setup_partner *partner = setup->partners.items[i];

		if (strcmp(partner->id, id))
			continue;
		vec_remove(&setup->partners, i);
		partner_free(partner);
		return;
	}
}

static void put_agreement(FILE *out, const struct setup_partner *partner)
{
	char *copy, *save = NULL;

	if (!partner->agreement)
		return;
	fprintf(out, "    <agreement%s>", partner->agreement);
	copy = strdup(partner->services ? partner->services : "search");
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		fprintf(out, "<service>%s</service>", word);
	free(copy);
	fputs("</agreement>\n", out);
}

static void put_partner(FILE *out, const struct setup_partner *partner)
{
	fprintf(out, "  <partner id=\"%s\"%s>\n    <name>", partner->id,
	    partner->enabled ? "" : " enabled=\"no\"");
	put_escaped(out, partner->called ? partner->called : partner->id);
	fputs("</name>\n", out);
	if (partner->isil)
		fprintf(out, "    <isil>%s</isil>\n", partner->isil);
	put_agreement(out, partner);
	fputs("    <target url=\"", out);
	if (partner->url)
		put_escaped(out, partner->url);
	else
		fprintf(out, "%s%s://" LIBRARY_HOST ":%d/Default", partner->sru ? "http" : "z3950",
		    partner->tls ? "s" : "", partner->id, LIBRARY_PORT);
	fprintf(out, "\"%s/>\n  </partner>\n", partner->target ? partner->target : "");
}

char *setup_write(const struct setup *setup)
{
	char *text;
	size_t size;
	FILE *out = text_open(&text, &size);

	fputs("<silang xmlns=\"urn:silang:config:1\">\n  <listen sru=\"127.0.0.1:0\" "
	      "z3950=\"127.0.0.1:0\"/>\n",
	    out);
	fprintf(out, "  <search%s/>\n", setup->search ? setup->search : "");
	if (setup->limits)
		fprintf(out, "  <limits%s/>\n", setup->limits);
	for (size_t i = 0; i < setup->partners.count; i++)
		put_partner(out, setup->partners.items[i]);
	for (size_t i = 0; i < setup->groups.count; i++)
		fprintf(out, "  %s\n", (char *)setup->groups.items[i]);
	fputs("</silang>\n", out);
	fclose(out);
	return text;
}

void setup_clear(struct setup *setup)
{
	for (size_t i = 0; i < setup->partners.count; i++)
		partner_free(setup->partners.items[i]);
	for (size_t i = 0; i < setup->groups.count; i++)
		free(setup->groups.items[i]);
	vec_clear(&setup->partners);
	vec_clear(&setup->groups);
	free(setup->search);
	free(setup->limits);
	*setup = (struct setup){0};
}
