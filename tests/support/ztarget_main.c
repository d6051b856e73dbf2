/*
 * ztarget: serves scripted Z39.50 targets over real sockets, many ports from one process and loop.
 *
 *   ztarget [--count N] [--listen ADDRESS] [--first-port P] [--script FILE] [--rule LINE]
 *           [--delay MS] [--hits N] [--ports-file FILE] [--stats-file FILE] [--until-eof]
 *
 * Ports are the kernel's choice unless --first-port names the first of a row. Target n (from 1)
 * reads the script (grammar: ztarget.h) with its own number: `target 3` sections apply to the
 * third. --delay and --hits are short for `any delay Nms` and `hits N`; --rule adds a line of
 * script and may be given often.
 *
 * Once all ports listen they are written to the ports file, one a line, in order (the file appears
 * whole), or to standard output; the line `ready N` follows on standard output.
 *
 * SIGHUP reads the script again. SIGUSR2 does, and resets the connections of the targets of which
 * it says `restarts yes`, as a server does that is started anew. SIGUSR1 writes statistics to the
 * stats file (else to standard error), and so does the end: SIGTERM, SIGINT, or with --until-eof
 * the end of standard input. One line a target, first its port, then name=value; the last line is
 * their sum.
 *
 * What the kernel decides is imitated: `connect refuse` for every connection leaves the port bound
 * and not listening, for some it resets them at once; `connect silent` for every connection fills
 * the port's backlog so that none is made, for some they are made and never read.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <event2/event.h>
#include <yaz/wrbuf.h>
#include <yaz/xmalloc.h>

#include "tests/support/ztarget.h"

struct port {
	struct server *server;
	struct ztarget *target;
	LIST_HEAD(, session) sessions;
	struct event *accept;
	int fd;
	unsigned number; /* of the port */
	int fillers[2];	 /* connections that fill the backlog, -1: none */
};

struct server {
	struct event_base *base;
	struct port *ports;
	unsigned count;
	const char *listen, *script_file, *ports_file, *stats_file;
	unsigned first_port;
	WRBUF lines; /* script given on the command line */
};

/* One connection; `link` is NULL as long as it waits for its accept's delay or is to be ignored. */
struct session {
	struct port *port;
	struct ztarget_link *link;
	unsigned number; /* of the connection */
	struct event *readable, *writable, *timer, *work;
	int fd;
	WRBUF in; /* read and not yet looked at */
	msec_t arrived;
	WRBUF out;
	size_t sent;
	enum ztarget_move ending; /* to be done once `out` is empty */
	LIST_ENTRY(session) entry;
};

enum { PRIORITY_LAST = 2 };

static msec_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (msec_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
static void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("ztarget: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(2);
}

static void session_end(struct session *session, bool reset)
{
	struct linger hard = {.l_onoff = 1};

	if (reset)
		setsockopt(session->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	LIST_REMOVE(session, entry);
	event_free(session->readable);
	event_free(session->writable);
	event_free(session->timer);
	event_free(session->work);
	ztarget_link_destroy(session->link);
	wrbuf_destroy(session->in);
	wrbuf_destroy(session->out);
	close(session->fd);
	xfree(session);
}

/* Writes what is queued; false when the session is gone. */
static bool flush_out(struct session *session)
{
	size_t length = wrbuf_len(session->out);

	while (session->sent < length) {
		ssize_t sent = send(session->fd, wrbuf_buf(session->out) + session->sent,
		    length - session->sent, MSG_NOSIGNAL);

		if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
			event_add(session->writable, NULL);
			return true;
		}
		if (sent < 0) {
			session_end(session, false);
			return false;
		}
		session->sent += (size_t)sent;
	}
	wrbuf_rewind(session->out);
	session->sent = 0;
	if (session->ending != ZTARGET_WAIT) {
		session_end(session, session->ending == ZTARGET_RESET);
		return false;
	}
	return true;
}

/* Does what is due, then sleeps until something else is. */
static void advance(struct session *session)
{
	enum { OUT_MAX = 1 << 20 };
	const void *bytes;
	size_t length;
	msec_t now = now_ms(), due;

	while (session->ending == ZTARGET_WAIT && wrbuf_len(session->out) < OUT_MAX) {
		enum ztarget_move move = ztarget_next(session->link, now, &bytes, &length);

		if (move == ZTARGET_WAIT)
			break;
		if (move == ZTARGET_SEND)
			wrbuf_write(session->out, bytes, length);
		else
			session->ending = move;
	}
	if (!flush_out(session))
		return;
	due = ztarget_due(session->link);
	if (due == MSEC_NEVER || event_pending(session->writable, EV_WRITE, NULL))
		return;
	due = due > now ? due - now : 0;
	event_add(
	    session->timer, &(struct timeval){.tv_sec = due / 1000, .tv_usec = due % 1000 * 1000});
}

static void take_in(struct session *session)
{
	if (session->link && wrbuf_len(session->in))
		ztarget_feed(session->link, wrbuf_buf(session->in), wrbuf_len(session->in),
		    session->arrived);
	wrbuf_rewind(session->in);
}

static void on_work(evutil_socket_t fd, short what, void *arg)
{
	take_in(arg);
	if (((struct session *)arg)->link)
		advance(arg);
}

/* All targets share one processor here: a request is worked at when nothing else is due, within the
 * time that its answer takes anyhow. */
static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct session *session = arg;
	char bytes[16384];
	ssize_t got = recv(fd, bytes, sizeof bytes, 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	take_in(session); /* what came before has an earlier time */
	if (got <= 0) {
		session_end(session, false);
		return;
	}
	wrbuf_write(session->in, bytes, (size_t)got);
	session->arrived = now_ms();
	event_active(session->work, 0, 0);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct session *session = arg;

	if (flush_out(session))
		advance(session);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct session *session = arg;

	if (!session->link) { /* the delay before the connection counts as made */
		session->link =
		    ztarget_link_create_as(session->port->target, session->number, now_ms());
		event_add(session->readable, NULL);
	}
	advance(session);
}

static void session_start(struct port *port, int fd)
{
	struct event_base *base = port->server->base;
	struct session *session = xcalloc(1, sizeof *session);
	msec_t delay;
	enum ztarget_answer answer = ztarget_knock(port->target, &delay);

	evutil_make_socket_nonblocking(fd);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	session->port = port;
	session->number = ztarget_knocks(port->target);
	session->fd = fd;
	LIST_INSERT_HEAD(&port->sessions, session, entry);
	session->in = wrbuf_alloc();
	session->out = wrbuf_alloc();
	session->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, session);
	session->writable = event_new(base, fd, EV_WRITE, on_writable, session);
	session->timer = evtimer_new(base, on_timer, session);
	session->work = event_new(base, -1, 0, on_work, session);
	event_priority_set(session->work, PRIORITY_LAST);
	if (answer == ZTARGET_REFUSE) {
		session_end(session, true);
		return;
	}
	if (answer == ZTARGET_IGNORE) {
		event_add(session->readable, NULL);
		return;
	}
	if (delay) {
		event_add(session->timer,
		    &(struct timeval){.tv_sec = delay / 1000, .tv_usec = delay % 1000 * 1000});
		return;
	}
	session->link = ztarget_link_create_as(port->target, session->number, now_ms());
	event_add(session->readable, NULL);
	advance(session);
}

static void on_accept(evutil_socket_t listener, short what, void *arg)
{
	int fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0)
		session_start(arg, fd);
}

static struct ztarget_script *read_script(const struct server *server, unsigned number)
{
	WRBUF text = wrbuf_alloc();
	char error[512];
	struct ztarget_script *script;

	wrbuf_puts(text, wrbuf_cstr(server->lines));
	if (server->script_file) {
		FILE *file = fopen(server->script_file, "r");
		char block[4096];
		size_t got;

		if (!file)
			die("%s: %s", server->script_file, strerror(errno));
		while ((got = fread(block, 1, sizeof block, file)))
			wrbuf_write(text, block, got);
		fclose(file);
	}
	script = ztarget_script_parse(wrbuf_cstr(text), number, error, sizeof error);
	if (!script)
		die("script: %s", error);
	wrbuf_destroy(text);
	return script;
}

static socklen_t make_address(
    const struct server *server, unsigned port, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof *out);
	if (inet_pton(AF_INET, server->listen, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		return sizeof *v4;
	}
	if (inet_pton(AF_INET6, server->listen, &v6->sin6_addr) != 1)
		die("no address: %s", server->listen);
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons((uint16_t)port);
	return sizeof *v6;
}

/* With a backlog of 0 the kernel queues one connection; further ones hang in their handshake. */
static void fill_backlog(struct port *port, const struct sockaddr *address, socklen_t size)
{
	for (int i = 0; i < 2; i++) {
		port->fillers[i] = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(port->fillers[i], address, size);
	}
}

static void port_open(struct server *server, struct port *port, unsigned index)
{
	struct sockaddr_storage address;
	socklen_t size =
	    make_address(server, server->first_port ? server->first_port + index : 0, &address);
	enum ztarget_answer always;

	port->server = server;
	port->fillers[0] = port->fillers[1] = -1;
	port->target = ztarget_create(read_script(server, index + 1));
	port->fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (port->fd < 0)
		die("socket: %s", strerror(errno));
	setsockopt(port->fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(port->fd, (struct sockaddr *)&address, size))
		die("bind: %s", strerror(errno));
	getsockname(port->fd, (struct sockaddr *)&address, &size);
	port->number =
	    ntohs(address.ss_family == AF_INET ? ((struct sockaddr_in *)&address)->sin_port
					       : ((struct sockaddr_in6 *)&address)->sin6_port);
	always = ztarget_always(port->target);
	if (always == ZTARGET_REFUSE)
		return;
	if (listen(port->fd, always == ZTARGET_IGNORE ? 0 : 512))
		die("listen: %s", strerror(errno));
	if (always == ZTARGET_IGNORE) {
		fill_backlog(port, (struct sockaddr *)&address, size);
		return;
	}
	port->accept = event_new(server->base, port->fd, EV_READ | EV_PERSIST, on_accept, port);
	event_add(port->accept, NULL);
}

/* A file that appears whole; without a name `otherwise`. */
static FILE *report_open(const char *name, FILE *otherwise)
{
	char temporary[4096];
	FILE *file;

	if (!name)
		return otherwise;
	snprintf(temporary, sizeof temporary, "%s.tmp", name);
	file = fopen(temporary, "w");
	if (!file)
		die("%s: %s", temporary, strerror(errno));
	return file;
}

static void report_close(const char *name, FILE *file)
{
	char temporary[4096];

	if (!name)
		return;
	fclose(file);
	snprintf(temporary, sizeof temporary, "%s.tmp", name);
	if (rename(temporary, name))
		die("%s: %s", name, strerror(errno));
}

static void announce(const struct server *server)
{
	FILE *file = report_open(server->ports_file, stdout);

	for (unsigned i = 0; i < server->count; i++)
		fprintf(file, "%u\n", server->ports[i].number);
	report_close(server->ports_file, file);
	printf("ready %u\n", server->count);
	fflush(stdout);
}

static void print_stats(FILE *file, const char *name, const struct ztarget_stats *s)
{
	fprintf(file,
	    "%s connections=%lu inits=%lu searches=%lu presents=%lu deletes=%lu closes=%lu "
	    "records=%lu open=%lu peak=%lu in=%lu out=%lu\n",
	    name, s->connections, s->inits, s->searches, s->presents, s->deletes, s->closes,
	    s->records, s->open, s->peak, s->bytes_in, s->bytes_out);
}

static void add_stats(struct ztarget_stats *sum, const struct ztarget_stats *s)
{
	sum->connections += s->connections;
	sum->inits += s->inits;
	sum->searches += s->searches;
	sum->presents += s->presents;
	sum->deletes += s->deletes;
	sum->closes += s->closes;
	sum->records += s->records;
	sum->open += s->open;
	sum->peak += s->peak;
	sum->bytes_in += s->bytes_in;
	sum->bytes_out += s->bytes_out;
}

static void write_stats(const struct server *server)
{
	struct ztarget_stats sum = {0};
	FILE *file = report_open(server->stats_file, stderr);

	for (unsigned i = 0; i < server->count; i++) {
		const struct ztarget_stats *stats = ztarget_stats(server->ports[i].target);
		char name[16];

		snprintf(name, sizeof name, "%u", server->ports[i].number);
		print_stats(file, name, stats);
		add_stats(&sum, stats);
	}
	print_stats(file, "sum", &sum);
	report_close(server->stats_file, file);
}

static void restart(struct port *port)
{
	while (ztarget_restarts(port->target) && !LIST_EMPTY(&port->sessions))
		session_end(LIST_FIRST(&port->sessions), true);
}

static void on_signal(evutil_socket_t number, short what, void *arg)
{
	struct server *server = arg;

	if (number == SIGUSR1)
		write_stats(server);
	else if (number == SIGHUP || number == SIGUSR2)
		for (unsigned i = 0; i < server->count; i++) {
			ztarget_set_script(server->ports[i].target, read_script(server, i + 1));
			if (number == SIGUSR2)
				restart(&server->ports[i]);
		}
	else
		event_base_loopbreak(server->base);
}

static void on_input(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;
	char bytes[256];

	if (read(fd, bytes, sizeof bytes) <= 0)
		event_base_loopbreak(server->base);
}

static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static void read_options(struct server *server, int argc, char **argv, bool *until_eof)
{
	static const struct option options[] = {{"count", 1, NULL, 'c'}, {"listen", 1, NULL, 'l'},
	    {"first-port", 1, NULL, 'P'}, {"script", 1, NULL, 's'}, {"rule", 1, NULL, 'r'},
	    {"delay", 1, NULL, 'd'}, {"hits", 1, NULL, 'n'}, {"ports-file", 1, NULL, 'p'},
	    {"stats-file", 1, NULL, 'S'}, {"until-eof", 0, NULL, 'e'}, {NULL, 0, NULL, 0}};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c': server->count = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'l': server->listen = optarg; break;
		case 'P': server->first_port = (unsigned)strtoul(optarg, NULL, 10); break;
		case 's': server->script_file = optarg; break;
		case 'r': wrbuf_printf(server->lines, "%s\n", optarg); break;
		case 'd': wrbuf_printf(server->lines, "any delay %sms\n", optarg); break;
		case 'n': wrbuf_printf(server->lines, "hits %s\n", optarg); break;
		case 'p': server->ports_file = optarg; break;
		case 'S': server->stats_file = optarg; break;
		case 'e': *until_eof = true; break;
		default: die("see the head of tests/support/ztarget_main.c for the options");
		}
	}
	if (!server->count || optind < argc)
		die("nothing to serve, or an argument too many");
}

int main(int argc, char **argv)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGHUP};
	struct server server = {.count = 1, .listen = "127.0.0.1", .lines = wrbuf_alloc()};
	bool until_eof = false;

	read_options(&server, argc, argv, &until_eof);
	raise_descriptors();
	server.base = event_base_new();
	event_base_priority_init(server.base, PRIORITY_LAST + 1); /* 1 unless another is set */
	server.ports = xcalloc(server.count, sizeof *server.ports);
	for (unsigned i = 0; i < server.count; i++)
		port_open(&server, &server.ports[i], i);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		event_add(evsignal_new(server.base, signals[i], on_signal, &server), NULL);
	if (until_eof)
		event_add(
		    event_new(server.base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, &server),
		    NULL);
	announce(&server);
	event_base_dispatch(server.base);
	write_stats(&server);
	wrbuf_destroy(server.lines);
	return 0;
}
