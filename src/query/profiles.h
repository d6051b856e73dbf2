#ifndef SILANG_QUERY_PROFILES_H
#define SILANG_QUERY_PROFILES_H
/* The text of etc/profiles, carried in the library: made from those files when it is built. */

struct profiles_text {
	const char *name;
	const char *text;
};

/* Ends with a NULL name. */
extern const struct profiles_text profiles_builtin[];

#endif
