/* A partner behind TLS: tests/e2e/tls_door.py before target 2, with a certificate of its own. */
#include "tests/soak/soak.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t start(const char *const command[], int input, int errors)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	dup2(input, STDIN_FILENO);
	dup2(errors, STDERR_FILENO);
	execvp(command[0], (char *const *)command);
	_exit(127);
}

/* The key comes behind the certificate, in one file. */
static bool make_certificate(const char *certificate, const char *key)
{
	const char *const command[] = {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
	    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
	    "-keyout", key, "-out", certificate, NULL};
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC), status = -1;
	pid_t pid = start(command, nothing, nothing);
	FILE *to = NULL, *from = NULL;
	char block[4096];
	size_t got = 0;

	close(nothing);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		return false;
	from = fopen(key, "r");
	to = fopen(certificate, "a");
	if (from && to && (got = fread(block, 1, sizeof block, from)))
		fwrite(block, 1, got, to);
	if (from)
		fclose(from);
	return to && !fclose(to) && got;
}

bool door_open(struct world *world)
{
	char program[512], certificate[128], key[128], backend[16], line[64] = "";
	const char *source = getenv("top_srcdir");
	const char *const command[] = {"python3", program, certificate, backend, NULL};
	int input[2], errors[2];
	size_t used = 0;
	ssize_t got;

	snprintf(program, sizeof program, "%s/tests/e2e/tls_door.py", source ? source : ".");
	snprintf(certificate, sizeof certificate, "%s/door.pem", world->dir);
	snprintf(key, sizeof key, "%s/door.key", world->dir);
	snprintf(backend, sizeof backend, "%u", world->ports[1]);
	if (!make_certificate(certificate, key) || pipe2(input, O_CLOEXEC) ||
	    pipe2(errors, O_CLOEXEC))
		return false;
	world->door = start(command, input[0], errors[1]);
	world->door_input = input[1];
	close(input[0]);
	close(errors[1]);
	while (!strchr(line, '\n') && used < sizeof line - 1 &&
	       poll(&(struct pollfd){errors[0], POLLIN, 0}, 1, 60000) > 0 &&
	       (got = read(errors[0], line + used, sizeof line - 1 - used)) > 0)
		used += (size_t)got;
	world->door_errors = errors[0];
	fcntl(errors[0], F_SETFL, O_NONBLOCK);
	return sscanf(line, "listening %u", &world->door_port) == 1;
}

void door_read(struct world *world)
{
	char block[4096];

	while (read(world->door_errors, block, sizeof block) > 0)
		continue;
}

bool door_close(struct world *world)
{
	int status = -1;

	if (world->door <= 0)
		return false;
	close(world->door_input);
	for (int i = 0; i < 600 && waitpid(world->door, &status, WNOHANG) == 0; i++) {
		door_read(world);
		poll(NULL, 0, 100);
	}
	if (status < 0) {
		kill(world->door, SIGKILL);
		waitpid(world->door, &status, 0);
	}
	close(world->door_errors);
	world->door = 0;
	return status == 0;
}
