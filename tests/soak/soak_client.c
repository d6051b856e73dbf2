/* The clients: so many requests a second, whatever becomes of those before, by libcurl; and some
 * who do not speak HTTP well enough for it. */
#include "tests/soak/soak.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { OPEN_MAX_REQUESTS = 1000, RUDE_MAX = 32 };

struct exchange {
	struct client *client;
	CURL *easy;
	struct ask ask;
	struct curl_slist *headers;
	char *body;
	size_t length, room;
	double started, leaves; /* 0 stays */
	struct exchange *prev, *next;
};

/* Sends a piece of a request, or something else, and goes. */
struct rude {
	int fd;
	double leaves;
};

struct client {
	struct world *world;
	struct chance *chance;
	CURLM *multi;
	struct asker asker;
	struct exchange *first;
	struct rude rude[RUDE_MAX];
	double patience; /* seconds beyond the deadline */
	double due;	 /* of the next request */
	struct client_counts counts;
};

struct client *client_create(struct world *world, struct chance *chance, double patience)
{
	struct client *client = calloc(1, sizeof *client);

	if (!client)
		abort();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	client->world = world;
	client->chance = chance;
	client->asker.chance = chance;
	client->patience = patience;
	client->multi = curl_multi_init();
	for (int i = 0; i < RUDE_MAX; i++)
		client->rude[i].fd = -1;
	return client;
}

const struct client_counts *client_counts(const struct client *client)
{
	return &client->counts;
}

static size_t take(char *bytes, size_t size, size_t count, void *arg)
{
	struct exchange *exchange = arg;
	size_t length = size * count;

	if (exchange->length + length + 1 > exchange->room) {
		exchange->room = 2 * (exchange->length + length) + 4096;
		exchange->body = realloc(exchange->body, exchange->room);
		if (!exchange->body)
			abort();
	}
	memcpy(exchange->body + exchange->length, bytes, length);
	exchange->length += length;
	exchange->body[exchange->length] = '\0';
	return length;
}

static void exchange_end(struct exchange *exchange)
{
	struct client *client = exchange->client;

	if (exchange->prev)
		exchange->prev->next = exchange->next;
	else
		client->first = exchange->next;
	if (exchange->next)
		exchange->next->prev = exchange->prev;
	client->counts.open--;
	curl_multi_remove_handle(client->multi, exchange->easy);
	curl_easy_cleanup(exchange->easy);
	curl_slist_free_all(exchange->headers);
	ask_clear(&exchange->ask);
	free(exchange->body);
	free(exchange);
}

static void set_body(struct exchange *exchange)
{
	const struct ask *ask = &exchange->ask;
	char header[128];

	curl_easy_setopt(exchange->easy, CURLOPT_CUSTOMREQUEST, ask->method);
	if (!ask->body)
		return;
	snprintf(header, sizeof header, "Content-Type: %s", ask->type);
	exchange->headers = curl_slist_append(NULL, header);
	curl_easy_setopt(exchange->easy, CURLOPT_HTTPHEADER, exchange->headers);
	curl_easy_setopt(exchange->easy, CURLOPT_POSTFIELDS, ask->body);
}

static CURL *make_easy(const struct client *client, const char *path)
{
	CURL *easy = curl_easy_init();
	char url[2200];

	if (!easy)
		abort();
	snprintf(url, sizeof url, "http://%s%s", client->world->address, path);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(client->patience * 1000) + DEADLINE_MS);
	return easy;
}

void client_ask(struct client *client, struct ask *ask)
{
	struct exchange *exchange = calloc(1, sizeof *exchange);

	if (!exchange)
		abort();
	exchange->client = client;
	exchange->ask = *ask;
	exchange->started = clock_seconds();
	if (ask->leaves_after)
		exchange->leaves = exchange->started + ask->leaves_after / 1000.0;
	exchange->easy = make_easy(client, ask->path);
	set_body(exchange);
	curl_easy_setopt(exchange->easy, CURLOPT_WRITEDATA, exchange);
	curl_easy_setopt(exchange->easy, CURLOPT_PRIVATE, exchange);
	if (ask->fresh) {
		curl_easy_setopt(exchange->easy, CURLOPT_FRESH_CONNECT, 1L);
		curl_easy_setopt(exchange->easy, CURLOPT_FORBID_REUSE, 1L);
	}
	exchange->next = client->first;
	if (client->first)
		client->first->prev = exchange;
	client->first = exchange;
	client->counts.asked++;
	if (++client->counts.open > client->counts.most)
		client->counts.most = client->counts.open;
	curl_multi_add_handle(client->multi, exchange->easy);
}

static void note_failure(struct client *client, const struct exchange *exchange, const char *why)
{
	enum { MOST = sizeof client->counts.failures / sizeof *client->counts.failures };

	if (client->counts.nfailures < MOST)
		snprintf(client->counts.failures[client->counts.nfailures++],
		    sizeof client->counts.failures[0], "%s: %.350s (%.0f ms)", why,
		    exchange->ask.path, (clock_seconds() - exchange->started) * 1000);
}

static void exchange_done(struct exchange *exchange, CURLcode code)
{
	struct client *client = exchange->client;
	struct client_counts *counts = &client->counts;
	double ms = (clock_seconds() - exchange->started) * 1000;
	char *type = NULL;
	const char *wrong;
	long status = 0;

	curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(exchange->easy, CURLINFO_CONTENT_TYPE, &type);
	if (code == CURLE_OPERATION_TIMEDOUT) {
		counts->late++;
		note_failure(client, exchange, "not answered in time");
	} else if (code != CURLE_OK) {
		counts->lost++;
		note_failure(client, exchange, curl_easy_strerror(code));
	} else {
		counts->answered++;
		if (ms > counts->slowest) {
			counts->slowest = ms;
			snprintf(counts->slow, sizeof counts->slow, "%.400s", exchange->ask.path);
		}
		wrong = ask_judge(&exchange->ask, (int)status, type ? type : "",
		    exchange->body ? exchange->body : "", exchange->length);
		if (wrong && ask_is_tardy(wrong) && world_is_starved(client->world)) {
			counts->excused++;
		} else if (wrong) {
			counts->wrong++;
			note_failure(client, exchange, wrong);
		}
	}
	exchange_end(exchange);
}

static void leave(struct client *client)
{
	double now = clock_seconds();

	for (struct exchange *exchange = client->first, *next; exchange; exchange = next) {
		next = exchange->next;
		if (exchange->leaves == 0 || exchange->leaves > now)
			continue;
		client->counts.left++;
		exchange_end(exchange);
	}
	for (int i = 0; i < RUDE_MAX; i++) {
		if (client->rude[i].fd < 0 || client->rude[i].leaves > now)
			continue;
		close(client->rude[i].fd);
		client->rude[i].fd = -1;
	}
}

static void be_rude(struct client *client)
{
	static const char *const words[] = {"", "G", "GET /sru/union?query=", "\r\n\r\n\r\n",
	    "GET /status HTTP/1.1\r\nHost: a\r\n",
	    "POST /sru/union HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\n\r\nquery=a",
	    "GET /sru/union?query=rude HTTP/1.1\r\nHost: a\r\n\r\n"
	    "GET /sru/union?query=ruder HTTP/1.1\r\nHost: a\r\n\r\n",
	    "\x16\x03\x01\x02\x05\x01", "GET / HTTP/9.9\r\n\r\n",
	    "POST /sru/union HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"};
	const char *text = words[chance_below(client->chance, sizeof words / sizeof *words)];
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const char *port = strrchr(client->world->address, ':');
	int i = 0;

	while (i < RUDE_MAX && client->rude[i].fd >= 0)
		i++;
	if (i == RUDE_MAX || !port)
		return;
	address.sin_port = htons((uint16_t)atoi(port + 1));
	client->rude[i].fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	client->rude[i].leaves = clock_seconds() + chance_below(client->chance, 1500) / 1000.0;
	client->counts.rude++;
	if (connect(client->rude[i].fd, (struct sockaddr *)&address, sizeof address) == 0)
		send(client->rude[i].fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void ask_what_is_due(struct client *client, double rate)
{
	double now = clock_seconds();
	struct ask ask;

	if (rate <= 0) {
		client->due = 0;
		return;
	}
	if (client->due == 0)
		client->due = now;
	for (; client->due <= now; client->due += 1 / rate) {
		if (client->counts.open >= OPEN_MAX_REQUESTS) {
			client->counts.held_back++;
			continue;
		}
		asker_make(&client->asker, &ask);
		client_ask(client, &ask);
		if (chance_in(client->chance, 3))
			be_rude(client);
	}
}

void client_turn(struct client *client, double rate, int wait)
{
	struct world *world = client->world;
	struct curl_waitfd more[2] = {{.fd = world->nameserver, .events = CURL_WAIT_POLLIN},
	    {.fd = world->gateway_log, .events = CURL_WAIT_POLLIN}};
	unsigned nmore = world->gateway_log >= 0 ? 2 : 1;
	CURLMsg *message;
	int running, left;

	ask_what_is_due(client, rate);
	curl_multi_perform(client->multi, &running);
	while ((message = curl_multi_info_read(client->multi, &left))) {
		struct exchange *exchange;
		CURLcode code = message->data.result;

		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
		exchange_done(exchange, code);
	}
	leave(client);
	curl_multi_poll(client->multi, more, nmore, wait, NULL);
	world_read_log(world);
	world_answer_names(world);
}

char *client_fetch(struct client *client, const char *path)
{
	struct exchange exchange = {0};
	CURL *easy = make_easy(client, path);
	long status = 0;

	curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	if (curl_easy_perform(easy) == CURLE_OK)
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(easy);
	if (status == 200)
		return exchange.body;
	free(exchange.body);
	return NULL;
}

void client_hang_up(struct client *client)
{
	curl_multi_cleanup(client->multi);
	client->multi = curl_multi_init();
}

void client_destroy(struct client *client)
{
	while (client->first)
		exchange_end(client->first);
	for (int i = 0; i < RUDE_MAX; i++)
		if (client->rude[i].fd >= 0)
			close(client->rude[i].fd);
	curl_multi_cleanup(client->multi);
	asker_clear(&client->asker);
	free(client);
}
