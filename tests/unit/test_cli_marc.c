#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "cli/marc_file.h"
#include "record/marc.h"

#define A                                                                                          \
	"00043nam a2200037   4500001000300000\x1E"                                                 \
	"a1\x1E\x1D"
#define B                                                                                          \
	"00043nam a2200037   4500001000300000\x1E"                                                 \
	"b2\x1E\x1D"
#define X(id) "<record><leader>x</leader><controlfield tag=\"001\">" id "</controlfield></record>"

static const struct {
	const char *bytes, *ids; /* of those read, blank between two; "?" cannot be read */
	size_t count;
	const char *why; /* nothing at all */
} cases[] = {
    {A, "a1", 1, NULL},
    {A B, "a1 b2", 2, NULL},
    {A "\r\n" B "\n\n", "a1 b2", 2, NULL},
    {"\xEF\xBB\xBF" A B, "a1 b2", 2, NULL},
    {A B A A, "a1 b2", 4, NULL},
    {A "junk\x1D", "a1 ?", 2, NULL},
    {"junk", "?", 1, NULL},
    {"", "", 0, "empty"},
    {" \n", "", 0, "empty"},
    {X("a1"), "a1", 1, NULL},
    {"\xEF\xBB\xBF<?xml version=\"1.0\"?><collection>" X("a1") " " X("b2") "</collection>", "a1 b2",
	2, NULL},
    {"<m:collection xmlns:m=\"http://www.loc.gov/MARC21/slim\"><m:record><m:controlfield "
     "tag=\"001\">a1</m:controlfield></m:record></m:collection>",
	"a1", 1, NULL},
    {"<a><records><record><recordData>" X("a1") "</recordData></record></records></a>", "a1", 1,
	NULL},
    {"<a>" X("a1") X("b2") X("c3") "</a>", "a1 b2", 3, NULL},
    {"<a/>", "", 0, "no MARC record"},
    {"<a>", "", 0, "not well-formed"},
    {"<!DOCTYPE a []><a>" X("a1") "</a>", "", 0, "document type"},
};

static void records_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *arena = arena_create(0, NULL);
		struct marc_file file;
		const char *why = "", *ids = "";

		assert_int_equal(
		    marc_file_read(arena, cases[i].bytes, strlen(cases[i].bytes), 2, &file, &why),
		    !cases[i].why);
		if (cases[i].why)
			assert_non_null(strstr(why, cases[i].why));
		assert_int_equal(file.count, cases[i].count);
		for (size_t k = 0; k < file.count && k < 2; k++) {
			const struct marc *marc = file.records[k].marc;

			assert_true(!marc == (file.records[k].problem != NULL));
			ids = arena_printf(arena, "%s%s%s", ids, k ? " " : "",
			    marc ? marc_find(marc, "001", NULL)->data : "?");
		}
		assert_string_equal(ids, cases[i].ids);
		arena_destroy(arena);
	}
}

/* Cut anywhere, or with any byte changed, there is an answer; a record is whole or has its reason.
 */
static void any_bytes_are_read(void **state)
{
	static const char *const whole[] = {A "\n" B, "<c>" X("a1") X("b2") "</c>"};

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (size_t at = 0; at < strlen(whole[i]); at++)
			for (unsigned change = 0; change < 3; change++) {
				struct arena *arena = arena_create(0, NULL);
				char *bytes = arena_strdup(arena, whole[i]);
				size_t length = change ? strlen(bytes) : at;
				struct marc_file file;
				const char *why = NULL;

				bytes[at] = change == 1 ? '\x1D' : change == 2 ? '<' : bytes[at];
				if (!marc_file_read(arena, bytes, length, 3, &file, &why))
					assert_non_null(why);
				for (size_t k = 0; k < file.count && k < 3; k++)
					assert_true(!file.records[k].marc ==
						    (file.records[k].problem != NULL));
				arena_destroy(arena);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(records_are_found),
	    cmocka_unit_test(any_bytes_are_read),
	};

	return cmocka_run_group_tests_name("cli_marc", tests, NULL, NULL);
}
