/* Articles and papers: which references mean the same one. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "merge/cluster.h"
#include "merge/doc_private.h"
#include "merge/normalise.h"
#include "tests/unit/merge_support.h"

#define PART .level = BIB_PART
#define CODD PART, .title = "A relational model of data for large shared data banks", .year = 1970
#define TEAM                                                                                       \
	PART, .title = "Reminiscences on influential papers", .author = "Snodgrass, Richard T.",   \
	      .year = 2001

struct pair_case {
	const char *name;
	bool same;
	struct card a, b;
};

static const struct pair_case cases[] = {
    {"initials written as one word", true, {CODD, .author = "Edgar F. Codd"},
	{CODD, .author = "Codd EF"}},
    {"and in front", true, {CODD, .author = "Edgar F. Codd"}, {CODD, .author = "EF Codd"}},
    {"all in small letters", true, {CODD, .author = "michael franklin"},
	{CODD, .author = "mj franklin"}},
    {"other initials", false, {CODD, .author = "Smith, JR"}, {CODD, .author = "Smith, KT"}},
    {"a short given name is no initials", false, {CODD, .author = "Jim Gray"},
	{CODD, .author = "John Gray"}},
    {"et al.", true, {CODD, .author = "Codd, Edgar"}, {CODD, .author = "Codd et al."}},
    {"blanks and hyphens", true,
	{PART, .title = "On-line prediction and conversion strategies", .author = "Freund, Y."},
	{PART, .title = "Online prediction and conversion strategies", .author = "Freund, Y."}},
    {"preprint of the year before", true,
	{CODD, .author = "Codd, E.", .host = "Communications of the ACM"},
	{PART, .title = "A relational model of data for large shared data banks",
	    .author = "Codd, E.", .year = 1969, .host = "arXiv preprint"}},
    {"abbreviated journal", true,
	{CODD, .author = "Codd, E.", .host = "J. Am. Soc. Inf. Sci.", .host_part = "13(6)"},
	{CODD, .author = "Codd, E.",
	    .host = "Journal of the American Society for Information Science"}},
    {"the proceedings and the journal", false,
	{CODD, .author = "Codd, E.", .host = "Proceedings of the Symposium on Theory"},
	{CODD, .author = "Codd, E.", .host = "Journal of Logic"}},
    {"two journals", false, {CODD, .author = "Codd, E.", .host = "Annals of Internal Medicine"},
	{CODD, .author = "Codd, E.", .host = "Journal of Clinical Epidemiology"}},
    {"an academy's proceedings are a journal", true,
	{CODD, .author = "Codd, E.", .host = "Proceedings of the IEEE", .host_part = "63(9)"},
	{CODD, .author = "Codd, E.", .host = "Proceedings of the IEEE"}},
    {"an acronym says nothing", true, {CODD, .author = "Codd, E.", .host = "CACM"},
	{CODD, .author = "Codd, E.", .host = "Communications of the ACM"}},
    {"the same pages, though the years differ", true,
	{CODD, .author = "Codd, E.", .host_part = "13(6), p. 377-387"},
	{PART, .title = "A relational model of data for large shared data banks",
	    .author = "Codd, E.", .year = 1973, .host_part = "p. 377-87"}},
    {"other pages, and the years differ", false,
	{CODD, .author = "Codd, E.", .host_part = "13(6), p. 377-387"},
	{PART, .title = "A relational model of data for large shared data banks",
	    .author = "Codd, E.", .year = 1983, .host_part = "26(1), p. 64-69"}},
    {"editorials of two issues", false,
	{PART, .title = "Editor's notes", .author = "Liu, L.", .year = 2000,
	    .host = "SIGMOD Record", .host_part = "29(1)"},
	{PART, .title = "Editor's notes", .author = "Liu, L.", .year = 2000,
	    .host = "SIGMOD Record", .host_part = "29(3)"}},
    {"slips in two months of a journal", false,
	{PART, .title = "Adaptive numerical integration", .author = "McKeeman, W. M.", .year = 1962,
	    .host = "CACM December, 1962"},
	{PART, .title = "Adaptive nimerical integration", .author = "McKeeman, W. M.", .year = 1963,
	    .host = "CACM April, 1963"}},
    {"a column with other authors", false, {TEAM, .other_author = "Bernstein, Philip A."},
	{PART, .title = "Reminiscences on influential papers", .author = "Ross, Kenneth A.",
	    .other_author = "Snodgrass Smith, Anna", .year = 2001}},
    {"authors in another order", true, {TEAM, .other_author = "Bernstein, Philip A."},
	{PART, .title = "Reminiscences on influential papers", .author = "PA Bernstein",
	    .other_author = "RT Snodgrass", .year = 2001}},
    {"three authors and a slip, without a year", true,
	{PART, .title = "The design and implementation of a sequence database system",
	    .author = "Seshadri, P.", .other_author = "Livny, M.",
	    .third_author = "Ramakrishnan, R."},
	{PART, .title = "The design and implemantation of a sequence database system",
	    .author = "P Seshadri", .other_author = "R Ramakrishnan", .third_author = "M Livny"}},
    {"two authors and a slip, without a year", false,
	{PART, .title = "The design and implementation of a sequence database system",
	    .author = "Seshadri, P.", .other_author = "Livny, M."},
	{PART, .title = "The design and implemantation of a sequence database system",
	    .author = "M Livny", .other_author = "P Seshadri"}},
    {"a reply", false,
	{PART, .title = "Why most findings are false", .author = "Ioannidis, J.", .year = 2007},
	{PART, .title = "Why most findings are false", .subtitle = "author's reply to Goodman",
	    .author = "Ioannidis, J.", .year = 2007}},
    {"a correction", false,
	{PART, .title = "On computable numbers", .author = "Turing, A. M.", .year = 1937},
	{PART, .title = "On computable numbers: a correction", .author = "Turing, A. M.",
	    .year = 1938}},
    {"what corrects in its title is none", true,
	{PART, .title = "Low density codes for error correction", .author = "Gallager",
	    .year = 1962},
	{PART, .title = "Low density codes for error correction", .author = "Gallager",
	    .year = 1962}},
    {"part numbers written in two ways", true,
	{PART, .title = "A calculus of mobile processes, Part II", .author = "Milner, R.",
	    .year = 1992},
	{PART, .title = "A calculus of mobile processes, II", .author = "Milner, R.",
	    .year = 1992}},
    {"two parts", false,
	{PART, .title = "A calculus of mobile processes, I", .author = "Milner, R.", .year = 1992},
	{PART, .title = "A calculus of mobile processes, II", .author = "Milner, R.",
	    .year = 1992}},
    {"without the name before the colon", true,
	{PART, .title = "XFilter", .subtitle = "efficient filtering of XML documents for users",
	    .author = "Altinel, M.", .year = 2000},
	{PART, .title = "Efficient filtering of XML documents for users", .author = "Altinel, M.",
	    .year = 2000}},
    {"one word more is another paper", false,
	{PART, .title = "Parallel mining of association rules in large tables",
	    .author = "Agrawal, R.", .year = 1996},
	{PART, .title = "Mining of association rules in large tables", .author = "Agrawal, R.",
	    .year = 1996}},
    {"an author's name before the title", true,
	{PART, .title = "Mendelzon. Database techniques for the world wide web",
	    .author = "Florescu, D."},
	{PART, .title = "Database techniques for the world wide web", .author = "Florescu, D.",
	    .other_author = "Mendelzon, A."}},
    {"another word before it", false,
	{PART, .title = "Advanced. Database techniques for the world wide web",
	    .author = "Florescu, D."},
	{PART, .title = "Database techniques for the world wide web", .author = "Florescu, D.",
	    .other_author = "Mendelzon, A."}},
    {"a page's number inside the title", true,
	{PART, .title = "Weakly learning 10 forms and queries", .author = "Blum, A.", .year = 1994,
	    .host = "Machine Learning"},
	{PART, .title = "Weakly learning forms and queries", .author = "Blum, A.", .year = 1994,
	    .host = "Machine Learning"}},
    {"a number behind the title", false,
	{PART, .title = "Weakly learning forms and queries 10", .author = "Blum, A.", .year = 1994,
	    .host = "Machine Learning"},
	{PART, .title = "Weakly learning forms and queries", .author = "Blum, A.", .year = 1994,
	    .host = "Machine Learning"}},
    {"the same DOI", true, {PART, .title = "A theory of the learnable", .doi = "doi:10.1/x"},
	{PART, .title = "Theory of the learnable", .doi = "doi:10.1/x"}},
};

static bool share_block(const struct doc *a, const struct doc *b)
{
	for (size_t i = 0; i < a->nblocks; i++)
		for (size_t k = 0; k < b->nblocks; k++)
			if (a->blocks[i] == b->blocks[k])
				return true;
	return false;
}

static void references_are_judged(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *arena = arena_create(0, NULL);
		const struct doc *a = card_doc(arena, &cases[i].a),
				 *b = card_doc(arena, &cases[i].b);
		struct cluster_evidence there, back;

		if (cluster_compare(a, b, MERGE_NORMAL, &there) != cases[i].same)
			fail_msg("%s: %g%s%s", cases[i].name, there.total, there.guard ? ", " : "",
			    there.guard ? there.guard : "");
		if (cases[i].same && !share_block(a, b))
			fail_msg("%s: never compared", cases[i].name);
		cluster_compare(b, a, MERGE_NORMAL, &back);
		assert_true(there.same == back.same && there.nrows == back.nrows);
		arena_destroy(arena);
	}
}

static void places_are_read(void **state)
{
	static const struct {
		const char *text;
		int volume, issue, first, last;
	} rows[] = {{"Vol. 24, no. 3 (Sept. 1970), p. 377-387", 24, 3, 377, 387},
	    {"13(6), 1970, 377-87", 13, 6, 377, 387}, {"24:3<377", 24, 0, 377, 0},
	    {"29, 1985, pp. 35–52", 29, 0, 35, 52}, {"1970, hlm. 5-10", 0, 0, 5, 10},
	    {"Jilid 4, nomor 2, hal. 11", 4, 2, 11, 0}, {"171, p. 737-8.", 171, 0, 737, 738},
	    {"58(13), p. 1915--1933", 58, 13, 1915, 1933}, {"vol. 2(8), p. e124", 2, 8, 124, 0},
	    {"Desember 1985, hlm. 3", 0, 0, 3, 0},
	    {"vol. 123456(70000), p. 105906", 0, 0, 105906, 0}, {"1990-1995", 0, 0, 0, 0},
	    {"p. 99999999999999999999-3", 0, 0, 0, 3}, {"", 0, 0, 0, 0}, {"(", 0, 0, 0, 0}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create(0, NULL);
		const struct doc_host *host =
		    &card_doc(arena, &(struct card){.host_part = rows[i].text})->host;

		if (host->volume != rows[i].volume || host->issue != rows[i].issue ||
		    host->first_page != rows[i].first || host->last_page != rows[i].last)
			fail_msg("%s: %d %d %d %d", rows[i].text, host->volume, host->issue,
			    host->first_page, host->last_page);
		arena_destroy(arena);
	}
}

static void hosts_are_read(void **state)
{
	static const struct {
		const char *name, *part;
		enum doc_host_kind kind;
		unsigned nwords;
	} rows[] = {{"Journal of the ACM", NULL, DOC_HOST_JOURNAL, 0},
	    {"In Proc. 36th Annual Symposium on Foundations of Computer Science", NULL,
		DOC_HOST_MEETING, 3},
	    {"Proceedings of the Royal Society", NULL, DOC_HOST_UNKNOWN, 2},
	    {"Combinatorica", "4(4)", DOC_HOST_JOURNAL, 1},
	    {"Combinatorica", NULL, DOC_HOST_UNKNOWN, 1},
	    {"Lecture Notes in Computer Science", NULL, DOC_HOST_UNKNOWN, 0},
	    {"One two three four five six seven eight nine", NULL, DOC_HOST_UNKNOWN, 6},
	    {"", NULL, DOC_HOST_UNKNOWN, 0}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create(0, NULL);
		const struct card card = {.host = rows[i].name, .host_part = rows[i].part};
		const struct doc_host *host = &card_doc(arena, &card)->host;

		if (host->kind != rows[i].kind || host->nwords != rows[i].nwords)
			fail_msg("%s: %d %d", rows[i].name, host->kind, host->nwords);
		arena_destroy(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(references_are_judged),
	    cmocka_unit_test(places_are_read),
	    cmocka_unit_test(hosts_are_read),
	};

	return cmocka_run_group_tests_name("papers", tests, NULL, NULL);
}
