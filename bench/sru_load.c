/*
 * sru_load URL REQUESTS CONCURRENCY SEED: asks a gateway REQUESTS questions that no cache knows, so
 * many at a time, and prints one line: requests, errors, seconds, and the latency's quantiles in
 * ms.
 *
 *   n=200 errors=0 seconds=2.013 p50=100.83 p99=102.10 max=102.4
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct load {
	CURLM *multi;
	const char *url;
	unsigned long total, begun, done, errors;
	unsigned seed;
	double *ms;
};

static size_t look(char *bytes, size_t size, size_t count, void *arg)
{
	char *answered = arg;
	size_t length = size * count;

	/* A diagnostic instead of an answer is an error: the head of the answer tells. */
	for (size_t i = 0; i + 15 <= length && !*answered; i++)
		*answered = memcmp(bytes + i, "numberOfRecords", 15) == 0;
	return length;
}

static void begin(struct load *load, CURL *easy, char *answered)
{
	char url[512];

	snprintf(url, sizeof url,
	    "%s?version=1.1&operation=searchRetrieve&maximumRecords=10&query=dc.title%%3Dw%ux%lu",
	    load->url, load->seed, load->begun++);
	*answered = 0;
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_multi_add_handle(load->multi, easy);
}

static void finish(struct load *load, CURL *easy, CURLcode code)
{
	char *answered;
	double seconds;
	long status;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &answered);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME, &seconds);
	if (code != CURLE_OK || status != 200 || !*answered)
		load->errors++;
	load->ms[load->done++] = seconds * 1000;
	curl_multi_remove_handle(load->multi, easy);
	if (load->begun < load->total)
		begin(load, easy, answered);
}

static void run(struct load *load)
{
	int running, left;

	while (load->done < load->total) {
		CURLMsg *message;

		curl_multi_perform(load->multi, &running);
		while ((message = curl_multi_info_read(load->multi, &left)))
			if (message->msg == CURLMSG_DONE)
				finish(load, message->easy_handle, message->data.result);
		if (load->done < load->total)
			curl_multi_poll(load->multi, NULL, 0, 1000, NULL);
	}
}

static int by_size(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	struct load load = {0};
	unsigned long concurrency;
	double start;

	if (argc != 5) {
		fprintf(stderr, "usage: sru_load URL REQUESTS CONCURRENCY SEED\n");
		return 2;
	}
	load.url = argv[1];
	load.total = strtoul(argv[2], NULL, 10);
	concurrency = strtoul(argv[3], NULL, 10);
	load.seed = (unsigned)strtoul(argv[4], NULL, 10);
	load.ms = calloc(load.total + 1, sizeof *load.ms);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	load.multi = curl_multi_init();
	start = now();
	for (unsigned long i = 0; i < concurrency && load.begun < load.total; i++) {
		CURL *easy = curl_easy_init();
		char *answered = calloc(1, 1);

		curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, look);
		curl_easy_setopt(easy, CURLOPT_WRITEDATA, answered);
		curl_easy_setopt(easy, CURLOPT_PRIVATE, answered);
		curl_easy_setopt(easy, CURLOPT_TIMEOUT, 60L);
		begin(&load, easy, answered);
	}
	run(&load);
	double seconds = now() - start;

	qsort(load.ms, load.done, sizeof *load.ms, by_size);
	printf("n=%lu errors=%lu seconds=%.3f p50=%.2f p99=%.2f max=%.2f\n", load.done, load.errors,
	    seconds, load.ms[load.done / 2], load.ms[load.done * 99 / 100], load.ms[load.done - 1]);
	return load.errors != 0;
}
