#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

struct diag_row {
	int srw;
	int bib1;
	const char *message;
};

/* SRU numbers and texts: the SRU diagnostics list. Bib-1 numbers: Z39.50 ERR.1, chosen so that a
 * Z39.50 client is told the same thing, not merely a number that exists. */
static const struct diag_row rows[DIAG_COUNT] = {
    [DIAG_NONE] = {0, 0, "No error"},
    [DIAG_GENERAL] = {1, 1, "General system error"},
    [DIAG_UNAVAILABLE] = {2, 2, "System temporarily unavailable"},
    [DIAG_AUTHENTICATION] = {3, 1011, "Authentication error"},
    [DIAG_OPERATION] = {4, 3, "Unsupported operation"},
    [DIAG_VERSION] = {5, 1, "Unsupported version"},
    [DIAG_PARAMETER_VALUE] = {6, 1, "Unsupported parameter value"},
    [DIAG_PARAMETER_MISSING] = {7, 1, "Mandatory parameter not supplied"},
    [DIAG_PARAMETER_UNSUPPORTED] = {8, 1, "Unsupported parameter"},
    [DIAG_QUERY_SYNTAX] = {10, 108, "Query syntax error"},
    [DIAG_QUERY_TYPE] = {11, 107, "Unsupported query type"},
    [DIAG_QUERY_TOO_LONG] = {12, 11, "Too many characters in query"},
    [DIAG_PARENTHESES] = {13, 108, "Invalid or unsupported use of parentheses"},
    [DIAG_QUOTES] = {14, 108, "Invalid or unsupported use of quotes"},
    [DIAG_CONTEXT_SET] = {15, 121, "Unsupported context set"},
    [DIAG_INDEX] = {16, 114, "Unsupported index"},
    [DIAG_INDEX_COMBINATION] = {17, 123, "Unsupported combination of index and index"},
    [DIAG_INDEXES_COMBINED] = {18, 123, "Unsupported combination of indexes"},
    [DIAG_RELATION] = {19, 117, "Unsupported relation"},
    [DIAG_RELATION_MODIFIER] = {20, 117, "Unsupported relation modifier"},
    [DIAG_RELATION_COMBINATION] = {21, 123, "Unsupported combination of relation modifiers"},
    [DIAG_RELATION_INDEX] = {22, 123, "Unsupported combination of relation and index"},
    [DIAG_TERM_TOO_LONG] = {23, 11, "Too many characters in term"},
    [DIAG_TERM_RELATION] = {24, 123, "Unsupported combination of relation and term"},
    [DIAG_SPECIAL_CHARACTERS] = {25, 125, "Special characters not quoted in term"},
    [DIAG_NON_SPECIAL_ESCAPED] = {26, 125, "Non special character escaped in term"},
    [DIAG_EMPTY_TERM] = {27, 124, "Empty term unsupported"},
    [DIAG_MASKING] = {28, 120, "Masking character not supported"},
    [DIAG_MASKED_TOO_SHORT] = {29, 127, "Masked words too short"},
    [DIAG_MASKING_MANY] = {30, 127, "Too many masking characters in term"},
    [DIAG_ANCHORING] = {31, 119, "Anchoring character not supported"},
    [DIAG_ANCHORING_POSITION] = {32, 119, "Anchoring character in unsupported position"},
    [DIAG_ANCHORING_COMBINATION] = {33, 123,
	"Combination of proximity/adjacency and anchoring characters not supported"},
    [DIAG_ANCHORING_MASKING] = {34, 123,
	"Combination of masking and anchoring characters not supported"},
    [DIAG_STOP_WORDS] = {35, 4, "Term contains only stopwords"},
    [DIAG_TERM_FORMAT] = {36, 126, "Term in invalid format for index or relation"},
    [DIAG_BOOLEAN] = {37, 110, "Unsupported boolean operator"},
    [DIAG_BOOLEANS_MANY] = {38, 6, "Too many boolean operators in query"},
    [DIAG_PROXIMITY] = {39, 201, "Proximity not supported"},
    [DIAG_PROX_RELATION] = {40, 129, "Unsupported proximity relation"},
    [DIAG_PROX_DISTANCE] = {41, 129, "Unsupported proximity distance"},
    [DIAG_PROX_UNIT] = {42, 132, "Unsupported proximity unit"},
    [DIAG_PROX_ORDERING] = {43, 129, "Unsupported proximity ordering"},
    [DIAG_PROX_COMBINATION] = {44, 129, "Unsupported combination of proximity modifiers"},
    [DIAG_BOOLEAN_MODIFIER] = {46, 110, "Unsupported boolean modifier"},
    [DIAG_CANNOT_PROCESS] = {47, 3, "Cannot process query; reason unknown"},
    [DIAG_QUERY_FEATURE] = {48, 3, "Query feature unsupported"},
    [DIAG_RESULT_SETS] = {50, 22, "Result sets not supported"},
    [DIAG_RESULT_SET_UNKNOWN] = {51, 30, "Result set does not exist"},
    [DIAG_PARTIAL] = {59, 33, "Result set created with valid partial results available"},
    [DIAG_OUT_OF_RANGE] = {61, 13, "First record position out of range"},
    [DIAG_RECORD_RETRIEVAL] = {63, 14, "System error in retrieving records"},
    [DIAG_RECORD_UNAVAILABLE] = {64, 14, "Record temporarily unavailable"},
    [DIAG_RECORD_MISSING] = {65, 1028, "Record does not exist"},
    [DIAG_SCHEMA_UNKNOWN] = {66, 1066, "Unknown schema for retrieval"},
    [DIAG_SCHEMA_RECORD] = {67, 238, "Record not available in this schema"},
    [DIAG_NOT_AUTHORISED] = {68, 1070, "Not authorized to send record"},
    [DIAG_RECORD_TOO_LARGE] = {70, 17, "Record too large to send"},
    [DIAG_PACKING] = {71, 1, "Unsupported record packing"},
    [DIAG_XPATH] = {72, 24, "XPath retrieval unsupported"},
    [DIAG_SORT] = {80, 207, "Sort not supported"},
    [DIAG_SORT_SEQUENCE] = {82, 207, "Unsupported sort sequence"},
    [DIAG_SORT_KEYS_MANY] = {84, 211, "Too many sort keys supplied"},
    [DIAG_SORT_SCHEMA] = {87, 207, "Unsupported sort schema"},
    [DIAG_SORT_PATH] = {88, 207, "Unsupported path for sort"},
    [DIAG_SORT_DIRECTION] = {90, 214, "Unsupported direction value"},
    [DIAG_SORT_CASE] = {91, 215, "Unsupported case value"},
    [DIAG_SORT_MISSING] = {92, 213, "Unsupported missing value action"},
    [DIAG_STYLESHEETS] = {110, 1, "Stylesheets not supported"},
    [DIAG_SCAN_POSITION] = {120, 233, "Response position out of range"},
    [DIAG_SCAN_TERMS] = {121, 1029, "Too many terms requested"},
    [DIAG_DATABASE] = {235, 235, "Database does not exist"},
    [DIAG_DATABASE_DENIED] = {236, 236, "Access to specified database denied"},
};

bool diag_set(struct diag *diag, enum diag_id id, const char *format, ...)
{
	va_list args;

	if (!diag)
		return false;
	diag->id = id;
	va_start(args, format);
	int length = vsnprintf(diag->details, sizeof diag->details, format, args);
	va_end(args);
	if (length >= (int)sizeof diag->details)
		diag->details[text_cut(
		    diag->details, strlen(diag->details), sizeof diag->details - 1)] = '\0';
	return false;
}

void diag_clear(struct diag *diag)
{
	diag->id = DIAG_NONE;
	diag->details[0] = '\0';
}

int diag_srw(enum diag_id id)
{
	return rows[id].srw;
}

enum diag_id diag_of_srw(int number)
{
	for (size_t id = DIAG_NONE + 1; id < sizeof rows / sizeof *rows; id++)
		if (rows[id].srw == number)
			return (enum diag_id)id;
	return DIAG_NONE;
}

int diag_bib1(enum diag_id id)
{
	return rows[id].bib1;
}

enum diag_id diag_of_bib1(int bib1)
{
	for (int id = DIAG_NONE + 1; id < DIAG_COUNT; id++)
		if (rows[id].bib1 == bib1)
			return (enum diag_id)id;
	return DIAG_CANNOT_PROCESS;
}

const char *diag_message(enum diag_id id)
{
	return rows[id].message;
}
