#include "cli/progress.h"

#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

size_t progress_width(FILE *file)
{
	struct winsize size;

	if (!isatty(fileno(file)))
		return 0;
	return ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

void progress_show(const char *format, ...)
{
	va_list args;

	if (!isatty(STDERR_FILENO))
		return;
	fputs("\r\033[K", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fflush(stderr);
}

void progress_clear(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}
