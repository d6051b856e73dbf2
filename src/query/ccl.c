#include "query/ccl.h"

#include <yaz/ccl.h>
#include <yaz/diagbib1.h>
#include <yaz/oid_db.h>
#include <yaz/yaz-ccl.h>

#include "query/rpn.h"
#include "query/rpn_term.h"

/* Of ISO 8777 annex A and of YAZ's own sample; s=al: several words are asked for each by itself
 * (and), s=pw: one is a word, several a phrase. t=l,r: ? at an end is truncation. */
static const struct {
	const char *name, *attributes;
} qualifiers[] = {
    {"term", "s=al t=l,r"},
    {"any", "1=1016 s=al t=l,r"},
    {"kw", "1=1016 s=al t=l,r"},
    {"ti", "1=4 s=al t=l,r"},
    {"title", "1=4 s=al t=l,r"},
    {"tip", "1=4 4=1 t=l,r"},
    {"au", "1=1003 s=al t=l,r"},
    {"author", "1=1003 s=al t=l,r"},
    {"su", "1=21 s=al t=l,r"},
    {"subject", "1=21 s=al t=l,r"},
    {"pb", "1=1018 s=al t=l,r"},
    {"pu", "1=1018 s=al t=l,r"},
    {"se", "1=5 s=al t=l,r"},
    {"py", "1=31 r=o"},
    {"date", "1=31 r=o"},
    {"la", "1=54"},
    {"isbn", "1=7"},
    {"issn", "1=8"},
    {"id", "1=12"},
};

/* YAZ's parser recurses at brackets and has no bound of its own. */
static bool is_flat_enough(const char *text)
{
	int depth = 0, deepest = 0;

	for (; *text; text++) {
		depth += (*text == '(') - (*text == ')');
		if (depth > deepest)
			deepest = depth;
	}
	return deepest <= QUERY_DEPTH_MAX;
}

bool cclq_parse(ODR odr, const char *text, Z_RPNQuery **out, struct rpn_fault *fault)
{
	CCL_bibset set;
	struct ccl_rpn_node *tree;
	int error = 0, at = 0;

	if (!is_flat_enough(text))
		return rpn_fault_set(fault, YAZ_BIB1_TOO_MANY_BOOLEAN_OPERATORS,
		    "brackets at most %d deep", QUERY_DEPTH_MAX);
	set = ccl_qual_mk();
	for (size_t i = 0; i < sizeof qualifiers / sizeof *qualifiers; i++)
		ccl_qual_fitem(set, qualifiers[i].attributes, qualifiers[i].name);
	tree = ccl_find_str(set, text, &error, &at);
	*out = NULL;
	if (tree) {
		*out = ccl_rpn_query(odr, tree);
		if (*out && !(*out)->attributeSetId)
			(*out)->attributeSetId = odr_oiddup(odr, yaz_oid_attset_bib_1);
		ccl_rpn_delete(tree);
	}
	ccl_qual_rm(&set);
	if (*out)
		return true;
	return rpn_fault_set(
	    fault, YAZ_BIB1_MALFORMED_QUERY, "%s, at character %d", ccl_err_msg(error), at + 1);
}
