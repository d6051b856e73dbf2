#include "scenes/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/loop.h"
#include "scenes/transcript.h"

/* One connection. */
struct visit {
	struct library *library;
	struct fakepeer *peer;
	struct ztarget_link *link;
	struct alarm *alarm; /* the next one set */
	bool ended;
	struct visit *next;
};

/* fakeloop_at cannot be taken back: the alarm outlives its visit. */
struct alarm {
	struct library *library;
	struct visit *visit; /* NULL: gone */
	msec_t when;
	struct alarm *next;
};

static void visit_pump(struct visit *visit);

static void on_alarm(void *arg)
{
	struct alarm *alarm = arg, **at = &alarm->library->alarms;
	struct visit *visit = alarm->visit;

	while (*at != alarm)
		at = &(*at)->next;
	*at = alarm->next;
	free(alarm);
	if (!visit)
		return;
	visit->alarm = NULL;
	visit_pump(visit);
}

static void visit_set_alarm(struct visit *visit)
{
	struct loop *loop = visit->library->loop;
	msec_t due = ztarget_due(visit->link);

	if (visit->alarm && visit->alarm->when <= due)
		return;
	if (visit->alarm)
		visit->alarm->visit = NULL;
	visit->alarm = NULL;
	if (due == MSEC_NEVER)
		return;
	visit->alarm = calloc(1, sizeof *visit->alarm);
	if (!visit->alarm)
		abort();
	*visit->alarm = (struct alarm){visit->library, visit, due, visit->library->alarms};
	visit->library->alarms = visit->alarm;
	fakeloop_at(loop, due > loop_now(loop) ? due - loop_now(loop) : 0, on_alarm, visit->alarm);
}

static void visit_end(struct visit *visit, bool reset)
{
	visit->ended = true;
	if (reset)
		fakepeer_reset(visit->peer, 0);
	else
		fakepeer_close(visit->peer, 0);
}

static void visit_pump(struct visit *visit)
{
	msec_t now = loop_now(visit->library->loop);
	const void *bytes;
	size_t length;

	while (!visit->ended) {
		switch (ztarget_next(visit->link, now, &bytes, &length)) {
		case ZTARGET_WAIT: visit_set_alarm(visit); return;
		case ZTARGET_SEND: fakepeer_send(visit->peer, 0, bytes, length); break;
		case ZTARGET_CLOSE: visit_end(visit, false); break;
		case ZTARGET_RESET: visit_end(visit, true); break;
		}
	}
}

static void visit_destroy(struct visit *visit)
{
	struct visit **at = &visit->library->visits;

	while (*at != visit)
		at = &(*at)->next;
	*at = visit->next;
	if (visit->alarm)
		visit->alarm->visit = NULL;
	ztarget_link_destroy(visit->link);
	free(visit);
}

static void keep_received(struct library *library, const void *bytes, size_t length)
{
	if (!library->spied || !length)
		return;
	library->received = realloc(library->received, library->received_length + length);
	if (!library->received)
		abort();
	memcpy(library->received + library->received_length, bytes, length);
	library->received_length += length;
}

static void on_peer(void *arg, struct fakepeer *peer, enum fakepeer_event event)
{
	struct visit *visit = arg;
	const uint8_t *bytes;
	size_t length;

	if (event == FAKEPEER_CLOSED) {
		visit_destroy(visit);
		return;
	}
	bytes = fakepeer_received(peer, &length);
	keep_received(visit->library, bytes, length);
	ztarget_feed(visit->link, bytes, length, loop_now(visit->library->loop));
	fakepeer_take(peer, length);
	visit_pump(visit);
}

static void on_accept(void *arg, struct fakepeer *peer)
{
	struct library *library = arg;
	struct visit *visit = calloc(1, sizeof *visit);

	if (!visit)
		abort();
	visit->library = library;
	visit->peer = peer;
	visit->link = ztarget_link_create(library->target, loop_now(library->loop));
	visit->next = library->visits;
	library->visits = visit;
	fakepeer_on(peer, on_peer, visit);
	visit_pump(visit);
}

static enum fakehost_mode on_knock(void *arg, msec_t *delay)
{
	struct library *library = arg;

	switch (ztarget_knock(library->target, delay)) {
	case ZTARGET_REFUSE: return FAKEHOST_REFUSES;
	case ZTARGET_IGNORE: return FAKEHOST_SILENT;
	case ZTARGET_ACCEPT: break;
	}
	return library->mode;
}

static void on_note(void *arg, const struct ztarget_link *link, const char *text)
{
	struct library *library = arg;

	transcript_addf(library->transcript, "%6lldms %s/%u gets %s",
	    (long long)loop_now(library->loop), library->id, ztarget_link_number(link), text);
}

/* Control numbers begin with the partner's id. */
static struct ztarget_script *parse(
    const struct library *library, const char *script, char *why, size_t size)
{
	struct ztarget_script *parsed;
	char *text;

	if (asprintf(&text, "name %s-\n%s", library->id, script) < 0)
		abort();
	parsed = ztarget_script_parse(text, library->number, why, size);
	free(text);
	return parsed;
}

struct library *library_create(struct loop *loop, struct transcript *transcript, const char *id,
    unsigned number, const char *script, char *why, size_t size)
{
	struct library *library = calloc(1, sizeof *library);
	struct ztarget_script *parsed;
	char host[128];

	if (!library)
		abort();
	library->loop = loop;
	library->transcript = transcript;
	library->id = strdup(id);
	library->number = number;
	parsed = parse(library, script, why, size);
	if (!parsed) {
		free(library->id);
		free(library);
		return NULL;
	}
	library->target = ztarget_create(parsed);
	ztarget_set_note(library->target, on_note, library);
	snprintf(host, sizeof host, LIBRARY_HOST, id);
	library->host = fakeloop_host(loop, host, LIBRARY_PORT, on_accept, library);
	fakehost_on_knock(library->host, on_knock, library);
	return library;
}

bool library_set_script(struct library *library, const char *script, char *why, size_t size)
{
	struct ztarget_script *parsed = parse(library, script, why, size);

	if (parsed)
		ztarget_set_script(library->target, parsed);
	return parsed != NULL;
}

void library_destroy(struct library *library)
{
	while (library->visits)
		visit_destroy(library->visits);
	while (library->alarms) {
		struct alarm *alarm = library->alarms;

		library->alarms = alarm->next;
		free(alarm);
	}
	ztarget_destroy(library->target);
	free(library->received);
	free(library->id);
	free(library);
}

void library_hang_up(struct library *library, bool reset)
{
	for (struct visit *visit = library->visits; visit; visit = visit->next)
		if (!visit->ended)
			visit_end(visit, reset);
}

void library_vanish(struct library *library)
{
	for (struct visit *visit = library->visits; visit; visit = visit->next)
		fakepeer_vanish(visit->peer);
}

void library_send_garbage(struct library *library)
{
	for (struct visit *visit = library->visits; visit; visit = visit->next)
		fakepeer_send(visit->peer, 0, "\x01garbage", 8);
}

unsigned library_open(const struct library *library)
{
	unsigned count = 0;

	for (const struct visit *visit = library->visits; visit; visit = visit->next)
		count++;
	return count;
}

bool library_received(const struct library *library, const char *text)
{
	return memmem(library->received, library->received_length, text, strlen(text)) != NULL;
}
