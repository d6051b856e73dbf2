/* The association's life: options, buffers, messages one by one. */
#include "protocol/zclient_parts.h"

#include <assert.h>
#include <string.h>
#include <yaz/xmalloc.h>

/* A pooled connection holds no more than it needs. */
enum { PREFERRED_MESSAGE = 1 << 20, BUFFER_KEPT = 256 * 1024 };

struct zclient *zclient_create(const struct zclient_options *options)
{
	struct zclient *client = xcalloc(1, sizeof *client);
	struct zclient_options *own = &client->options;

	client->kept = nmem_create();
	client->memory = nmem_create();
	client->decode = odr_createmem(ODR_DECODE);
	client->encode = odr_createmem(ODR_ENCODE);
	*own = *options;
	if (!own->preferred_message)
		own->preferred_message = PREFERRED_MESSAGE;
	if (own->preferred_message > own->message_max)
		own->preferred_message = own->message_max;
	own->user = nmem_strdup_null(client->kept, options->user);
	own->password = nmem_strdup_null(client->kept, options->password);
	own->group = nmem_strdup_null(client->kept, options->group);
	own->implementation_name = nmem_strdup_null(client->kept, options->implementation_name);
	own->implementation_version =
	    nmem_strdup_null(client->kept, options->implementation_version);
	frame_init(&client->frame, options->message_max);
	return client;
}

void zclient_destroy(struct zclient *client)
{
	if (!client)
		return;
	odr_destroy(client->decode);
	odr_destroy(client->encode);
	nmem_destroy(client->memory);
	nmem_destroy(client->kept);
	queue_clear(&client->input);
	queue_clear(&client->output);
	xfree(client);
}

bool zclient_is_ready(const struct zclient *client)
{
	return client->state == ZCLIENT_READY;
}

static size_t held(const struct queue *queue)
{
	return queue_length(queue) ? queue->room : 0;
}

size_t zclient_held(const struct zclient *client)
{
	return held(&client->input) + held(&client->output) + nmem_total(client->memory);
}

/* The last event's memory ends here. */
static void forget_event(struct zclient *client)
{
	if (!client->delivered)
		return;
	client->delivered = false;
	nmem_reset(client->memory);
	client->records = NULL;
	client->nrecords = client->collected = 0;
	client->segments = 0;
	memset(&client->event, 0, sizeof client->event);
}

void zclient_feed(struct zclient *client, const void *bytes, size_t length)
{
	forget_event(client);
	if (client->state != ZCLIENT_SHUT)
		queue_append(&client->input, bytes, length);
}

/* Decodes the message at the head of the input. What was decoded joins the event's memory: the
 * stream itself is free for the next message. */
static const struct zclient_event *take_message(struct zclient *client, size_t size)
{
	uint8_t *bytes = client->input.bytes + client->input.start;
	const struct zclient_event *event = NULL;
	const char *why;
	Z_APDU *apdu = apdu_decode(client->decode, bytes, size, &why);

	client->collected += size;
	if (!apdu)
		event = zclient_fail(client, ZCLIENT_PROTOCOL_ERROR, "%s", why);
	else if (client->collected > client->options.message_max)
		event = zclient_fail(client, ZCLIENT_TOO_LARGE,
		    "segments of more than %zu bytes together", client->options.message_max);
	else
		event = zclient_receive(client, apdu);
	if (client->state == ZCLIENT_CLOSING) /* nobody wants it any more */
		client->collected = 0;
	else
		nmem_transfer(client->memory, odr_getmem(client->decode));
	odr_reset(client->decode);
	queue_consume(&client->input, size, BUFFER_KEPT);
	return event;
}

const struct zclient_event *zclient_next(struct zclient *client)
{
	const struct zclient_event *event = NULL;

	forget_event(client);
	while (!event && client->state != ZCLIENT_SHUT) {
		struct queue *input = &client->input;
		size_t size = 0, length = queue_length(input);

		if (!length)
			return NULL;
		switch (frame_look(&client->frame, input->bytes + input->start, length, &size)) {
		case FRAME_MORE: return NULL;
		case FRAME_MESSAGE: event = take_message(client, size); break;
		case FRAME_GARBAGE:
			event = zclient_fail(
			    client, ZCLIENT_PROTOCOL_ERROR, "bytes that are no Z39.50 message");
			break;
		case FRAME_TOO_LARGE:
			event = zclient_fail(client, ZCLIENT_TOO_LARGE,
			    "a message of more than %zu bytes", client->options.message_max);
			break;
		}
	}
	client->delivered = event != NULL;
	return event;
}

const void *zclient_output(struct zclient *client, size_t *length)
{
	*length = queue_length(&client->output);
	return *length ? client->output.bytes + client->output.start : NULL;
}

void zclient_sent(struct zclient *client, size_t length)
{
	queue_consume(&client->output, length, BUFFER_KEPT);
}

void zclient_queue(struct zclient *client, Z_APDU *apdu, const Odr_any *query)
{
	size_t length = 0;
	const char *bytes =
	    query ? zclient_encode_search(client->encode, apdu->u.searchRequest, query, &length)
		  : apdu_encode(client->encode, apdu, &length);

	assert(bytes); /* our own request lacks something */
	queue_append(&client->output, bytes, length);
	odr_reset(client->encode);
}
