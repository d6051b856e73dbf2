#include "fakeloop/fakeloop.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakeloop/internal.h"
#include "loop/signals.h"

#define TURNS_AT_ONE_MOMENT 1000000 /* more means that something calls itself for ever */

struct happening {
	msec_t when;
	uint64_t number;
	happening_fn fn; /* NULL: cancelled */
	void *arg;
};

struct signals {
	struct signals *next;
	struct loop *loop;
	signals_fn fn;
	void *arg;
	uint64_t served;
	int count;
	int numbers[];
};

/* ---- small tools ---- */

void *world_alloc(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory)
		abort();
	return memory;
}

char *world_strdup(const char *text)
{
	char *copy = text ? strdup(text) : NULL;

	if (text && !copy)
		abort();
	return copy;
}

uint64_t dice_roll(struct dice *dice)
{
	uint64_t z = dice->state += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

size_t bytes_length(const struct bytes *bytes)
{
	return bytes->end - bytes->start;
}

const uint8_t *bytes_peek(const struct bytes *bytes)
{
	return bytes->data ? bytes->data + bytes->start : (const uint8_t *)"";
}

void bytes_add(struct bytes *bytes, const void *data, size_t length)
{
	if (length == 0)
		return;
	if (bytes->end + length > bytes->room && bytes->start > 0) {
		memmove(bytes->data, bytes->data + bytes->start, bytes_length(bytes));
		bytes->end -= bytes->start;
		bytes->start = 0;
	}
	if (bytes->end + length > bytes->room) {
		bytes->room = 2 * (bytes->end + length);
		bytes->data = realloc(bytes->data, bytes->room);
		if (!bytes->data)
			abort();
	}
	memcpy(bytes->data + bytes->end, data, length);
	bytes->end += length;
}

void bytes_take(struct bytes *bytes, size_t length)
{
	assert(length <= bytes_length(bytes));
	bytes->start += length;
	if (bytes->start == bytes->end)
		bytes->start = bytes->end = 0;
}

void bytes_clear(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes){0};
}

/* ---- the agenda ---- */

static bool is_before(const struct happening *a, const struct happening *b)
{
	return a->when != b->when ? a->when < b->when : a->number < b->number;
}

struct happening *world_plan(struct loop *loop, msec_t when, happening_fn fn, void *arg)
{
	struct happening *happening = world_alloc(sizeof *happening);
	size_t place = loop->agenda_count++;

	if (loop->agenda_count > loop->agenda_room) {
		loop->agenda_room = 2 * loop->agenda_count + 64;
		loop->agenda =
		    realloc(loop->agenda, loop->agenda_room * sizeof(struct happening *));
		if (!loop->agenda)
			abort();
	}
	*happening =
	    (struct happening){.when = when, .number = loop->happenings++, .fn = fn, .arg = arg};
	for (; place > 0 && is_before(happening, loop->agenda[(place - 1) / 2]);
	     place = (place - 1) / 2)
		loop->agenda[place] = loop->agenda[(place - 1) / 2];
	loop->agenda[place] = happening;
	loop->agenda_live++;
	return happening;
}

void world_cancel(struct loop *loop, struct happening *happening)
{
	if (!happening)
		return;
	assert(happening->fn);
	happening->fn = NULL; /* taken from the heap when its time comes */
	loop->agenda_live--;
}

static void pop_first(struct loop *loop)
{
	struct happening *last = loop->agenda[--loop->agenda_count];
	size_t place = 0, child;

	free(loop->agenda[0]);
	if (loop->agenda_count == 0)
		return;
	while ((child = 2 * place + 1) < loop->agenda_count) {
		if (child + 1 < loop->agenda_count &&
		    is_before(loop->agenda[child + 1], loop->agenda[child]))
			child++;
		if (!is_before(loop->agenda[child], last))
			break;
		loop->agenda[place] = loop->agenda[child];
		place = child;
	}
	loop->agenda[place] = last;
}

static struct happening *first_happening(struct loop *loop)
{
	while (loop->agenda_count > 0 && !loop->agenda[0]->fn)
		pop_first(loop);
	return loop->agenda_count > 0 ? loop->agenda[0] : NULL;
}

static void run_world(struct loop *loop)
{
	uint64_t limit = loop->happenings;
	struct happening *first;

	while (
	    (first = first_happening(loop)) && first->when <= loop->now && first->number < limit) {
		happening_fn fn = first->fn;
		void *arg = first->arg;

		pop_first(loop);
		loop->agenda_live--;
		fn(arg);
	}
}

size_t world_cut(struct loop *loop, size_t length)
{
	if (!loop->splitting || length < 2)
		return length;
	/* Mostly small pieces, sometimes all: both ends of what networks do. */
	return dice_roll(&loop->cuts) % 8 == 0
		   ? length
		   : 1 + dice_roll(&loop->cuts) % (length < 64 ? length : 64);
}

void world_trace(struct loop *loop, const char *format, ...)
{
	char line[512];
	va_list args;
	int at;

	if (!loop->trace)
		return;
	at = snprintf(line, sizeof line, "%6lldms ", (long long)loop->now);
	va_start(args, format);
	vsnprintf(line + at, sizeof line - (size_t)at, format, args);
	va_end(args);
	loop->trace(loop->trace_arg, line);
}

/* ---- the loop ---- */

struct loop *loop_create(const struct log *log)
{
	struct loop *loop = world_alloc(sizeof *loop);

	loop->wall_clock = 1700000000;
	loop->random.state = 1;
	loop->last_port = 20000;
	return loop;
}

void loop_destroy(struct loop *loop)
{
	if (!loop)
		return;
	assert(fakelink_count(loop) == 0);
	assert(!loop->signals);
	turn_clear(&loop->turn);
	assert(!loop->listeners && !loop->stream_listeners);
	fakelink_clear(loop);
	while (loop->agenda_count > 0)
		pop_first(loop);
	free(loop->agenda);
	while (loop->names) {
		struct fakename *name = loop->names;

		loop->names = name->next;
		free(name->name);
		free(name);
	}
	free(loop);
}

struct turn *loop_turn(struct loop *loop)
{
	return &loop->turn;
}

msec_t loop_now(const struct loop *loop)
{
	return loop->now;
}

long long loop_wall_clock(const struct loop *loop)
{
	return loop->wall_clock + loop->now / 1000;
}

void fakeloop_set_wall_clock(struct loop *loop, long long seconds)
{
	loop->wall_clock = seconds;
}

void loop_random(struct loop *loop, void *out, unsigned long size)
{
	for (unsigned long i = 0; i < size; i++)
		((uint8_t *)out)[i] = (uint8_t)dice_roll(&loop->random);
}

bool loop_set_nameserver(struct loop *loop, const char *nameserver)
{
	return !nameserver || strchr("0123456789[", nameserver[0]) != NULL;
}

/* When something is due; `now` at the latest when there are deferred calls. */
static msec_t next_moment(struct loop *loop)
{
	struct happening *first = first_happening(loop);
	msec_t next = turn_next(&loop->turn);

	if (turn_is_busy(&loop->turn))
		return loop->now;
	if (first && first->when < next)
		next = first->when;
	return next < loop->now ? loop->now : next;
}

bool fakeloop_step(struct loop *loop)
{
	msec_t next = next_moment(loop);

	if (next == MSEC_NEVER)
		return false;
	loop->now = next;
	loop->turns++;
	turn_begin(&loop->turn);
	run_world(loop);
	turn_run_timers(&loop->turn, loop->now);
	turn_end(&loop->turn);
	return true;
}

/* Runs until `end` is passed or `stop` says so. */
static bool run(struct loop *loop, msec_t end, bool (*stop)(void *arg), void *arg)
{
	unsigned turns = 0;
	msec_t moment = loop->now, next;

	for (;;) {
		if (stop && stop(arg))
			return true;
		next = next_moment(loop);
		if (next == MSEC_NEVER || next > end)
			return false;
		if (next > moment)
			turns = 0;
		moment = next;
		if (++turns > TURNS_AT_ONE_MOMENT) {
			fprintf(
			    stderr, "fakeloop: endless turns at %lld ms\n", (long long)loop->now);
			abort();
		}
		fakeloop_step(loop);
	}
}

static bool is_stopped(void *arg)
{
	return ((struct loop *)arg)->stopped;
}

void loop_run(struct loop *loop)
{
	loop->stopped = false;
	run(loop, MSEC_NEVER - 1, is_stopped, loop);
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

void fakeloop_run_for(struct loop *loop, msec_t ms)
{
	msec_t end = loop->now + ms;

	run(loop, end, NULL, NULL);
	loop->now = end;
}

bool fakeloop_run_until(struct loop *loop, bool (*condition)(void *arg), void *arg, msec_t limit)
{
	msec_t end = loop->now + limit;

	if (run(loop, end, condition, arg))
		return true;
	if (next_moment(loop) != MSEC_NEVER)
		loop->now = end;
	return false;
}

void fakeloop_settle(struct loop *loop)
{
	run(loop, loop->now, NULL, NULL);
}

void fakeloop_set_splitting(struct loop *loop, unsigned long seed)
{
	loop->splitting = seed != 0;
	loop->cuts.state = seed;
}

void fakeloop_set_trace(struct loop *loop, void (*fn)(void *arg, const char *line), void *arg)
{
	loop->trace = fn;
	loop->trace_arg = arg;
}

void fakeloop_at(struct loop *loop, msec_t delay, void (*fn)(void *arg), void *arg)
{
	world_plan(loop, loop->now + delay, fn, arg);
}

/* ---- counts ---- */

void fakeloop_counts(const struct loop *loop, struct fakeloop_counts *out)
{
	*out = (struct fakeloop_counts){.links = fakelink_count(loop),
	    .timers = loop->turn.timers,
	    .timers_armed = loop->turn.armed,
	    .defers = loop->turn.defers,
	    .world = loop->agenda_live,
	    .turns = loop->turns};
	fakehttp_count(loop, &out->listeners, &out->exchanges);
	out->listeners += fakelisten_count(loop);
	for (struct signals *i = loop->signals; i; i = i->next)
		out->signals++;
}

const char *fakeloop_leaks(const struct loop *loop)
{
	struct loop *scratch = (struct loop *)loop;
	struct fakeloop_counts c;

	fakeloop_counts(loop, &c);
	scratch->leaks[0] = '\0';
	if (c.links || c.timers || c.timers_armed || c.defers || c.exchanges)
		snprintf(scratch->leaks, sizeof scratch->leaks,
		    "links %zu, timers %zu (armed %zu), deferred calls %zu, exchanges %zu", c.links,
		    c.timers, c.timers_armed, c.defers, c.exchanges);
	return loop->leaks;
}

/* ---- signals ---- */

struct signals *signals_watch(
    struct loop *loop, const int *numbers, int count, signals_fn fn, void *arg)
{
	size_t size = (size_t)count * sizeof *numbers;
	struct signals *signals = world_alloc(sizeof *signals + size);

	signals->loop = loop;
	signals->fn = fn;
	signals->arg = arg;
	signals->count = count;
	memcpy(signals->numbers, numbers, size);
	signals->next = loop->signals;
	loop->signals = signals;
	return signals;
}

void signals_unwatch(struct signals *signals)
{
	struct signals **at;

	if (!signals)
		return;
	for (at = &signals->loop->signals; *at != signals; at = &(*at)->next)
		;
	*at = signals->next;
	free(signals);
}

struct signal_sent {
	struct loop *loop;
	int number;
};

static bool watches(const struct signals *signals, int number)
{
	for (int i = 0; i < signals->count; i++)
		if (signals->numbers[i] == number)
			return true;
	return false;
}

static void on_signal(void *arg)
{
	struct signal_sent sent = *(struct signal_sent *)arg;
	uint64_t count = ++sent.loop->signal_count;
	struct signals *i = sent.loop->signals;

	free(arg);
	world_trace(sent.loop, "signal %d", sent.number);
	while (i) {
		if (i->served == count || !watches(i, sent.number)) {
			i = i->next;
			continue;
		}
		i->served = count;
		i->fn(i->arg, sent.number);
		i = sent.loop->signals; /* it may have changed the list */
	}
}

void fakeloop_signal(struct loop *loop, int number)
{
	struct signal_sent *sent = world_alloc(sizeof *sent);

	sent->loop = loop;
	sent->number = number;
	world_plan(loop, loop->now, on_signal, sent);
}
