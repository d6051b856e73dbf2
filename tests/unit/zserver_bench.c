#include "unit/zserver_bench.h"

#include <stdlib.h>
#include <string.h>
#include <yaz/pquery.h>

#include "protocol/frame.h"

int bench_setup(void **state)
{
	static const struct zserver_options options = {.request_max = REQUEST_MAX,
	    .message_max = MESSAGE_MAX,
	    .implementation_name = "Test",
	    .implementation_version = "1"};
	struct bench *b = calloc(1, sizeof *b);

	b->server = zserver_create(&options);
	b->encode = odr_createmem(ODR_ENCODE);
	b->decode = odr_createmem(ODR_DECODE);
	*state = b;
	return 0;
}

int bench_teardown(void **state)
{
	struct bench *b = *state;

	zserver_destroy(b->server);
	odr_destroy(b->encode);
	odr_destroy(b->decode);
	free(b->sent);
	free(b);
	return 0;
}

void feed(struct bench *b, Z_APDU *apdu)
{
	size_t length;
	const char *bytes = apdu_encode(b->encode, apdu, &length);

	assert_non_null(bytes);
	zserver_feed(b->server, bytes, length);
	odr_reset(b->encode);
}

static void collect(struct bench *b)
{
	size_t length;
	const void *bytes = zserver_output(b->server, &length);

	if (!length)
		return;
	b->sent = realloc(b->sent, b->length + length);
	memcpy(b->sent + b->length, bytes, length);
	b->length += length;
	zserver_sent(b->server, length);
}

/* The next APDU that came out; NULL: none. */
Z_APDU *answer(struct bench *b)
{
	struct frame frame;
	size_t size = 0;
	const char *why;
	Z_APDU *apdu;

	collect(b);
	frame_init(&frame, 64 << 20);
	if (b->at == b->length)
		return NULL;
	assert_int_equal(
	    frame_look(&frame, b->sent + b->at, b->length - b->at, &size), FRAME_MESSAGE);
	odr_reset(b->decode);
	apdu = apdu_decode(b->decode, b->sent + b->at, size, &why);
	assert_non_null(apdu);
	b->at += size;
	return apdu;
}

Z_APDU *request(struct bench *b, int which, const char *reference)
{
	Z_APDU *apdu = zget_APDU(b->encode, which);

	if (reference)
		*apdu_reference(apdu) =
		    odr_create_Odr_oct(b->encode, reference, (int)strlen(reference));
	return apdu;
}

void check_reference(Z_APDU *apdu, const char *reference)
{
	assert_true(apdu_reference_is(*apdu_reference(apdu), reference, strlen(reference)));
}

/* Versions 1 to 3. */
Z_APDU *init_request(struct bench *b, const char *reference)
{
	Z_APDU *apdu = request(b, Z_APDU_initRequest, reference);

	for (int version = 0; version < 3; version++)
		ODR_MASK_SET(apdu->u.initRequest->protocolVersion, version);
	return apdu;
}

const struct zserver_event *next(struct bench *b, enum zserver_event_type type)
{
	const struct zserver_event *event = zserver_next(b->server);

	assert_non_null(event);
	assert_int_equal(event->type, type);
	return event;
}

/* Init with all options; sizes as given (0: as YAZ says). */
void init(struct bench *b, long preferred, long largest, bool segments)
{
	Z_APDU *apdu = init_request(b, NULL);
	Z_InitRequest *init = apdu->u.initRequest;

	for (int option = 0; option <= Z_Options_stringSchema; option++)
		if (option != Z_Options_level_1Segmentation || segments)
			ODR_MASK_SET(init->options, option);
	if (preferred)
		*init->preferredMessageSize = preferred;
	if (largest)
		*init->maximumRecordSize = largest;
	feed(b, apdu);
	next(b, ZSERVER_INIT);
	zserver_accept(b->server);
	assert_int_equal(*answer(b)->u.initResponse->result, 1);
}

Z_APDU *search_request(struct bench *b, const char *reference, const char *pqf)
{
	Z_APDU *apdu = request(b, Z_APDU_searchRequest, reference);
	Z_SearchRequest *search = apdu->u.searchRequest;
	YAZ_PQF_Parser parser = yaz_pqf_create();

	search->num_databaseNames = 2;
	search->databaseNames = odr_malloc(b->encode, 2 * sizeof(char *));
	search->databaseNames[0] = odr_strdup(b->encode, "ugm");
	search->databaseNames[1] = odr_strdup(b->encode, "uinsuka");
	search->query = odr_malloc(b->encode, sizeof *search->query);
	search->query->which = Z_Query_type_1;
	search->query->u.type_1 = yaz_pqf_parse(parser, b->encode, pqf);
	yaz_pqf_destroy(parser);
	return apdu;
}

void check_close(struct bench *b, enum zserver_reason reason, const char *part)
{
	Z_APDU *apdu = answer(b);

	assert_non_null(apdu);
	assert_int_equal(apdu->which, Z_APDU_close);
	assert_int_equal(*apdu->u.close->closeReason, reason);
	if (part)
		assert_non_null(strstr(apdu->u.close->diagnosticInformation, part));
	assert_true(zserver_is_shut(b->server));
	assert_null(answer(b));
}
