/* Broken ISO 2709: what is lost is what is broken, and no more. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/marc_test.h"

/* Overwrites a directory entry: `what` is "tag", "length" or "start". */
static void patch(char *bytes, size_t entry, size_t at, const char *digits)
{
	memcpy(bytes + 24 + entry * 12 + at, digits, strlen(digits));
}

static void wrong_leaders_do_no_harm(void **state)
{
	static const struct {
		size_t at;
		const char *digits;
	} wrong[] = {{0, "00000"}, {0, "99999"}, {0, "00030"}, {0, "abcde"}, {12, "00000"},
	    {12, "99999"}, {12, "00025"}, {12, "00049"}, {12, "00062"}, {12, "     "}, {10, "  "},
	    {20, "    "}, {20, "0000"}};
	struct marc *marc = sample();
	size_t length;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char *bytes = encode(marc, &length);
		struct marc *back;

		memcpy(bytes + wrong[i].at, wrong[i].digits, strlen(wrong[i].digits));
		back = decode(bytes, length, CHARSET_AUTO);
		if (!support_equal(marc, back) || back->lost)
			fail_msg("leader %.24s", bytes);
	}
}

static void wrong_directories_are_mended_by_terminators(void **state)
{
	struct marc *marc = sample();
	size_t length;
	char *bytes = encode(marc, &length);

	patch(bytes, 2, 3, "0001");
	patch(bytes, 3, 7, "99999");
	patch(bytes, 4, 3, "12x4");
	assert_true(support_equal(marc, decode(bytes, length, CHARSET_AUTO)));
	/* Lengths counted in characters: each field after the first accented one is shifted. */
	marc = support_marc(arena, "100 1  $a éééé\n245 00 $a ñññ$b x\n500    $a abc");
	bytes = encode(marc, &length);
	patch(bytes, 0, 3, "0009");
	patch(bytes, 1, 3, "001100009");
	patch(bytes, 2, 3, "000800020");
	assert_true(support_equal(marc, decode(bytes, length, CHARSET_AUTO)));
	/* The directory in another order than the data. */
	bytes = encode(marc, &length);
	char entry[12];

	memcpy(entry, bytes + 24, 12);
	memmove(bytes + 24, bytes + 36, 12);
	memcpy(bytes + 36, entry, 12);
	struct marc *back = decode(bytes, length, CHARSET_AUTO);

	assert_string_equal(back->fields[0].tag, "245");
	assert_string_equal(marc_subfield(&back->fields[0], 'a'), "ñññ");
	assert_string_equal(marc_subfield(&back->fields[1], 'a'), "éééé");
}

static void broken_entries_lose_only_themselves(void **state)
{
	struct marc *marc = sample(), *back;
	size_t length;
	char *bytes = encode(marc, &length);

	/* A stray terminator inside the title, and an entry that points outside. */
	*strstr(bytes + 100, "manusia") = '\x1E';
	patch(bytes, 4, 3, "999999999");
	back = decode(bytes, length, CHARSET_AUTO);
	assert_int_equal(back->nfields, 4);
	assert_int_equal(back->lost, 1);
	assert_string_equal(marc_subfield(&back->fields[2], 'a'), "Toer, Pramoedya Ananta,");
	assert_string_equal(marc_subfield(&back->fields[3], 'a'), "Bumi ");
	bytes = encode(marc, &length);
	patch(bytes, 1, 0,
	    "2\x1F"
	    "4");
	patch(bytes, 4, 0, "2 4");
	back = decode(bytes, length, CHARSET_AUTO);
	assert_int_equal(back->lost, 2);
	assert_int_equal(back->nfields, 3);
	bytes = encode(marc, &length);
	patch(bytes, 3, 0, "cat");
	assert_non_null(marc_find(decode(bytes, length, CHARSET_AUTO), "cat", NULL));
}

static void overlapping_entries_are_bounded(void **state)
{
	enum { N = 4000 };
	struct marc *marc = support_marc(arena, "245 00 $a a title of some length that repeats"),
		    *back;
	size_t length;
	char *one = encode(marc, &length), *bytes = arena_alloc(arena, length + N * 12),
	     *at = bytes;

	memcpy(at, one, 24);
	memcpy(at + 12, "48025", 5);
	at += 24;
	for (int i = 0; i < N; i++, at += 12)
		memcpy(at, one + 24, 12);
	memcpy(at, one + 36, length - 36);
	back = decode(bytes, 24 + N * 12 + length - 36, CHARSET_AUTO);
	assert_true(back->nfields >= 1 && back->nfields <= 3);
	assert_int_equal(back->nfields + back->lost, N);
}

static struct marc *decode_one(const char *data, size_t length)
{
	char bytes[512];
	int n = snprintf(bytes, sizeof bytes,
	    "%05zunam a2200049 a 4500001000200000245%04zu00002\x1E"
	    "1\x1E",
	    length + 53, length + 1);
	memcpy(bytes + n, data, length);
	memcpy(bytes + n + length, "\x1E\x1D", 2);
	return decode(bytes, (size_t)n + length + 2, CHARSET_AUTO);
}

static void broken_fields_lose_only_what_is_broken(void **state)
{
	static const struct {
		const char *data;
		size_t lost;
		const char *a; /* NULL: the field is gone */
		char indicator1, indicator2;
	} cases[] = {
	    {"10\x1F"
	     "aT\x1F"
	     "bx",
		0, "T", '1', '0'},
	    {"10\x1F"
	     "a\x1F"
	     "bx",
		0, "", '1', '0'},
	    {"10\x1F\x1F"
	     "aT",
		1, "T", '1', '0'},
	    {"10\x1F"
	     "aT\x1F",
		1, "T", '1', '0'},
	    {"10\x1F\xC3\xA9X\x1F"
	     "aT",
		1, "T", '1', '0'},
	    {"10\x1F\x01X\x1F"
	     "aT",
		1, "T", '1', '0'},
	    {"10\x1F"
	     "aT\x01\x02V",
		0, "TV", '1', '0'},
	    {"\xC3\xA9"
	     "0\x1F"
	     "aT",
		1, "T", ' ', '0'},
	    {"\x01"
	     "0\x1F"
	     "aT",
		1, "T", ' ', '0'},
	    {"\x1F"
	     "aT",
		1, "T", ' ', ' '},
	    {"1\x1F"
	     "aT",
		1, "T", '1', ' '},
	    {"10x\x1F"
	     "aT",
		1, "T", '1', '0'},
	    {"", 1, NULL, 0, 0},
	    {"10", 1, NULL, 0, 0},
	    {"10Title", 1, NULL, 0, 0},
	    {"10\x1F", 2, NULL, 0, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct marc *marc = decode_one(cases[i].data, strlen(cases[i].data));
		const struct marc_field *field = marc_find(marc, "245", NULL);
		char *xml = support_xml(marc);

		assert_int_equal(marc->lost, cases[i].lost);
		assert_int_equal(!field, !cases[i].a);
		if (field) {
			assert_string_equal(marc_subfield(field, 'a'), cases[i].a);
			assert_int_equal(field->indicator1, cases[i].indicator1);
			assert_int_equal(field->indicator2, cases[i].indicator2);
		}
		free(xml);
	}
}

static void missing_terminators_are_bridged(void **state)
{
	struct marc *marc = sample(), *back;
	size_t length;
	char *bytes = encode(marc, &length), *at;

	/* None in the data: the directory alone tells. */
	for (at = bytes + 24 + 5 * 12 + 1; at < bytes + length; at++)
		if (*at == '\x1E')
			*at = ' ';
	back = decode(bytes, length, CHARSET_AUTO);
	assert_int_equal(back->nfields, 5);
	assert_string_equal(marc_subfield(&back->fields[4], 'x'), "Histoire ");
	/* Only the directory's is missing. */
	bytes = encode(marc, &length);
	bytes[24 + 5 * 12] = ' ';
	assert_true(support_equal(marc, decode(bytes, length, CHARSET_AUTO)));
	/* The record's end is missing. */
	bytes = encode(marc, &length);
	assert_true(support_equal(marc, decode(bytes, length - 1, CHARSET_AUTO)));
	assert_true(support_equal(marc, decode(bytes, length - 2, CHARSET_AUTO)));
	back = decode(bytes, length - 8, CHARSET_AUTO);
	assert_int_equal(back->nfields, 5);
}

static void other_entry_maps_are_honoured(void **state)
{
	static const char bytes[] = "00078nam a2200055 a 5620"
				    "001"
				    "00003"
				    "000000"
				    "zz"
				    "245"
				    "00009"
				    "000003"
				    "zz"
				    "\x1E"
				    "42\x1E"
				    "00\x1F"
				    "aTitl\x1E\x1D";
	struct marc *marc = decode(bytes, sizeof bytes - 1, CHARSET_AUTO);

	assert_string_equal(marc->fields[0].data, "42");
	assert_string_equal(value_of(marc, "245", 'a'), "Titl");
	assert_string_equal(marc->leader + 20, "4500");
	/* Three indicators, identifiers of three bytes (leader/10–11). */
	static const char wide[] = "00052nam a3300037 a 4500245001100000\x1E"
				   "012\x1F"
				   "a1Titl\x1E\x1D";

	marc = decode(wide, sizeof wide - 1, CHARSET_AUTO);
	assert_int_equal(marc->lost, 0);
	assert_string_equal(value_of(marc, "245", 'a'), "Titl");
	assert_int_equal(marc->fields[0].indicator2, '1');
}

static void state_never_leaks_between_subfields(void **state)
{
	/* An open escape and a mark without its base, each at a subfield's end. */
	static const char data[] = "10\x1F"
				   "a\x1B(3GHI\x1F"
				   "bplain\x1F"
				   "cx\xE2\x1F"
				   "dend";
	struct marc *marc = decode_one(data, sizeof data - 1);

	assert_string_equal(value_of(marc, "245", 'a'), "ابة");
	assert_string_equal(value_of(marc, "245", 'b'), "plain");
	assert_string_equal(value_of(marc, "245", 'c'), "x\xEF\xBF\xBD");
	assert_string_equal(value_of(marc, "245", 'd'), "end");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(wrong_leaders_do_no_harm),
	    TEST(wrong_directories_are_mended_by_terminators),
	    TEST(broken_entries_lose_only_themselves),
	    TEST(overlapping_entries_are_bounded),
	    TEST(broken_fields_lose_only_what_is_broken),
	    TEST(missing_terminators_are_bridged),
	    TEST(other_entry_maps_are_honoured),
	    TEST(state_never_leaks_between_subfields),
	};

	return cmocka_run_group_tests_name("broken marc", tests, NULL, NULL);
}
