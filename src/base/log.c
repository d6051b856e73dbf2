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

/* What would end the line, speak to a terminal or is no text at all. */
static bool is_unprintable(uint32_t c, size_t length)
{
	return !length || c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

static bool is_plain(const char *value)
{
	for (const char *p = value; *p;) {
		uint32_t c;
		size_t n = text_decode(p, strlen(p), &c);

		if (is_unprintable(c, n) || c == ' ' || c == '"' || c == '=')
			return false;
		p += n;
	}
	return *value != '\0';
}

char *log_quote(const char *value, char *out, unsigned long size)
{
	size_t at = 0, left = strlen(value);

	if (is_plain(value)) {
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
	while (left) {
		uint32_t c;
		size_t n = text_decode(value, left, &c), taken = n ? n : 1;
		bool odd = is_unprintable(c, n) || c == '"';

		if (at + (odd ? 1 : n) + 2 > size)
			break;
		if (odd)
			out[at++] = n && c == '"' ? '\'' : n ? ' ' : '?';
		else
			memcpy(out + at, value, n), at += n;
		value += taken;
		left -= taken;
	}
	out[at++] = '"';
	out[at] = '\0';
	return out;
}
