/* ZeeRex (explain records of SRU): what a server says of itself. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/xml_node.h"
#include "protocol/sru_client_parts.h"

#define NAME_MAX_BYTES 200

struct reading {
	struct arena *arena;
	const xmlNode *zeerex;
	struct sru_explained *out;
};

/* A context set's URI, by the short name it has in this record. */
static const char *set_uri(const struct reading *reading, const char *prefix)
{
	const xmlNode *info = xml_node_child(reading->zeerex, "indexInfo");

	for (const xmlNode *n = xml_node_child(info, "set"); n; n = xml_node_next(n, "set")) {
		const char *name = xml_node_attribute(n, "name");
		const char *uri = xml_node_attribute(n, "identifier");

		if (name && uri && text_equal_ignoring_case(name, prefix))
			return arena_strdup(reading->arena, uri);
	}
	return NULL;
}

static bool says(const xmlNode *node, const char *attribute, const char *value)
{
	const char *text = xml_node_attribute(node, attribute);

	return text && strcmp(text, value) == 0;
}

static void read_name(struct reading *reading, const xmlNode *index, const xmlNode *name,
    struct sru_explained_index *out)
{
	const char *prefix = xml_node_attribute(name, "set");
	const char *text = xml_node_text(reading->arena, name, NAME_MAX_BYTES);
	const char *dot = strchr(text, '.');

	if (!*text)
		return;
	/* "dc.title" in full, where it is "title" of the set "dc". */
	if (dot && (!prefix || strncmp(prefix, text, (size_t)(dot - text)) == 0)) {
		prefix = arena_strndup(reading->arena, text, (size_t)(dot - text));
		text = dot + 1;
	}
	*out = (struct sru_explained_index){
	    .prefix = arena_strdup(reading->arena, prefix ? prefix : ""),
	    .name = text,
	    .searches = !says(index, "search", "false"),
	    .scans = says(index, "scan", "true"),
	    .sorts = says(index, "sort", "true"),
	};
	out->set = *out->prefix ? set_uri(reading, out->prefix) : NULL;
	reading->out->nindexes++;
}

static void read_indexes(struct reading *reading)
{
	const xmlNode *info = xml_node_child(reading->zeerex, "indexInfo");
	struct sru_explained_index *indexes =
	    arena_array(reading->arena, SRU_CLIENT_INDEXES_MAX, sizeof *indexes);

	reading->out->indexes = indexes;
	for (const xmlNode *i = xml_node_child(info, "index"); i; i = xml_node_next(i, "index"))
		for (const xmlNode *m = xml_node_child(i, "map"); m; m = xml_node_next(m, "map"))
			for (const xmlNode *n = xml_node_child(m, "name"); n;
			     n = xml_node_next(n, "name"))
				if (reading->out->nindexes < SRU_CLIENT_INDEXES_MAX)
					read_name(reading, i, n, &indexes[reading->out->nindexes]);
}

/* configInfo: supports type="scan" and its like say yes by being there, unless they say no. */
static void read_config(struct reading *reading)
{
	const xmlNode *info = xml_node_child(reading->zeerex, "configInfo");
	struct sru_explained *out = reading->out;

	for (const xmlNode *n = xml_node_child(info, NULL); n; n = xml_node_next(n, NULL)) {
		const char *type = xml_node_attribute(n, "type");
		const char *text = xml_node_text(reading->arena, n, NAME_MAX_BYTES);
		bool yes = strcmp(text, "false") != 0 && strcmp(text, "0") != 0;
		uint64_t number;

		if (!type)
			continue;
		if (xml_node_is(n, "supports") && strcmp(type, "scan") == 0)
			out->scans = yes;
		else if (xml_node_is(n, "supports") && strcmp(type, "sort") == 0)
			out->sorts = yes;
		else if (strcmp(type, "maximumRecords") == 0 &&
			 text_parse_number(text, 1000000, &number))
			out->maximum_records = (unsigned long)number;
	}
}

/* ---- schemas ---- */

enum kind { KIND_MARCXML, KIND_MODS, KIND_DC, KINDS };

/* By identifier or by name; the first that fits decides, so that "marcxml" is no DC. */
static enum kind kind_of(struct arena *arena, const char *text)
{
	static const struct {
		const char *part;
		enum kind kind;
	} parts[] = {{"marcxml", KIND_MARCXML}, {"marc21/slim", KIND_MARCXML},
	    {"marc21slim", KIND_MARCXML}, {"marcxchange", KIND_MARCXML}, {"marc21", KIND_MARCXML},
	    {"mods", KIND_MODS}, {"dc-v1", KIND_DC}, {"dc-schema", KIND_DC}, {"oai_dc", KIND_DC},
	    {"purl.org/dc/", KIND_DC}, {"dublincore", KIND_DC}};
	const char *lower = text ? text_lower(arena, text) : "";

	if (strcmp(lower, "dc") == 0 || strcmp(lower, "srw_dc") == 0)
		return KIND_DC;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strstr(lower, parts[i].part))
			return parts[i].kind;
	return KINDS;
}

static void take_kind(struct sru_client *client, struct reading *reading, enum kind wanted)
{
	const xmlNode *info = xml_node_child(reading->zeerex, "schemaInfo");

	for (const xmlNode *n = xml_node_child(info, "schema"); n; n = xml_node_next(n, "schema")) {
		const char *name = xml_node_attribute(n, "name");
		const char *uri = xml_node_attribute(n, "identifier");
		enum kind kind = kind_of(reading->arena, uri);

		if (kind == KINDS)
			kind = kind_of(reading->arena, name);
		if (kind != wanted || says(n, "retrieve", "false") ||
		    client->nschemas + 2 > SRU_SCHEMAS_MAX)
			continue;
		if (name && *name)
			client->schemas[client->nschemas++] = arena_strdup(reading->arena, name);
		else if (uri && *uri)
			client->schemas[client->nschemas++] = arena_strdup(reading->arena, uri);
	}
}

/* Best first, and at last the server's own choice. None that is known: by trying, as before. */
static void read_schemas(struct sru_client *client, struct reading *reading)
{
	bool *const has[KINDS] = {&reading->out->marcxml, &reading->out->mods, &reading->out->dc};
	size_t before;

	reading->out->has_schemas =
	    xml_node_child(xml_node_child(reading->zeerex, "schemaInfo"), "schema") != NULL;
	if (client->own_schema)
		return;
	client->nschemas = client->schema = 0;
	client->list++;
	for (int kind = 0; kind < KINDS; kind++) {
		before = client->nschemas;
		take_kind(client, reading, (enum kind)kind);
		*has[kind] = client->nschemas > before;
	}
	if (client->nschemas)
		client->schemas[client->nschemas++] = NULL;
	else
		sru_client_guess_schemas(client);
}

/* serverInfo/@version: the highest. Who has but 1.1 is asked in it from the start. */
static void read_version(struct sru_client *client, const struct reading *reading)
{
	const char *version =
	    xml_node_attribute(xml_node_child(reading->zeerex, "serverInfo"), "version");

	if (!client->fixed && version && strcmp(version, "1.1") == 0)
		client->version = SRU_1_1;
}

void sru_client_learn_explain(struct sru_client *client, const xmlNode *zeerex)
{
	struct arena *arena = arena_create(0, NULL);
	struct reading reading = {.arena = arena, .zeerex = zeerex};

	reading.out = arena_alloc(arena, sizeof *reading.out);
	reading.out->scans = reading.out->sorts = -1;
	reading.out->title = xml_node_child_text(
	    arena, xml_node_child(zeerex, "databaseInfo"), "title", NAME_MAX_BYTES);
	read_indexes(&reading);
	read_config(&reading);
	read_schemas(client, &reading);
	read_version(client, &reading);
	arena_destroy(client->learned);
	client->learned = arena;
	client->explained = reading.out;
}
