/* What the targets do wrong, drawn by lot, and the configurations that the gateway is given. */
#include "tests/soak/soak.h"

#include <stdlib.h>
#include <string.h>

/* Lines of ztarget's scripts (tests/support/ztarget.h), `|` between them. */
static const char *const catalogue[] = {
    "connect refuse",
    "connect silent",
    "connect delay 300ms",
    "connect close",
    "connect reset",
    "connect garbage",
    "connect http",
    "init delay 700ms",
    "init silent",
    "init close",
    "init reset",
    "init garbage",
    "init reject",
    "init diagnostic 1011 No such user",
    "init http",
    "init half",
    "init lying +5",
    "init twice",
    "init as search",
    "init drip 1 every 20ms",
    "search silent",
    "search delay 1500ms",
    "search delay 2500ms",
    "search delay 5s",
    "search drip 200 every 10ms",
    "search drip 1 every 100ms",
    "search close",
    "search #2 close",
    "search #3+ silent",
    "search reset",
    "search reset after half",
    "search garbage 5000",
    "search http",
    "search huge",
    "search half",
    "search lying -7",
    "search lying +90",
    "search broken",
    "search twice",
    "search before present",
    "search after garbage",
    "search after close",
    "search as present",
    "search reference wrong",
    "search reference none",
    "search diagnostic 114 1003",
    "search diagnostics 1 2 3",
    "search hits -5",
    "search hits 2147483648, records 0",
    "search failed",
    "search records 40",
    "search records 0|present close",
    "search records 0|present silent",
    "search records 2|present reset",
    "search records 2|present delay 2500ms",
    "search records 3|present close after 3 records",
    "search records 0|present reset after 3 records",
    "search records 1|present close after reply",
    "search records 0|present records +3",
    "search records 0|present records -2",
    "search records 0|present records 0",
    "search records 0|present failed",
    "search records 0|present diagnostic 13 out of range",
    "search records 0|present garbage",
    "search records 0|present half",
    "search records 0|present huge",
    "search records 0|present as search",
    "search records 0|present reference wrong",
    "search records 0|present segments 2",
    "search records 0|present drip 500 every 10ms",
    "present twice",
    "any delay 40ms",
    "any record each truncated",
    "any record each looping",
    "any record 2 length, record 3 nonsense, record 4 separators",
    "any record each utf8",
    "any record 1 empty, record 2 surrogate 14 gone",
    "any record each surrogate 1 no",
    "any syntax sutrs",
    "any syntax grs1",
    "any syntax xml",
    "any syntax opac",
    "any syntax unimarc",
    "any definite",
    "search status 503 busy",
    "search moved /other?%q",
    "search moved /sru?%q",
    "search body bomb",
    "any chunked, drip 400 every 5ms",
    "versions 1.1",
    "schemas dc",
    "schemas mods",
    "indexes pica.tit",
    "delete silent",
    "close silent",
    "hits 0",
    "hits 300",
    "hits 1",
    "named no",
    "utf8 no",
    "counts yes",
};

bool faults_is_sru(unsigned target)
{
	return target % 4 == 3;
}

static const char *fault(struct chance *chance)
{
	/* 16 MB a second from each connection: rarely. */
	if (chance_below(chance, 400) == 0)
		return "search endless";
	return catalogue[chance_below(chance, sizeof catalogue / sizeof *catalogue)];
}

/* Some of them are started anew, now and then all. */
void faults_restart(struct faults *faults, struct chance *chance)
{
	faults->restarts = chance_in(chance, 25) ? UINT32_MAX : chance_below(chance, 1 << TARGETS);
}

/* One target becomes healthy, or sick in one or two ways. */
void faults_change(struct faults *faults, struct chance *chance)
{
	char *rules = faults->rules[1 + chance_below(chance, TARGETS - 1)];

	if (chance_in(chance, 40))
		rules[0] = '\0';
	else if (chance_in(chance, 75))
		snprintf(rules, sizeof faults->rules[0], "%s", fault(chance));
	else
		snprintf(rules, sizeof faults->rules[0], "%s|%s", fault(chance), fault(chance));
}

char *faults_script(const struct faults *faults)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fputs("works 400\nany delay 5ms\nterms air 3, earth 12, fire 40, river 7, water 90\n", out);
	fprintf(out, "target 1\nhits %d\n", STEADY_HITS);
	if (faults->muted)
		fputs("target all\nany silent\n", out);
	for (unsigned i = 1; i < TARGETS; i++) {
		fprintf(out, "target %u\nhits %u\nrestarts %s\nsru %s\n", i + 1, 3 + 7 * i,
		    faults->restarts >> i & 1 ? "yes" : "no", faults_is_sru(i) ? "yes" : "no");
		for (const char *p = faults->rules[i]; *p; p++)
			fputc(*p == '|' ? '\n' : *p, out);
		fputc('\n', out);
	}
	fclose(out);
	return text;
}

static void write_partner(
    FILE *out, const char *id, const char *inside, const char *url, const char *more)
{
	fprintf(out,
	    "  <partner id=\"%s\">\n    <name>Library %s</name>\n    %s\n"
	    "    <target url=\"%s\" idle=\"%dms\" back-off-most=\"8s\" %s/>\n  </partner>\n",
	    id, id, inside, url, IDLE_MS, more);
}

/* Partners that are not asked, or whose servers are not there. */
static void write_others(FILE *out, const struct world *world)
{
	char url[128], more[128];

	snprintf(url, sizeof url, "z3950://127.0.0.1:%u/Default", world->closed_port);
	write_partner(out, "nobody", "", url, "");
	snprintf(url, sizeof url, "z3950s://127.0.0.1:%u/Default", world->ports[0]);
	write_partner(out, "plain", "", url, "");
	snprintf(url, sizeof url, "z3950://library.example:%u/Default", world->ports[1]);
	write_partner(out, "named", "", url, "connections=\"2\"");
	snprintf(url, sizeof url, "z3950s://localhost:%u/Default", world->door_port);
	snprintf(more, sizeof more, "tls-ca-file=\"%s/door.pem\" breaker=\"0\"", world->dir);
	write_partner(out, "secret", "", url, more);
	snprintf(url, sizeof url, "z3950://127.0.0.1:%u/Default", world->ports[0]);
	write_partner(out, "expired",
	    "<agreement begins=\"2010-01-01\" ends=\"2012-01-01\">"
	    "<service>search</service></agreement>",
	    url, "");
	write_partner(out, "lender", "<agreement><service>loan</service></agreement>", url, "");
}

char *configuration(const struct world *world, unsigned variant)
{
	/* Half of them without a breaker, which would leave few faults to be met. */
	static const char *const more[] = {"breaker=\"0\"", "syntax=\"opac\" breaker=\"0\"",
	    "piggyback=\"no\" chunk=\"7\"", "syntax=\"xml\"", "named-sets=\"no\"",
	    "connections=\"2\" breaker=\"0\"", "connections=\"1\""};
	char *text = NULL, id[16], url[128];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out,
	    "<silang xmlns=\"urn:silang:config:1\">\n  <listen sru=\"127.0.0.1:0\" "
	    "z3950=\"127.0.0.1:0\"/>\n"
	    "  <search deadline=\"%dms\" window=\"%d\" cache=\"%dms\" max-age=\"20s\" "
	    "retry=\"2s\" soft=\"%s\"/>\n"
	    "  <resolve nameserver=\"127.0.0.1:%u\"/>\n",
	    DEADLINE_MS, variant & 1 ? 30 : 20, CACHE_MS, variant & 2 ? "1s" : "off",
	    world->nameserver_port);
	for (unsigned i = 0; i < TARGETS; i++) {
		if (i == 2 && variant & 4)
			continue;
		if (i)
			snprintf(id, sizeof id, "p%u", i + 1);
		else
			strcpy(id, "steady");
		snprintf(url, sizeof url, "%s://127.0.0.1:%u/Default",
		    faults_is_sru(i) ? "http" : "z3950", world->ports[i]);
		write_partner(out, id, "", url,
		    !i			    ? "connections=\"12\" breaker=\"0\""
		    : i >= 8 && variant & 8 ? "connections=\"3\""
					    : more[i % 7]);
	}
	write_others(out, world);
	fputs("  <group id=\"some\" members=\"steady p2 p5 p6 p9 secret\"/>\n</silang>\n", out);
	fclose(out);
	return text;
}
