#ifndef SILANG_PROTOCOL_ZCLIENT_PARTS_H
#define SILANG_PROTOCOL_ZCLIENT_PARTS_H
/* What the files of zclient share; nobody else includes this. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaz/proto.h>
#include "protocol/apdu.h"
#include "protocol/frame.h"
#include "protocol/queue.h"
#include "protocol/zclient.h"

enum zclient_state { ZCLIENT_NEW, ZCLIENT_READY, ZCLIENT_BUSY, ZCLIENT_CLOSING, ZCLIENT_SHUT };

enum zclient_request {
	ZREQUEST_INIT,
	ZREQUEST_SEARCH,
	ZREQUEST_PRESENT,
	ZREQUEST_SCAN,
	ZREQUEST_DELETE
};

struct zclient {
	struct zclient_options options; /* strings in `kept` */
	NMEM kept;
	enum zclient_state state;
	enum zclient_request request; /* outstanding when BUSY */
	char reference[16];	      /* its referenceId */
	unsigned serial;
	unsigned start, asked; /* its records: first position, how many at most */

	struct queue input, output;
	struct frame frame;
	ODR decode, encode;

	NMEM memory;	  /* all that `event` points to, segments collected so far included */
	bool delivered;	  /* `event` was handed out: forget it at the next call */
	size_t collected; /* bytes of the segments in `memory` */
	struct zclient_event event;
	struct reply_record *records;
	size_t nrecords;
	unsigned segments; /* of its response so far */
};

/* zclient.c: encodes into the output queue. `query`: that of a Search request, encoded already;
 * else NULL. */
void zclient_queue(struct zclient *client, Z_APDU *apdu, const Odr_any *query);

/* zclient_query.c: as apdu_encode, a Search request with that query; its own is not looked at, nor
 * is additionalSearchInfo, which we do not send. */
const char *zclient_encode_search(
    ODR odr, Z_SearchRequest *search, const Odr_any *query, size_t *length);

/* zclient_request.c */
void zclient_queue_close(struct zclient *client, Odr_int reason);

/* zclient_reply.c: an APDU that arrived; the event, or NULL when it is none by itself. */
const struct zclient_event *zclient_receive(struct zclient *client, Z_APDU *apdu);
const struct zclient_event *zclient_fail(struct zclient *client, enum zclient_event_type type,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* zclient_records.c: appends what was asked for and no more. */
void zclient_take_records(struct zclient *client, Z_NamePlusRecord *const *list, int count);

/* zclient_scan.c */
const struct zclient_event *zclient_receive_scan(
    struct zclient *client, const Z_ScanResponse *response);

/* zclient_opac.c: the holdings as an opacxml <holdings> element in `memory`; NULL when none. */
char *zclient_holdings_xml(NMEM memory, const Z_OPACRecord *opac, size_t *length);

#endif
