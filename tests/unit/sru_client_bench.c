#include "tests/unit/sru_client_bench.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

void open_bench(struct bench *b, const struct sru_client_options *options)
{
	static const struct sru_client_options plain = {.path = "/sru"};

	memset(b, 0, sizeof *b);
	b->arena = arena_create(0, NULL);
	b->client = sru_client_create(options ? options : &plain);
}

void close_bench(struct bench *b)
{
	sru_client_destroy(b->client);
	arena_destroy(b->arena);
}

const char *put(struct bench *b, const struct sru_ask *ask)
{
	sru_client_ask(b->client, b->arena, ask, &b->sent);
	return b->sent.target;
}

const char *put_search(struct bench *b, unsigned long start, unsigned long count)
{
	return put(b, &(struct sru_ask){.operation = SRU_SEARCH,
			  .query = "dc.title = \"air mata\"",
			  .start = start,
			  .count = count});
}

enum sru_take take_bytes(
    struct bench *b, int status, const char *type, const char *bytes, size_t length)
{
	/* As it came: nothing behind it that a reader might lean on. */
	char *copy = malloc(length ? length : 1);
	struct sru_arrived arrived = {status, type, copy, length};
	enum sru_take take;

	if (length)
		memcpy(copy, bytes, length);
	take = sru_client_take(b->client, b->arena, &b->sent, &arrived, &b->taken);
	free(copy);
	return take;
}

enum sru_take take(struct bench *b, const char *body)
{
	return take_bytes(b, 200, "text/xml; charset=utf-8", body, strlen(body));
}

/* A search for up to three records from the first, and its answer. */
enum sru_take search(struct bench *b, const char *body)
{
	put_search(b, 1, 3);
	return take(b, body);
}

void assert_bytes(const struct reply_record *record, const char *text)
{
	assert_non_null(record->bytes);
	assert_int_equal(record->length, strlen(text));
	assert_memory_equal(record->bytes, text, record->length);
	assert_true(record->is_xml);
}
