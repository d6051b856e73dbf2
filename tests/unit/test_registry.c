/* The parsed configuration. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "config_files.h"
#include "query/profile.h"
#include "registry/config_option.h"
#include "registry/config_report.h"

#define HEAD "<silang xmlns=\"urn:silang:config:1\"><listen sru=\"127.0.0.1:0\"/>"
#define ONE(id, more)                                                                              \
	"<partner id=\"" id "\"><name>N</name><target url=\"z3950://h/" id "\"" more "/></"        \
	"partner>"
#define TAIL "</silang>"

static struct config *must_parse(const char *text)
{
	struct heard heard;
	struct config *config = parse_text(text, &heard);

	if (!config)
		fail_msg("%s", heard.text);
	assert_int_equal(heard.count, 0);
	return config;
}

static void what_is_left_out_has_its_default(void **state)
{
	struct config *config = must_parse(HEAD ONE("a", "") TAIL);
	const struct partner *p = config->partners[0];

	assert_true(config->sru.present);
	assert_false(config->z3950.present);
	assert_string_equal(config->sru.host, "127.0.0.1");
	assert_int_equal(config->search.deadline, 5000);
	assert_int_equal(config->search.soft, 0);
	assert_int_equal(config->search.window, 50);
	assert_int_equal(config->search.cache, 600000);
	assert_int_equal(config->search.max_age, 3600000);
	assert_int_equal(config->search.page, 100);
	assert_int_equal(config->search.depth, 10000);
	assert_int_equal(config->search.retry, 30000);
	assert_int_equal(config->search.partial, PARTIAL_QUIET);
	assert_int_equal(config->search.on_expiry, EXPIRY_EXCLUDE);
	assert_int_equal(config->limits.connections, 4096);
	assert_int_equal(config->limits.connections_per_address, 1024);
	assert_int_equal(config->limits.header_time, 10000);
	assert_int_equal(config->limits.body_time, 30000);
	assert_int_equal(config->limits.sets, 10000);
	assert_true(config->limits.cache_bytes == (size_t)512 << 20);
	assert_true(config->limits.search_bytes == (size_t)64 << 20);
	assert_null(config->nameserver);
	assert_true(p->enabled);
	assert_false(p->agreement.present);
	assert_null(p->place);
	assert_null(p->isil);
	assert_int_equal(p->target.syntax, PARTNER_USMARC);
	assert_int_equal(p->target.encoding, PARTNER_ENC_AUTO);
	assert_int_equal(p->target.sru, PARTNER_SRU_AUTO);
	assert_null(p->target.schema);
	assert_string_equal(profile_name(p->target.profile), "bath");
	assert_null(p->target.user);
	assert_false(p->target.open_auth);
	assert_int_equal(p->target.connections, 4);
	assert_int_equal(p->target.chunk, 50);
	assert_int_equal(p->target.idle, 60000);
	assert_int_equal(p->target.priority, 100);
	assert_false(p->target.ranks);
	assert_true(p->target.piggyback);
	assert_true(p->target.named_sets);
	config_unref(config);
}

/* tests/unit/data/config/good/everything.xml sets every option to something else. */
static void everything_is_read(void **state)
{
	struct heard heard = {0};
	char file[4096];
	struct config *config;
	const struct partner *a, *b;

	snprintf(file, sizeof file, "%s/tests/unit/data/config/good/everything.xml",
	    getenv("top_srcdir") ? getenv("top_srcdir") : ".");
	config = config_parse(file, load_file, NULL, hear, &heard);
	if (!config)
		fail_msg("%s", heard.text);
	assert_false(config->sru.present);
	assert_string_equal(config->z3950.host, "::1");
	assert_int_equal(config->z3950.port, 0);
	assert_int_equal(config->search.deadline, 250);
	assert_int_equal(config->search.soft, -1);
	assert_int_equal(config->search.window, 1);
	assert_int_equal(config->search.cache, 0);
	assert_int_equal(config->search.max_age, 86400000);
	assert_int_equal(config->search.page, 10);
	assert_int_equal(config->search.depth, 1000000);
	assert_int_equal(config->search.retry, 0);
	assert_int_equal(config->search.partial, PARTIAL_DIAGNOSTIC);
	assert_int_equal(config->search.on_expiry, EXPIRY_WARN);
	assert_int_equal(config->limits.connections, 10);
	assert_int_equal(config->limits.connections_per_address, 2);
	assert_int_equal(config->limits.header_time, 1000);
	assert_int_equal(config->limits.body_time, 2000);
	assert_int_equal(config->limits.sets, 7);
	assert_int_equal(config->limits.cache_bytes, 65536);
	assert_int_equal(config->limits.search_bytes, 131072);
	assert_string_equal(config->nameserver, "127.0.0.1:53");
	assert_int_equal(config->npartners, 2);
	a = config->partners[0];
	b = config->partners[1];
	assert_int_equal(b->number, 1);
	assert_false(a->enabled);
	assert_string_equal(a->name, "Perpustakaan & Arsip – Ⅰ");
	assert_string_equal(a->place, "Di sini");
	assert_int_equal(a->agreement.begins, 20240229);
	assert_int_equal(a->agreement.ends, 0);
	assert_true(a->target.tls);
	assert_string_equal(a->target.database, "Main/DB");
	assert_int_equal(a->target.syntax, PARTNER_UNIMARC);
	assert_int_equal(a->target.encoding, PARTNER_ENC_ISO5426);
	assert_non_null(profile_find(a->target.profile, "index.dc.title"));
	assert_null(profile_find(a->target.profile, "index.dc.creator"));
	assert_string_equal(a->target.user, "u");
	assert_string_equal(a->target.password, "pass word");
	assert_string_equal(a->target.group, "g");
	assert_true(a->target.open_auth);
	assert_int_equal(a->target.connections, 1);
	assert_int_equal(a->target.chunk, 10);
	assert_int_equal(a->target.idle, 0);
	assert_int_equal(a->target.priority, 0);
	assert_true(a->target.ranks);
	assert_false(a->target.piggyback);
	assert_false(a->target.named_sets);
	assert_int_equal(b->target.sru, PARTNER_SRU_1_1);
	assert_string_equal(b->target.schema, "info:srw/schema/1/mods-v3.6");
	assert_int_equal(b->nlinks, 2);
	assert_string_equal(b->links[0].rel, "mail");
	assert_string_equal(b->links[1].href, "http://b.example.org/");
	assert_string_equal(b->name, "B & C");
	assert_int_equal(b->target.protocol, PARTNER_SRU);
	assert_int_equal(b->target.syntax, PARTNER_XML);
	assert_int_equal(b->target.searches, 1000);
	assert_int_equal(b->target.queue, 0);
	assert_int_equal(b->target.searches_per_minute, 100000);
	assert_int_equal(b->target.breaker, 0);
	assert_int_equal(b->target.back_off, 1);
	assert_int_equal(b->target.back_off_most, INT64_C(744) * 3600 * 1000);
	assert_non_null(strstr(b->target.tls_ca_file, "/ca.pem"));
	assert_non_null(strstr(b->target.tls_certificate, "/ca.pem"));
	assert_non_null(strstr(b->target.tls_key, "/ca.pem"));
	assert_null(a->target.tls_ca_file);
	assert_int_equal(a->target.breaker, 5);
	assert_string_equal(config->groups[0]->name, "both");
	assert_int_equal(config->groups[0]->nmembers, 2);
	assert_ptr_equal(config->groups[0]->members[0], a);
	assert_ptr_equal(config->groups[0]->members[1], b);
	config_unref(config);
}

static void databases_are_found_without_case(void **state)
{
	struct config *config = must_parse(HEAD ONE("Ugm", "") ONE("b", "")
		ONE("c", "") "<group id=\"Some\" name=\"S\" members=\"C UGM\"/>" TAIL);
	struct arena *arena = arena_create(0, NULL);
	const struct partner *const *partners;
	size_t count;
	bool single;

	for (const char *const *name =
		 (const char *const[]){"union", "UNION", "Default", "default", NULL};
	     *name; name++) {
		assert_true(config_database(config, arena, *name, &partners, &count, &single));
		assert_int_equal(count, 3);
		assert_false(single);
	}
	assert_true(config_database(config, arena, "sOME", &partners, &count, &single));
	assert_int_equal(count, 2);
	assert_string_equal(partners[0]->id, "Ugm");
	assert_string_equal(partners[1]->id, "c");
	assert_false(single);
	assert_true(config_database(config, arena, "uGM", &partners, &count, &single));
	assert_int_equal(count, 1);
	assert_ptr_equal(partners[0], config->partners[0]);
	assert_true(single);
	assert_false(config_database(config, arena, "ug", &partners, &count, &single));
	assert_false(config_database(config, arena, "", &partners, &count, &single));
	assert_ptr_equal(config_partner(config, "UGM"), config->partners[0]);
	assert_null(config_partner(config, "some"));
	assert_ptr_equal(config_group(config, "some"), config->groups[0]);
	assert_null(config_group(config, "ugm"));
	assert_true(group_has(config->groups[0], config->partners[0]));
	assert_false(group_has(config->groups[0], config->partners[1]));
	arena_destroy(arena);
	config_unref(config);
}

static void a_configuration_lives_as_long_as_it_is_held(void **state)
{
	struct config *config = must_parse(HEAD ONE("a", "") TAIL);

	assert_ptr_equal(config_ref(config), config);
	config_unref(config);
	assert_string_equal(config->partners[0]->id, "a");
	config_unref(config);
	config_unref(NULL);
}

static unsigned long long fingerprint_of(const char *text)
{
	struct config *config = must_parse(text);
	unsigned long long fingerprint = config->partners[0]->fingerprint;

	config_unref(config);
	return fingerprint;
}

static void fingerprints_tell_what_a_search_depends_on(void **state)
{
	static const char *const others[] = {
	    HEAD ONE("b", "") TAIL,
	    HEAD ONE("a", " profile=\"minimal\"") TAIL,
	    HEAD ONE("a", " syntax=\"xml\"") TAIL,
	    HEAD ONE("a", " encoding=\"marc-8\"") TAIL,
	    HEAD ONE("a", " connections=\"5\"") TAIL,
	    HEAD ONE("a", " chunk=\"5\"") TAIL,
	    HEAD ONE("a", " searches=\"5\"") TAIL,
	    HEAD ONE("a", " queue=\"5\"") TAIL,
	    HEAD ONE("a", " searches-per-minute=\"5\"") TAIL,
	    HEAD ONE("a", " breaker=\"6\"") TAIL,
	    HEAD ONE("a", " back-off=\"6s\"") TAIL,
	    HEAD ONE("a", " back-off-most=\"6s\"") TAIL,
	    HEAD ONE("a", " ranks=\"yes\"") TAIL,
	    HEAD ONE("a", " piggyback=\"no\"") TAIL,
	    HEAD "<partner id=\"a\" enabled=\"no\"><name>N</name><target "
		 "url=\"z3950://h/a\"/></partner>" TAIL,
	    HEAD "<partner id=\"a\"><name>N</name><isil>X</isil><target "
		 "url=\"z3950://h/a\"/></partner>" TAIL,
	    HEAD "<partner id=\"a\"><name>N</name><agreement/><target "
		 "url=\"z3950://h/a\"/></partner>" TAIL,
	    HEAD "<partner id=\"a\"><name>N</name><target url=\"z3950://h:211/a\"/></partner>" TAIL,
	};
	unsigned long long first = fingerprint_of(HEAD ONE("a", "") TAIL);
	unsigned long long seen[sizeof others / sizeof *others];

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		seen[i] = fingerprint_of(others[i]);
		assert_true(seen[i] != first);
		for (size_t j = 0; j < i; j++)
			assert_true(seen[i] != seen[j]);
	}
	/* Its name, its neighbours, the file's form and options written out change nothing. */
	assert_true(
	    first == fingerprint_of(HEAD
			 "<!-- x -->\n<partner id=\"a\"><target url=\"z3950://h/a\" chunk=\"50\"/>"
			 "<name>Other</name><place>P</place></partner>" ONE("z", "") TAIL));
}

static void too_many_partners_are_refused(void **state)
{
	static char text[2 << 20];
	struct heard *heard = calloc(1, sizeof *heard);
	struct config *config;
	size_t at;

	for (int count = 10000; count <= 10001; count++) {
		at = (size_t)snprintf(text, sizeof text, "%s", HEAD);
		for (int i = 0; i < count; i++)
			at += (size_t)snprintf(text + at, sizeof text - at,
			    "\n<partner id=\"p%d\"><name>N</name><target "
			    "url=\"z3950://h/d\"/></partner>",
			    i);
		snprintf(text + at, sizeof text - at, "%s", TAIL);
		config = parse_text(text, heard);
		if (count == 10000) {
			assert_non_null(config);
			assert_ptr_equal(config_partner(config, "P9999"), config->partners[9999]);
		} else {
			assert_null(config);
			assert_string_equal(heard->text, "silang.xml:10002: a configuration has at "
							 "most 10000 partners, this one has "
							 "10001\n");
		}
		config_unref(config);
	}
	free(heard);
}

static void too_large_a_file_is_refused(void **state)
{
	struct heard heard;
	char *text = malloc((4 << 20) + 2);

	memset(text, ' ', (4 << 20) + 1);
	text[(4 << 20) + 1] = '\0';
	assert_null(parse_text(text, &heard));
	assert_string_equal(heard.text,
	    "silang.xml:1: cannot be read: it has 4194305 bytes; at most 4194304 are read\n");
	free(text);
}

static void too_deep_a_file_is_refused(void **state)
{
	struct heard heard;
	char text[8192] = "";

	for (int i = 0; i < 40; i++)
		strcat(text, "<silang xmlns=\"urn:silang:config:1\">\n");
	assert_null(parse_text(text, &heard));
	assert_non_null(strstr(heard.text, "silang.xml:33: elements are nested too deeply"));
}

/* Complaints come in reading order, and lines are right far beyond 65535. */
static void lines_count_on(void **state)
{
	char *text = malloc(200000);
	struct heard heard;

	strcpy(text, HEAD);
	memset(text + strlen(HEAD), '\n', 100000);
	strcpy(text + strlen(HEAD) + 100000, "<x/>\n<partner/>" TAIL);
	assert_null(parse_text(text, &heard));
	assert_true(heard.count >= 4);
	assert_ptr_equal(strstr(heard.text, "silang.xml:100001: unknown element <x>"), heard.text);
	assert_non_null(strstr(heard.text, "\nsilang.xml:100002: <partner> needs"));
	free(text);
}

static void no_more_complaints_than_anyone_reads(void **state)
{
	struct heard *heard = calloc(1, sizeof *heard);
	char *text = malloc(100000);

	strcpy(text, HEAD);
	for (int i = 0; i < 5000; i++)
		strcat(text, "<x/>\n");
	strcat(text, TAIL);
	assert_null(parse_text(text, heard));
	assert_int_equal(heard->count, 1001);
	free(text);
	free(heard);
}

static const char *load_many(const char *path)
{
	static char text[256];
	int level = atoi(path + 1);

	if (strcmp(path, "silang.xml") == 0)
		level = 0;
	snprintf(text, sizeof text,
	    "<%s xmlns=\"urn:silang:config:1\" xmlns:xi=\"http://www.w3.org/2001/XInclude\">"
	    "<xi:include href=\"n%d\"/><xi:include href=\"n%d\"/></%s>",
	    level ? "partners" : "silang", level + 1, level + 1, level ? "partners" : "silang");
	return text;
}

static bool load_bomb(
    void *arg, const char *path, char **text, size_t *length, char *why, size_t size)
{
	(*(int *)arg)++;
	*text = strdup(load_many(path));
	*length = strlen(*text);
	return true;
}

/* Each file includes the next one twice: 2^n inclusions without a cycle. */
static void inclusions_end(void **state)
{
	struct heard *heard = calloc(1, sizeof *heard);
	int loads = 0;

	assert_null(config_parse("silang.xml", load_bomb, &loads, hear, heard));
	assert_non_null(strstr(heard->text, "more than 8 levels deep"));
	assert_true(loads < 1000);
	free(heard);
}

static void secrets_are_not_repeated(void **state)
{
	struct heard heard;

	assert_null(parse_text(HEAD "<partner id=\"a\"><name>N</name>"
				    "<target url=\"z3950://me:hush@h/d\"/></partner>" TAIL,
	    &heard));
	assert_non_null(strstr(heard.text, "holds a user name or a password"));
	assert_null(strstr(heard.text, "hush"));
}

static void slips_are_recognised(void **state)
{
	static const char *const words[] = {"deadline", "soft", "window", "url"};

	assert_string_equal(config_report_near("dedline", words, 4), "deadline");
	assert_string_equal(config_report_near("deadlien", words, 4), "deadline");
	assert_string_equal(config_report_near("Window", words, 4), "window");
	assert_string_equal(config_report_near("sotf", words, 4), "soft");
	assert_null(config_report_near("uri-of-it", words, 4));
	assert_null(config_report_near("xyz", words, 4));
	assert_null(config_report_near("", words, 4));
	assert_null(config_report_near("a-word-that-is-longer-than-any-option-could-be", words, 4));
}

/* Whatever is cut off a good document, something is said about it. */
static void a_document_cut_short_is_never_accepted(void **state)
{
	const char *whole = HEAD "\n<search window=\"5\"/>\n" ONE("a", "") "\n" TAIL;
	char text[1024];
	struct heard heard;

	for (size_t length = 0; length < strlen(whole); length++) {
		snprintf(text, sizeof text, "%.*s", (int)length, whole);
		assert_null(parse_text(text, &heard));
		assert_true(heard.count > 0);
	}
	config_unref(must_parse(whole));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_left_out_has_its_default),
	    cmocka_unit_test(everything_is_read),
	    cmocka_unit_test(databases_are_found_without_case),
	    cmocka_unit_test(a_configuration_lives_as_long_as_it_is_held),
	    cmocka_unit_test(fingerprints_tell_what_a_search_depends_on),
	    cmocka_unit_test(too_many_partners_are_refused),
	    cmocka_unit_test(too_large_a_file_is_refused),
	    cmocka_unit_test(too_deep_a_file_is_refused),
	    cmocka_unit_test(lines_count_on),
	    cmocka_unit_test(no_more_complaints_than_anyone_reads),
	    cmocka_unit_test(inclusions_end),
	    cmocka_unit_test(secrets_are_not_repeated),
	    cmocka_unit_test(slips_are_recognised),
	    cmocka_unit_test(a_document_cut_short_is_never_accepted),
	};

	return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
