/* A Search request whose query is encoded already. */
#include "protocol/zclient_parts.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

/* Tags of SearchRequest (Z39.50-1995 4.1). */
enum {
	SEARCH_REQUEST = 22,
	SMALL_SET_UPPER_BOUND = 13,
	LARGE_SET_LOWER_BOUND = 14,
	MEDIUM_SET_PRESENT_NUMBER = 15,
	REPLACE_INDICATOR = 16,
	RESULT_SET_NAME = 17,
	DATABASE_NAMES = 18,
	QUERY = 21,
	SMALL_SET_ELEMENT_SET_NAMES = 100,
	MEDIUM_SET_ELEMENT_SET_NAMES = 101,
	PREFERRED_RECORD_SYNTAX = 104,
};

const Odr_any *zclient_encode_query(struct arena *arena, Z_RPNQuery *query)
{
	ODR odr = odr_createmem(ODR_ENCODE);
	Z_Query choice = {.which = Z_Query_type_1, .u.type_1 = query}, *chosen = &choice;
	Odr_any *encoded = arena_alloc(arena, sizeof *encoded);
	bool done = z_Query(odr, &chosen, 0, NULL);
	int size;
	const char *bytes = odr_getbuf(odr, &size, NULL);

	assert(done); /* our own query lacks something */
	(void)done;
	encoded->buf = arena_memdup(arena, bytes, (size_t)size);
	encoded->len = size;
	odr_destroy(odr);
	return encoded;
}

static bool write_bounds(ODR odr, Z_SearchRequest *search)
{
	return odr_implicit_tag(odr, odr_integer, &search->smallSetUpperBound, ODR_CONTEXT,
		   SMALL_SET_UPPER_BOUND, 0, NULL) &&
	       odr_implicit_tag(odr, odr_integer, &search->largeSetLowerBound, ODR_CONTEXT,
		   LARGE_SET_LOWER_BOUND, 0, NULL) &&
	       odr_implicit_tag(odr, odr_integer, &search->mediumSetPresentNumber, ODR_CONTEXT,
		   MEDIUM_SET_PRESENT_NUMBER, 0, NULL);
}

static bool write_names(ODR odr, Z_SearchRequest *search)
{
	return odr_implicit_tag(odr, odr_bool, &search->replaceIndicator, ODR_CONTEXT,
		   REPLACE_INDICATOR, 0, NULL) &&
	       odr_implicit_tag(odr, z_InternationalString, &search->resultSetName, ODR_CONTEXT,
		   RESULT_SET_NAME, 0, NULL) &&
	       odr_implicit_settag(odr, ODR_CONTEXT, DATABASE_NAMES) &&
	       odr_sequence_of(odr, (Odr_fun)z_DatabaseName, &search->databaseNames,
		   &search->num_databaseNames, NULL);
}

static bool write_records_wanted(ODR odr, Z_SearchRequest *search)
{
	return odr_explicit_tag(odr, z_ElementSetNames, &search->smallSetElementSetNames,
		   ODR_CONTEXT, SMALL_SET_ELEMENT_SET_NAMES, 1, NULL) &&
	       odr_explicit_tag(odr, z_ElementSetNames, &search->mediumSetElementSetNames,
		   ODR_CONTEXT, MEDIUM_SET_ELEMENT_SET_NAMES, 1, NULL) &&
	       odr_implicit_tag(odr, odr_oid, &search->preferredRecordSyntax, ODR_CONTEXT,
		   PREFERRED_RECORD_SYNTAX, 1, NULL);
}

const char *zclient_encode_search(
    ODR odr, Z_SearchRequest *search, const Odr_any *query, size_t *length)
{
	Odr_any encoded = *query, *any = &encoded;
	const char *bytes;
	int size;

	if (!odr_implicit_settag(odr, ODR_CONTEXT, SEARCH_REQUEST) ||
	    !odr_sequence_begin(odr, &search, sizeof *search, NULL) ||
	    !z_ReferenceId(odr, &search->referenceId, 1, NULL) || !write_bounds(odr, search) ||
	    !write_names(odr, search) || !write_records_wanted(odr, search) ||
	    !odr_explicit_tag(odr, odr_any, &any, ODR_CONTEXT, QUERY, 0, NULL) ||
	    !z_OtherInformation(odr, &search->otherInfo, 1, NULL) || !odr_sequence_end(odr))
		return NULL;
	bytes = odr_getbuf(odr, &size, NULL);
	*length = (size_t)size;
	return bytes;
}
