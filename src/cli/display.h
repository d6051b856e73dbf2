#ifndef SILANG_CLI_DISPLAY_H
#define SILANG_CLI_DISPLAY_H
/*
 * Text as a terminal shows it. Widths are columns: wide East Asian characters take two, marks that
 * combine with the character before them none.
 */
#include <stddef.h>

struct arena;

/* Columns that `text` (UTF-8) takes. */
size_t display_width(const char *text);
/* A copy on one line that a terminal takes for text: control characters and blanks in a row become
 * one blank, marks that change the direction of what follows are dropped, bad bytes are U+FFFD. */
char *display_clean(struct arena *arena, const char *text);
/* A copy of at most `width` columns, ending in an ellipsis when something is left out. */
char *display_cut(struct arena *arena, const char *text, size_t width);
/* The same for a list "a, b, c": whole items as far as they go, then "+N" for the rest. */
char *display_cut_list(struct arena *arena, const char *text, size_t width);

#endif
