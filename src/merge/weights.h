#ifndef SILANG_MERGE_WEIGHTS_H
#define SILANG_MERGE_WEIGHTS_H
/*
 * Every constant of merging in one place. Evidence is in log-odds, roughly: 1 makes two records
 * about three times likelier to be one publication. Ranking's weights are relative to the sum of
 * the question's word weights (idf). They are fitted on labelled sets; no code knows their values.
 * The values stand in cluster_weights.def and rank_weights.def, which bench/quality/fit writes;
 * only that program is compiled with MERGE_FIT and changes them while it runs.
 */
#define WEIGHT(name, value) .name = value,

/* Evidence for and against two records being the same publication. */
struct cluster_weights {
	double threshold[4]; /* by merge level */
	double isbn, isbn_set /* a set's ISBN on a volume */, isbn_shared /* on different books */,
	    isbn_cancelled, isbn_differs;
	double number /* LCCN, OCLC, national */, number_differs, issn, issn_differs;
	double title /* no likeness of titles weighs more */, title_near /* 5 % of its letters */,
	    title_close /* 10 % */, title_short, title_near_short,
	    title_slip /* one letter, short title */, title_serial, title_alternate,
	    title_words /* most words */, title_similar /* half of them */, title_subtitles,
	    title_conflict;
	double generic; /* factor for titles such as "Poems" */
	double author, author_list /* all of several; no likeness of names weighs more */,
	    author_slip /* one of several words misspelt */, author_near /* misspelt */,
	    author_partial, author_conflict, author_conflict_added;
	double year, year_near, year_other /* of copyright */, year_conflict, year_serial,
	    year_serial_conflict;
	double pages, pages_conflict, publisher, publisher_conflict, series, series_conflict;
	double dated,
	    dated_conflict; /* a note or host item: the same, the same with another date */
	double edition, volume, volume_one_sided, language_conflict;
	/* of parts: the journal or the proceedings that they stand in, and where in them */
	double host, host_conflict, host_pages, host_page, host_pages_conflict, host_issue_conflict;
	double lead_floor; /* two clusters' representatives must score at least this */
};
#ifdef MERGE_FIT
extern struct cluster_weights cluster_weight;
#else
static const struct cluster_weights cluster_weight = {
#include "merge/cluster_weights.def"
};
#endif

#define CLUSTER_LEADERS 32	/* records of a block that the others are compared with */
#define CLUSTER_SHARED_TITLES 3 /* an ISBN on more different titles than this says little */
#define CLUSTER_POSITIVES 2	/* at least so many kinds of evidence must agree */

/* What makes an entry relevant. Fields in the order of enum doc_field. */
struct rank_weights {
	double lexical, fusion, phrase, holdings;
	double field[7];
	double identifier; /* an exact number, in units of one word's idf */
	double k1, b;
	double variant;			 /* a stem or another spelling instead of the word itself */
	double asked_field, other_field; /* factors when the question named a field */
	double fusion_rank, fusion_unknown; /* RRF's constant; order not known to be relevance */
	double fusion_agreement; /* factor of the measured agreement of an order with relevance */
	double exact, exact_alternate, start, contained, pairs_title, pairs_other, one_field;
	double adjacent;     /* factor for neighbours that were asked as a phrase */
	double coordination; /* power of the share of words found */
	double coordination_short,
	    coordination_long; /* full power up to so many words, none from here */
	double idf_min, idf_max, idf_common, idf_prior, idf_pool;
};
#ifdef MERGE_FIT
extern struct rank_weights rank_weight;
#else
static const struct rank_weights rank_weight = {
#include "merge/rank_weights.def"
};
#endif

#endif
