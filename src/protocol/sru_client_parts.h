#ifndef SILANG_PROTOCOL_SRU_CLIENT_PARTS_H
#define SILANG_PROTOCOL_SRU_CLIENT_PARTS_H
/* What the files of sru_client share; nobody else includes this. */
#include <libxml/tree.h>
#include "protocol/sru_client.h"

/* What a server may refuse to be told (enough of a question is left without each). */
enum {
	LEFT_PACKING = 1,   /* recordPacking, recordXMLEscaping */
	LEFT_VIA = 2,	    /* x-silang-via */
	LEFT_SCHEMA = 4,    /* recordSchema */
	LEFT_OPERATION = 8, /* operation of explain: the bare base URL is one */
	USE_POST = 16,	    /* its URLs must be shorter still */
	NO_POST = 32,
	LEFT_DEADLINE = 64 /* x-deadline */
};

#define SRU_SCHEMAS_MAX 6
/* Which schema a request asked for: place in the list, and which list. */
#define SRU_SCHEMA_PLACES 16

struct sru_client {
	struct arena *arena; /* lives as long as it does */
	const char *path;    /* without parameters */
	char *moved;	     /* the path in its place, NULL */
	bool moved_secure;
	unsigned moved_port;
	const char *own; /* its parameters, without SRU's; "" none */
	bool fixed;
	enum sru_version version;
	unsigned tried; /* versions that were refused, a bit for each */
	/* Schemas in the order of preference, by the names the server has for them; the last may be
	 * NULL: none is named. */
	const char *schemas[SRU_SCHEMAS_MAX];
	size_t nschemas, schema; /* `schema`: the one in use */
	unsigned list;		 /* counts the lists there have been */
	bool own_schema;	 /* configured */
	unsigned left_out;
	bool mute; /* it does not explain itself */
	msec_t mute_until;
	struct arena *learned; /* holds `explained` */
	struct sru_explained *explained;
};

/* sru_client_schema.c: the schemas to try with a server of which nothing is known. */
void sru_client_guess_schemas(struct sru_client *client);
/* The next one, since that of the request was refused. False when there is none. */
bool sru_client_next_schema(struct sru_client *client, unsigned sent);
unsigned sru_client_schema_number(const struct sru_client *client);

/* An answer, as its parts. */
struct sru_document {
	struct arena *arena;
	const struct sru_sent *sent;
	struct sru_taken *out;
	const xmlNode *answer;	  /* the response element; NULL: none */
	bool refused_schema;	  /* records there were, but not in the schema asked for */
	const xmlNode *zeerex;	  /* SRU_EXPLAIN: the <explain> element */
	xmlDocPtr inner;	  /* the document it is in, when it came as text */
	enum sru_version version; /* of the answer */
	bool has_version;
};

/* sru_client_text.c: the bytes of an answer as a tree. False with `why`: what it is instead. */
bool sru_client_parse(struct arena *arena, const struct sru_arrived *arrived, xmlDocPtr *document,
    char why[DIAG_DETAILS_MAX]);
/* Text for people: clean, on one line. */
void sru_client_say(char out[DIAG_DETAILS_MAX], const char *text);

/* sru_client_read.c: the reply in a tree. False with out->detail: it is no SRU answer. */
bool sru_client_read(struct sru_document *document, const xmlDoc *tree);
/* A <diagnostic> element. */
void sru_client_read_diagnostic(
    struct arena *arena, const xmlNode *node, struct reply_diagnostic *out);

/* sru_client_notice.c: what is to be told beside an answer that was taken. */
void sru_client_read_notice(struct sru_document *document);

/* sru_client_records.c */
void sru_client_read_records(struct sru_document *document);
/* The text of an element below: serialised, or as it came escaped. NULL when there is nothing. */
char *sru_client_data(struct arena *arena, const xmlNode *data, size_t *length);

/* sru_client_explain.c */
void sru_client_learn_explain(struct sru_client *client, const xmlNode *zeerex);

#endif
