/*
 * A hostile client. The first byte says whether Init is behind us (bit 0) and in what pieces the
 * rest arrives. Every request is read to its last byte and answered; an RPN query is read into the
 * tree.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "fuzz/apdu_mutator.h"
#include "protocol/zserver.h"
#include "query/rpn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
/* Of libFuzzer; not there when a corpus is only replayed. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

static const struct zserver_options options = {
    .request_max = 1 << 16, .message_max = 1 << 16, .scan = true, .sort = true};

/* Init in definite form, versions 1 to 3, all options: what a client in good order sends. */
static const uint8_t init[] = {0xB4, 0x18, 0x83, 0x02, 0x05, 0xE0, 0x84, 0x04, 0x00, 0xFF, 0xFF,
    0xFF, 0x85, 0x03, 0x10, 0x00, 0x00, 0x86, 0x03, 0x10, 0x00, 0x00, 0x9F, 0x6E, 0x01, 0x78};

static volatile size_t sink;

static void read_text(const char *text)
{
	if (text)
		sink += strlen(text);
}

static void read_form(const struct zserver_form *form)
{
	read_text(form->element_set);
	read_text(form->schema);
	read_text(form->syntax_oid);
	if (form->syntax == ZRECORD_UNKNOWN && !form->syntax_oid)
		abort();
}

static void read_query(const Z_Query *query)
{
	struct arena *arena = arena_create(0, NULL);
	const struct query *tree;
	struct rpn_fault fault;

	if (query->which == Z_Query_type_1 || query->which == Z_Query_type_101) {
		if (rpn_to_query(arena, query->u.type_1, &tree, &fault))
			read_text(query_to_cql(arena, tree));
		else if (!fault.bib1)
			abort();
	}
	if (query->which == Z_Query_type_104)
		read_text(apdu_external(arena_nmem(arena), query->u.type_104, Z_External_CQL));
	arena_destroy(arena);
}

static void answer_search(struct zserver *server, const struct zserver_search *search)
{
	struct zserver_record records[] = {
	    {.name = "one", .syntax = ZRECORD_USMARC, .bytes = "record", .length = 6},
	    {.name = "two", .surrogate = {14, "gone"}}};
	struct apdu_subquery shares[] = {{.id = "one", .count = 7}};
	static const struct zserver_facet_term term = {"term", 3};
	struct zserver_facet_terms facets[ZSERVER_FACETS_MAX];

	for (size_t i = 0; i < search->nfacets; i++)
		facets[i] = (struct zserver_facet_terms){&search->facets[i], &term, i % 2};

	read_text(search->set);
	read_text(search->hop_mark);
	for (size_t i = 0; i < search->ndatabases; i++)
		read_text(search->databases[i]);
	for (size_t i = 0; i < search->nfacets; i++)
		read_text(search->facets[i].name);
	read_form(&search->small_form);
	read_form(&search->medium_form);
	read_query(search->query);
	zserver_reply_search(server,
	    &(struct zserver_search_reply){.ok = search->replace,
		.hits = 7,
		.records = {.items = records, .count = 2, .start = 1, .asked = 2, .next = 3},
		.diagnostic = {2, "no"},
		.subqueries = shares,
		.nsubqueries = 1,
		.facets = facets,
		.nfacets = search->nfacets});
}

static void answer_present(struct zserver *server, const struct zserver_present *present)
{
	static char large[3000];
	struct zserver_record records[40];

	for (size_t i = 0; i < 40; i++)
		records[i] = (struct zserver_record){
		    .name = "one", .syntax = ZRECORD_SUTRS, .bytes = large, .length = sizeof large};
	read_text(present->set);
	read_form(&present->form);
	zserver_reply_present(
	    server, &(struct zserver_present_reply){.records = {.items = records,
							.count = 40,
							.start = present->start,
							.asked = present->count}});
}

static void answer_delete(struct zserver *server, const struct zserver_delete *request)
{
	for (size_t i = 0; i < request->nsets; i++)
		read_text(request->sets[i]);
	zserver_reply_delete(server, &(struct zserver_delete_reply){0});
}

static void answer(struct zserver *server, const struct zserver_event *event)
{
	switch (event->type) {
	case ZSERVER_INIT:
		read_text(event->u.init.user);
		read_text(event->u.init.group);
		read_text(event->u.init.password);
		read_text(event->u.init.implementation);
		zserver_accept(server);
		break;
	case ZSERVER_SEARCH: answer_search(server, &event->u.search); break;
	case ZSERVER_PRESENT: answer_present(server, &event->u.present); break;
	case ZSERVER_DELETE: answer_delete(server, &event->u.delete); break;
	case ZSERVER_SCAN:
		zserver_reply_scan(server, &(struct zserver_scan_reply){.status = Z_Scan_failure,
					       .diagnostic = {1025, NULL}});
		break;
	case ZSERVER_SORT:
		for (size_t i = 0; i < event->u.sort.ninputs; i++)
			read_text(event->u.sort.inputs[i]);
		read_text(event->u.sort.output);
		zserver_reply_sort(server, &(struct zserver_sort_reply){.diagnostic = {207, NULL}});
		break;
	case ZSERVER_CLOSED:
		if (!zserver_is_shut(server) || !text_is_utf8(event->detail, strlen(event->detail)))
			abort();
		break;
	}
}

static void drain(struct zserver *server)
{
	const struct zserver_event *event;
	size_t length;

	while ((event = zserver_next(server)))
		answer(server, event);
	zserver_output(server, &length);
	zserver_sent(server, length);
	if (zserver_is_busy(server))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zserver *server;
	size_t piece;

	if (!size)
		return 0;
	server = zserver_create(&options);
	if (data[0] & 1) {
		zserver_feed(server, init, sizeof init);
		drain(server);
	}
	piece = data[0] & 2 ? (size_t)1 + (data[0] >> 2) : size;
	for (size_t at = 1; at < size; at += piece) {
		zserver_feed(server, data + at, size - at < piece ? size - at : piece);
		drain(server);
	}
	if (data[0] & 0x80)
		zserver_close(server, ZCLOSE_SHUTDOWN, "bye");
	zserver_destroy(server);
	return 0;
}

/* Mostly messages that stay messages; now and then bytes, and the first one. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	size_t made = 0;

	if (size > 1 && seed % 8)
		made = apdu_mutate(data + 1, size - 1, most - 1, seed);
	if (made) {
		if (seed % 16 == 1)
			data[0] = (uint8_t)(seed >> 8);
		return 1 + made;
	}
	return LLVMFuzzerMutate ? LLVMFuzzerMutate(data, size, most) : size;
}
