#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/title.h"
#include "cli/verdict.h"

#define ROOT_20                                                                                    \
	"<zs:searchRetrieveResponse "                                                              \
	"xmlns:zs=\"http://docs.oasis-open.org/ns/search-ws/sruResponse\">"
#define ROOT_12 "<zs:searchRetrieveResponse xmlns:zs=\"http://www.loc.gov/zing/srw/\">"
#define ROOT_END "</zs:searchRetrieveResponse>"
#define PARTNERS(list)                                                                             \
	"<zs:extraResponseData><partners xmlns=\"urn:silang:response:1\">" list                    \
	"</partners></zs:extraResponseData>"
#define DIAGNOSTIC(number, details)                                                                \
	"<zs:diagnostics><diagnostic><uri>info:srw/diagnostic/1/" number "</uri><details>" details \
	"</details><message>No</message></diagnostic></zs:diagnostics>"
#define RECORD(data, extra)                                                                        \
	"<zs:records><zs:record><zs:recordData>" data "</zs:recordData>"                           \
	"<zs:recordPosition>4</zs:recordPosition>" extra "</zs:record></zs:records>"
#define COUNT(number) "<zs:numberOfRecords>" number "</zs:numberOfRecords>"
#define OK "<partner id=\"a\" status=\"ok\"/>"

static int setup(void **state)
{
	*state = arena_create(0, NULL);
	return 0;
}

static int teardown(void **state)
{
	arena_destroy(*state);
	return 0;
}

static struct answer read(struct arena *arena, const char *text)
{
	struct answer answer;

	assert_true(answer_read_xml(arena, text, strlen(text), &answer));
	return answer;
}

static void answers_are_read(void **state)
{
	struct answer answer = read(*state,
	    ROOT_20 COUNT("34") "<zs:resultSetId>s</zs:resultSetId>" RECORD("<x/>",
		"<zs:extraRecordData><holdings xmlns=\"urn:silang:response:1\" score=\"0.5\">"
		"<holding partner=\"a\" isil=\"ID-A\"/><holding partner=\"b\"/>"
		"</holdings></zs:extraRecordData>") "<zs:nextRecordPosition>5</"
						    "zs:nextRecordPosition>" PARTNERS(OK
							"<partner id=\"b\" status=\"late\" "
							"reason=\"search\"/>") "<zs:"
									       "resultCountPrecisio"
									       "n>info:srw/"
									       "vocabulary/"
									       "resultCountPrecisio"
									       "n/1/exact"
									       "</"
									       "zs:"
									       "resultCountPrecisio"
									       "n>" ROOT_END);

	assert_int_equal(answer.count, 34);
	assert_int_equal(answer.next, 5);
	assert_true(answer.exact);
	assert_string_equal(answer.set_id, "s");
	assert_int_equal(answer.nrecords, 1);
	assert_int_equal(answer.records[0].position, 4);
	assert_non_null(answer.records[0].data);
	assert_string_equal(answer.records[0].score, "0.5");
	assert_int_equal(answer.records[0].nholdings, 2);
	assert_string_equal(answer.records[0].holdings[0].isil, "ID-A");
	assert_null(answer.records[0].holdings[1].isil);
	assert_int_equal(answer.npartners, 2);
	assert_string_equal(answer.partners[1].reason, "search");
	answer_close(&answer);
}

static void older_answers_are_read(void **state)
{
	struct answer answer = read(*state, ROOT_12 COUNT("1") RECORD("<x/>", "") ROOT_END);

	assert_int_equal(answer.count, 1);
	assert_int_equal(answer.nrecords, 1);
	answer_close(&answer);
	answer = read(*state, "<explainResponse xmlns=\"http://www.loc.gov/zing/srw/\"/>");
	assert_true(answer.is_explain);
	answer_close(&answer);
}

static void broken_records_have_a_problem(void **state)
{
	struct answer answer = read(*state,
	    ROOT_20 RECORD("<diagnostic><uri>info:srw/diagnostic/1/63</uri></diagnostic>", "")
		ROOT_END);

	assert_null(answer.records[0].data);
	assert_int_equal(answer.records[0].problem->number, 63);
	answer_close(&answer);
	answer = read(*state, ROOT_20 RECORD("&lt;record/>", "") ROOT_END);
	assert_null(answer.records[0].data);
	assert_non_null(answer.records[0].problem);
	answer_close(&answer);
}

static void other_documents_are_refused(void **state)
{
	static const char *const texts[] = {"", "x", "<html/>", "<searchRetrieveResponse/>",
	    "<!DOCTYPE a>" ROOT_20 ROOT_END,
	    "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" ROOT_20 "&e;" ROOT_END,
	    ROOT_20, ROOT_20 "&e;" ROOT_END, ROOT_20 "\xFF" ROOT_END};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct answer answer;

		assert_false(answer_read_xml(*state, texts[i], strlen(texts[i]), &answer));
		assert_null(answer.document);
	}
}

static void json_is_read(void **state)
{
	static const char text[] =
	    "{\"numberOfRecords\":3,\"resultCountPrecision\":\"estimate\",\"records\":[{}],"
	    "\"nextRecordPosition\":2,\"partners\":[{\"id\":\"a\",\"status\":\"late\","
	    "\"reason\":\"search\"}],\"diagnostics\":[{\"uri\":\"info:srw/diagnostic/1/59\"}]}";
	struct answer answer;

	assert_true(answer_read_json(*state, text, strlen(text), &answer));
	assert_int_equal(answer.count, 3);
	assert_int_equal(answer.nrecords, 1);
	assert_int_equal(answer.next, 2);
	assert_false(answer.exact);
	assert_string_equal(answer.partners[0].status, "late");
	assert_string_equal(answer.partners[0].detail, "");
	assert_int_equal(answer.diagnostics[0].number, 59);
	assert_false(answer_read_json(*state, "[]", 2, &answer));
	assert_false(answer_read_json(*state, "{}", 2, &answer));
	assert_false(answer_read_json(*state, "", 0, &answer));
}

static void diagnostics_have_numbers(void **state)
{
	struct answer_diagnostic diagnostic = {10, "", "Query syntax error", "position 5"};

	assert_int_equal(answer_diagnostic_number("info:srw/diagnostic/1/10"), 10);
	assert_int_equal(answer_diagnostic_number("info:srw/diagnostic/2/10"), 0);
	assert_int_equal(answer_diagnostic_number("info:srw/diagnostic/1/1x"), 0);
	assert_int_equal(answer_diagnostic_number("info:srw/diagnostic/1/99999999999"), 0);
	assert_string_equal(
	    answer_diagnostic_text(*state, &diagnostic), "10: Query syntax error: position 5");
	diagnostic = (struct answer_diagnostic){0, "urn:x", "", ""};
	assert_string_equal(answer_diagnostic_text(*state, &diagnostic), "urn:x");
	diagnostic = (struct answer_diagnostic){0, "", "odd", ""};
	assert_string_equal(answer_diagnostic_text(*state, &diagnostic), "odd");
}

static void check_status(
    struct arena *arena, int expected, size_t records, bool counting, const char *inner)
{
	struct answer answer = read(arena, arena_printf(arena, ROOT_20 "%s" ROOT_END, inner));

	if (verdict_status(&answer, records, counting) != expected)
		fail_msg("not %d: %s", expected, inner);
	answer_close(&answer);
}

static void exit_status_follows_the_answer(void **state)
{
	static const struct {
		int expected;
		size_t records;
		bool counting;
		const char *inner;
	} rows[] = {
	    {SILANG_FOUND, 1, false, COUNT("1")},
	    {SILANG_FOUND, 1, false, COUNT("1") PARTNERS("<partner id=\"b\" status=\"late\"/>")},
	    {SILANG_FOUND, 0, true, COUNT("1")},
	    {SILANG_FOUND, 0, true, COUNT("1") PARTNERS("<partner id=\"b\" status=\"late\"/>")},
	    {SILANG_NOTHING, 0, false, COUNT("0") PARTNERS(OK)},
	    {SILANG_NOTHING, 0, true, COUNT("0")},
	    {SILANG_NOTHING, 0, false, COUNT("5") PARTNERS(OK)},
	    {SILANG_NOTHING, 0, false,
		PARTNERS(OK "<partner id=\"b\" status=\"expired\" ends=\"2023-08-07\"/>")},
	    {SILANG_NOTHING, 0, false,
		PARTNERS(OK "<partner id=\"b\" status=\"skipped\" reason=\"service\"/>")},
	    {SILANG_NOTHING, 0, false,
		PARTNERS(OK "<partner id=\"b\" status=\"skipped\" reason=\"disabled\"/>")},
	    {SILANG_UNDECIDED, 0, false,
		PARTNERS(OK "<partner id=\"b\" status=\"late\" reason=\"search\"/>")},
	    {SILANG_UNDECIDED, 0, false,
		PARTNERS(OK "<partner id=\"b\" status=\"failed\" reason=\"refused\"/>")},
	    {SILANG_UNDECIDED, 0, false,
		PARTNERS(OK "<partner id=\"b\" status=\"skipped\" reason=\"breaker\"/>")},
	    {SILANG_UNDECIDED, 0, false,
		PARTNERS(OK "<partner id=\"b\" status=\"skipped\" reason=\"budget\"/>")},
	    {SILANG_UNDECIDED, 0, false,
		PARTNERS(OK "<partner id=\"b\" status=\"skipped\" reason=\"overload\"/>")},
	    {SILANG_UNDECIDED, 0, false,
		PARTNERS(OK "<partner id=\"b\" status=\"skipped\" reason=\"query\"/>")},
	    {SILANG_NOTHING, 0, false, DIAGNOSTIC("59", "") PARTNERS(OK)},
	    {SILANG_UNDECIDED, 0, false, DIAGNOSTIC("2", "loop")},
	    {SILANG_UNDECIDED, 0, false, DIAGNOSTIC("1", "")},
	    {SILANG_UNDECIDED, 0, false,
		DIAGNOSTIC("16", "")
		    PARTNERS("<partner id=\"b\" status=\"skipped\" reason=\"query\"/>")},
	    {SILANG_USAGE, 0, false, DIAGNOSTIC("10", "")},
	    {SILANG_USAGE, 0, false, DIAGNOSTIC("6", "x-partners")},
	    {SILANG_USAGE, 0, false, DIAGNOSTIC("61", "7") PARTNERS(OK)},
	    {SILANG_USAGE, 0, false, DIAGNOSTIC("235", "nowhere")},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_status(
		    *state, rows[i].expected, rows[i].records, rows[i].counting, rows[i].inner);
}

static void check_summary(struct arena *arena, const char *expected, const struct answer *answer,
    unsigned long start, size_t records)
{
	assert_string_equal(verdict_summary(arena, answer, start, records), expected);
}

static void summaries_are_sentences(void **state)
{
	static const struct answer_partner partners[] = {{.id = "a", .status = "ok", .reason = ""},
	    {.id = "b", .status = "late", .reason = ""},
	    {.id = "c", .status = "expired", .reason = ""}};
	struct answer answer = {.count = 34, .partners = partners, .npartners = 3};

	check_summary(*state, "12 of about 34 titles; 1 of 2 libraries answered", &answer, 1, 12);
	check_summary(
	    *state, "titles 11 to 20 of about 34; 1 of 2 libraries answered", &answer, 11, 10);
	check_summary(*state, "34 titles; 1 of 2 libraries answered", &answer, 1, 34);
	check_summary(*state, "about 34 titles; 1 of 2 libraries answered", &answer, 1, 0);
	answer.exact = true;
	check_summary(*state, "12 of 34 titles; 1 of 2 libraries answered", &answer, 1, 12);
	answer.count = 1;
	answer.npartners = 1;
	check_summary(*state, "1 title; 1 of 1 library answered", &answer, 1, 1);
	answer.count = 0;
	answer.npartners = 0;
	check_summary(*state, "no titles", &answer, 1, 0);
}

static void check_partner(struct arena *arena, const char *expected, const char *attributes)
{
	struct answer answer = read(arena,
	    arena_printf(arena, ROOT_20 PARTNERS("<partner id=\"a\" %s/>") ROOT_END, attributes));
	const char *text = verdict_partner(arena, &answer.partners[0]);

	if (expected)
		assert_string_equal(text, expected);
	else
		assert_null(text);
	answer_close(&answer);
}

static void partners_say_what_happened(void **state)
{
	struct arena *arena = *state;

	check_partner(arena, NULL, "status='ok'");
	check_partner(arena, "answered; agreement ended 2023-08-07",
	    "status='ok' agreement='expired' ends='2023-08-07'");
	check_partner(
	    arena, "not asked: agreement ended 2023-08-07", "status='expired' ends='2023-08-07'");
	check_partner(arena, "not asked: agreement begins 2030-01-01",
	    "status='expired' begins='2030-01-01'");
	check_partner(arena, "late: waited for records", "status='late' reason='present'");
	check_partner(arena, "late: waited for search; agreement ended 2023-08-07",
	    "status='late' reason='search' agreement='expired' ends='2023-08-07'");
	check_partner(arena, "failed: refused", "status='failed' reason='refused'");
	check_partner(arena, "failed: diagnostic bib1:114 (no such)",
	    "status='failed' reason='diagnostic' code='bib1:114' detail='no such'");
	check_partner(arena, "not asked: switched off", "status='skipped' reason='disabled'");
	check_partner(arena, "not asked: other", "status='skipped' reason='other'");
	check_partner(arena, "odd", "status='odd'");
}

#define MARC_OPEN "<m:record xmlns:m=\"http://www.loc.gov/MARC21/slim\">"
#define MARC_FIELD(tag, code, text)                                                                \
	"<m:datafield tag=\"" tag "\" ind1=\" \" ind2=\" \"><m:subfield code=\"" code "\">" text   \
	"</m:subfield></m:datafield>"
#define LEADER "<m:leader>00000nam a2200000 a 4500</m:leader>"

static void titles_are_read(void **state)
{
	struct answer answer = read(
	    *state, ROOT_20 RECORD(MARC_OPEN LEADER MARC_FIELD("020", "a", "9789799731234")
				       MARC_FIELD("100", "a", "Toer, Pramoedya Ananta,")
					   MARC_FIELD("245", "a", "Bumi &amp; manusia /")
					       MARC_FIELD("260", "c", "1980.") "</m:record>",
			"<zs:extraRecordData><holdings xmlns=\"urn:silang:response:1\">"
			"<holding partner=\"b\"/><holding partner=\"a\"/><holding partner=\"b\"/>"
			"</holdings></zs:extraRecordData>") ROOT_END);
	struct title title;

	title_read(*state, &answer.records[0], &title);
	assert_string_equal(title.problem, "");
	assert_string_equal(title.title, "Bumi & manusia");
	assert_string_equal(title.author, "Toer, Pramoedya Ananta");
	assert_string_equal(title.year, "1980");
	assert_string_equal(title.isbns, "9789799731234");
	assert_string_equal(title.libraries, "b (2), a");
	assert_string_equal(title.ids, "b a");
	answer_close(&answer);
}

static void unimarc_titles_are_read(void **state)
{
	struct answer answer = read(*state,
	    ROOT_20 RECORD(MARC_OPEN LEADER MARC_FIELD("200", "a", "La terre") "</m:record>", "")
		ROOT_END);
	struct title title;

	title_read(*state, &answer.records[0], &title);
	assert_string_equal(title.title, "La terre");
	answer_close(&answer);
}

static void unreadable_titles_have_a_problem(void **state)
{
	struct answer answer = read(*state, ROOT_20 RECORD("<x/>", "") ROOT_END);
	struct title title;

	title_read(*state, &answer.records[0], &title);
	assert_true(*title.problem);
	assert_string_equal(title.title, "");
	answer_close(&answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers_are_read),
	    cmocka_unit_test(older_answers_are_read),
	    cmocka_unit_test(broken_records_have_a_problem),
	    cmocka_unit_test(other_documents_are_refused),
	    cmocka_unit_test(json_is_read),
	    cmocka_unit_test(diagnostics_have_numbers),
	    cmocka_unit_test(exit_status_follows_the_answer),
	    cmocka_unit_test(summaries_are_sentences),
	    cmocka_unit_test(partners_say_what_happened),
	    cmocka_unit_test(titles_are_read),
	    cmocka_unit_test(unimarc_titles_are_read),
	    cmocka_unit_test(unreadable_titles_have_a_problem),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
