#include "protocol/sru_decode.h"

#include <string.h>
#include <libxml/uri.h>

#include "base/arena.h"
#include "base/text.h"
#include "protocol/sru_facets.h"
#include "protocol/sru_form.h"
#include "protocol/sru_media.h"

#define HIGHEST_VERSION "2.0"
#define NUMBER_MAX INT32_MAX
#define STYLESHEET_MAX 2048
#define VIA_NAMES_MAX 32
#define VIA_NAME_MAX 64

struct reader {
	struct arena *arena;
	struct sru_request *out;
	struct diag diag; /* the first thing wrong */
	const struct sru_pair *pairs;
	size_t npairs;
	bool inferred;	   /* explain, because nothing was asked */
	const char *index; /* of the parameter being read: facetLimit:INDEX; NULL */
};

/* Notes what is wrong, unless something was before. */
static bool refuse(struct reader *r, enum diag_id id, const char *details)
{
	if (r->diag.id == DIAG_NONE)
		diag_set(&r->diag, id, "%s", details);
	return false;
}

static const struct sru_pair *find_pair(const struct reader *r, const char *name)
{
	for (size_t i = 0; i < r->npairs; i++)
		if (strcmp(r->pairs[i].name, name) == 0)
			return &r->pairs[i];
	return NULL;
}

/* ---- One parameter's value. False: 6, unless another diagnostic was noted. ---- */

static bool read_number(const char *value, unsigned long least, unsigned long *out)
{
	uint64_t number;

	if (!text_parse_number(value, NUMBER_MAX, &number) || number < least)
		return false;
	*out = (unsigned long)number;
	return true;
}

static bool is_one_of(const char *value, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(value, *list) == 0)
			return true;
	return false;
}

static const char *unless_empty(const char *value)
{
	return *value ? value : NULL;
}

/* Version, operation and media type are read before the others. */
static bool read_nothing(struct reader *r, const char *value)
{
	return true;
}

static bool read_query(struct reader *r, const char *value)
{
	r->out->query = value;
	return true;
}

static bool read_query_type(struct reader *r, const char *value)
{
	static const char *const known[] = {"cql", "searchTerms", "pqf", NULL};

	for (const char *const *type = known; *type; type++) {
		if (text_equal_ignoring_case(value, *type)) {
			r->out->query_type = *type;
			return true;
		}
	}
	return false;
}

static bool read_start(struct reader *r, const char *value)
{
	return read_number(value, 1, &r->out->start);
}

static bool read_maximum(struct reader *r, const char *value)
{
	r->out->maximum_given = true;
	return read_number(value, 0, &r->out->maximum);
}

static bool read_packing(struct reader *r, const char *value)
{
	static const char *const before[] = {"xml", "string", NULL};
	static const char *const now[] = {"packed", "unpacked", NULL};
	bool two = r->out->version == SRU_2_0;

	if (!is_one_of(value, two ? now : before))
		return refuse(r, DIAG_PACKING, value);
	if (!two)
		r->out->packing_string = strcmp(value, "string") == 0;
	return true;
}

static bool read_escaping(struct reader *r, const char *value)
{
	static const char *const known[] = {"xml", "string", NULL};

	if (!is_one_of(value, known))
		return refuse(r, DIAG_PACKING, value);
	r->out->packing_string = strcmp(value, "string") == 0;
	return true;
}

static bool read_schema(struct reader *r, const char *value)
{
	r->out->schema = unless_empty(value);
	return true;
}

static bool read_xpath(struct reader *r, const char *value)
{
	return !*value || refuse(r, DIAG_XPATH, value);
}

static bool read_ttl(struct reader *r, const char *value)
{
	return read_number(value, 0, &r->out->ttl);
}

static bool read_sort_keys(struct reader *r, const char *value)
{
	r->out->sort_keys = unless_empty(value);
	return true;
}

/* It is echoed for the client's browser to follow: a web address or a relative one, no other
 * scheme. */
static bool is_safe_url(const char *value)
{
	static const char also[] = "-._~:/?#@!$&'()*+,;=%";
	xmlURIPtr uri;
	bool safe;

	if (strlen(value) > STYLESHEET_MAX)
		return false;
	for (const char *p = value; *p; p++)
		if (!(*p >= '0' && *p <= '9') && !(*p >= 'A' && *p <= 'Z') &&
		    !(*p >= 'a' && *p <= 'z') && !strchr(also, *p))
			return false;
	uri = xmlParseURI(value);
	if (!uri)
		return false;
	safe = !uri->scheme || ((text_equal_ignoring_case(uri->scheme, "http") ||
				    text_equal_ignoring_case(uri->scheme, "https")) &&
				   uri->server);
	xmlFreeURI(uri);
	return safe;
}

static bool read_stylesheet(struct reader *r, const char *value)
{
	if (!is_safe_url(value))
		return false;
	r->out->stylesheet = unless_empty(value);
	return true;
}

static bool read_rendered_by(struct reader *r, const char *value)
{
	if (strcmp(value, "server") == 0)
		return refuse(r, DIAG_STYLESHEETS, "renderedBy");
	return strcmp(value, "client") == 0;
}

static bool read_facet_limit(struct reader *r, const char *value)
{
	return sru_facet_list_read(r->arena, r->index, value, 0, &r->out->facet_limit);
}

static bool read_facet_start(struct reader *r, const char *value)
{
	return sru_facet_list_read(r->arena, r->index, value, 1, &r->out->facet_start);
}

static bool read_facet_sort(struct reader *r, const char *value)
{
	struct sru_request *out = r->out;

	return sru_facet_sort_read(
	    value, &out->facet_by_term, &out->facet_descending, &out->facet_case);
}

static bool read_facet_count(struct reader *r, const char *value)
{
	return sru_facet_count_read(r->arena, r->index, value, r->out);
}

static bool read_scan_clause(struct reader *r, const char *value)
{
	r->out->scan_clause = value;
	return true;
}

static bool read_response_position(struct reader *r, const char *value)
{
	return read_number(value, 0, &r->out->response_position);
}

static bool read_maximum_terms(struct reader *r, const char *value)
{
	return read_number(value, 1, &r->out->maximum_terms);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* a,b,c: ids as the configuration has them; whether they exist is not known here. */
static bool read_partners(struct reader *r, const char *value)
{
	const char *p = value;

	r->out->partners = value;
	for (;;) {
		if (!is_letter(*p))
			return false;
		while (is_letter(*p) || (*p >= '0' && *p <= '9') || *p == '_' || *p == '-')
			p++;
		if (!*p)
			return true;
		if (*p++ != ',')
			return false;
	}
}

static bool read_deadline(struct reader *r, const char *value)
{
	return duration_parse(value, &r->out->deadline) && r->out->deadline >= 1;
}

static bool read_dedup(struct reader *r, const char *value)
{
	static const char *const known[] = {"off", "strict", "normal", "work", NULL};

	r->out->dedup = value;
	return is_one_of(value, known);
}

static bool read_explain(struct reader *r, const char *value)
{
	r->out->explain = strcmp(value, "1") == 0;
	return r->out->explain || strcmp(value, "0") == 0;
}

static bool read_partial(struct reader *r, const char *value)
{
	r->out->partial_diagnostic = strcmp(value, "diagnostic") == 0;
	return r->out->partial_diagnostic || strcmp(value, "quiet") == 0;
}

/* Names of gateways with commas between them. It goes out again with every search: nothing else may
 * travel in it, and no question comes through so many gateways honestly. */
static bool read_via(struct reader *r, const char *value)
{
	size_t length = 0, names = 1;

	r->out->via = unless_empty(value);
	for (const char *p = value; *p; p++) {
		bool ends = *p == ',';

		if (!ends && !is_letter(*p) && !(*p >= '0' && *p <= '9') && !strchr("._:-", *p))
			return false;
		names += ends;
		length = ends ? 0 : length + 1;
		if ((ends && (p == value || p[-1] == ',')) || length > VIA_NAME_MAX)
			return false;
	}
	return !*value || (length && names <= VIA_NAMES_MAX);
}

/* ---- The table: PROTOCOLS 1.1 and 1.6, one row a parameter ---- */

enum {
	V11 = 1 << SRU_1_1,
	V12 = 1 << SRU_1_2,
	V20 = 1 << SRU_2_0,
	V1X = V11 | V12,
	VALL = V1X | V20,
	EXPLAIN = 1 << SRU_EXPLAIN,
	SEARCH = 1 << SRU_SEARCH,
	SCAN = 1 << SRU_SCAN,
	ANY = EXPLAIN | SEARCH | SCAN
};

enum { PER_INDEX = 1, REPEATED = 2 }; /* NAME:INDEX is one, too; may be given several times */

struct rule {
	const char *name;
	unsigned versions, operations;
	bool (*read)(struct reader *r, const char *value);
	unsigned how;
};

static const struct rule rules[] = {
    {"operation", VALL, ANY, read_nothing, 0},
    {"version", VALL, ANY, read_nothing, 0},
    {"query", VALL, SEARCH, read_query, 0},
    {"queryType", V20, SEARCH, read_query_type, 0},
    {"startRecord", VALL, SEARCH, read_start, 0},
    {"maximumRecords", VALL, SEARCH, read_maximum, 0},
    {"recordPacking", VALL, SEARCH | EXPLAIN, read_packing, 0},
    {"recordXMLEscaping", V20, SEARCH | EXPLAIN, read_escaping, 0},
    {"recordSchema", VALL, SEARCH, read_schema, 0},
    {"recordXPath", VALL, SEARCH, read_xpath, 0},
    {"resultSetTTL", VALL, SEARCH, read_ttl, 0},
    {"sortKeys", V11 | V20, SEARCH, read_sort_keys, 0},
    {"facetLimit", V20, SEARCH, read_facet_limit, PER_INDEX},
    {"facetStart", V20, SEARCH, read_facet_start, PER_INDEX},
    {"facetSort", V20, SEARCH, read_facet_sort, 0},
    {"facetCount", V20, SEARCH, read_facet_count, PER_INDEX | REPEATED},
    {"stylesheet", VALL, ANY, read_stylesheet, 0},
    {"renderedBy", V20, ANY, read_rendered_by, 0},
    {"httpAccept", V20, ANY, read_nothing, 0},
    {"responseType", V20, ANY, read_nothing, 0},
    {"scanClause", VALL, SCAN, read_scan_clause, 0},
    {"responsePosition", VALL, SCAN, read_response_position, 0},
    {"maximumTerms", VALL, SCAN, read_maximum_terms, 0},
    /* INTERFACE: SRU additions */
    {"x-partners", VALL, ANY, read_partners, 0},
    {"x-deadline", VALL, ANY, read_deadline, 0},
    {"x-dedup", VALL, ANY, read_dedup, 0},
    {"x-explain", VALL, ANY, read_explain, 0},
    {"x-partial", VALL, ANY, read_partial, 0},
    {"x-silang-via", VALL, ANY, read_via, 0},
};

static bool is_named(const struct rule *rule, const char *name)
{
	size_t length = strlen(rule->name);

	return strncmp(rule->name, name, length) == 0 &&
	       (!name[length] || (name[length] == ':' && rule->how & PER_INDEX));
}

static const struct rule *find_rule(const struct reader *r, const char *name)
{
	unsigned version = 1U << r->out->version;
	unsigned operation = r->inferred ? ANY : 1U << r->out->operation;

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (is_named(&rules[i], name))
			return rules[i].versions & version && rules[i].operations & operation
				   ? &rules[i]
				   : NULL;
	return NULL;
}

/* ---- What to answer in ---- */

/* "1.2" and nothing else; at most three digits each. */
static bool parse_version(const char *text, uint64_t *major, uint64_t *minor)
{
	size_t length = strcspn(text, ".");
	char head[4];

	if (length >= sizeof head || text[length] != '.' || strlen(text + length + 1) > 3)
		return false;
	memcpy(head, text, length);
	head[length] = '\0';
	return text_parse_number(head, 999, major) &&
	       text_parse_number(text + length + 1, 999, minor);
}

/* PROTOCOLS 1.4: the version asked, or the highest below it of the same kind. */
static bool choose_version(struct reader *r)
{
	const struct sru_pair *pair = find_pair(r, "version");
	uint64_t major = 0, minor = 0;

	/* A request without one is 2.0 by the letter; with an operation it comes from a 1.x client.
	 */
	r->out->version = find_pair(r, "operation") ? SRU_1_2 : SRU_2_0;
	if (!pair)
		return true;
	if (pair->fault)
		return refuse(r, DIAG_PARAMETER_VALUE, pair->name);
	if (!parse_version(pair->value, &major, &minor))
		return refuse(r, DIAG_VERSION, HIGHEST_VERSION);
	if (major >= 2)
		r->out->version = SRU_2_0;
	else
		r->out->version = major == 1 && minor >= 2 ? SRU_1_2 : SRU_1_1;
	if (major > 2 || major == 0 || (major == 1 && minor == 0))
		return refuse(r, DIAG_VERSION, HIGHEST_VERSION);
	return true;
}

static bool read_operation(struct reader *r, const struct sru_pair *pair)
{
	static const char *const names[] = {
	    [SRU_EXPLAIN] = "explain", [SRU_SEARCH] = "searchRetrieve", [SRU_SCAN] = "scan"};

	r->out->operation = SRU_SEARCH;
	if (pair->fault)
		return refuse(r, DIAG_PARAMETER_VALUE, pair->name);
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(pair->value, names[i]) == 0) {
			r->out->operation = (enum sru_operation)i;
			return true;
		}
	}
	return refuse(r, DIAG_OPERATION, pair->value);
}

static bool choose_operation(struct reader *r)
{
	const struct sru_pair *pair = find_pair(r, "operation");
	bool query = find_pair(r, "query"), clause = find_pair(r, "scanClause");

	if (!pair && !query && !clause) {
		r->out->operation = SRU_EXPLAIN;
		r->inferred = true;
		return true;
	}
	if (!pair) {
		r->out->operation = query ? SRU_SEARCH : SRU_SCAN;
		if (r->out->version != SRU_2_0)
			return refuse(r, DIAG_PARAMETER_MISSING, "operation");
		return !query || !clause || refuse(r, DIAG_PARAMETER_VALUE, "scanClause");
	}
	if (!read_operation(r, pair))
		return false;
	/* 1.x says 8 of the parameter that is not the operation's; 2.0 infers the operation from
	 * it. */
	if (r->out->version == SRU_2_0 && ((query && r->out->operation != SRU_SEARCH) ||
					      (clause && r->out->operation != SRU_SCAN)))
		return refuse(r, DIAG_PARAMETER_VALUE, "operation");
	return true;
}

/* responseType: the schema of the answer, where a media type does not tell enough; or a media type.
 */
static bool read_response_type(const char *value, enum sru_format *format, const char **type)
{
	static const char *const ours[] = {"http://docs.oasis-open.org/ns/search-ws/sruResponse",
	    "http://docs.oasis-open.org/ns/search-ws/scan", NULL};

	return is_one_of(value, ours) || sru_media_choose(value, format, type);
}

/* 1.x answers are always text/xml. In 2.0 the parameters go before the header, which may be
 * ignored. */
static bool choose_format(struct reader *r, const char *accept)
{
	const struct sru_pair *media = find_pair(r, "httpAccept");
	const struct sru_pair *type = find_pair(r, "responseType");
	struct sru_request *out = r->out;
	enum sru_format format = SRU_XML;
	const char *content_type = out->content_type;

	if (out->version != SRU_2_0)
		return true;
	if (media && !sru_media_choose(media->value, &out->format, &out->content_type))
		return refuse(r, DIAG_PARAMETER_VALUE, "httpAccept");
	if (!media && !type && accept)
		sru_media_choose(accept, &out->format, &out->content_type);
	if (!type)
		return true;
	if (!read_response_type(type->value, &format, &content_type) ||
	    (media && format != out->format))
		return refuse(r, DIAG_PARAMETER_VALUE, "responseType");
	if (!media) {
		out->format = format;
		out->content_type = content_type;
	}
	return true;
}

/* ---- All parameters in turn ---- */

static bool is_repeated(const struct reader *r, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(r->pairs[i].name, r->pairs[at].name) == 0)
			return true;
	return false;
}

static bool is_query_text(const char *name)
{
	return strcmp(name, "query") == 0 || strcmp(name, "scanClause") == 0;
}

static bool read_pair(struct reader *r, size_t at, struct sru_parameter *parameters)
{
	const struct sru_pair *pair = &r->pairs[at];
	const struct rule *rule = find_rule(r, pair->name);

	if (!rule && strncmp(pair->name, "x-", 2) == 0)
		return true;
	if (!rule)
		return refuse(r, DIAG_PARAMETER_UNSUPPORTED, pair->name);
	if (pair->fault && is_query_text(pair->name))
		return refuse(r, DIAG_QUERY_SYNTAX, pair->fault);
	r->index = strchr(pair->name, ':') ? strchr(pair->name, ':') + 1 : NULL;
	if (pair->fault || (!(rule->how & REPEATED) && is_repeated(r, at)) ||
	    !rule->read(r, pair->value))
		return refuse(r, DIAG_PARAMETER_VALUE, pair->name);
	parameters[r->out->nparameters++] = (struct sru_parameter){pair->name, pair->value};
	return true;
}

static bool read_pairs(struct reader *r)
{
	struct sru_parameter *parameters = arena_array(r->arena, r->npairs, sizeof *parameters);

	if (r->npairs > SRU_FORM_PAIRS_MAX)
		return refuse(r, DIAG_PARAMETER_UNSUPPORTED, r->pairs[SRU_FORM_PAIRS_MAX].name);
	r->out->parameters = parameters;
	for (size_t i = 0; i < r->npairs; i++)
		if (!read_pair(r, i, parameters))
			return false;
	if (r->out->operation == SRU_SEARCH && !r->out->query)
		return refuse(r, DIAG_PARAMETER_MISSING, "query");
	if (r->out->operation == SRU_SCAN && !r->out->scan_clause)
		return refuse(r, DIAG_PARAMETER_MISSING, "scanClause");
	return true;
}

bool sru_decode_pairs(struct arena *arena, const struct sru_pair *pairs, size_t npairs,
    const char *accept, struct sru_request *out, struct diag *diag)
{
	struct reader r = {.arena = arena, .out = out, .pairs = pairs, .npairs = npairs};

	*out = (struct sru_request){
	    .content_type = "text/xml; charset=utf-8",
	    .query_type = "cql",
	    .start = 1,
	    .maximum = 10,
	    .response_position = 1,
	    .facet_descending = true,
	    .deadline = -1,
	    .partial_diagnostic = -1,
	};
	/* All three, whatever fails: they say what the failure is answered in. */
	bool version = choose_version(&r), operation = choose_operation(&r),
	     format = choose_format(&r, accept);

	if (version && operation && format && read_pairs(&r))
		return true;
	if (diag)
		*diag = r.diag;
	return false;
}

bool sru_decode(struct arena *arena, const char *encoded, size_t length, const char *accept,
    struct sru_request *out, struct diag *diag)
{
	const struct sru_pair *pairs;
	size_t npairs = sru_form_split(arena, encoded, length, &pairs);

	return sru_decode_pairs(arena, pairs, npairs, accept, out, diag);
}
