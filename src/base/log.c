#include "base/log.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

const char *log_level_name(enum log_level level)
{
	static const char *const names[] = {"error", "warning", "info", "debug"};

	return names[level];
}

void log_line(
    const struct log *log, enum log_level level, const char *event, const char *format, ...)
{
	char line[1024];
	va_list args;

	if (!log || !log->sink || level > log->level)
		return;

	int at = snprintf(
	    line, sizeof line, "%s %s%s", log_level_name(level), event, *format ? " " : "");

	va_start(args, format);
	vsnprintf(line + at, sizeof line - (size_t)at, format, args);
	va_end(args);
	line[text_cut(line, strlen(line), sizeof line - 1)] = '\0';
	log->sink(log->arg, level, line);
}

char *log_quote(const char *value, char *out, unsigned long size)
{
	const char *p = value;
	bool plain = *value != '\0';
	size_t at = 0;

	for (; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == '"' || *p == '=' || *p == 0x7F)
			plain = false;
	if (plain) {
		snprintf(out, size, "%s", value);
		out[text_cut(out, strlen(out), size - 1)] = '\0';
		return out;
	}
	if (size < 3) {
		if (size)
			out[0] = '\0';
		return out;
	}
	out[at++] = '"';
	for (p = value; *p && at + 2 < size; p++)
		out[at++] = (unsigned char)*p < ' ' || *p == 0x7F ? ' ' : *p == '"' ? '\'' : *p;
	at = text_cut(out, at, at);
	out[at++] = '"';
	out[at] = '\0';
	return out;
}
