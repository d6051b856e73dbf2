#include "query/names.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/text.h"

struct set_row {
	const char *written; /* short name, or the word in an info URI's last part */
	const char *set;
};

static const struct set_row sets[] = {{"cql", "cql"}, {"srw", "cql"}, {"dc", "dc"},
    {"bath", "bath"}, {"rec", "rec"}, {"marc", "marc"}, {"bib", "bib"}, {"bib1", "bib1"},
    {"bib-1", "bib1"}, {"net", "net"}, {"zeerex", "zeerex"}, {"sort", "sort"}, {"rel", "rel"},
    {"relevance", "rel"}, {"pica", "pica"}, {"alma", "alma"}, {"dnb", "dnb"}, {"silang", "silang"}};

/* URIs whose last part does not tell the name, by their beginning. */
static const struct set_row uris[] = {{"http://zing.z3950.org/cql/bath/", "bath"},
    {"http://www.loc.gov/zing/cql/context-sets/bath/", "bath"},
    {"http://www.loc.gov/zing/cql/bath-indexes/", "bath"},
    {"http://www.loc.gov/zing/cql/context-sets/dc/", "dc"},
    {"http://www.loc.gov/zing/cql/dc-indexes/", "dc"}, {"http://purl.org/dc/elements/1.1", "dc"},
    {"http://www.dublincore.org/", "dc"}, {"http://www.loc.gov/zing/cql/context-sets/cql/", "cql"},
    {"http://www.loc.gov/zing/cql/srw-indexes/", "cql"},
    {"http://www.loc.gov/zing/cql/rec-indexes/", "rec"},
    {"http://www.loc.gov/zing/cql/net-indexes/", "net"}, {"http://explain.z3950.org/", "zeerex"},
    {"urn:silang:context-set:silang", "silang"},
    {"http://srw.cheshire3.org/contextsets/rel", "rel"},
    {"http://srw.cheshire3.org/contextsets/rec", "rec"},
    {"http://srw.cheshire3.org/contextsets/net", "net"},
    {"http://srw.cheshire3.org/contextsets/sort", "sort"}};

struct index_row {
	const char *set, *index;
	enum terms_field field;
};

/* In the spelling of the sets' own documents (LoC's context set pages; the Bath profile for SRW).
 */
static const struct index_row indexes[] = {
    {"cql", "serverChoice", TERMS_ANY},
    {"cql", "anywhere", TERMS_ANY},
    {"cql", "keywords", TERMS_ANY},
    {"cql", "anyIndexes", TERMS_ANY},
    {"cql", "allIndexes", TERMS_ANY},
    {"cql", "allRecords", TERMS_OTHER},
    {"cql", "resultSetId", TERMS_OTHER},
    {"dc", "title", TERMS_TITLE},
    {"dc", "creator", TERMS_AUTHOR},
    {"dc", "contributor", TERMS_AUTHOR},
    {"dc", "editor", TERMS_AUTHOR},
    {"dc", "subject", TERMS_SUBJECT},
    {"dc", "description", TERMS_NOTES},
    {"dc", "publisher", TERMS_PUBLISHER},
    {"dc", "date", TERMS_DATE},
    {"dc", "type", TERMS_OTHER},
    {"dc", "format", TERMS_OTHER},
    {"dc", "identifier", TERMS_IDENTIFIER},
    {"dc", "source", TERMS_OTHER},
    {"dc", "language", TERMS_OTHER},
    {"dc", "relation", TERMS_OTHER},
    {"dc", "coverage", TERMS_SUBJECT},
    {"dc", "rights", TERMS_OTHER},
    {"bath", "name", TERMS_AUTHOR},
    {"bath", "personalName", TERMS_AUTHOR},
    {"bath", "corporateName", TERMS_AUTHOR},
    {"bath", "conferenceName", TERMS_AUTHOR},
    {"bath", "uniformTitle", TERMS_TITLE},
    {"bath", "keyTitle", TERMS_TITLE},
    {"bath", "geographicName", TERMS_SUBJECT},
    {"bath", "topicalSubject", TERMS_SUBJECT},
    {"bath", "genreForm", TERMS_SUBJECT},
    {"bath", "isbn", TERMS_IDENTIFIER},
    {"bath", "issn", TERMS_IDENTIFIER},
    {"bath", "lccn", TERMS_IDENTIFIER},
    {"bath", "standardIdentifier", TERMS_IDENTIFIER},
    {"bath", "remoteSystemId", TERMS_IDENTIFIER},
    {"bath", "possessingInstitution", TERMS_OTHER},
    {"bath", "notes", TERMS_NOTES},
    {"bib", "titleSeries", TERMS_SERIES},
    {"bib", "titleAbbreviated", TERMS_TITLE},
    {"bib", "titleTranslated", TERMS_TITLE},
    {"bib", "titleAlternative", TERMS_TITLE},
    {"bib", "edition", TERMS_OTHER},
    {"bib", "originPlace", TERMS_OTHER},
    {"bib", "dateCreated", TERMS_DATE},
    {"bib", "dateModified", TERMS_DATE},
    {"bib", "dateValid", TERMS_DATE},
    {"bib", "dateCopyright", TERMS_DATE},
    {"bib", "issuance", TERMS_OTHER},
    {"bib", "audience", TERMS_OTHER},
    {"bib", "classification", TERMS_OTHER},
    {"bib", "classificationDdc", TERMS_OTHER},
    {"bib", "classificationLcc", TERMS_OTHER},
    {"bib", "callNumber", TERMS_OTHER},
    {"bib", "subjectName", TERMS_SUBJECT},
    {"bib", "subjectTitle", TERMS_SUBJECT},
    {"bib", "subjectOccupation", TERMS_SUBJECT},
    {"bib", "volume", TERMS_OTHER},
    {"bib", "issue", TERMS_OTHER},
    {"bib", "startPage", TERMS_OTHER},
    {"bib", "endPage", TERMS_OTHER},
    {"rec", "identifier", TERMS_IDENTIFIER},
    {"rec", "source", TERMS_OTHER},
    {"rec", "creationDate", TERMS_DATE},
    {"rec", "creationAgentName", TERMS_OTHER},
    {"rec", "lastModificationDate", TERMS_DATE},
    {"rec", "lastModificationAgentName", TERMS_OTHER},
    {"rec", "collectionName", TERMS_OTHER},
    {"rec", "collectionIdentifier", TERMS_OTHER},
    {"net", "host", TERMS_OTHER},
    {"net", "port", TERMS_OTHER},
    {"net", "path", TERMS_OTHER},
    {"net", "protocol", TERMS_OTHER},
    {"net", "version", TERMS_OTHER},
    {"net", "method", TERMS_OTHER},
    {"zeerex", "set", TERMS_OTHER},
    {"zeerex", "index", TERMS_OTHER},
    {"zeerex", "attributeType", TERMS_OTHER},
    {"zeerex", "attributeValue", TERMS_OTHER},
    {"zeerex", "schema", TERMS_OTHER},
    {"zeerex", "recordSyntax", TERMS_OTHER},
    {"zeerex", "supports_relation", TERMS_OTHER},
    {"silang", "format", TERMS_OTHER},
};

struct alias_row {
	const char *written; /* set.index or a bare name */
	const char *set, *index;
};

/* Same meaning, another name: bare names people and scripts use, and the prefixes of K10plus
 * (pica), Alma, the German National Library and BnF (bib.…). An index with a meaning of its own is
 * not here. */
static const struct alias_row aliases[] = {
    {"any", "cql", "anywhere"},
    {"keyword", "cql", "keywords"},
    {"kw", "cql", "keywords"},
    {"woe", "cql", "anywhere"},
    {"dc.anywhere", "cql", "anywhere"},
    {"dc.any", "cql", "anywhere"},
    {"bath.any", "cql", "anywhere"},
    {"bath.serverChoice", "cql", "serverChoice"},
    {"bib.anywhere", "cql", "anywhere"},
    {"pica.all", "cql", "anywhere"},
    {"alma.all_for_ui", "cql", "anywhere"},
    {"dnb.woe", "cql", "anywhere"},
    {"tit", "dc", "title"},
    {"ti", "dc", "title"},
    {"bath.title", "dc", "title"},
    {"bib.title", "dc", "title"},
    {"bib.titleMain", "dc", "title"},
    {"pica.tit", "dc", "title"},
    {"alma.title", "dc", "title"},
    {"dnb.tit", "dc", "title"},
    {"author", "dc", "creator"},
    {"au", "dc", "creator"},
    {"per", "dc", "creator"},
    {"dc.author", "dc", "creator"},
    {"bath.author", "dc", "creator"},
    {"bib.author", "dc", "creator"},
    {"pica.per", "dc", "creator"},
    {"alma.creator", "dc", "creator"},
    {"dnb.per", "dc", "creator"},
    {"bath.editor", "dc", "editor"},
    {"su", "dc", "subject"},
    {"sw", "dc", "subject"},
    {"bath.subject", "dc", "subject"},
    {"bib.subject", "dc", "subject"},
    {"bib.subjectTopical", "bath", "topicalSubject"},
    {"bib.subjectTopic", "bath", "topicalSubject"},
    {"bib.subjectPlace", "bath", "geographicName"},
    {"pica.slw", "dc", "subject"},
    {"pica.sw", "dc", "subject"},
    {"alma.subjects", "dc", "subject"},
    {"dnb.sw", "dc", "subject"},
    {"vlg", "dc", "publisher"},
    {"bath.publisher", "dc", "publisher"},
    {"bib.publisher", "dc", "publisher"},
    {"pica.vlg", "dc", "publisher"},
    {"alma.publisher", "dc", "publisher"},
    {"dnb.vlg", "dc", "publisher"},
    {"year", "dc", "date"},
    {"jhr", "dc", "date"},
    {"bath.publicationDate", "dc", "date"},
    {"bib.publicationDate", "dc", "date"},
    {"bib.dateIssued", "dc", "date"},
    {"pica.ejr", "dc", "date"},
    {"pica.jah", "dc", "date"},
    {"alma.main_pub_date", "dc", "date"},
    {"dnb.jhr", "dc", "date"},
    {"dc.resourceType", "dc", "type"},
    {"bath.resourceType", "dc", "type"},
    {"bib.docType", "dc", "type"},
    {"num", "dc", "identifier"},
    {"dnb.num", "dc", "identifier"},
    {"pica.num", "dc", "identifier"},
    {"dc.resourceIdentifier", "dc", "identifier"},
    {"bib.language", "dc", "language"},
    {"pica.spr", "dc", "language"},
    {"alma.language", "dc", "language"},
    {"bib.name", "bath", "name"},
    {"bib.namePersonal", "bath", "personalName"},
    {"bib.nameCorporate", "bath", "corporateName"},
    {"bib.nameConference", "bath", "conferenceName"},
    {"pica.kor", "bath", "corporateName"},
    {"bib.titleUniform", "bath", "uniformTitle"},
    {"bib.genre", "bath", "genreForm"},
    {"bib.isbn", "bath", "isbn"},
    {"bib.issn", "bath", "issn"},
    {"dc.isbn", "bath", "isbn"},
    {"dc.issn", "bath", "issn"},
    {"pica.isb", "bath", "isbn"},
    {"pica.iss", "bath", "issn"},
    {"alma.isbn", "bath", "isbn"},
    {"alma.issn", "bath", "issn"},
    {"alma.lccn", "bath", "lccn"},
    {"rec.lccn", "bath", "lccn"},
    {"note", "bath", "notes"},
    {"series", "bib", "titleSeries"},
    {"pica.ser", "bib", "titleSeries"},
    {"alma.series", "bib", "titleSeries"},
    {"callNumber", "bib", "callNumber"},
    {"alma.PermanentCallNumber", "bib", "callNumber"},
    {"ddc", "bib", "classificationDdc"},
    {"lcc", "bib", "classificationLcc"},
    {"id", "rec", "identifier"},
    {"idn", "rec", "identifier"},
    {"rec.id", "rec", "identifier"},
    {"bib.recordId", "rec", "identifier"},
    {"pica.ppn", "rec", "identifier"},
    {"alma.mms_id", "rec", "identifier"},
    {"dnb.idn", "rec", "identifier"},
    {"rec.lastModified", "rec", "lastModificationDate"},
    {"cql.any", "cql", "anywhere"},
    {"cql.keyword", "cql", "keywords"},
};

/* Bib-1 use attributes that rank like a known index, for questions asked by number. */
static const struct {
	const char *use;
	enum terms_field field;
} uses[] = {{"4", TERMS_TITLE}, {"5", TERMS_SERIES}, {"6", TERMS_TITLE}, {"33", TERMS_TITLE},
    {"1", TERMS_AUTHOR}, {"2", TERMS_AUTHOR}, {"3", TERMS_AUTHOR}, {"1002", TERMS_AUTHOR},
    {"1003", TERMS_AUTHOR}, {"1004", TERMS_AUTHOR}, {"1005", TERMS_AUTHOR}, {"1006", TERMS_AUTHOR},
    {"1020", TERMS_AUTHOR}, {"21", TERMS_SUBJECT}, {"58", TERMS_SUBJECT}, {"1009", TERMS_SUBJECT},
    {"1075", TERMS_SUBJECT}, {"1079", TERMS_SUBJECT}, {"1018", TERMS_PUBLISHER},
    {"62", TERMS_NOTES}, {"63", TERMS_NOTES}, {"7", TERMS_IDENTIFIER}, {"8", TERMS_IDENTIFIER},
    {"9", TERMS_IDENTIFIER}, {"12", TERMS_IDENTIFIER}, {"1007", TERMS_IDENTIFIER},
    {"30", TERMS_DATE}, {"31", TERMS_DATE}, {"1010", TERMS_ANY}, {"1016", TERMS_ANY},
    {"1017", TERMS_ANY}, {"1035", TERMS_ANY}};

/* MARC tags by their beginning: "24" covers 240 to 249. The longest match counts. */
static const struct {
	const char *tag;
	enum terms_field field;
} tags[] = {{"001", TERMS_IDENTIFIER}, {"010", TERMS_IDENTIFIER}, {"020", TERMS_IDENTIFIER},
    {"022", TERMS_IDENTIFIER}, {"10", TERMS_AUTHOR}, {"11", TERMS_AUTHOR}, {"130", TERMS_TITLE},
    {"21", TERMS_TITLE}, {"24", TERMS_TITLE}, {"260", TERMS_PUBLISHER}, {"264", TERMS_PUBLISHER},
    {"4", TERMS_SERIES}, {"5", TERMS_NOTES}, {"6", TERMS_SUBJECT}, {"70", TERMS_AUTHOR},
    {"71", TERMS_AUTHOR}, {"73", TERMS_TITLE}, {"74", TERMS_TITLE}, {"80", TERMS_SERIES},
    {"81", TERMS_SERIES}, {"83", TERMS_SERIES}};

static const char *find_row(
    const struct set_row *rows, size_t count, const char *name, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(rows[i].written) == length &&
		    strncasecmp(rows[i].written, name, length) == 0)
			return rows[i].set;
	return NULL;
}

/* info:srw/cql-context-set/AUTHORITY/NAME-VERSION, and the same with "context-sets". */
static const char *find_info(const char *uri)
{
	static const char *const heads[] = {
	    "info:srw/cql-context-set/", "info:srw/context-sets/", "info:srw/context-set/"};

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		const char *name;

		if (strncasecmp(uri, heads[i], strlen(heads[i])) != 0)
			continue;
		name = strrchr(uri, '/') + 1;
		return find_row(sets, sizeof sets / sizeof *sets, name, strcspn(name, "-"));
	}
	return NULL;
}

const char *names_find_set(const char *prefix_or_uri)
{
	const char *set =
	    find_row(sets, sizeof sets / sizeof *sets, prefix_or_uri, strlen(prefix_or_uri));

	if (!set)
		set = find_info(prefix_or_uri);
	for (size_t i = 0; !set && i < sizeof uris / sizeof *uris; i++)
		if (strncasecmp(uris[i].written, prefix_or_uri, strlen(uris[i].written)) == 0)
			set = uris[i].set;
	return set;
}

static bool find_alias(
    const char *set, const char *index, const char **set_out, const char **index_out)
{
	size_t prefix = strlen(set);

	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
		const struct alias_row *row = &aliases[i];
		const char *name = row->written;

		if (prefix) {
			if (strncmp(name, set, prefix) != 0 || name[prefix] != '.')
				continue;
			name += prefix + 1;
		}
		if (!text_equal_ignoring_case(name, index))
			continue;
		*set_out = row->set;
		*index_out = row->index;
		return true;
	}
	return false;
}

/* A bare name means the first set of the table that has it: cql, dc, bath, bib, rec. */
static bool find_index(
    const char *set, const char *index, const char **set_out, const char **index_out)
{
	for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++) {
		if (*set ? strcmp(indexes[i].set, set) != 0
			 : indexes[i].set[0] == 'n' || indexes[i].set[0] == 'z')
			continue;
		if (!text_equal_ignoring_case(indexes[i].index, index))
			continue;
		*set_out = indexes[i].set;
		*index_out = indexes[i].index;
		return true;
	}
	return false;
}

bool names_resolve(struct arena *arena, const char *set, const char *index, const char **set_out,
    const char **index_out)
{
	if (find_index(set, index, set_out, index_out) ||
	    find_alias(set, index, set_out, index_out))
		return true;
	*set_out = set;
	*index_out = text_lower(arena, index);
	return strcmp(set, "bib1") == 0 || strcmp(set, "marc") == 0;
}

static enum terms_field tag_field(const char *tag)
{
	enum terms_field field = TERMS_OTHER;
	size_t best = 0;

	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		size_t length = strlen(tags[i].tag);

		if (length <= best || strncmp(tags[i].tag, tag, length) != 0)
			continue;
		best = length;
		field = tags[i].field;
	}
	return field;
}

enum terms_field names_field(const char *set, const char *index)
{
	if (strcmp(set, "marc") == 0)
		return tag_field(index);
	for (size_t i = 0; strcmp(set, "bib1") == 0 && i < sizeof uses / sizeof *uses; i++)
		if (strcmp(uses[i].use, index) == 0)
			return uses[i].field;
	for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++)
		if (strcmp(indexes[i].set, set) == 0 && strcmp(indexes[i].index, index) == 0)
			return indexes[i].field;
	return TERMS_OTHER;
}
