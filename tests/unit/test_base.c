#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/duration.h"
#include "base/gzip.h"
#include "base/log.h"
#include "base/map.h"
#include "base/metrics.h"
#include "base/text.h"
#include "base/vec.h"

static void arena_keeps_its_budget(void **state)
{
	struct arena_ledger ledger = {0, 1 << 20};
	struct arena *a = arena_create(64 * 1024, &ledger), *b = arena_create(0, &ledger);
	char *text = arena_printf(a, "%d-%s", 7, "x");

	assert_string_equal(text, "7-x");
	assert_false(arena_over(a));
	memset(arena_alloc(a, 100000), 1, 100000);
	assert_true(arena_over(a));
	assert_false(arena_over(b));
	arena_alloc(b, 1 << 20);
	assert_true(arena_over(b));
	arena_destroy(a);
	arena_destroy(b);
	assert_int_equal(ledger.used, 0);
}

static void arrays_grow_and_keep_what_they_hold(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	unsigned *items = NULL;
	size_t room = 0, copies = 0;

	for (unsigned i = 0; i < 1000; i++) {
		unsigned *before = items;

		items = arena_grow(arena, items, i, &room, sizeof *items);
		copies += items != before;
		assert_true(i < room);
		items[i] = i;
	}
	assert_int_equal(copies, 8);
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	assert_int_equal(room, 1024);
	arena_destroy(arena);
}

static void every_diagnostic_has_numbers_and_words(void **state)
{
	for (int id = DIAG_NONE + 1; id < DIAG_COUNT; id++) {
		assert_non_null(diag_message(id));
		assert_true(diag_srw(id) > 0);
		assert_true(diag_bib1(id) > 0);
		for (int other = DIAG_NONE + 1; other < id; other++)
			assert_int_not_equal(diag_srw(id), diag_srw(other));
	}
}

static void bib1_numbers_lead_back(void **state)
{
	assert_int_equal(diag_of_bib1(114), DIAG_INDEX);
	assert_int_equal(diag_of_bib1(108), DIAG_QUERY_SYNTAX);
	assert_int_equal(diag_of_bib1(117), DIAG_RELATION);
	assert_int_equal(diag_of_bib1(0), DIAG_CANNOT_PROCESS);
	assert_int_equal(diag_of_bib1(99999), DIAG_CANNOT_PROCESS);
	for (int id = DIAG_NONE + 1; id < DIAG_COUNT; id++)
		assert_int_equal(diag_bib1(diag_of_bib1(diag_bib1((enum diag_id)id))),
		    diag_bib1((enum diag_id)id));
}

static void details_are_cut_between_characters(void **state)
{
	struct diag diag;
	char long_text[600];

	memset(long_text, 'a', 254);
	strcpy(long_text + 254, "\xC3\xA9\xC3\xA9");
	assert_false(diag_set(&diag, DIAG_QUERY_SYNTAX, "%s", long_text));
	assert_int_equal(strlen(diag.details), 254);
	assert_true(text_is_utf8(diag.details, strlen(diag.details)));
}

static void durations_read_and_print(void **state)
{
	static const struct {
		const char *text;
		msec_t ms;
	} good[] = {{"1ms", 1}, {"250ms", 250}, {"5s", 5000}, {"10m", 600000}, {"24h", 86400000},
	    {"0s", 0}};
	static const char *const bad[] = {"", "5", "s", "-1s", "1.5s", " 5s", "5s ", "5 s", "5S",
	    "1d", "99999999999999999999h", "800h"};
	char text[24];
	msec_t ms;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(duration_parse(good[i].text, &ms));
		assert_int_equal(ms, good[i].ms);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(duration_parse(bad[i], &ms));
	assert_string_equal(duration_print(90000, text), "90s");
	assert_string_equal(duration_print(600000, text), "10m");
	assert_string_equal(duration_print(1, text), "1ms");
	assert_string_equal(duration_print(0, text), "0ms");
}

static void utf8_is_judged_strictly(void **state)
{
	static const char *const bad[] = {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80",
	    "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "a\xFF"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(text_is_utf8(bad[i], strlen(bad[i])));
	assert_true(text_is_utf8("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x93\x9A", 9));
	for (uint32_t c = 1; c <= 0x10FFFF; c += 7) {
		char out[4];
		uint32_t back;
		size_t n = text_encode(c, out);

		if (c >= 0xD800 && c <= 0xDFFF) {
			assert_int_equal(n, 0);
			continue;
		}
		assert_int_equal(text_decode(out, n, &back), n);
		assert_int_equal(back, c);
	}
}

static void plain_text_ends_where_it_ends(void **state)
{
	static const unsigned char least[] = {0, 0x1E, 0x20, 0x7F};
	char text[40];

	for (size_t l = 0; l < sizeof least; l++)
		for (size_t at = 0; at < sizeof text; at++)
			for (int byte = 0; byte < 0x100; byte++) {
				size_t plain = byte >= least[l] && byte < 0x80 ? sizeof text : at;

				memset(text, 0x7F, sizeof text);
				text[at] = (char)byte;
				assert_int_equal(
				    text_plain_length(text, sizeof text, least[l]), plain);
				assert_int_equal(text_plain_length(text, at, least[l]), at);
			}
}

static void xml_clean_leaves_only_xml_characters(void **state)
{
	struct arena *arena = arena_create(0, NULL);

	assert_string_equal(text_xml_clean(arena,
				"a\x01"
				"b\x1F"
				"c\xFF"
				"d\t",
				8),
	    "abc\xEF\xBF\xBD"
	    "d\t");
	assert_string_equal(text_trim(arena, " \n a b \t", 8), "a b");
	assert_int_equal(text_count_words(" a  b "), 2);
	assert_int_equal(text_count_words(" "), 0);
	arena_destroy(arena);
}

static void numbers_are_digits_only(void **state)
{
	static const char *const bad[] = {
	    "", "5abc", "+5", "-1", " 5", "5 ", "0x5", "99999999999999999999999"};
	uint64_t number;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(text_parse_number(bad[i], UINT64_MAX, &number));
	assert_true(text_parse_number("18446744073709551615", UINT64_MAX, &number));
	assert_true(number == UINT64_MAX);
	assert_false(text_parse_number("18446744073709551616", UINT64_MAX, &number));
	assert_false(text_parse_number("11", 10, &number));
}

static void count_pair(void *arg, const char *key, void *value)
{
	(*(int *)arg)++;
}

static void map_puts_finds_removes(void **state)
{
	struct map *map = map_create();
	int a = 1, b = 2, seen = 0;

	assert_null(map_put(map, "a", &a));
	assert_null(map_put(map, "b", &b));
	assert_ptr_equal(map_put(map, "a", &b), &a);
	assert_ptr_equal(map_find(map, "a"), &b);
	assert_null(map_find(map, "c"));
	map_each(map, count_pair, &seen);
	assert_int_equal(seen, 2);
	assert_ptr_equal(map_remove(map, "a"), &b);
	assert_null(map_remove(map, "a"));
	assert_int_equal(map_count(map), 1);
	map_destroy(map);
}

static void vec_keeps_order(void **state)
{
	struct vec vec = {0};
	int items[20];

	for (int i = 0; i < 20; i++)
		vec_push(&vec, &items[i]);
	assert_true(vec_remove_item(&vec, &items[3]));
	assert_false(vec_remove_item(&vec, &items[3]));
	assert_ptr_equal(vec.items[3], &items[4]);
	assert_int_equal(vec.count, 19);
	vec_clear(&vec);
}

static void keep_line(void *arg, enum log_level level, const char *line)
{
	snprintf(arg, 2048, "%s", line);
}

static void log_lines_stay_one_line(void **state)
{
	char kept[2048] = "", quoted[32];
	struct log log = {keep_line, kept, LOG_INFO};

	log_line(&log, LOG_DEBUG, "hidden", "x=1");
	assert_string_equal(kept, "");
	log_line(
	    &log, LOG_INFO, "ready", "name=%s", log_quote("a b\n\"c\"", quoted, sizeof quoted));
	assert_string_equal(kept, "info ready name=\"a b 'c'\"");
	assert_string_equal(log_quote("plain", quoted, sizeof quoted), "plain");
	assert_string_equal(log_quote("", quoted, sizeof quoted), "\"\"");
	assert_string_equal(log_quote("caf\xC3\xA9", quoted, sizeof quoted), "caf\xC3\xA9");
	/* No byte that is no text, and none that a terminal or a reader of lines would obey. */
	assert_string_equal(log_quote("a\xFF\xC3", quoted, sizeof quoted), "\"a??\"");
	assert_string_equal(log_quote("\x1B[31m\xC2\x9B"
				      "2J",
				quoted, sizeof quoted),
	    "\" [31m 2J\"");
	assert_string_equal(log_quote("a\xE2\x80\xA8"
				      "b",
				quoted, sizeof quoted),
	    "\"a b\"");
	assert_string_equal(
	    log_quote("caf\xC3\xA9 caf\xC3\xA9", quoted, 12), "\"caf\xC3\xA9 caf\"");
}

static void histograms_count_and_write(void **state)
{
	struct metrics_histogram h = {0};
	struct metrics_writer *writer = metrics_writer_create();
	size_t length;

	for (int i = 0; i < 100; i++)
		metrics_observe(&h, i < 90 ? 20 : 400);
	metrics_observe(&h, 60000);
	assert_true(metrics_quantile(&h, 0.5) > 10 && metrics_quantile(&h, 0.5) <= 25);
	assert_true(metrics_quantile(&h, 0.95) > 250);
	metrics_family(writer, "x_seconds", "histogram", "Things.");
	metrics_sample_histogram(writer, "x_seconds", "a=\"b\"", &h);

	const char *text = metrics_text(writer, &length);

	assert_non_null(strstr(text, "# TYPE x_seconds histogram\n"));
	assert_non_null(strstr(text, "x_seconds_bucket{a=\"b\",le=\"0.025\"} 90\n"));
	assert_non_null(strstr(text, "x_seconds_bucket{a=\"b\",le=\"+Inf\"} 101\n"));
	assert_int_equal(strlen(text), length);
	metrics_writer_destroy(writer);
}

static void gzip_is_taken_at_its_word(void **state)
{
	static const struct {
		const char *header;
		bool accepted;
	} rows[] = {{NULL, false}, {"", false}, {"gzip", true}, {"GZIP", true}, {"x-gzip", true},
	    {"gzipped", false}, {"deflate, gzip;q=0.5", true}, {"gzip;q=0", false},
	    {"gzip ; q=0.000, *", false}, {"gzip;q=0.001", true}, {"br", false}, {"*", true},
	    {"*;q=0", false}, {"identity, *;q=0.1", true}, {"*;q=1, gzip;q=0", false},
	    {",,;", false}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (gzip_is_accepted(rows[i].header) != rows[i].accepted)
			fail_msg("%s", rows[i].header);
}

static void gzip_can_be_read_back(void **state)
{
	struct arena *arena = arena_create(0, NULL);

	for (size_t size = 0; size < 300000; size = size * 3 + 1) {
		char *bytes = arena_alloc(arena, size + 1), *back = arena_alloc(arena, size + 1);
		z_stream stream = {.next_out = (Bytef *)back, .avail_out = (uInt)size + 1};
		size_t length;

		for (size_t i = 0; i < size; i++)
			bytes[i] = (char)(i * 7 % 251);
		stream.next_in = (Bytef *)gzip_compress(arena, bytes, size, &length);
		stream.avail_in = (uInt)length;
		assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
		assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
		assert_int_equal(stream.total_out, size);
		assert_memory_equal(back, bytes, size);
		inflateEnd(&stream);
	}
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(arena_keeps_its_budget),
	    cmocka_unit_test(arrays_grow_and_keep_what_they_hold),
	    cmocka_unit_test(every_diagnostic_has_numbers_and_words),
	    cmocka_unit_test(bib1_numbers_lead_back),
	    cmocka_unit_test(details_are_cut_between_characters),
	    cmocka_unit_test(durations_read_and_print),
	    cmocka_unit_test(utf8_is_judged_strictly),
	    cmocka_unit_test(plain_text_ends_where_it_ends),
	    cmocka_unit_test(xml_clean_leaves_only_xml_characters),
	    cmocka_unit_test(numbers_are_digits_only),
	    cmocka_unit_test(map_puts_finds_removes),
	    cmocka_unit_test(vec_keeps_order),
	    cmocka_unit_test(log_lines_stay_one_line),
	    cmocka_unit_test(histograms_count_and_write),
	    cmocka_unit_test(gzip_is_taken_at_its_word),
	    cmocka_unit_test(gzip_can_be_read_back),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
