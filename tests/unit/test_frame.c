#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "protocol/frame.h"

#define LIMIT 4096

static uint32_t seed;

static unsigned random_below(unsigned bound)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % bound;
}

static enum frame_result look(const char *bytes, size_t length, size_t *size)
{
	struct frame frame;

	frame_init(&frame, LIMIT);
	return frame_look(&frame, (const uint8_t *)bytes, length, size);
}

#define LOOK(text, size) look(text, sizeof(text) - 1, size)

static void a_definite_message_is_cut(void **state)
{
	size_t size = 0;

	assert_int_equal(LOOK("\xB4\x03"
			      "abcrest",
			     &size),
	    FRAME_MESSAGE);
	assert_int_equal(size, 5);
	assert_int_equal(LOOK("\xB4\x82\x00\x03"
			      "ab",
			     &size),
	    FRAME_MORE);
	assert_int_equal(LOOK("\xBF\x2D\x01x", &size), FRAME_MESSAGE); /* Segment, tag 45 */
	assert_int_equal(size, 4);
	assert_int_equal(LOOK("\xB4", &size), FRAME_MORE);
	assert_int_equal(LOOK("\xB4\x84\x00", &size), FRAME_MORE);
	assert_int_equal(LOOK("", &size), FRAME_MORE);
}

static void another_protocol_is_known_from_its_first_byte(void **state)
{
	static const char *const others[] = {"H", "S", "\x16\x03", "\x30\x80", "\xA0", "\xFF",
	    "\x94", "\xF4", "\r\n", "\xBF\x01", "\xBF\xFF\xFF"};
	size_t size;

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_int_equal(look(others[i], strlen(others[i]), &size), FRAME_GARBAGE);
	assert_int_equal(look("\0", 1, &size), FRAME_GARBAGE);
}

static void absurd_lengths_are_refused_at_once(void **state)
{
	size_t size;

	assert_int_equal(LOOK("\xB4\x82\x10\x00", &size), FRAME_TOO_LARGE);
	assert_int_equal(LOOK("\xB4\x82\x0F\xFD", &size), FRAME_TOO_LARGE);
	assert_int_equal(LOOK("\xB4\x82\x0F\xFC", &size), FRAME_MORE);
	assert_int_equal(LOOK("\xB4\x84\x7F\xFF\xFF\xFF", &size), FRAME_TOO_LARGE);
	assert_int_equal(LOOK("\xB4\x88\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", &size), FRAME_TOO_LARGE);
	assert_int_equal(LOOK("\xB4\xFE\x01", &size), FRAME_TOO_LARGE);
	assert_int_equal(LOOK("\xB4\xFF\x01", &size), FRAME_GARBAGE);
	/* inside an indefinite length too */
	assert_int_equal(LOOK("\xB4\x80\x04\x82\x0F\xFF", &size), FRAME_TOO_LARGE);
	assert_int_equal(
	    LOOK("\xB4\x80\x04\x88\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE", &size), FRAME_TOO_LARGE);
}

static void indefinite_lengths_are_walked(void **state)
{
	static const char message[] = "\xB4\x80"
				      "\x04\x02\0\0"
				      "\x30\x80\x9F\x81\x01\x01z\0\0"
				      "\x30\x02\0\0"
				      "\0\0";
	size_t size = 0;

	assert_int_equal(LOOK(message, &size), FRAME_MESSAGE);
	assert_int_equal(size, sizeof message - 1);
	assert_int_equal(look(message, sizeof message - 2, &size), FRAME_MORE);
	assert_int_equal(LOOK("\xB4\x80\0\x01", &size), FRAME_GARBAGE);
	assert_int_equal(LOOK("\xB4\x80\0\x80", &size), FRAME_GARBAGE);
	assert_int_equal(LOOK("\xB4\x80\x04\x80", &size), FRAME_GARBAGE); /* primitive */
	assert_int_equal(LOOK("\xB4\x80\x1F\xFF\xFF\xFF\xFF\xFF\xFF", &size), FRAME_GARBAGE);
}

static void depth_is_capped(void **state)
{
	char message[2 * LIMIT] = "\xB4\x80";
	size_t used = 2, size;

	for (unsigned i = 1; i < FRAME_DEPTH_MAX; i++, used += 2)
		memcpy(message + used, "\x30\x80", 2);
	assert_int_equal(look(message, used + 2 * FRAME_DEPTH_MAX, &size), FRAME_MESSAGE);
	assert_int_equal(size, used + 2 * FRAME_DEPTH_MAX);
	memcpy(message + used, "\x30\x80", 2);
	assert_int_equal(look(message, used + 2, &size), FRAME_GARBAGE);
}

static void an_endless_indefinite_message_ends_at_the_limit(void **state)
{
	struct frame frame;
	uint8_t bytes[LIMIT + 100] = {0xB4, 0x80};
	size_t length = 2, size;
	enum frame_result result;

	frame_init(&frame, LIMIT);
	while ((result = frame_look(&frame, bytes, length, &size)) == FRAME_MORE) {
		assert_true(length + 3 < sizeof bytes);
		memcpy(bytes + length, "\x04\x01z", 3);
		length += 3;
	}
	assert_int_equal(result, FRAME_TOO_LARGE);
	assert_true(length <= LIMIT + 3);
}

/* Writes a random element of at most `room` bytes; returns its size. */
static size_t make_element(uint8_t *out, size_t room, unsigned depth)
{
	size_t used = 2, size;

	if (depth < 6 && room > 16 && random_below(3) == 0) { /* indefinite */
		out[0] = 0x30;
		out[1] = 0x80;
		while (used + 12 < room && random_below(4))
			used += make_element(out + used, (room - used - 2) / 2, depth + 1);
		memset(out + used, 0, 2);
		return used + 2;
	}
	size = room > 8 ? random_below((unsigned)(room - 4 < 300 ? room - 4 : 300)) : 0;
	out[0] = random_below(2) ? 0x04 : 0x9E;
	if (size < 128) {
		out[1] = (uint8_t)size;
	} else {
		out[1] = 0x82;
		out[2] = (uint8_t)(size >> 8);
		out[3] = (uint8_t)size;
		used = 4;
	}
	for (size_t i = 0; i < size; i++)
		out[used + i] =
		    (uint8_t)random_below(3); /* many zeros: looks like end-of-contents */
	return used + size;
}

static size_t make_message(uint8_t *out, size_t room)
{
	size_t used = 2;

	out[0] = (uint8_t)(0xA0 + 20 + random_below(8));
	out[1] = 0x80;
	while (used + 20 < room && random_below(5))
		used += make_element(out + used, room - used - 2, 1);
	if (random_below(2)) {
		memset(out + used, 0, 2);
		return used + 2;
	}
	if (used - 2 < 128) {
		out[1] = (uint8_t)(used - 2);
		return used;
	}
	memmove(out + 4, out + 2, used - 2);
	out[1] = 0x82;
	out[2] = (uint8_t)((used - 2) >> 8);
	out[3] = (uint8_t)(used - 2);
	return used + 2;
}

static void any_split_gives_the_same_messages(void **state)
{
	enum { MESSAGES = 12, ROOM = 1500 };
	static uint8_t stream[MESSAGES * (ROOM + 4)];
	const char *given = getenv("SEED");

	seed = given ? (uint32_t)strtoul(given, NULL, 0) : (uint32_t)time(NULL);
	print_message("# SEED=%u\n", seed);
	for (int round = 0; round < 300; round++) {
		size_t sizes[MESSAGES], total = 0, head = 0, arrived = 0, size;
		struct frame frame;
		int next = 0;

		for (int i = 0; i < MESSAGES; i++)
			total += sizes[i] = make_message(stream + total, ROOM);
		frame_init(&frame, LIMIT);
		while (next < MESSAGES) {
			enum frame_result result =
			    frame_look(&frame, stream + head, arrived - head, &size);

			if (result == FRAME_MORE) {
				assert_true(arrived < total);
				arrived += 1 + random_below(round % 2 ? 3 : 600);
				if (arrived > total)
					arrived = total;
				continue;
			}
			assert_int_equal(result, FRAME_MESSAGE);
			assert_int_equal(size, sizes[next]);
			head += size;
			next++;
		}
		assert_int_equal(head, total);
	}
}

/* A drip of single bytes must not look at the same bytes again: a megabyte of small elements would
 * take hours if it did. */
static void a_drip_costs_linear_time(void **state)
{
	enum { SIZE = 4 << 20 };
	uint8_t *bytes = malloc(SIZE);
	struct frame frame;
	size_t size;

	assert_non_null(bytes);
	memcpy(bytes, "\xB4\x80", 2);
	for (size_t i = 2; i < SIZE - 2; i += 2)
		memcpy(bytes + i, "\x05", 2);
	memset(bytes + SIZE - 2, 0, 2);
	frame_init(&frame, SIZE);
	for (size_t i = 1; i < SIZE; i++)
		assert_int_equal(frame_look(&frame, bytes, i, &size), FRAME_MORE);
	assert_int_equal(frame_look(&frame, bytes, SIZE, &size), FRAME_MESSAGE);
	assert_int_equal(size, SIZE);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_definite_message_is_cut),
	    cmocka_unit_test(another_protocol_is_known_from_its_first_byte),
	    cmocka_unit_test(absurd_lengths_are_refused_at_once),
	    cmocka_unit_test(indefinite_lengths_are_walked),
	    cmocka_unit_test(depth_is_capped),
	    cmocka_unit_test(an_endless_indefinite_message_ends_at_the_limit),
	    cmocka_unit_test(any_split_gives_the_same_messages),
	    cmocka_unit_test(a_drip_costs_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
