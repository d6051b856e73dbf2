#ifndef TESTS_SCENES_PLAY_H
#define TESTS_SCENES_PLAY_H
/*
 * Plays a scene, statement by statement; README.md beside it is the grammar.
 *
 * The world is set up first; the first statement that acts opens the gateway. Time stands still
 * except in `at`, `wait`, `answer` and `read`.
 */
#include <stdbool.h>

struct scene;
struct transcript;
struct words;
struct world;

/* False when the scene failed; the transcript says how and is the caller's to clear. */
bool play_scene(const struct scene *scene, unsigned long seed, struct transcript *transcript);
/* A scene that says `whole` is not played with bytes cut. */
bool play_may_be_cut(const struct scene *scene);

/* For the rooms below it: statements about set-up, and conditions. */
struct play {
	struct world *world;
	unsigned line; /* where we are */
};
bool play_fail(struct play *play, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct statement;
/* setup.c's side: true when the statement was one of these. */
bool play_setup(
    struct play *play, const struct words *words, const struct statement *statement, bool *known);
/* Conditions on one answer, and on the rest of the world. */
struct client;
bool expect_answer(struct play *play, struct client *client, const char *condition);
/* An answer carries no diagnostic unless the scene says so. */
bool expect_no_diagnostic(struct play *play, struct client *client);
bool expect_world(struct play *play, const struct words *words, bool *known);

#endif
