#include "registry/config_read.h"

#include <string.h>

#include <arpa/inet.h>

#include "base/arena.h"
#include "base/text.h"
#include "registry/config_option.h"
#include "registry/config_report.h"

#define WORDS_MAX 16
#define PASSWORD_MAX 1024 /* bytes */

static void *place(const struct config_value *v)
{
	return (char *)v->at + v->option->offset;
}

static void put_text(const struct config_value *v, const char *text)
{
	*(const char **)place(v) = arena_strdup(v->reader->arena, text);
}

/* What a value should have been, with examples of it in `how`. */
static const char *is_not(const struct config_value *v, const char *how)
{
	char kind[256];

	return arena_printf(v->reader->scratch, "is not %s%s",
	    config_option_kind(v->option, kind, sizeof kind), how);
}

static const char *read_text(struct config_value *v)
{
	if (!*v->text)
		return "is empty; leave the attribute out or write a value";
	put_text(v, v->text);
	return NULL;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_id(const char *text)
{
	if (!is_letter(*text))
		return false;
	for (; *text; text++)
		if (!is_letter(*text) && !(*text >= '0' && *text <= '9') && *text != '-' &&
		    *text != '_')
			return false;
	return true;
}

static const char *read_id(struct config_value *v)
{
	if (!is_id(v->text))
		return is_not(v, "");
	put_text(v, v->text);
	return NULL;
}

static const char *read_ids(struct config_value *v)
{
	if (!*v->text)
		return "is empty; write the ids of one or more partners, with blanks between them";
	put_text(v, v->text);
	return NULL;
}

static const char *read_number(struct config_value *v)
{
	const struct config_option *o = v->option;
	uint64_t number;

	if (!text_parse_number(v->text, (uint64_t)o->most, &number) || number < (uint64_t)o->least)
		return is_not(v, "");
	*(unsigned *)place(v) = (unsigned)number;
	return NULL;
}

static bool parse_bytes(struct arena *arena, const char *text, int64_t most, uint64_t *out)
{
	static const char *const units[] = {"", "KiB", "MiB", "GiB"};
	size_t digits = strspn(text, "0123456789");

	for (unsigned i = 0; i < 4; i++)
		if (strcmp(text + digits, units[i]) == 0) {
			if (!text_parse_number(
				arena_strndup(arena, text, digits), (uint64_t)most >> 10 * i, out))
				return false;
			*out <<= 10 * i;
			return true;
		}
	return false;
}

static const char *read_bytes(struct config_value *v)
{
	struct arena *arena = v->reader->scratch;
	uint64_t bytes;

	if (!parse_bytes(arena, v->text, v->option->most, &bytes) ||
	    bytes < (uint64_t)v->option->least)
		return is_not(v, "; write 65536, 512KiB, 64MiB or 2GiB");
	*(size_t *)place(v) = (size_t)bytes;
	return NULL;
}

#define DURATIONS "; write 250ms, 5s, 10m or 24h"

static const char *read_duration(struct config_value *v)
{
	msec_t ms;

	if (!duration_parse(v->text, &ms) || ms < v->option->least || ms > v->option->most)
		return is_not(v, DURATIONS);
	*(msec_t *)place(v) = ms;
	return NULL;
}

static const char *read_soft(struct config_value *v)
{
	if (strcmp(v->text, "off") == 0)
		*(msec_t *)place(v) = 0;
	else if (strcmp(v->text, "auto") == 0)
		*(msec_t *)place(v) = -1;
	else if (read_duration(v))
		return is_not(v, DURATIONS);
	return NULL;
}

/* The place of the value among the option's words; -1 and what is wrong when it is none of them. */
static int find_word(struct config_value *v, const char **wrong)
{
	struct arena *arena = v->reader->scratch;
	const char *words[WORDS_MAX];
	size_t count = 0;

	for (const char *p = v->option->words; *p && count < WORDS_MAX; p += strspn(p, " ")) {
		size_t length = strcspn(p, " ");

		words[count++] = arena_strndup(arena, p, length);
		p += length;
	}
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], v->text) == 0)
			return (int)i;
	*wrong =
	    arena_printf(arena, "is not known%s", config_report_hint(arena, v->text, words, count));
	return -1;
}

static const char *read_word(struct config_value *v)
{
	const char *wrong = NULL;
	int found = find_word(v, &wrong);

	if (found >= 0)
		memcpy(place(v), &(unsigned){(unsigned)found}, sizeof(unsigned));
	return wrong;
}

static const char *read_flag(struct config_value *v)
{
	const char *wrong = NULL;
	int found = find_word(v, &wrong);

	if (found >= 0)
		*(bool *)place(v) = found == 1;
	return wrong;
}

static const char *read_day(struct config_value *v)
{
	if (!day_parse(v->text, place(v)))
		return is_not(v, "; write it as 2027-07-13");
	return NULL;
}

/* ADDRESS:PORT or [ADDRESS]:PORT; without a port only when `usual` is one. */
static bool parse_address(
    struct arena *arena, const char *text, int usual, char host[64], unsigned *port)
{
	unsigned char binary[16];
	bool v6 = *text == '[';
	const char *end = v6 ? strchr(text, ']') : text + strcspn(text, ":");
	uint64_t number = (uint64_t)usual;

	if (!end)
		return false;

	size_t length = (size_t)(end - text) - v6;

	if (length >= 64)
		return false;
	memcpy(host, text + v6, length);
	host[length] = '\0';
	end += v6;
	if (inet_pton(v6 ? AF_INET6 : AF_INET, host, binary) != 1)
		return false;
	if (!*end ? usual < 0 : *end != ':' || !text_parse_number(end + 1, 65535, &number))
		return false;
	*port = (unsigned)number;
	return true;
}

static const char *read_listen(struct config_value *v)
{
	struct config_listen *listen = place(v);
	const char *text = v->text;

	if (strncmp(text, "*:", 2) == 0)
		text = arena_printf(v->reader->scratch, "0.0.0.0%s", text + 1);
	if (!parse_address(v->reader->scratch, text, -1, listen->host, &listen->port))
		return is_not(v, "; write 127.0.0.1:9080, [::1]:9080, 0.0.0.0:9080 or *:9080");
	listen->present = true;
	return NULL;
}

static const char *read_nameserver(struct config_value *v)
{
	char host[64];
	unsigned port;

	if (!parse_address(v->reader->scratch, v->text, 53, host, &port) || !port)
		return is_not(v, "; write 127.0.0.1, 127.0.0.1:5353 or [::1]:53");
	put_text(v,
	    arena_printf(v->reader->scratch, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, port));
	return NULL;
}

static const char *read_target_url(struct config_value *v)
{
	v->secret = strchr(v->text, '@') != NULL;
	return partner_url_parse(v->reader->arena, v->text, v->at);
}

static const char *read_link(struct config_value *v)
{
	static const char *const schemes[] = {"https://", "http://", "mailto:"};
	const char *rest = NULL;

	for (size_t i = 0; i < 3 && !rest; i++)
		if (strncmp(v->text, schemes[i], strlen(schemes[i])) == 0)
			rest = v->text + strlen(schemes[i]);
	if (!rest || !*rest)
		return is_not(v, "; write https://…, http://… or mailto:…");
	for (const char *p = rest; *p; p++) {
		if ((unsigned char)*p <= 0x20 || *p == 0x7F || strchr("\"<>\\^`|", *p))
			return "has a blank or another character that a URL cannot have; write it "
			       "as %20 and so on";
		if (*p == '}' || (*p == '{' && strncmp(p, "{id}", 4) != 0))
			return "has a placeholder that is not known; {id} is the one there is";
		if (*p == '{')
			p += 3;
	}
	put_text(v, v->text);
	return NULL;
}

static const char *read_password(struct config_value *v)
{
	struct config_reader *reader = v->reader;
	const char *path = config_source_resolve(reader->scratch, v->base, v->text), *text;
	char why[256];
	size_t length;

	if (!*v->text)
		return "is empty; write the path of a file that holds the password";
	text = config_source_load(&reader->source, path, PASSWORD_MAX, &length, why, sizeof why);
	if (!text)
		return arena_printf(reader->scratch, "cannot be read: %s", why);
	if (length && text[length - 1] == '\n')
		length--;
	if (length && text[length - 1] == '\r')
		length--;
	if (!length)
		return "is an empty file; write the password into its first line";
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
			return "has more than one line, or a control character; write the "
			       "password alone into it";
	*(const char **)place(v) = arena_strndup(reader->arena, text, length);
	return NULL;
}

/* The files are read when a connection is made, so that a renewed certificate counts at once; here
 * only their being there is looked after. */
static const char *read_pem(struct config_value *v)
{
	struct config_reader *reader = v->reader;
	const char *path = config_source_resolve(reader->scratch, v->base, v->text), *text;
	char why[256];
	size_t length;

	if (!*v->text)
		return "is empty; leave the attribute out or write the path of a file";
	text = config_source_load(&reader->source, path, CONFIG_FILE_MAX, &length, why, sizeof why);
	if (!text)
		return arena_printf(reader->scratch, "cannot be read: %s", why);
	if (!strstr(arena_strndup(reader->scratch, text, length), "-----BEGIN "))
		return "is not in the form PEM, which has a line -----BEGIN";
	put_text(v, path);
	return NULL;
}

static const char *read_profile(struct config_value *v)
{
	const struct config_profile *found = config_profile_get(v->reader, v->base, v->text);

	*(const struct profile **)place(v) = found->profile;
	return found->wrong;
}

const char *config_value_read(struct config_value *v)
{
	switch (v->option->type) {
	case CONFIG_TEXT: return read_text(v);
	case CONFIG_ID: return read_id(v);
	case CONFIG_IDS: return read_ids(v);
	case CONFIG_NUMBER: return read_number(v);
	case CONFIG_BYTES: return read_bytes(v);
	case CONFIG_DURATION: return read_duration(v);
	case CONFIG_SOFT: return read_soft(v);
	case CONFIG_WORD: return read_word(v);
	case CONFIG_FLAG: return read_flag(v);
	case CONFIG_DAY: return read_day(v);
	case CONFIG_LISTEN: return read_listen(v);
	case CONFIG_NAMESERVER: return read_nameserver(v);
	case CONFIG_TARGET_URL: return read_target_url(v);
	case CONFIG_LINK: return read_link(v);
	case CONFIG_FILE: return read_password(v);
	case CONFIG_PEM: return read_pem(v);
	case CONFIG_PROFILE: break;
	}
	return read_profile(v);
}
