#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>
#include <unistd.h>

#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "base/arena.h"
#include "config_files.h"
#include "registry/config_option.h"

static xmlRelaxNGPtr grammar;
static char *top;

static void quiet(void *arg, const char *format, ...)
{
}

#if LIBXML_VERSION >= 21200
static void quieter(void *arg, const xmlError *error)
#else
static void quieter(void *arg, xmlErrorPtr error)
#endif
{
}

static char *path_of(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/%s", top, name);
	return path;
}

static int set_up(void **state)
{
	xmlRelaxNGParserCtxtPtr parser;

	top = realpath(getenv("top_srcdir") ? getenv("top_srcdir") : ".", NULL);
	xmlSetGenericErrorFunc(NULL, quiet);
	parser = xmlRelaxNGNewParserCtxt(path_of("etc/silang.rng"));
	grammar = xmlRelaxNGParse(parser);
	xmlRelaxNGFreeParserCtxt(parser);
	return grammar ? 0 : -1;
}

static int tear_down(void **state)
{
	xmlRelaxNGFree(grammar);
	xmlCleanupParser();
	free(top);
	return 0;
}

static bool grammar_accepts(const char *file)
{
	xmlDocPtr doc = xmlReadFile(file, NULL, XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlRelaxNGValidCtxtPtr valid = xmlRelaxNGNewValidCtxt(grammar);
	bool good;

	xmlRelaxNGSetValidStructuredErrors(valid, quieter, NULL);
	good = doc && xmlRelaxNGValidateDoc(valid, doc) == 0;
	xmlRelaxNGFreeValidCtxt(valid);
	xmlFreeDoc(doc);
	return good;
}

static int is_sample(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 4 && strcmp(entry->d_name + length - 4, ".xml") == 0;
}

/* Calls `fn` for each sample of a folder, in the folder; returns how many there were. */
static int each_sample(const char *folder, void (*fn)(const char *file))
{
	char path[64];
	struct dirent **entries;
	int count;

	snprintf(path, sizeof path, "tests/unit/data/config/%s", folder);
	assert_int_equal(chdir(path_of(path)), 0);
	count = scandir(".", &entries, is_sample, alphasort);
	for (int i = 0; i < count; i++) {
		fn(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	assert_int_equal(chdir(top), 0);
	return count;
}

static void is_good(const char *file)
{
	struct heard heard = {0};
	struct config *config = config_parse(file, load_file, NULL, hear, &heard);

	if (!config || heard.count)
		fail_msg("%s: refused:\n%s", file, heard.text);
	config_unref(config);
	if (!grammar_accepts(file))
		fail_msg("%s: the grammar refuses it", file);
}

/* The sample ends with a comment: one line for each complaint, [FILE:]LINE: and how it goes on. */
static void compare(const char *file, const char *sample, struct heard *heard)
{
	const char *start = strstr(sample, "<!-- expect\n");
	char *rest = heard->text;
	char want[1024];
	int line = 0;

	if (!start)
		fail_msg("%s: expects nothing", file);
	for (start += strlen("<!-- expect\n"); strncmp(start, "-->", 3) != 0;
	     start += strcspn(start, "\n") + 1) {
		int length = (int)strcspn(start, "\n");
		char *got = strsep(&rest, "\n");
		bool named = *start < '0' || *start > '9';

		line++;
		snprintf(want, sizeof want, "%s%s%.*s", named ? "" : file, named ? "" : ":", length,
		    start);
		if (!got || strncmp(got, want, strcspn(want, " ")) != 0 ||
		    !strstr(got, strchr(want, ' ') + 1))
			fail_msg("%s: complaint %d is\n  %s\nbut should be\n  %s", file, line,
			    got ? got : "missing", want);
	}
	if (rest && *rest)
		fail_msg("%s: more complaints than expected:\n%s", file, rest);
}

static void is_refused(const char *file)
{
	struct heard heard = {0};
	char *text = NULL, why[256];
	size_t length = 0;

	assert_null(config_parse(file, load_file, NULL, hear, &heard));
	assert_true(heard.count > 0);
	assert_true(load_file(NULL, file, &text, &length, why, sizeof why));
	text[length] = '\0';
	compare(file, text, &heard);
	free(text);
}

static void is_bad(const char *file)
{
	is_refused(file);
	if (grammar_accepts(file))
		fail_msg("%s: the grammar accepts it", file);
}

static void is_bad_beyond_grammar(const char *file)
{
	is_refused(file);
	if (!grammar_accepts(file))
		fail_msg("%s: the grammar refuses it: it belongs into bad", file);
}

static void good_samples_are_good_to_both(void **state)
{
	assert_true(each_sample("good", is_good) >= 12);
}

static void bad_samples_are_bad_to_both(void **state)
{
	assert_true(each_sample("bad", is_bad) >= 40);
}

static void the_grammar_does_not_see_everything(void **state)
{
	assert_true(each_sample("bad-semantic", is_bad_beyond_grammar) >= 20);
}

/* ----- the table, the grammar, the sample and the reference name the same things ----- */

/* The nodes that an XPath finds; the caller frees it. */
static xmlXPathObjectPtr find(xmlDocPtr doc, const char *path)
{
	xmlXPathContextPtr context = xmlXPathNewContext(doc);
	xmlXPathObjectPtr found;

	xmlXPathRegisterNs(context, BAD_CAST "r", BAD_CAST "http://relaxng.org/ns/structure/1.0");
	xmlXPathRegisterNs(context, BAD_CAST "s", BAD_CAST "urn:silang:config:1");
	xmlXPathRegisterNs(
	    context, BAD_CAST "a", BAD_CAST "http://relaxng.org/ns/compatibility/annotations/1.0");
	found = xmlXPathEval(BAD_CAST path, context);
	xmlXPathFreeContext(context);
	return found;
}

static int count_found(xmlDocPtr doc, const char *path)
{
	xmlXPathObjectPtr found = find(doc, path);
	int count = found && found->nodesetval ? found->nodesetval->nodeNr : 0;

	xmlXPathFreeObject(found);
	return count;
}

static char *string_found(xmlDocPtr doc, const char *path, char out[256])
{
	xmlXPathObjectPtr found = find(doc, path);
	xmlChar *text = xmlXPathCastToString(found);

	snprintf(out, 256, "%s", (const char *)text);
	xmlFree(text);
	xmlXPathFreeObject(found);
	return out;
}

static void the_grammar_has_the_tables_options(void **state)
{
	xmlDocPtr doc = xmlReadFile(path_of("etc/silang.rng"), NULL, 0);
	size_t noptions, nelements;
	const struct config_option *options = config_options(&noptions);
	const struct config_element *elements = config_elements(&nelements);
	char path[512], text[256];

	for (size_t i = 0; i < noptions; i++) {
		const struct config_option *o = &options[i];
		const char *element = o->element;

		snprintf(path, sizeof path,
		    "//r:element[@name='%s' and not(@ns)]//r:attribute[@name='%s']", element,
		    o->name);
		if (!count_found(doc, path))
			fail_msg("the grammar has no %s/@%s", element, o->name);
		snprintf(path, sizeof path,
		    "string(//r:element[@name='%s']//r:attribute[@name='%s']/@a:defaultValue)",
		    element, o->name);
		if (strcmp(string_found(doc, path, text), o->fallback ? o->fallback : "") != 0)
			fail_msg("the grammar's default of %s/@%s is \"%s\", the table's \"%s\"",
			    element, o->name, text, o->fallback ? o->fallback : "");
	}
	/* listen/@z3950 stands there twice: with sru and alone. */
	assert_int_equal(
	    count_found(doc, "//r:element[not(@ns)]//r:attribute[@name != 'xml:base']"),
	    noptions + 1);
	for (size_t i = 0; i < nelements; i++) {
		snprintf(
		    path, sizeof path, "//r:element[@name='%s' and not(@ns)]", elements[i].name);
		if (count_found(doc, path) != 1)
			fail_msg("the grammar should have one <%s>", elements[i].name);
	}
	assert_int_equal(count_found(doc, "//r:element[not(@ns)]"), nelements);
	xmlFreeDoc(doc);
}

static void the_grammar_has_the_tables_words(void **state)
{
	xmlDocPtr doc = xmlReadFile(path_of("etc/silang.rng"), NULL, 0);
	size_t noptions;
	const struct config_option *options = config_options(&noptions);
	char path[512], word[64];

	for (size_t i = 0; i < noptions; i++) {
		const struct config_option *o = &options[i];
		int words = 0;

		if (!o->words || strcmp(o->words, "no yes") == 0)
			continue;
		for (const char *p = o->words; *p; p += strspn(p, " "), words++) {
			size_t length = strcspn(p, " ");

			snprintf(word, sizeof word, "%.*s", (int)length, p);
			snprintf(path, sizeof path,
			    "//r:element[@name='%s']//r:attribute[@name='%s']//r:value[.='%s']",
			    o->element, o->name, word);
			if (count_found(doc, path) != 1)
				fail_msg("the grammar lacks the word %s of %s/@%s", word,
				    o->element, o->name);
			p += length;
		}
		snprintf(path, sizeof path,
		    "//r:element[@name='%s']//r:attribute[@name='%s']//r:value", o->element,
		    o->name);
		assert_int_equal(count_found(doc, path), words);
	}
	for (int i = 0; i < SERVICE_COUNT; i++) {
		snprintf(path, sizeof path, "//r:element[@name='service']//r:value[.='%s']",
		    service_name((enum service)i));
		assert_int_equal(count_found(doc, path), 1);
	}
	assert_int_equal(count_found(doc, "//r:element[@name='service']//r:value"), SERVICE_COUNT);
	xmlFreeDoc(doc);
}

static char *read_whole(const char *name)
{
	char *text = NULL, why[256];
	size_t length = 0;

	if (!load_file(NULL, path_of(name), &text, &length, why, sizeof why))
		fail_msg("%s: %s", name, why);
	text[length] = '\0';
	return text;
}

/* As an attribute with its default where it has one: also within the sample's comments. */
static void the_sample_shows_every_option(void **state)
{
	char *sample = read_whole("etc/silang.xml.sample"), want[128];
	size_t noptions, nelements;
	const struct config_option *options = config_options(&noptions);
	const struct config_element *elements = config_elements(&nelements);

	for (size_t i = 0; i < noptions; i++) {
		/* The sample's own partner is switched off, for it does not exist. */
		bool shown_otherwise = strcmp(options[i].name, "enabled") == 0;

		snprintf(want, sizeof want, "%s=\"%s%s", options[i].name,
		    options[i].fallback && !shown_otherwise ? options[i].fallback : "",
		    options[i].fallback && !shown_otherwise ? "\"" : "");
		if (!strstr(sample, want))
			fail_msg("the sample does not show %s of <%s>", want, options[i].element);
	}
	for (size_t i = 0; i < nelements; i++) {
		snprintf(want, sizeof want, "<%s", elements[i].name);
		if (!strstr(sample, want))
			fail_msg("the sample does not show <%s>", elements[i].name);
	}
	free(sample);
}

/* The option's line in the reference. */
static void option_row(const struct config_option *option, char *out, size_t size)
{
	char kind[256];

	snprintf(out, size, "\n| `%s` | %s | %s | %s |\n", option->name,
	    config_option_kind(option, kind, sizeof kind),
	    option->required   ? "required"
	    : option->fallback ? option->fallback
			       : "",
	    option->help);
}

static void the_reference_has_every_option(void **state)
{
	char *page = read_whole("doc/configuration.md"), want[1024];
	size_t noptions, nelements;
	const struct config_option *options = config_options(&noptions);
	const struct config_element *elements = config_elements(&nelements);
	size_t rows = 0;

	for (size_t i = 0; i < nelements; i++) {
		const char *heading, *end;

		snprintf(want, sizeof want, "\n### `<%s>`\n", elements[i].name);
		heading = strstr(page, want);
		if (!heading)
			fail_msg("the reference has no section %s", want);
		end = strstr(heading + 1, "\n##");
		for (size_t j = 0; j < noptions; j++) {
			const char *row;

			if (strcmp(options[j].element, elements[i].name) != 0)
				continue;
			option_row(&options[j], want, sizeof want);
			row = strstr(heading, want);
			if (!row || (end && row > end))
				fail_msg("the reference lacks this line below <%s>:\n%s",
				    elements[i].name, want);
		}
	}
	for (const char *row = page; (row = strstr(row, "\n| `")); row++)
		rows++;
	assert_int_equal(rows, noptions);
	free(page);
}

/* ----- what ships ----- */

static void the_shipped_files_are_good(void **state)
{
	assert_int_equal(chdir(path_of("etc")), 0);
	is_good("silang.xml.sample");
	assert_true(grammar_accepts("partners.xml"));
	assert_int_equal(chdir(top), 0);
}

struct judged {
	const char *id;
	enum agreement_state july_1, july_5, november_2026;
};

/* The article's table, judged on three days: only two of the thirteen that have days are in force
 * in the end. */
static const struct judged judged[] = {
    {"perpusnas", AGREEMENT_EXPIRED, AGREEMENT_EXPIRED, AGREEMENT_EXPIRED},
    {"ugm", AGREEMENT_UNDATED, AGREEMENT_UNDATED, AGREEMENT_UNDATED},
    {"balitbang", AGREEMENT_UNDATED, AGREEMENT_UNDATED, AGREEMENT_UNDATED},
    {"uinsuka", AGREEMENT_ACTIVE, AGREEMENT_ACTIVE, AGREEMENT_ACTIVE},
    {"uinsgd", AGREEMENT_ACTIVE, AGREEMENT_ACTIVE, AGREEMENT_EXPIRED},
    {"uinrf", AGREEMENT_ACTIVE, AGREEMENT_EXPIRING, AGREEMENT_EXPIRED},
    {"iainbukittinggi", AGREEMENT_ACTIVE, AGREEMENT_EXPIRING, AGREEMENT_EXPIRED},
    {"iainbatusangkar", AGREEMENT_ACTIVE, AGREEMENT_EXPIRING, AGREEMENT_EXPIRED},
    {"iainmalikussaleh", AGREEMENT_ACTIVE, AGREEMENT_ACTIVE, AGREEMENT_EXPIRING},
    {"unimal", AGREEMENT_EXPIRED, AGREEMENT_EXPIRED, AGREEMENT_EXPIRED},
    {"polmed", AGREEMENT_ACTIVE, AGREEMENT_ACTIVE, AGREEMENT_EXPIRED},
    {"umsu", AGREEMENT_UNDATED, AGREEMENT_UNDATED, AGREEMENT_UNDATED},
    {"wilmar", AGREEMENT_EXPIRED, AGREEMENT_EXPIRED, AGREEMENT_EXPIRED},
    {"quality", AGREEMENT_EXPIRED, AGREEMENT_EXPIRED, AGREEMENT_EXPIRED},
    {"stipap", AGREEMENT_EXPIRED, AGREEMENT_EXPIRED, AGREEMENT_EXPIRED},
    {"uda", AGREEMENT_EXPIRED, AGREEMENT_EXPIRED, AGREEMENT_EXPIRED},
};

static void the_sixteen_are_judged_by_the_day(void **state)
{
	struct heard heard = {0};
	struct config *config;

	assert_int_equal(chdir(path_of("etc")), 0);
	config = config_parse("silang.xml.sample", load_file, NULL, hear, &heard);
	assert_int_equal(chdir(top), 0);
	assert_non_null(config);
	/* The sample's own partner comes first. */
	assert_int_equal(config->npartners, 17);
	for (size_t i = 0; i < 16; i++) {
		const struct partner *partner = config->partners[i + 1];
		char url[128];

		assert_string_equal(partner->id, judged[i].id);
		snprintf(url, sizeof url, "z3950://127.0.0.1:9101/%s", judged[i].id);
		assert_string_equal(partner->target.url, url);
		assert_int_equal(agreement_state(&partner->agreement, 20240701), judged[i].july_1);
		assert_int_equal(agreement_state(&partner->agreement, 20240705), judged[i].july_5);
		assert_int_equal(
		    agreement_state(&partner->agreement, 20261122), judged[i].november_2026);
		assert_true(agreement_allows_search(&partner->agreement));
		if (partner->agreement.ends)
			assert_int_equal(
			    (partner->agreement.ends - partner->agreement.begins) % 10000, 0);
	}
	config_unref(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_samples_are_good_to_both),
	    cmocka_unit_test(bad_samples_are_bad_to_both),
	    cmocka_unit_test(the_grammar_does_not_see_everything),
	    cmocka_unit_test(the_grammar_has_the_tables_options),
	    cmocka_unit_test(the_grammar_has_the_tables_words),
	    cmocka_unit_test(the_sample_shows_every_option),
	    cmocka_unit_test(the_reference_has_every_option),
	    cmocka_unit_test(the_shipped_files_are_good),
	    cmocka_unit_test(the_sixteen_are_judged_by_the_day),
	};

	return cmocka_run_group_tests_name("config", tests, set_up, tear_down);
}
