#ifndef SILANG_MERGE_WEIGHTS_H
#define SILANG_MERGE_WEIGHTS_H
/*
 * Every constant of merging in one place. Evidence is in log-odds, roughly: 1 makes two records
 * about three times likelier to be one publication. Ranking's weights are relative to the sum of
 * the question's word weights (idf). They are fitted on labelled sets; no code knows their values.
 */

/* Evidence for and against two records being the same publication. */
static const struct {
	double threshold[4]; /* by merge level */
	double isbn, isbn_set /* a set's ISBN on a volume */, isbn_shared /* on different books */,
	    isbn_cancelled, isbn_differs;
	double number /* LCCN, OCLC, national */, number_differs, issn, issn_differs;
	double title, title_near /* 5 % of its letters */, title_close /* 10 % */, title_short,
	    title_alternate, title_words /* most words */, title_similar /* half of them */,
	    title_subtitles, title_conflict;
	double generic; /* factor for titles such as "Poems" */
	double author, author_partial, author_conflict, author_conflict_added;
	double year, year_near, year_conflict, year_serial, year_serial_conflict;
	double pages, pages_conflict, publisher, publisher_conflict, series, series_conflict;
	double edition, volume, volume_one_sided, language_conflict;
	double lead_floor; /* two clusters' representatives must score at least this */
} cluster_weight = {
    .threshold = {1e9, 7, 5, 4.5},
    .isbn = 6,
    .isbn_set = 2,
    .isbn_shared = 1,
    .isbn_cancelled = 2,
    .isbn_differs = -1,
    .number = 6,
    .number_differs = -0.5,
    .issn = 6,
    .issn_differs = -6,
    .title = 4,
    .title_near = 3,
    .title_close = 1,
    .title_short = 2.5,
    .title_alternate = 3,
    .title_words = 1,
    .title_similar = 0.5,
    .title_subtitles = -1,
    .title_conflict = -6,
    .generic = 0.5,
    .author = 2,
    .author_partial = -1,
    .author_conflict = -3,
    .author_conflict_added = -1.5,
    .year = 1.5,
    .year_near = 0,
    .year_conflict = -4,
    .year_serial = 0.5,
    .year_serial_conflict = -0.5,
    .pages = 1.5,
    .pages_conflict = -2,
    .publisher = 1,
    .publisher_conflict = -0.5,
    .series = 1,
    .series_conflict = -3,
    .edition = 1,
    .volume = 1,
    .volume_one_sided = -4,
    .language_conflict = -3,
    .lead_floor = 0,
};

#define CLUSTER_LEADERS 32	/* records of a block that the others are compared with */
#define CLUSTER_SHARED_TITLES 3 /* an ISBN on more different titles than this says little */
#define CLUSTER_POSITIVES 2	/* at least so many kinds of evidence must agree */

/* What makes an entry relevant. Fields in the order of enum doc_field. */
static const struct {
	double lexical, fusion, phrase, holdings;
	double field[7];
	double identifier; /* an exact number, in units of one word's idf */
	double k1, b;
	double variant;			 /* a stem or another spelling instead of the word itself */
	double asked_field, other_field; /* factors when the question named a field */
	double fusion_rank, fusion_unknown; /* RRF's constant; order not known to be relevance */
	double exact, exact_alternate, start, contained, pairs_title, pairs_other, one_field;
	double adjacent;     /* factor for neighbours that were asked as a phrase */
	double coordination; /* power of the share of words found */
	double coordination_short,
	    coordination_long; /* full power up to so many words, none from here */
	double idf_min, idf_max, idf_common, idf_prior, idf_pool;
} rank_weight = {
    .lexical = 1.0,
    .fusion = 0.5,
    .phrase = 0.35,
    .holdings = 0.05,
    .field = {5, 3, 3, 2, 1, 1, 0.3},
    .identifier = 10,
    .k1 = 4,
    .b = 0.4,
    .variant = 0.6,
    .asked_field = 2,
    .other_field = 0.3,
    .fusion_rank = 60,
    .fusion_unknown = 0.3,
    .exact = 3,
    .exact_alternate = 2.5,
    .start = 1,
    .contained = 2,
    .pairs_title = 0.8,
    .pairs_other = 0.4,
    .one_field = 0.4,
    .adjacent = 1.5,
    .coordination = 2,
    .coordination_short = 3,
    .coordination_long = 8,
    .idf_min = 0.5,
    .idf_max = 8,
    .idf_common = 0.5,
    .idf_prior = 1,
    .idf_pool = 1,
};

#endif
