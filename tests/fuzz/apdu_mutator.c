#include "fuzz/apdu_mutator.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <yaz/pquery.h>

#include "base/arena.h"
#include "protocol/apdu.h"

#define DEPTH_MAX 64
#define NODES_MAX 4096

/* Of libFuzzer; not there when a corpus is only replayed. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

/* An element of BER. */
struct node {
	struct node *next, *first; /* beside it, inside it */
	uint8_t identifier[4];
	size_t identifier_length;
	bool constructed, indefinite;
	const uint8_t *content; /* when primitive */
	size_t length;
};

struct forest {
	struct arena *arena;
	unsigned seed;
	struct node root; /* the messages are inside it */
	struct node **all;
	struct node **parents;
	size_t count;
};

static unsigned draw(struct forest *f, size_t below)
{
	f->seed = f->seed * 1664525u + 1013904223u;
	return below ? (f->seed >> 8) % (unsigned)below : 0;
}

/* ---- reading ---- */

static const uint8_t *read_identifier(const uint8_t *at, const uint8_t *end, struct node *node)
{
	const uint8_t *begin = at;

	if (at == end)
		return NULL;
	node->constructed = *at & 0x20;
	if ((*at++ & 0x1F) == 0x1F)
		do
			if (at == end || at - begin > 2)
				return NULL;
		while (*at++ & 0x80);
	node->identifier_length = (size_t)(at - begin);
	memcpy(node->identifier, begin, node->identifier_length);
	return at;
}

static const uint8_t *read_length(const uint8_t *at, const uint8_t *end, struct node *node)
{
	if (at == end)
		return NULL;

	size_t count = *at & 0x80 ? *at & 0x7F : 0;

	node->indefinite = *at == 0x80;
	node->length = *at++ & 0x80 ? 0 : at[-1];
	if (count > 4 || count > (size_t)(end - at))
		return NULL;
	while (count--)
		node->length = node->length << 8 | *at++;
	if (node->indefinite ? !node->constructed : node->length > (size_t)(end - at))
		return NULL;
	return at;
}

static const uint8_t *read_nodes(
    struct forest *f, const uint8_t *at, const uint8_t *end, struct node *into, size_t depth);

/* The element at `at`; NULL when it is none. */
static const uint8_t *read_node(struct forest *f, const uint8_t *at, const uint8_t *end,
    struct node *parent, struct node **out, size_t depth)
{
	struct node *node = arena_alloc(f->arena, sizeof *node);

	if (f->count == NODES_MAX || depth == DEPTH_MAX || !(at = read_identifier(at, end, node)) ||
	    !(at = read_length(at, end, node)))
		return NULL;
	f->parents[f->count] = parent;
	f->all[f->count++] = node;
	*out = node;
	if (!node->constructed) {
		node->content = at;
		return at + node->length;
	}
	if (!node->indefinite)
		return read_nodes(f, at, at + node->length, node, depth) == at + node->length
			   ? at + node->length
			   : NULL;
	at = read_nodes(f, at, end, node, depth);
	return at && end - at >= 2 ? at + 2 : NULL;
}

/* Until the end, or end-of-contents octets. */
static const uint8_t *read_nodes(
    struct forest *f, const uint8_t *at, const uint8_t *end, struct node *into, size_t depth)
{
	struct node **last = &into->first;

	while (at && at < end) {
		if (into->indefinite && end - at >= 2 && !at[0] && !at[1])
			return at;
		at = read_node(f, at, end, into, last, depth + 1);
		if (at)
			last = &(*last)->next;
	}
	return into->indefinite ? NULL : at;
}

/* ---- writing ---- */

static size_t content_size(const struct node *node);

static size_t length_size(const struct node *node, size_t content)
{
	return node->indefinite ? 3 : content < 128 ? 1 : 5;
}

static size_t node_size(const struct node *node)
{
	size_t content = content_size(node);

	return node->identifier_length + length_size(node, content) + content;
}

static size_t content_size(const struct node *node)
{
	size_t size = 0;

	if (!node->constructed)
		return node->length;
	for (const struct node *child = node->first; child; child = child->next)
		size += node_size(child);
	return size;
}

static uint8_t *write_node(const struct node *node, uint8_t *out)
{
	size_t size = content_size(node);

	memcpy(out, node->identifier, node->identifier_length);
	out += node->identifier_length;
	if (node->indefinite) {
		*out++ = 0x80;
	} else if (size < 128) {
		*out++ = (uint8_t)size;
	} else {
		*out++ = 0x84;
		for (int shift = 24; shift >= 0; shift -= 8)
			*out++ = (uint8_t)(size >> shift);
	}
	if (!node->constructed && size)
		memcpy(out, node->content, size);
	if (!node->constructed)
		out += size;
	for (const struct node *child = node->first; node->constructed && child;
	     child = child->next)
		out = write_node(child, out);
	if (node->indefinite) {
		*out++ = 0;
		*out++ = 0;
	}
	return out;
}

/* ---- changing elements ---- */

static struct node **link_to(struct forest *f, size_t index)
{
	struct node **at = &f->parents[index]->first;

	while (*at && *at != f->all[index])
		at = &(*at)->next;
	return at;
}

static void cut(struct forest *f, size_t index)
{
	struct node **at = link_to(f, index);

	if (*at)
		*at = (*at)->next;
}

static void repeat(struct forest *f, size_t index)
{
	static const unsigned counts[] = {1, 1, 2, 7, 40};
	unsigned count = counts[draw(f, 5)];

	while (count--) {
		struct node *copy = arena_memdup(f->arena, f->all[index], sizeof *copy);

		f->all[index]->next = copy;
	}
}

/* Another element in its place. It may hold itself no more than once: a copy of the old one. */
static void replace(struct forest *f, size_t index, const struct node *by)
{
	struct node *copy = arena_memdup(f->arena, by, sizeof *copy);
	struct node **at = link_to(f, index);

	if (!*at)
		return;
	copy->next = (*at)->next;
	*at = copy;
}

static bool holds(const struct node *node, const struct node *other)
{
	if (node == other)
		return true;
	for (const struct node *child = node->constructed ? node->first : NULL; child;
	     child = child->next)
		if (holds(child, other))
			return true;
	return false;
}

static void transplant(struct forest *f, size_t index)
{
	const struct node *from = f->all[draw(f, f->count)];

	if (!holds(from, f->all[index]))
		replace(f, index, from);
}

static void nest(struct forest *f, size_t index)
{
	static const unsigned depths[] = {1, 3, 50, 600};
	struct node *inner = f->all[index], **at = link_to(f, index);
	unsigned depth = depths[draw(f, 4)];

	if (!*at)
		return;

	struct node *rest = inner->next, *node = inner;

	inner->next = NULL;
	while (depth--) {
		struct node *outer = arena_alloc(f->arena, sizeof *outer);

		*outer = (struct node){.first = node,
		    .identifier = {0xA1},
		    .identifier_length = 1,
		    .constructed = true};
		node = outer;
	}
	node->next = rest;
	*at = node;
}

static void rename_tag(struct forest *f, size_t index)
{
	struct node *node = f->all[index];
	unsigned tag = draw(f, 216), form = node->constructed ? 0x20 : 0;

	if (draw(f, 8) == 0) { /* a universal one */
		node->identifier[0] = (uint8_t)(form | draw(f, 31));
		node->identifier_length = 1;
	} else if (tag < 31) {
		node->identifier[0] = (uint8_t)(0x80 | form | tag);
		node->identifier_length = 1;
	} else {
		node->identifier[0] = (uint8_t)(0x80 | form | 0x1F);
		node->identifier_length = tag < 128 ? 2 : 3;
		node->identifier[1] = (uint8_t)(tag < 128 ? tag : 0x80 | tag >> 7);
		node->identifier[2] = tag & 0x7F;
	}
}

static void set_content(struct forest *f, struct node *node, const void *bytes, size_t length)
{
	node->content = arena_memdup(f->arena, bytes, length ? length : 1);
	node->length = length;
}

/* Numbers at their ends, names of sets and databases, texts of other encodings. */
static void set_value(struct forest *f, struct node *node)
{
	static const struct {
		const char *bytes;
		size_t length;
	} values[] = {{"", 0}, {"\0", 1}, {"\x01", 1}, {"\xFF", 1}, {"\x7F\xFF\xFF\xFF", 4},
	    {"\x80\0\0\0", 4}, {"\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8}, {"default", 7},
	    {"union", 5}, {"\xC3\x28\xA0\xFF", 4}, {"a\0b", 3}, {"%s%n", 4},
	    {"\x2A\x86\x48\xCE\x13\x03\x01", 7}, {"\x2A\x86\x48\xCE\x13\x05\x0A", 7},
	    {"\x2A\x86\x48\xCE\x13\x0A\x87\x68\x51\x05", 10}};
	size_t i = draw(f, sizeof values / sizeof *values);

	set_content(f, node, values[i].bytes, values[i].length);
}

static void scramble(struct forest *f, struct node *node)
{
	size_t room = node->length + 64;
	uint8_t *bytes = arena_alloc(f->arena, room);

	if (node->length)
		memcpy(bytes, node->content, node->length);
	if (LLVMFuzzerMutate) {
		node->length = LLVMFuzzerMutate(bytes, node->length, room);
	} else if (node->length) {
		bytes[draw(f, node->length)] ^= (uint8_t)(1u << draw(f, 8));
	}
	node->content = bytes;
}

static void change_element(struct forest *f)
{
	size_t index = draw(f, f->count);
	struct node *node = f->all[index];

	switch (draw(f, node->constructed ? 7 : 12)) {
	case 0: cut(f, index); break;
	case 1: repeat(f, index); break;
	case 2: transplant(f, index); break;
	case 3: nest(f, index); break;
	case 4: rename_tag(f, index); break;
	case 5: node->indefinite = node->constructed && !node->indefinite; break;
	case 6: /* its own second half is gone */
		if (node->constructed && node->first)
			node->first->next = NULL;
		break;
	case 7:
	case 8:
	case 9: set_value(f, node); break;
	default: scramble(f, node); break;
	}
}

/* ---- requests, by the codec ---- */

static Odr_int any_number(struct forest *f)
{
	static const Odr_int numbers[] = {
	    0, 1, 2, 10, 100, -1, 255, 65536, 2147483647, 2147483648, -2147483648};

	return numbers[draw(f, sizeof numbers / sizeof *numbers)];
}

static char *any_name(struct forest *f, ODR odr)
{
	static const char *const names[] = {"default", "1", "union", "", "ugm", "B", "marcxml"};

	return odr_strdup(odr, names[draw(f, sizeof names / sizeof *names)]);
}

static Z_RPNQuery *any_query(struct forest *f, ODR odr)
{
	static const char *const queries[] = {"air", "@attr 1=4 air",
	    "@and @attr 1=1003 a @set default", "@attr 5=1 @attr 4=2 @attr 2=3 air",
	    "@prox 0 1 1 2 k 2 a b", "@attr 1=title @attr 7=1 x", "@attrset exp-1 @attr 1=1 x",
	    "@not @or a b @attr 1=31 @attr 2=1 1990"};
	YAZ_PQF_Parser parser = yaz_pqf_create();
	Z_RPNQuery *query =
	    yaz_pqf_parse(parser, odr, queries[draw(f, sizeof queries / sizeof *queries)]);

	yaz_pqf_destroy(parser);
	return query;
}

static void alter_search(struct forest *f, ODR odr, Z_SearchRequest *search)
{
	*search->smallSetUpperBound = any_number(f);
	*search->largeSetLowerBound = any_number(f);
	*search->mediumSetPresentNumber = any_number(f);
	if (draw(f, 2))
		search->resultSetName = any_name(f, odr);
	if (!search->num_databaseNames || draw(f, 3) == 0) {
		search->num_databaseNames = 1;
		search->databaseNames = odr_malloc(odr, sizeof *search->databaseNames);
		search->databaseNames[0] = any_name(f, odr);
	}
	if (!search->query || draw(f, 2)) {
		search->query = odr_malloc(odr, sizeof *search->query);
		search->query->which = draw(f, 2) ? Z_Query_type_1 : Z_Query_type_101;
		search->query->u.type_1 = any_query(f, odr);
	}
}

static void alter_scan(struct forest *f, ODR odr, Z_ScanRequest *scan)
{
	if (!scan->num_databaseNames) {
		scan->num_databaseNames = 1;
		scan->databaseNames = odr_malloc(odr, sizeof *scan->databaseNames);
		scan->databaseNames[0] = any_name(f, odr);
	}
	if (!scan->termListAndStartPoint) {
		YAZ_PQF_Parser parser = yaz_pqf_create();

		scan->termListAndStartPoint =
		    yaz_pqf_scan(parser, odr, &scan->attributeSet, "@attr 1=4 air");
		yaz_pqf_destroy(parser);
	}
	*scan->numberOfTermsRequested = any_number(f);
	scan->stepSize = odr_intdup(odr, any_number(f));
	scan->preferredPositionInResponse = odr_intdup(odr, any_number(f));
}

static void alter_fields(struct forest *f, ODR odr, Z_APDU *apdu)
{
	switch (apdu->which) {
	case Z_APDU_initRequest:
		*apdu->u.initRequest->preferredMessageSize = any_number(f);
		*apdu->u.initRequest->maximumRecordSize = any_number(f);
		ODR_MASK_SET(apdu->u.initRequest->options, (int)draw(f, 16));
		break;
	case Z_APDU_searchRequest: alter_search(f, odr, apdu->u.searchRequest); break;
	case Z_APDU_presentRequest:
		*apdu->u.presentRequest->resultSetStartPoint = any_number(f);
		*apdu->u.presentRequest->numberOfRecordsRequested = any_number(f);
		apdu->u.presentRequest->resultSetId = any_name(f, odr);
		break;
	case Z_APDU_deleteResultSetRequest:
		*apdu->u.deleteResultSetRequest->deleteFunction = any_number(f);
		break;
	case Z_APDU_scanRequest: alter_scan(f, odr, apdu->u.scanRequest); break;
	case Z_APDU_sortRequest: apdu->u.sortRequest->sortedResultSetName = any_name(f, odr); break;
	case Z_APDU_close: *apdu->u.close->closeReason = any_number(f); break;
	default: break;
	}
}

/* As an element of the forest; NULL when the codec will not have it. */
static struct node *encode(struct forest *f, Z_APDU *apdu)
{
	ODR odr = odr_createmem(ODR_ENCODE);
	size_t length = 0;
	const char *bytes = apdu_encode(odr, apdu, &length);
	const uint8_t *copy = bytes ? arena_memdup(f->arena, bytes, length) : NULL;
	struct node *node = NULL;

	odr_destroy(odr);
	if (!copy || !read_node(f, copy, copy + length, &f->root, &node, 0))
		return NULL;
	return node;
}

static size_t pick_message(struct forest *f)
{
	size_t messages[64], count = 0;

	for (size_t i = 0; i < f->count && count < 64; i++)
		if (f->parents[i] == &f->root)
			messages[count++] = i;
	return messages[draw(f, count)];
}

/* Could it be an OID that YAZ 5.34 decodes but must not encode? An arc above 32767 comes out
 * negative, and then ber_oidc writes past its buffer. */
static bool is_odd_oid(const struct node *node)
{
	for (size_t i = 1; i < node->length; i++)
		if (node->content[i - 1] & 0x80 && node->content[i] & 0x80)
			return true;
	return !node->length;
}

static bool can_be_encoded(const struct node *node)
{
	if (!node->constructed)
		return !is_odd_oid(node);
	for (const struct node *child = node->first; child; child = child->next)
		if (!can_be_encoded(child))
			return false;
	return true;
}

/* A message decoded, changed in its fields, and encoded again. */
static void change_fields(struct forest *f)
{
	size_t index = pick_message(f), size = node_size(f->all[index]);
	uint8_t *bytes = arena_alloc(f->arena, size);
	ODR odr = odr_createmem(ODR_DECODE);
	struct node *made = NULL;
	const char *why;
	Z_APDU *apdu = NULL;

	write_node(f->all[index], bytes);
	if (can_be_encoded(f->all[index]))
		apdu = apdu_decode(odr, bytes, size, &why);
	if (apdu) {
		alter_fields(f, odr, apdu);
		made = encode(f, apdu);
	}
	odr_destroy(odr);
	if (made)
		replace(f, index, made);
}

/* A request of its own, behind one that is there. */
static void add_request(struct forest *f)
{
	static const int kinds[] = {Z_APDU_initRequest, Z_APDU_searchRequest, Z_APDU_searchRequest,
	    Z_APDU_presentRequest, Z_APDU_deleteResultSetRequest, Z_APDU_scanRequest, Z_APDU_close};
	size_t index = pick_message(f);
	ODR odr = odr_createmem(ODR_ENCODE);
	Z_APDU *apdu = zget_APDU(odr, kinds[draw(f, sizeof kinds / sizeof *kinds)]);
	struct node *made;

	alter_fields(f, odr, apdu);
	made = encode(f, apdu);
	odr_destroy(odr);
	if (!made)
		return;
	made->next = f->all[index]->next;
	f->all[index]->next = made;
}

size_t apdu_mutate(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	struct forest f = {.arena = arena_create(0, NULL), .seed = seed};
	size_t result = 0, made;

	f.all = arena_array(f.arena, NODES_MAX, sizeof *f.all);
	f.parents = arena_array(f.arena, NODES_MAX, sizeof *f.parents);
	if (read_nodes(&f, data, data + size, &f.root, 0) && f.count) {
		f.root.constructed = true;
		for (unsigned times = 1 + draw(&f, 3); times--;)
			switch (draw(&f, 6)) {
			case 0: change_fields(&f); break;
			case 1: add_request(&f); break;
			default: change_element(&f); break;
			}
		made = content_size(&f.root);
		if (made && made <= most) {
			uint8_t *bytes = arena_alloc(f.arena, made), *end = bytes;

			for (const struct node *node = f.root.first; node; node = node->next)
				end = write_node(node, end);
			memcpy(data, bytes, made);
			result = made;
		}
	}
	arena_destroy(f.arena);
	return result;
}
