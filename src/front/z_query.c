#include "front/z_query.h"

#include <string.h>
#include <yaz/diagbib1.h>
#include <yaz/query-charset.h>
#include <yaz/yaz-iconv.h>

#include "base/arena.h"
#include "front/z_op.h"
#include "query/ccl.h"
#include "query/cql.h"
#include "query/rpn.h"
#include "registry/partner.h"

/* ---- text ---- */

static const char *charset_name(enum zserver_charset charset)
{
	switch (charset) {
	case ZCHARSET_LATIN1: return "iso-8859-1";
	case ZCHARSET_MARC8: return "marc-8";
	case ZCHARSET_UTF8:
	case ZCHARSET_NONE: break;
	}
	return NULL;
}

/* Terms in the character set agreed upon become UTF-8, in place. */
static bool convert_terms(
    struct arena *arena, Z_RPNQuery *rpn, enum zserver_charset charset, struct z_fault *fault)
{
	const char *name = charset_name(charset);
	yaz_iconv_t cd = name ? yaz_iconv_open("utf-8", name) : 0;
	ODR odr;
	bool failed;

	if (!cd)
		return true;
	odr = odr_createmem(ODR_DECODE);
	failed = yaz_query_charset_convert_rpnquery_check(rpn, odr, cd) != 0;
	nmem_transfer(arena_nmem(arena), odr_getmem(odr));
	odr_destroy(odr);
	yaz_iconv_close(cd);
	return !failed ||
	       z_fault_set(fault, YAZ_BIB1_QUERY_TERM_INCLUDES_CHARS_THAT_DO_NOT_TRANSLATE_INTO_,
		   "%s", name);
}

static bool check_length(size_t length, struct z_fault *fault)
{
	return length <= QUERY_BYTES_MAX ||
	       z_fault_set(fault, YAZ_BIB1_TOO_MANY_CHARS_IN_SEARCH_STATEMENT, "at most %d",
		   QUERY_BYTES_MAX);
}

/* ---- types ---- */

static bool read_rpn(struct arena *arena, Z_RPNQuery *rpn, enum zserver_charset charset,
    const struct query **out, struct z_fault *fault)
{
	struct rpn_fault reason;

	if (!convert_terms(arena, rpn, charset, fault))
		return false;
	return rpn_to_query(arena, rpn, out, &reason) ||
	       z_fault_set(fault, reason.bib1, "%s", reason.addinfo);
}

static bool read_ccl(struct arena *arena, const Odr_oct *octets, enum zserver_charset charset,
    const struct query **out, struct z_fault *fault)
{
	struct rpn_fault reason;
	Z_RPNQuery *rpn;
	char *text;
	ODR odr;
	bool ok;

	if (!check_length((size_t)octets->len, fault))
		return false;
	text = arena_strndup(arena, octets->buf, (size_t)octets->len);
	odr = odr_createmem(ODR_ENCODE);
	ok = cclq_parse(odr, text, &rpn, &reason);
	nmem_transfer(arena_nmem(arena), odr_getmem(odr));
	odr_destroy(odr);
	if (!ok)
		return z_fault_set(fault, reason.bib1, "%s", reason.addinfo);
	return read_rpn(arena, rpn, charset, out, fault);
}

static bool read_cql(
    struct arena *arena, Z_External *external, struct question *out, struct z_fault *fault)
{
	const char *text = apdu_external(arena_nmem(arena), external, Z_External_CQL);
	struct diag diag = {DIAG_NONE, ""};

	if (!text)
		return z_fault_set(fault, YAZ_BIB1_QUERY_TYPE_UNSUPP, "type-104 other than CQL");
	if (!check_length(strlen(text), fault))
		return false;
	return cqlq_parse(arena, text, CQLQ_1_2, out, &diag) || z_fault_from(fault, &diag);
}

static bool read_type(struct arena *arena, const Z_Query *query, enum zserver_charset charset,
    struct question *out, struct z_fault *fault)
{
	switch (query->which) {
	case Z_Query_type_1: return read_rpn(arena, query->u.type_1, charset, &out->query, fault);
	case Z_Query_type_101:
		return read_rpn(arena, query->u.type_101, charset, &out->query, fault);
	case Z_Query_type_2: return read_ccl(arena, query->u.type_2, charset, &out->query, fault);
	case Z_Query_type_100:
		return read_ccl(arena, query->u.type_100, charset, &out->query, fault);
	case Z_Query_type_104: return read_cql(arena, query->u.type_104, out, fault);
	default:
		return z_fault_set(fault, YAZ_BIB1_QUERY_TYPE_UNSUPP, "%s",
		    query->which == Z_Query_type_102 ? "102" : "0");
	}
}

/* ---- result sets as operands ---- */

static bool set_covers(const struct z_set *set, const struct z_query_place *place)
{
	for (size_t i = 0; i < place->npartners; i++) {
		size_t k = 0;

		while (
		    k < set->npartners && strcmp(set->partners[k]->id, place->partners[i]->id) != 0)
			k++;
		if (k == set->npartners)
			return false;
	}
	return true;
}

bool z_query_set(struct arena *arena, const char *name, const struct z_query_place *place,
    const struct query **out, struct z_fault *fault)
{
	const struct z_set *set = z_sets_find(place->sets, name);
	struct question question;
	struct diag diag = {DIAG_NONE, ""};

	if (!set)
		return z_fault_set(fault, YAZ_BIB1_SPECIFIED_RESULT_SET_DOES_NOT_EXIST, "%s", name);
	if (!set_covers(set, place))
		return z_fault_set(fault, YAZ_BIB1_COMBI_OF_SPECIFIED_DATABASES_UNSUPP,
		    "set %s was made in others", name);
	if (!cqlq_parse(arena, set->query, CQLQ_1_2, &question, &diag))
		return z_fault_from(fault, &diag);
	*out = question.query;
	return true;
}

/* A copy with every set resolved; counts nodes, as sets made of sets grow fast. */
static bool resolve(struct arena *arena, const struct query *query,
    const struct z_query_place *place, const struct query **out, struct z_fault *fault)
{
	const struct query *left, *right;
	struct query *copy;

	switch (query->type) {
	case QUERY_TERM: *out = query; return true;
	case QUERY_SET: return z_query_set(arena, query->name, place, out, fault);
	default: break;
	}
	if (!resolve(arena, query->left, place, &left, fault) ||
	    !resolve(arena, query->right, place, &right, fault))
		return false;
	if (left == query->left && right == query->right) {
		*out = query;
		return true;
	}
	if (query->type == QUERY_PROX)
		return z_fault_set(fault, YAZ_BIB1_PROX_SEARCH_OF_SETS_UNSUPP, "%s", "");
	copy = query_bool(arena, query->type, left, right);
	copy->modifiers = query->modifiers;
	copy->nmodifiers = query->nmodifiers;
	*out = copy;
	return true;
}

static size_t count_nodes(const struct query *query, size_t depth, size_t *deepest)
{
	if (depth > *deepest)
		*deepest = depth;
	if (!query->left)
		return 1;
	return 1 + count_nodes(query->left, depth, deepest) +
	       count_nodes(query->right, depth + 1, deepest);
}

bool z_query_read(struct arena *arena, const Z_Query *query, const struct z_query_place *place,
    struct question *out, struct z_fault *fault)
{
	struct question read = {0};
	size_t deepest = 0;

	if (!read_type(arena, query, place->charset, &read, fault))
		return false;
	*out = read;
	if (!resolve(arena, read.query, place, &out->query, fault))
		return false;
	if (count_nodes(out->query, 0, &deepest) > QUERY_NODES_MAX || deepest > QUERY_DEPTH_MAX)
		return z_fault_set(fault, YAZ_BIB1_TOO_MANY_BOOLEAN_OPERATORS,
		    "at most %d terms and operators, %d deep", QUERY_NODES_MAX, QUERY_DEPTH_MAX);
	return true;
}
