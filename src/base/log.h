#ifndef SILANG_BASE_LOG_H
#define SILANG_BASE_LOG_H
/*
 * Log lines: "LEVEL event key=value ...", formatted into a sink the program gives. The log neither
 * knows the time nor opens files. Values with blanks, quotes or control characters are quoted.
 * Never pass passwords or query text.
 */
#include <stdarg.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

typedef void (*log_sink_fn)(void *arg, enum log_level level, const char *line);

struct log {
	log_sink_fn sink; /* NULL: discard */
	void *arg;
	enum log_level level; /* lines above it are discarded */
};

/* `format` makes the whole rest of the line after the event's name, e.g. "partner=%s ms=%d". */
void log_line(const struct log *log, enum log_level level, const char *event, const char *format,
    ...) __attribute__((format(printf, 4, 5)));
/* Makes `value` safe within a line, into `out` (cut to size); returns `out`. */
char *log_quote(const char *value, char *out, unsigned long size);
const char *log_level_name(enum log_level level);

#endif
