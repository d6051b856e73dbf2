/* The programs beside us: started, told, watched, ended. */
#include "tests/soak/soak.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double clock_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* xorshift64* */
unsigned chance_below(struct chance *chance, unsigned bound)
{
	chance->state ^= chance->state >> 12;
	chance->state ^= chance->state << 25;
	chance->state ^= chance->state >> 27;
	return (unsigned)((chance->state * 2685821657736338717ull >> 33) % bound);
}

bool chance_in(struct chance *chance, unsigned percent)
{
	return chance_below(chance, 100) < percent;
}

static void file_path(const struct world *world, const char *name, char out[128])
{
	snprintf(out, 128, "%s/%s", world->dir, name);
}

/* A file appears whole. */
static void write_file(const struct world *world, const char *name, const char *text)
{
	char path[128], temporary[128];
	FILE *file;

	file_path(world, name, path);
	file_path(world, "new", temporary);
	file = fopen(temporary, "w");
	if (!file || fputs(text, file) < 0 || fclose(file) || rename(temporary, path)) {
		perror(path);
		exit(2);
	}
}

/* Starts a program; its output, the standard one or that for errors, comes through `out`. */
static pid_t start(const char *const command[], int wanted, int *out)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) || (pid = fork()) < 0)
		return -1;
	if (!pid) {
		dup2(ends[1], wanted);
		execv(command[0], (char *const *)command);
		_exit(127);
	}
	close(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	fcntl(ends[0], F_SETPIPE_SZ, 1 << 20); /* it need not wait for us */
	*out = ends[0];
	return pid;
}

/* A bound socket of that type, its port in *port. */
static int bound(int type, unsigned *port)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) ||
	    getsockname(fd, (struct sockaddr *)&address, &size))
		return -1;
	*port = ntohs(address.sin_port);
	return fd;
}

static bool start_targets(struct world *world)
{
	static const char ready[] = "ready ";
	char program[512], count[8], script[128], ports[128], stats[128], line[64] = "";
	const char *const command[] = {program, "--count", count, "--script", script,
	    "--ports-file", ports, "--stats-file", stats, NULL};
	int out = -1;
	FILE *file;
	bool read_all = true;

	snprintf(program, sizeof program, "%s/tests/support/ztarget", world->build);
	snprintf(count, sizeof count, "%d", TARGETS);
	file_path(world, "script", script);
	file_path(world, "ports", ports);
	file_path(world, "stats", stats);
	world->target = start(command, STDOUT_FILENO, &out);
	if (world->target < 0)
		return false;
	while (poll(&(struct pollfd){out, POLLIN, 0}, 1, 60000) > 0) {
		ssize_t got = read(out, line, sizeof line - 1);

		if (got <= 0 || !strncmp(line, ready, sizeof ready - 1))
			break;
	}
	close(out);
	file = fopen(ports, "r");
	for (int i = 0; i < TARGETS && file; i++)
		read_all = read_all && fscanf(file, "%u", &world->ports[i]) == 1;
	if (file)
		fclose(file);
	return file && read_all;
}

static bool start_gateway(struct world *world)
{
	char program[512], file[128];
	const char *const command[] = {program, "-c", file, "--today=2024-07-01", NULL};
	const char *ready = NULL;
	double until = clock_seconds() + 60;

	snprintf(program, sizeof program, "%s/src/silangd", world->build);
	file_path(world, "silang.xml", file);
	world->gateway = start(command, STDERR_FILENO, &world->gateway_log);
	while (world->gateway > 0 && !ready && world->gateway_log >= 0 && clock_seconds() < until) {
		poll(&(struct pollfd){world->gateway_log, POLLIN, 0}, 1, 1000);
		world_read_log(world);
		ready = strstr(world->tail, " ready sru=");
	}
	if (!ready)
		return false;
	return sscanf(ready, " ready sru=%63s z3950=%63s", world->address, world->z_address) == 2;
}

bool world_start(struct world *world, const char *build, struct chance *chance)
{
	struct faults none = {0};
	char *text;

	world->build = build;
	world->chance = chance;
	world->gateway_log = -1;
	strcpy(world->dir, "/tmp/silang-soak-XXXXXX");
	if (!mkdtemp(world->dir)) {
		perror(world->dir);
		return false;
	}
	world->closed = bound(SOCK_STREAM, &world->closed_port);
	world->nameserver = bound(SOCK_DGRAM, &world->nameserver_port);
	text = faults_script(&none);
	write_file(world, "script", text);
	free(text);
	if (world->closed < 0 || world->nameserver < 0 || !start_targets(world)) {
		fprintf(stderr, "the targets do not start\n");
		return false;
	}
	if (!door_open(world)) {
		fprintf(stderr, "the TLS door (openssl, python3) does not start\n");
		return false;
	}
	text = configuration(world, 0);
	write_file(world, "silang.xml", text);
	free(text);
	if (start_gateway(world))
		return true;
	fprintf(stderr, "silangd does not start:\n%s\n", world->tail);
	return false;
}

/* Keeps the log's end, and the lines that no run may have with what follows them. */
static void note_complaint(struct world *world, const char *line, size_t length)
{
	static const char *const words[] = {
	    "Sanitizer", "runtime error:", "Assertion ", "double free", "corrupted"};
	size_t used = strlen(world->complaints);
	bool found = used > 0 && line[0] == ' '; /* the stack below a complaint */

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		found = found || memmem(line, length, words[i], strlen(words[i]));
	if (found && used + length + 2 < sizeof world->complaints)
		snprintf(world->complaints + used, length + 2, "%.*s\n", (int)length, line);
}

void world_read_log(struct world *world)
{
	char block[16384];
	ssize_t got;

	while (world->gateway_log >= 0) {
		got = read(world->gateway_log, block, sizeof block);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (got <= 0) {
			close(world->gateway_log);
			world->gateway_log = -1;
			return;
		}
		if (world->log)
			fwrite(block, 1, (size_t)got, world->log);
		for (const char *at = block, *end = block + got; at < end;) {
			const char *line_end = memchr(at, '\n', (size_t)(end - at));
			size_t length = (size_t)((line_end ? line_end : end) - at);

			note_complaint(world, at, length);
			at += length + 1;
		}
		if (world->used + (size_t)got >= sizeof world->tail) {
			size_t kept = sizeof world->tail / 2;

			if (kept > world->used)
				kept = world->used;
			memmove(world->tail, world->tail + world->used - kept, kept);
			world->used = kept;
		}
		memcpy(world->tail + world->used, block, (size_t)got);
		world->used += (size_t)got;
		world->tail[world->used] = '\0';
	}
}

/* RFC 1035: the question comes back with an address, with "no such name", or not at all. */
void world_answer_names(struct world *world)
{
	static const unsigned char address[] = {
	    0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1};
	unsigned char message[512 + sizeof address];
	struct sockaddr_in from;
	socklen_t size = sizeof from;
	ssize_t got;

	while ((got = recvfrom(
		    world->nameserver, message, 512, 0, (struct sockaddr *)&from, &size)) >= 12) {
		unsigned what = chance_below(world->chance, 3);
		bool a = got > 16 && message[got - 3] == 1 && message[got - 4] == 0;

		if (!what)
			continue;
		message[2] = 0x81;
		message[3] = what == 1 ? 0x83 : 0x80;
		memset(message + 6, 0, 6); /* no other sections */
		if (what == 2 && a) {
			message[7] = 1;
			memcpy(message + got, address, sizeof address);
			got += sizeof address;
		}
		sendto(world->nameserver, message, (size_t)got, 0, (struct sockaddr *)&from, size);
	}
}

void world_target_script(struct world *world, const char *text)
{
	write_file(world, "script", text);
	kill(world->target, SIGHUP);
}

void world_restart_targets(struct world *world, const char *text)
{
	write_file(world, "script", text);
	kill(world->target, SIGUSR2);
	world->restarts++;
}

void world_reload(struct world *world, const char *text)
{
	char path[128];

	file_path(world, "silang.xml", path);
	if (text)
		write_file(world, "silang.xml", text);
	else
		unlink(path);
	kill(world->gateway, SIGHUP);
	world->reloads++;
}

long world_resident(const struct world *world)
{
	char path[64];
	long pages = -1, resident = -1;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/statm", (int)world->gateway);
	file = fopen(path, "r");
	if (!file)
		return -1;
	if (fscanf(file, "%ld %ld", &pages, &resident) != 2)
		resident = -1;
	fclose(file);
	return resident < 0 ? -1 : resident * (sysconf(_SC_PAGESIZE) / 1024);
}

long world_descriptors(const struct world *world)
{
	char path[64];
	long count = 0;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)world->gateway);
	dir = opendir(path);
	if (!dir)
		return -1;
	for (struct dirent *entry; (entry = readdir(dir));)
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

/* The second figure of schedstat: nanoseconds on a run queue. */
static double waited_for_processor(pid_t pid)
{
	char path[64];
	unsigned long long ran = 0, waited = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%llu %llu", &ran, &waited) != 2)
		waited = 0;
	fclose(file);
	return (double)waited / 1e9;
}

void world_look(struct world *world)
{
	door_read(world);
	world->waited[world->looks++ % STARVED_FOR] =
	    waited_for_processor(world->gateway) + waited_for_processor(world->target);
}

bool world_is_starved(const struct world *world)
{
	unsigned known = world->looks < STARVED_FOR ? world->looks : STARVED_FOR;

	for (unsigned i = 1; i < known; i++) {
		double before = world->waited[(world->looks - i - 1) % STARVED_FOR];

		if (world->waited[(world->looks - i) % STARVED_FOR] - before > 0.3)
			return true;
	}
	return false;
}

int world_wait(pid_t pid, struct world *world, double seconds)
{
	double until = clock_seconds() + seconds;
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (clock_seconds() > until) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			world_read_log(world);
			return -1;
		}
		poll(&(struct pollfd){world->gateway_log, POLLIN, 0}, 1, 20);
		world_read_log(world);
	}
	world_read_log(world);
	return status;
}

void world_remove(struct world *world)
{
	static const char *const names[] = {
	    "script", "ports", "stats", "silang.xml", "new", "door.pem", "door.key"};
	char path[128];

	if (world->gateway > 0 && world_resident(world) > 0)
		kill(world->gateway, SIGKILL);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		file_path(world, names[i], path);
		unlink(path);
	}
	rmdir(world->dir);
}
