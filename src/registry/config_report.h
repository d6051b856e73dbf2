#ifndef SILANG_REGISTRY_CONFIG_REPORT_H
#define SILANG_REGISTRY_CONFIG_REPORT_H
/*
 * What is wrong with a configuration: complaints are collected while it is read and delivered at
 * the end in reading order, file by file and line by line.
 */
#include <stdarg.h>
#include <stddef.h>
#include "registry/config.h"

struct config_report;

struct config_report *config_report_create(struct arena *arena);
/* Says that `file` is read now: files are delivered in this order. */
void config_report_file(struct config_report *report, const char *file);
void config_report_add(struct config_report *report, const char *file, int line, const char *format,
    ...) __attribute__((format(printf, 4, 5)));
size_t config_report_count(const struct config_report *report);
void config_report_deliver(struct config_report *report, config_complain_fn complain, void *arg);

/* The word among `words` that `wrong` is most likely a slip of; NULL when none is near. */
const char *config_report_near(const char *wrong, const char *const *words, size_t count);
/* `; did you mean "x"?` or `; allowed: a, b, c`. */
const char *config_report_hint(
    struct arena *arena, const char *wrong, const char *const *words, size_t count);

#endif
