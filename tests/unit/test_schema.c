#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/arena.h"
#include "record/crosswalk.h"
#include "record/schema.h"
#include "tests/unit/marc_support.h"

static struct arena *arena;

static int set_up(void **state)
{
	arena = arena_create(0, NULL);
	return 0;
}

static int tear_down(void **state)
{
	arena_destroy(arena);
	return 0;
}

static struct marc *sample(void)
{
	return support_marc(arena,
	    "001 7\n008 940101s1980    io            000 0 ind d\n"
	    "020    $a 9794330108\n020    $z 000\n100 1  $a Toer, P.,$d 1925-\n"
	    "245 10 $a A & B :$b <c> /$c d.\n260    $a Jakarta :$b X,$c 1980\n"
	    "540    $a Free to use\n650  0 $a S\n700 1  $a Lane, Max\n856 40 $u http://x/?a=1&b=2");
}

static xmlDocPtr write_document(enum schema schema, const struct marc *marc)
{
	xmlBufferPtr buffer = xmlBufferCreate();
	xmlTextWriterPtr writer = xmlNewTextWriterMemory(buffer, 0);
	xmlDocPtr document;

	schema_write(writer, schema, marc, crosswalk_marc(arena, marc, CROSSWALK_MARC21));
	xmlTextWriterFlush(writer);
	xmlFreeTextWriter(writer);
	document = xmlReadMemory(
	    (const char *)xmlBufferContent(buffer), xmlBufferLength(buffer), NULL, NULL, 0);
	xmlBufferFree(buffer);
	assert_non_null(document);
	return document;
}

static void schemas_have_names(void **state)
{
	static const struct {
		const char *name;
		enum schema schema;
	} names[] = {{"marcxml", SCHEMA_MARCXML}, {"MARCXML", SCHEMA_MARCXML},
	    {"info:srw/schema/1/marcxml-v1.1", SCHEMA_MARCXML}, {"marc21", SCHEMA_MARCXML},
	    {"MARC21-xml", SCHEMA_MARCXML}, {"http://www.loc.gov/MARC21/slim", SCHEMA_MARCXML},
	    {"dc", SCHEMA_DC}, {"info:srw/schema/1/dc-v1.1", SCHEMA_DC}, {"oai_dc", SCHEMA_DC},
	    {"http://purl.org/dc/elements/1.1/", SCHEMA_DC}};
	enum schema schema;
	int walk = -1, count = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_true(schema_find(names[i].name, &schema));
		assert_int_equal(schema, names[i].schema);
	}
	assert_false(schema_find("mods2", &schema));
	assert_false(schema_find("", &schema));
	while (schema_next(&walk)) {
		count++;
		assert_true(schema_find(schema_short_name((enum schema)walk), &schema));
		assert_int_equal(schema, walk);
		assert_true(schema_find(schema_identifier((enum schema)walk), &schema));
		assert_int_equal(schema, walk);
		assert_non_null(schema_title((enum schema)walk));
	}
	assert_int_equal(count, 2);
}

static bool has_element(const xmlNode *root, const char *name, const char *text)
{
	for (const xmlNode *node = root->children; node; node = node->next) {
		xmlChar *content = xmlNodeGetContent(node);
		bool equal =
		    strcmp((const char *)node->name, name) == 0 && node->ns &&
		    strcmp((const char *)node->ns->href, "http://purl.org/dc/elements/1.1/") == 0 &&
		    strcmp((const char *)content, text) == 0;

		xmlFree(content);
		if (equal)
			return true;
	}
	return false;
}

static void check_element(const xmlNode *root, const char *name, const char *text)
{
	if (!has_element(root, name, text))
		fail_msg("no %s: %s", name, text);
}

static void dublin_core_is_written(void **state)
{
	xmlDocPtr document = write_document(SCHEMA_DC, sample());
	const xmlNode *root = xmlDocGetRootElement(document);

	assert_string_equal(root->name, "dc");
	assert_string_equal(root->ns->href, "info:srw/schema/1/dc-schema");
	check_element(root, "title", "A & B : <c>");
	check_element(root, "creator", "Toer, P., 1925-");
	check_element(root, "contributor", "Lane, Max");
	check_element(root, "publisher", "Jakarta : X");
	check_element(root, "date", "1980");
	check_element(root, "type", "Text");
	check_element(root, "identifier", "urn:isbn:9794330108");
	check_element(root, "identifier", "http://x/?a=1&b=2");
	check_element(root, "language", "ind");
	check_element(root, "subject", "S");
	check_element(root, "rights", "Free to use");
	assert_false(has_element(root, "identifier", "urn:isbn:000"));
	xmlFreeDoc(document);
}

static void json_says_the_same(void **state)
{
	struct marc *marc = sample();
	struct bib *bib = crosswalk_marc(arena, marc, CROSSWALK_MARC21);
	json_t *json = schema_json(SCHEMA_MARCXML, marc, bib), *field,
	       *dc = schema_json(SCHEMA_DC, marc, bib);
	const char *ind1, *title, *first;

	assert_string_equal(json_string_value(json_object_get(json, "leader")), marc->leader);
	assert_int_equal(json_array_size(json_object_get(json, "fields")), marc->nfields);
	field = json_array_get(json_object_get(json, "fields"), 0);
	assert_string_equal(json_string_value(json_object_get(field, "001")), "7");
	field = json_array_get(json_object_get(json, "fields"), 5);
	assert_int_equal(json_unpack(field, "{s:{s:s,s:[{s:s}]}}", "245", "ind1", &ind1,
			     "subfields", "a", &title),
	    0);
	assert_string_equal(ind1, "1");
	assert_string_equal(title, "A & B :");
	assert_int_equal(json_unpack(dc, "{s:[s]}", "title", &first), 0);
	assert_string_equal(first, "A & B : <c>");
	json_decref(json);
	json_decref(dc);
}

static void whatever_the_record_output_is_well_formed(void **state)
{
	uint64_t seed = support_seed(1945);

	for (int i = 0; i < 300; i++) {
		struct marc *marc = support_random_marc(arena, &seed);
		int schema = -1;

		while (schema_next(&schema)) {
			json_t *json = schema_json((enum schema)schema, marc,
			    crosswalk_marc(arena, marc, CROSSWALK_MARC21));
			char *text = json_dumps(json, 0);

			assert_non_null(text);
			free(text);
			json_decref(json);
			xmlFreeDoc(write_document((enum schema)schema, marc));
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(schemas_have_names),
	    TEST(dublin_core_is_written),
	    TEST(json_says_the_same),
	    TEST(whatever_the_record_output_is_well_formed),
	};

	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
