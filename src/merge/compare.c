/* Two records: guards and evidence. */
#include <stdlib.h>

#include "merge/cluster.h"
#include "merge/compare.h"
#include "merge/doc_private.h"
#include "merge/weights.h"

struct cluster_guard cluster_guard_of(const struct doc *doc)
{
	return (struct cluster_guard){.level = doc->level,
	    .form = doc->form == BIB_MANUSCRIPT ? BIB_TEXT
						: doc->form, /* theses are catalogued as both */
	    .carrier = doc->carrier,
	    .volume = doc->volume,
	    .edition = doc->edition,
	    .is_set = doc->is_set};
}

const char *cluster_guard_conflict(
    const struct cluster_guard *a, const struct cluster_guard *b, enum merge_level level)
{
	if (a->level != b->level)
		return "level";
	if (a->form != b->form && a->form != BIB_FORM_UNKNOWN && b->form != BIB_FORM_UNKNOWN)
		return "form";
	if (a->volume != b->volume && ((a->volume && b->volume) || level == MERGE_STRICT))
		return "volume";
	if ((a->is_set && b->volume) || (b->is_set && a->volume))
		return "volume";
	if (level == MERGE_WORK)
		return NULL;
	if (a->carrier != b->carrier && a->carrier != BIB_CARRIER_UNKNOWN &&
	    b->carrier != BIB_CARRIER_UNKNOWN)
		return "carrier";
	if (a->edition && b->edition && a->edition != b->edition)
		return "edition";
	return NULL;
}

struct cluster_guard cluster_guard_join(struct cluster_guard a, const struct cluster_guard *b)
{
	a.form = a.form == BIB_FORM_UNKNOWN ? b->form : a.form;
	a.carrier = a.carrier == BIB_CARRIER_UNKNOWN ? b->carrier : a.carrier;
	a.volume = a.volume ? a.volume : b->volume;
	a.edition = a.edition ? a.edition : b->edition;
	a.is_set |= b->is_set;
	return a;
}

static void add(struct cluster_evidence *out, const char *name, struct finding found)
{
	if (found.value == 0 || out->nrows == CLUSTER_ROWS_MAX)
		return;
	out->rows[out->nrows++] = (struct cluster_row){name, found.how, found.value};
	out->npositive += found.value > 0;
	out->total += found.value;
}

static struct finding shared_isbn(const struct cluster_pool *pool, const struct doc *a,
    const struct doc *b, uint64_t flags, uint64_t id)
{
	bool on_volume = (flags & DOC_ID_SET) ? a->volume || b->volume : !a->volume != !b->volume;

	if (flags & DOC_ID_WEAK)
		return FINDING(isbn_cancelled, "the same, cancelled");
	if (pool && cluster_pool_is_shared(pool, id))
		return FINDING(isbn_shared, "the same, but it stands on many titles");
	return on_volume ? FINDING(isbn_set, "the same, of a set") : FINDING(isbn, "the same");
}

/* How many strong identifiers of a kind a record has. */
static unsigned count_ids(const struct doc *doc, enum doc_id_kind kind)
{
	unsigned count = 0;

	for (size_t i = 0; i < doc->nids; i++)
		count += DOC_ID_KIND(doc->ids[i]) == kind && !(doc->ids[i] & DOC_ID_WEAK);
	return count;
}

static bool both_have(const struct doc *a, const struct doc *b, enum doc_id_kind kind)
{
	return count_ids(a, kind) && count_ids(b, kind);
}

static struct finding better(struct finding a, struct finding b)
{
	return b.value > a.value ? b : a;
}

/* The best agreement of each kind counts once. */
static void add_identifiers(const struct cluster_pool *pool, const struct doc *a,
    const struct doc *b, struct cluster_evidence *out)
{
	struct finding isbn = NO_FINDING, issn = NO_FINDING, number = NO_FINDING;

	for (size_t i = 0, k = 0; i < a->nids && k < b->nids;) {
		uint64_t x = a->ids[i] & DOC_ID_VALUE, y = b->ids[k] & DOC_ID_VALUE;
		uint64_t flags = (a->ids[i] | b->ids[k]) & ~DOC_ID_VALUE;

		if (x != y) {
			x < y ? i++ : k++;
			continue;
		}
		if (DOC_ID_KIND(x) == DOC_ISBN)
			isbn = better(isbn, shared_isbn(pool, a, b, flags, x));
		else if (DOC_ID_KIND(x) == DOC_ISSN)
			issn = flags & DOC_ID_WEAK ? issn : FINDING(issn, "the same");
		else if (DOC_ID_KIND(x) != DOC_CONTROL)
			number = FINDING(number, "the same");
		i++, k++;
	}
	if (!isbn.how && both_have(a, b, DOC_ISBN))
		isbn = FINDING(isbn_differs, "different");
	if (!issn.how && both_have(a, b, DOC_ISSN))
		issn = FINDING(issn_differs, "different");
	if (!number.how && both_have(a, b, DOC_LCCN))
		number = FINDING(number_differs, "different");
	add(out, "isbn", isbn);
	add(out, "issn", issn);
	add(out, "number", number);
}

static struct finding compare_years(const struct doc *a, const struct doc *b)
{
	int apart = abs(a->year - b->year);

	if (!a->year || !b->year)
		return NO_FINDING;
	if (a->level == BIB_SERIAL || b->level == BIB_SERIAL)
		return apart <= 1 ? FINDING(year_serial, "the same, of a serial")
				  : FINDING(year_serial_conflict, "different, of a serial");
	if (apart == 0)
		return FINDING(year, "the same");
	if (apart == 1 && (a->soft_year || b->soft_year))
		return FINDING(year, "the same Hijri year");
	if (apart == 1)
		return FINDING(year_near, "next to each other");
	if (a->year == b->other_year || b->year == a->other_year ||
	    (a->other_year && a->other_year == b->other_year))
		return FINDING(year_other, "that of copyright or first printing");
	return FINDING(year_conflict, "different");
}

static struct finding compare_pages(const struct doc *a, const struct doc *b)
{
	int apart = abs(a->pages - b->pages), most = a->pages > b->pages ? a->pages : b->pages;

	if (!a->pages || !b->pages)
		return NO_FINDING;
	if (apart <= 5 || apart * 100 <= most * 3)
		return FINDING(pages, apart ? "nearly the same" : "the same");
	return apart * 10 > most ? FINDING(pages_conflict, "different") : NO_FINDING;
}

static struct finding compare_publishers(const struct doc *a, const struct doc *b)
{
	if (!a->npublisher || !b->npublisher)
		return NO_FINDING;
	for (size_t i = 0; i < a->npublisher; i++)
		for (size_t k = 0; k < b->npublisher; k++)
			if (a->publisher[i] == b->publisher[k])
				return FINDING(publisher, "the same or a word of it");
	return FINDING(publisher_conflict, "different");
}

static struct finding compare_series(const struct doc *a, const struct doc *b)
{
	if (!a->series || a->series != b->series || !a->series_volume || !b->series_volume)
		return NO_FINDING;
	return a->series_volume == b->series_volume
		   ? FINDING(series, "the same number")
		   : FINDING(series_conflict, "another number of the same series");
}

/* One statement that agrees outweighs others that do not: a record may have several of a kind. */
static struct finding compare_dated(const struct doc *a, const struct doc *b)
{
	struct finding found = NO_FINDING;

	for (size_t i = 0; i < a->ndated; i++)
		for (size_t k = 0; k < b->ndated; k++) {
			if (a->dated[i].words != b->dated[k].words)
				continue;
			if (a->dated[i].date == b->dated[k].date)
				return FINDING(dated, "the same");
			found = FINDING(dated_conflict, "the same but for its date");
		}
	return found;
}

/* What tells editions of a work apart: left out when works are asked for. */
static void add_edition_evidence(
    const struct doc *a, const struct doc *b, struct cluster_evidence *out)
{
	struct finding dated = compare_dated(a, b), host = compare_hosts(a, b);

	add(out, "year", compare_years(a, b));
	add(out, "pages", compare_pages(a, b));
	add(out, "publisher", compare_publishers(a, b));
	add(out, "series", compare_series(a, b));
	add(out, "host-pages", compare_host_pages(a, b));
	add(out, "host-issue", compare_host_issues(a, b));
	add(out, "statement", dated);
	if (!dated.how || host.value < 0) /* or else the statement has said it */
		add(out, "host", host);
	if (a->edition && a->edition == b->edition)
		add(out, "edition", FINDING(edition, "the same"));
	if (a->language && b->language && a->language != b->language)
		add(out, "language", FINDING(language_conflict, "different"));
}

static void add_evidence_of_statements(
    const struct doc *a, const struct doc *b, enum merge_level level, struct cluster_evidence *out)
{
	if (a->volume || b->volume)
		add(out, "volume",
		    a->volume == b->volume ? FINDING(volume, "the same")
					   : FINDING(volume_one_sided, "only one says"));
	if (level != MERGE_WORK)
		add_edition_evidence(a, b, out);
}

static bool judge_pair(const struct cluster_pool *pool, const struct doc *a, const struct doc *b,
    enum merge_level level, struct cluster_evidence *out)
{
	struct cluster_guard ga = cluster_guard_of(a), gb = cluster_guard_of(b);

	out->guard = cluster_guard_conflict(&ga, &gb, level);
	out->nrows = out->npositive = 0;
	out->by_edition = false;
	out->total = 0;
	out->threshold = cluster_weight.threshold[level];
	add_identifiers(pool, a, b, out);
	add(out, "title", compare_titles(a, b, level));
	add(out, "author", compare_authors(a, b));
	add_evidence_of_statements(a, b, level, out);
	out->same =
	    !out->guard && out->npositive >= CLUSTER_POSITIVES && out->total >= out->threshold;
	return out->same;
}

/* One publication is one work: where the work's own evidence does not suffice, the edition's may.
 */
bool cluster_compare_among(const struct cluster_pool *pool, const struct doc *a,
    const struct doc *b, enum merge_level level, struct cluster_evidence *out)
{
	struct cluster_evidence edition;

	if (judge_pair(pool, a, b, level, out))
		return true;
	if (level != MERGE_WORK || !judge_pair(pool, a, b, MERGE_NORMAL, &edition))
		return false;
	*out = edition;
	out->by_edition = true;
	return true;
}

/* Not even with equal titles would they be the same. Names take longest to compare: they are only
 * when equal ones would still help. */
static bool is_hopeless(const struct cluster_pool *pool, const struct doc *a, const struct doc *b,
    enum merge_level level)
{
	const double rounding = 1e-6; /* the sum is the same in another order */
	double threshold = cluster_weight.threshold[level];
	struct cluster_guard ga = cluster_guard_of(a), gb = cluster_guard_of(b);
	struct cluster_evidence beside;

	if (cluster_guard_conflict(&ga, &gb, level))
		return true;
	beside.nrows = beside.npositive = 0;
	beside.total = cluster_weight.title + rounding;
	add_identifiers(pool, a, b, &beside);
	add_evidence_of_statements(a, b, level, &beside);
	if (beside.total + cluster_weight.author_list < threshold)
		return true;
	add(&beside, "author", compare_authors(a, b));
	return beside.total < threshold;
}

bool cluster_is_hopeless(const struct cluster_pool *pool, const struct doc *a, const struct doc *b,
    enum merge_level level)
{
	return is_hopeless(pool, a, b, level) &&
	       (level != MERGE_WORK || is_hopeless(pool, a, b, MERGE_NORMAL));
}

bool cluster_compare(
    const struct doc *a, const struct doc *b, enum merge_level level, struct cluster_evidence *out)
{
	return cluster_compare_among(NULL, a, b, level, out);
}
