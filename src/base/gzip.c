#include "base/gzip.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/arena.h"

#define GZIP_WINDOW (15 + 16) /* 32 KiB, with a gzip header */

static bool is_named(const char *token, size_t length, const char *name)
{
	return strlen(name) == length && strncasecmp(token, name, length) == 0;
}

/* The parameters up to the comma: is there a q that is all zeros? */
static bool is_refused(const char *parameters)
{
	const char *p = parameters;

	while (*p == ';' || *p == ' ' || *p == '\t')
		p++;
	if ((*p != 'q' && *p != 'Q') || p[1] != '=' || p[2] != '0')
		return false;
	p += 3;
	if (*p == '.')
		p += 1 + strspn(p + 1, "0");
	return !(*p >= '0' && *p <= '9');
}

bool gzip_is_accepted(const char *header)
{
	bool any = false;

	while (header && *header) {
		const char *token = header + strspn(header, " \t,");
		size_t length = strcspn(token, " \t,;");
		const char *parameters = token + length + strspn(token + length, " \t");

		if (is_named(token, length, "gzip") || is_named(token, length, "x-gzip"))
			return !is_refused(parameters);
		if (is_named(token, length, "*"))
			any = !is_refused(parameters);
		header = parameters + strcspn(parameters, ",");
	}
	return any;
}

char *gzip_compress(struct arena *arena, const void *bytes, size_t length, size_t *out_length)
{
	z_stream stream = {.next_in = (Bytef *)bytes, .avail_in = (uInt)length};
	char *out;

	assert(length <= UINT_MAX / 2);
	if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW, MAX_MEM_LEVEL,
		Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	*out_length = deflateBound(&stream, length);
	out = arena_alloc(arena, *out_length);
	stream.next_out = (Bytef *)out;
	stream.avail_out = (uInt)*out_length;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		abort();
	*out_length = stream.total_out;
	deflateEnd(&stream);
	return out;
}
