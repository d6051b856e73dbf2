#ifndef SILANG_PROTOCOL_ZSERVER_PARTS_H
#define SILANG_PROTOCOL_ZSERVER_PARTS_H
/* What the files of zserver share; nobody else includes this. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaz/proto.h>
#include "protocol/apdu.h"
#include "protocol/frame.h"
#include "protocol/queue.h"
#include "protocol/zserver.h"

enum zserver_state { ZSERVER_NEW, ZSERVER_ASKED, ZSERVER_READY, ZSERVER_BUSY, ZSERVER_SHUT };

struct zserver {
	struct zserver_options options;
	enum zserver_state state;
	bool told; /* the end was told */
	struct queue input, output;
	struct frame frame;

	/* Agreed upon in Init. */
	bool version3, segments;
	size_t preferred, exceptional; /* message and record sizes */

	/* The request outstanding; NULL when there is none, so that an idle association is small.
	 */
	ODR decode;
	Z_APDU *request;
	struct zserver_event *event; /* in the decoder's memory */
	struct zserver_event closed; /* the last one */
};

/* zserver_request.c: the APDU as an event, in the memory of server->decode; false when it is none
 * that a target takes. */
bool zserver_read(struct zserver *server, Z_APDU *apdu, struct zserver_event *event);

/* zserver_facets.c */
void zserver_read_facets(ODR odr, const Z_SearchRequest *request, struct zserver_search *search);
void zserver_set_facets(
    ODR encode, Z_OtherInformation **info, const struct zserver_facet_terms *facets, size_t count);

/* zserver.c: encodes into the output queue and ends the stream. */
void zserver_queue(struct zserver *server, ODR encode, Z_APDU *apdu);
/* An APDU of this kind with the outstanding request's reference. */
Z_APDU *zserver_apdu(struct zserver *server, ODR encode, int which);
/* The outstanding request is answered. */
void zserver_answered(struct zserver *server, enum zserver_state state);

/* zserver_records.c */
Z_DefaultDiagFormat *zserver_default_diag(
    const struct zserver *server, ODR encode, const struct zserver_diagnostic *diagnostic);
Z_DiagRec *zserver_diag_record(
    const struct zserver *server, ODR encode, const struct zserver_diagnostic *diagnostic);
Z_Records *zserver_diag_records(
    const struct zserver *server, ODR encode, const struct zserver_diagnostic *diagnostic);
/* Records encoded one by one, as far as they fit into one message or, with `segments`, into
 * several, each of which but the last is sent at once. */
struct zserver_packed {
	Z_Records *records; /* of the (last) message */
	size_t count;	    /* in all messages */
	size_t last;	    /* in the last */
	bool cut;	    /* some did not fit */
};
void zserver_pack(struct zserver *server, ODR encode, const struct zserver_records *records,
    bool segments, struct zserver_packed *out);

#endif
