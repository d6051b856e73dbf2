/* The association's life: buffers, messages one by one, its end. */
#include "protocol/zserver_parts.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <yaz/xmalloc.h>

enum {
	INIT_MAX = 64 * 1024, /* before Init nobody is known: no large messages */
	OUTPUT_KEPT = 0	      /* an idle association holds no buffers */
};

struct zserver *zserver_create(const struct zserver_options *options)
{
	struct zserver *server = xcalloc(1, sizeof *server);

	server->options = *options;
	frame_init(
	    &server->frame, options->request_max < INIT_MAX ? options->request_max : INIT_MAX);
	return server;
}

/* The outstanding request's memory ends here. */
static void forget_request(struct zserver *server)
{
	if (server->decode)
		odr_destroy(server->decode);
	server->decode = NULL;
	server->request = NULL;
	server->event = NULL;
}

void zserver_destroy(struct zserver *server)
{
	if (!server)
		return;
	forget_request(server);
	queue_clear(&server->input);
	queue_clear(&server->output);
	xfree(server);
}

void zserver_feed(struct zserver *server, const void *bytes, size_t length)
{
	if (server->state != ZSERVER_SHUT)
		queue_append(&server->input, bytes, length);
}

size_t zserver_waiting(const struct zserver *server)
{
	return queue_length(&server->input);
}

bool zserver_is_amid(const struct zserver *server)
{
	return queue_length(&server->input) > 0 && !zserver_is_busy(server);
}

bool zserver_is_busy(const struct zserver *server)
{
	return server->state == ZSERVER_ASKED || server->state == ZSERVER_BUSY;
}

bool zserver_is_shut(const struct zserver *server)
{
	return server->state == ZSERVER_SHUT;
}

/* ---- output ---- */

void zserver_queue(struct zserver *server, ODR encode, Z_APDU *apdu)
{
	size_t length = 0;
	const char *bytes = apdu_encode(encode, apdu, &length);

	assert(bytes); /* our own reply lacks something */
	queue_append(&server->output, bytes, length);
	odr_destroy(encode);
}

Z_APDU *zserver_apdu(struct zserver *server, ODR encode, int which)
{
	Z_APDU *apdu = zget_APDU(encode, which);
	Z_ReferenceId **reference = apdu_reference(apdu);
	Z_ReferenceId **asked = server->request ? apdu_reference(server->request) : NULL;

	if (reference && asked && *asked)
		*reference = odr_create_Odr_oct(encode, (*asked)->buf, (*asked)->len);
	return apdu;
}

void zserver_answered(struct zserver *server, enum zserver_state state)
{
	assert(zserver_is_busy(server));
	server->state = state;
	forget_request(server);
}

const void *zserver_output(struct zserver *server, size_t *length)
{
	*length = queue_length(&server->output);
	return *length ? server->output.bytes + server->output.start : NULL;
}

void zserver_sent(struct zserver *server, size_t length)
{
	queue_consume(&server->output, length, OUTPUT_KEPT);
}

/* ---- the end ---- */

static void queue_close(struct zserver *server, int reason, const char *text)
{
	ODR encode = odr_createmem(ODR_ENCODE);
	Z_APDU *apdu = zget_APDU(encode, Z_APDU_close);

	*apdu->u.close->closeReason = reason;
	apdu->u.close->diagnosticInformation = odr_strdup_null(encode, text);
	zserver_queue(server, encode, apdu);
}

/* Version 2 has no Close (4.2.1.2): its associations end with their connection. */
static void shut(struct zserver *server, bool say, int reason, const char *text)
{
	if (say && (server->version3 || server->state == ZSERVER_NEW))
		queue_close(server, reason, text);
	server->state = ZSERVER_SHUT;
	queue_clear(&server->input);
	server->closed.type = ZSERVER_CLOSED;
}

void zserver_close(struct zserver *server, enum zserver_reason reason, const char *text)
{
	if (server->state == ZSERVER_SHUT)
		return;
	shut(server, true, reason, text);
	server->told = true; /* whoever closes knows */
}

static const struct zserver_event *fail(
    struct zserver *server, enum zserver_reason reason, const char *text)
{
	snprintf(server->closed.detail, sizeof server->closed.detail, "%s", text);
	shut(server, true, (int)reason, text);
	server->told = true;
	return &server->closed;
}

static const struct zserver_event *closed_by_client(struct zserver *server, const Z_Close *close)
{
	static const char *const reasons[] = {"finished", "shutdown", "system problem",
	    "cost limit", "resources", "security violation", "protocol error", "lack of activity",
	    "peer abort", "unspecified"};
	Odr_int reason = *close->closeReason;
	ODR encode = odr_createmem(ODR_ENCODE);
	Z_APDU *apdu = zget_APDU(encode, Z_APDU_close);

	/* 3.2.11.1.3: a Close is answered by one, with the reference of the other. */
	*apdu->u.close->closeReason =
	    Z_Close_peerAbort; /* responseToPeer, as the standard has it */
	if (close->referenceId)
		apdu->u.close->referenceId =
		    odr_create_Odr_oct(encode, close->referenceId->buf, close->referenceId->len);
	zserver_queue(server, encode, apdu);
	server->closed.by_client = true;
	snprintf(server->closed.detail, sizeof server->closed.detail, "%s",
	    reasons[reason >= 0 && reason <= 9 ? reason : 9]);
	shut(server, false, 0, NULL);
	server->told = true;
	return &server->closed;
}

/* ---- input ---- */

static const struct zserver_event *take(struct zserver *server, Z_APDU *apdu)
{
	bool init = apdu->which == Z_APDU_initRequest;

	if (apdu->which == Z_APDU_close)
		return closed_by_client(server, apdu->u.close);
	/* Trigger-resource-control has no answer of its own (3.2.6.2): an operation goes on. */
	if (apdu->which == Z_APDU_triggerResourceControlRequest && server->state != ZSERVER_NEW)
		return NULL;
	if (init != (server->state == ZSERVER_NEW))
		return fail(
		    server, ZCLOSE_PROTOCOL, init ? "a second Init" : "a request before Init");
	server->event = odr_malloc(server->decode, sizeof *server->event);
	memset(server->event, 0, sizeof *server->event);
	if (!zserver_read(server, apdu, server->event))
		return fail(server, ZCLOSE_PROTOCOL, "not a request that was agreed upon in Init");
	server->request = apdu;
	server->state = init ? ZSERVER_ASKED : ZSERVER_BUSY;
	return server->event;
}

/* Decodes the message at the head of the input; the input's bytes can go then. */
static const struct zserver_event *take_message(struct zserver *server, size_t size)
{
	uint8_t *bytes = server->input.bytes + server->input.start;
	const struct zserver_event *event;
	const char *why;
	Z_APDU *apdu;

	server->decode = odr_createmem(ODR_DECODE);
	apdu = apdu_decode(server->decode, bytes, size, &why);
	event = apdu ? take(server, apdu) : fail(server, ZCLOSE_PROTOCOL, why);
	if (!zserver_is_busy(server))
		forget_request(server);
	if (server->state != ZSERVER_SHUT)
		queue_consume(&server->input, size, 0);
	return event;
}

/* Does the message that waits begin as a Close does ([48], constructed)? */
static bool close_waits(const struct zserver *server)
{
	const struct queue *input = &server->input;

	return queue_length(input) >= 2 && input->bytes[input->start] == 0xBF &&
	       input->bytes[input->start + 1] == 48;
}

/* A Close that comes while a request is outstanding: the client no longer wants its answer. */
static const struct zserver_event *look_for_close(struct zserver *server)
{
	struct zserver_event const *event = NULL;
	struct queue *input = &server->input;
	struct frame frame = server->frame;
	size_t size = 0;
	const char *why;
	Z_APDU *apdu;
	ODR decode;

	if (!close_waits(server) || frame_look(&frame, input->bytes + input->start,
					queue_length(input), &size) != FRAME_MESSAGE)
		return NULL;
	decode = odr_createmem(ODR_DECODE);
	apdu = apdu_decode(decode, input->bytes + input->start, size, &why);
	if (apdu && apdu->which == Z_APDU_close)
		event = closed_by_client(server, apdu->u.close);
	else
		event = fail(server, ZCLOSE_PROTOCOL, "a broken Close");
	odr_destroy(decode);
	return event;
}

const struct zserver_event *zserver_next(struct zserver *server)
{
	const struct zserver_event *event = NULL;

	if (zserver_is_busy(server))
		return look_for_close(server);
	while (!event && server->state != ZSERVER_SHUT && queue_length(&server->input)) {
		struct queue *input = &server->input;
		size_t size = 0;

		switch (frame_look(
		    &server->frame, input->bytes + input->start, queue_length(input), &size)) {
		case FRAME_MORE: return NULL;
		case FRAME_MESSAGE: event = take_message(server, size); break;
		case FRAME_GARBAGE:
			event = fail(server, ZCLOSE_PROTOCOL, "bytes that are no Z39.50 message");
			break;
		case FRAME_TOO_LARGE:
			event = fail(server, ZCLOSE_RESOURCES, "a message above the size accepted");
			break;
		}
	}
	return event;
}
