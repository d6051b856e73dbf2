#ifndef TESTS_SCENES_LIBRARY_H
#define TESTS_SCENES_LIBRARY_H
/* One library of a scene: a scripted target (tests/support/ztarget.h) behind a host of the fake
 * loop. */
#include <stdbool.h>
#include "fakeloop/fakeloop.h"
#include "tests/support/ztarget.h"

struct alarm;
struct transcript;
struct visit;

struct library {
	struct loop *loop;
	struct transcript *transcript;
	char *id;
	unsigned number; /* for `target N` sections */
	struct ztarget *target;
	struct fakehost *host;
	enum fakehost_mode mode; /* when the script lets connections in */
	struct visit *visits;
	struct alarm *alarms;
	bool spied;	/* keep what it is sent */
	char *received; /* all bytes of all connections, in order */
	size_t received_length;
};

/* False with the reason when the script makes no sense; then there is no library. */
struct library *library_create(struct loop *loop, struct transcript *transcript, const char *id,
    unsigned number, const char *script, char *why, size_t size);
bool library_set_script(struct library *library, const char *script, char *why, size_t size);
/* After the loop. */
void library_destroy(struct library *library);

/* The host's name; TLS or not, the port is the same. */
#define LIBRARY_PORT 210
#define LIBRARY_HOST "%s.example"

/* To all connections that are open. */
/* Its connections are gone, without a word. */
void library_vanish(struct library *library);
void library_hang_up(struct library *library, bool reset);
void library_send_garbage(struct library *library);
unsigned library_open(const struct library *library);
/* It was sent these bytes, by whatever connection. */
bool library_received(const struct library *library, const char *text);

#endif
