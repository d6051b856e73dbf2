/* What both loops promise of HTTP to partners: this file is linked once with src/loop over real
 * sockets, once with tests/fakeloop. */
#include "unit/loop_bench.h"

#include "base/arena.h"
#include "loop/http_out.h"

struct asker {
	struct bench *b;
	struct http_out *out;
	const char *again; /* asked for inside the callback */
	struct arena_ledger ledger;
	size_t counted; /* by it inside the callback */
	bool close_inside;
	/* the last answer */
	enum http_out_failure failure;
	enum link_failure link;
	int status;
	char type[64], location[128], body[256], text[256];
	size_t length;
};

static void on_answer(void *arg, struct http_out *out, const struct http_out_answer *answer)
{
	struct asker *a = arg;

	assert_ptr_equal(out, a->out);
	assert_int_equal(http_out_stage(out), HTTP_OUT_IDLE);
	a->failure = answer->failure;
	a->link = answer->link;
	a->counted = a->ledger.used;
	a->status = answer->status;
	a->length = answer->length;
	snprintf(a->type, sizeof a->type, "%s", answer->content_type);
	snprintf(a->location, sizeof a->location, "%s", answer->location);
	snprintf(a->text, sizeof a->text, "%s", answer->text ? answer->text : "(none)");
	snprintf(a->body, sizeof a->body, "%.*s",
	    (int)(answer->failure == HTTP_OUT_OK ? answer->length : 0),
	    answer->body ? (const char *)answer->body : "");
	if (a->again) {
		const char *target = a->again;

		a->again = NULL;
		http_out_send(out, &(struct http_out_request){.target = target});
	}
	if (a->close_inside) {
		http_out_close(out);
		a->out = NULL;
	}
	note(a->b, 'a');
}

static struct asker asker(struct bench *b, unsigned port)
{
	return (struct asker){.b = b, .out = NULL, .status = (int)port};
}

static void open_as(struct asker *a, const struct http_out_options *options)
{
	a->out = http_out_create(a->b->loop, options, on_answer, a);
}

static void open_at(struct asker *a, unsigned port)
{
	struct http_out_options options = {.host = "127.0.0.1", .port = port, .body_max = 100};

	open_as(a, &options);
}

static void get(struct asker *a, const char *target)
{
	a->b->busy = true;
	http_out_send(a->out, &(struct http_out_request){.target = target, .accept = "text/xml"});
	a->b->busy = false;
	assert_int_not_equal(http_out_stage(a->out), HTTP_OUT_IDLE);
}

/* One answer to one request, then the end. */
static struct asker ask(struct bench *b, const char *answer, enum world_manner manner)
{
	struct asker a = asker(b, 0);

	open_at(&a, world_serve(b->world, answer, manner));
	get(&a, "/sru?query=water");
	run_until_log(b, "a");
	http_out_close(a.out);
	return a;
}

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\n"

static void whole_answers(void **state)
{
	struct bench *b = *state;
	struct asker a = ask(b, HEAD "Content-Length: 5\r\n\r\nhello", PEER_ANSWERS);

	assert_int_equal(a.failure, HTTP_OUT_OK);
	assert_int_equal(a.status, 200);
	assert_string_equal(a.type, "text/xml; charset=utf-8");
	assert_string_equal(a.location, "");
	assert_string_equal(a.body, "hello");
	assert_ptr_equal(strstr(world_heard(b->world), "GET /sru?query=water HTTP/1.1\r\n"),
	    world_heard(b->world));
	assert_non_null(strstr(world_heard(b->world), "Accept: text/xml\r\n"));
	assert_non_null(strstr(world_heard(b->world), "Host: 127.0.0.1:"));
	assert_non_null(strstr(world_heard(b->world), "Accept-Encoding: "));
	assert_null(strstr(world_heard(b->world), "Authorization"));
}

static void chunked_answers(void **state)
{
	struct asker a = ask(*state,
	    HEAD "Transfer-Encoding: chunked\r\n\r\n"
		 "3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: x\r\n\r\n",
	    PEER_ANSWERS);

	assert_int_equal(a.failure, HTTP_OUT_OK);
	assert_string_equal(a.body, "hello");
}

static void answers_without_a_length(void **state)
{
	struct asker a = ask(*state, HEAD "\r\nhello", PEER_ANSWERS_AND_CLOSES);

	assert_int_equal(a.failure, HTTP_OUT_OK);
	assert_string_equal(a.body, "hello");
}

static void no_content(void **state)
{
	struct asker a = ask(*state, "HTTP/1.1 204 No Content\r\n\r\n", PEER_ANSWERS);

	assert_int_equal(a.failure, HTTP_OUT_OK);
	assert_int_equal(a.status, 204);
	assert_int_equal(a.length, 0);
}

/* What is held of an answer counts until it was taken. */
static void answers_count_as_memory(void **state)
{
	struct bench *b = *state;
	struct asker a = asker(b, 0);
	struct http_out_options options = {.host = "127.0.0.1", .body_max = 100};

	options.port = world_serve(b->world, HEAD "Content-Length: 5\r\n\r\nhello", PEER_ANSWERS);
	options.ledger = &a.ledger;
	open_as(&a, &options);
	get(&a, "/a");
	run_until_log(b, "a");
	assert_true(a.counted >= 5);
	assert_int_equal(a.ledger.used, 0);
	a.close_inside = true;
	get(&a, "/b");
	run_until_log(b, "aa");
	assert_true(a.counted >= 5);
	assert_int_equal(a.ledger.used, 0);
}

static void informational_answers_before(void **state)
{
	struct asker a = ask(*state,
	    "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" HEAD "Content-Length: 5\r\n\r\nhello",
	    PEER_ANSWERS);

	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, "hello");
}

static void faults_and_redirects_are_answers(void **state)
{
	struct asker a =
	    ask(*state, "HTTP/1.1 500 Broken\r\nContent-Length: 4\r\n\r\noops", PEER_ANSWERS);

	assert_int_equal(a.failure, HTTP_OUT_OK);
	assert_int_equal(a.status, 500);
	assert_string_equal(a.body, "oops");
}

static void redirects_are_not_followed(void **state)
{
	struct bench *b = *state;
	struct asker a =
	    ask(b, "HTTP/1.1 302 Found\r\nlocation:   /elsewhere \r\nContent-Length: 0\r\n\r\n",
		PEER_ANSWERS);

	assert_int_equal(a.failure, HTTP_OUT_OK);
	assert_int_equal(a.status, 302);
	assert_string_equal(a.location, "/elsewhere");
	assert_int_equal(world_connected(b->world), 1);
}

static void a_password_is_sent(void **state)
{
	struct bench *b = *state;
	struct asker a = asker(b, 0);
	struct http_out_options options = {.host = "127.0.0.1",
	    .port = world_serve(b->world, HEAD "Content-Length: 0\r\n\r\n", PEER_ANSWERS),
	    .user = "Aladdin",
	    .password = "open sesame",
	    .body_max = 100};

	open_as(&a, &options);
	get(&a, "/");
	run_until_log(b, "a");
	http_out_close(a.out);
	/* RFC 7617 section 2. */
	assert_non_null(
	    strstr(world_heard(b->world), "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
}

static void a_body_is_posted(void **state)
{
	struct bench *b = *state;
	struct asker a = asker(b, 0);

	open_at(&a, world_serve(b->world, HEAD "Content-Length: 2\r\n\r\nhi", PEER_ANSWERS));
	http_out_send(a.out, &(struct http_out_request){.target = "/sru",
				 .body = "query=a%20b",
				 .length = 11,
				 .content_type = "application/x-www-form-urlencoded"});
	run_until_log(b, "a");
	assert_string_equal(a.body, "hi");
	assert_non_null(strstr(world_heard(b->world), "POST /sru HTTP/1.1\r\n"));
	assert_non_null(strstr(world_heard(b->world), "Content-Length: 11\r\n"));
	assert_non_null(
	    strstr(world_heard(b->world), "Content-Type: application/x-www-form-urlencoded\r\n"));
	assert_non_null(strstr(world_heard(b->world), "\r\n\r\nquery=a%20b"));
	assert_null(strstr(world_heard(b->world), "Expect"));
	/* And the next one has none. */
	get(&a, "/again");
	run_until_log(b, "aa");
	assert_non_null(strstr(world_heard(b->world), "GET /again HTTP/1.1\r\n"));
	assert_null(strstr(world_heard(b->world), "Content-Type"));
	http_out_close(a.out);
}

static void a_connection_is_kept(void **state)
{
	struct bench *b = *state;
	struct asker a = asker(b, 0);

	open_at(&a, world_serve(b->world, HEAD "Content-Length: 2\r\n\r\nhi", PEER_ANSWERS));
	a.again = "/second";
	get(&a, "/first");
	run_until_log(b, "aa");
	get(&a, "/third");
	run_until_log(b, "aaa");
	assert_string_equal(a.body, "hi");
	assert_non_null(strstr(world_heard(b->world), "GET /third "));
	assert_int_equal(world_connected(b->world), 1);
	http_out_close(a.out);
	while (!world_closed(b->world))
		run_once(b);
}

static void a_kept_connection_that_died_is_replaced(void **state)
{
	struct bench *b = *state;
	struct asker a = asker(b, 0);

	open_at(&a, world_serve(b->world, HEAD "Content-Length: 2\r\n\r\nhi", PEER_ANSWERS_ONCE));
	get(&a, "/first");
	run_until_log(b, "a");
	get(&a, "/second");
	run_until_log(b, "aa");
	assert_int_equal(a.failure, HTTP_OUT_OK);
	assert_string_equal(a.body, "hi");
	assert_int_equal(world_connected(b->world), 2);
	http_out_close(a.out);
}

static void an_answer_that_says_close_is_obeyed(void **state)
{
	struct bench *b = *state;
	struct asker a = asker(b, 0);

	open_at(&a, world_serve(b->world, HEAD "Connection: close\r\nContent-Length: 2\r\n\r\nhi",
			PEER_ANSWERS));
	get(&a, "/first");
	run_until_log(b, "a");
	get(&a, "/second");
	run_until_log(b, "aa");
	assert_int_equal(world_connected(b->world), 2);
	http_out_close(a.out);
}

static void cut_answers(void **state)
{
	struct asker a =
	    ask(*state, HEAD "Content-Length: 50\r\n\r\nhello", PEER_ANSWERS_AND_CLOSES);

	assert_int_equal(a.failure, HTTP_OUT_CLOSED);
	assert_true(*a.text);
}

static void cut_chunks(void **state)
{
	struct asker a = ask(
	    *state, HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n", PEER_ANSWERS_AND_CLOSES);

	assert_int_equal(a.failure, HTTP_OUT_CLOSED);
}

static void no_answer_at_all(void **state)
{
	struct asker a = ask(*state, "", PEER_ANSWERS_AND_CLOSES);

	assert_int_equal(a.failure, HTTP_OUT_CLOSED);
}

static void what_is_not_http(void **state)
{
	struct asker a = ask(*state, "\x01garbage\r\n\r\n", PEER_ANSWERS);

	assert_int_equal(a.failure, HTTP_OUT_GARBLED);
	assert_true(*a.text);
}

static void bad_chunks(void **state)
{
	struct asker a =
	    ask(*state, HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\nhel\r\n", PEER_ANSWERS);

	assert_int_equal(a.failure, HTTP_OUT_GARBLED);
}

static void too_long_by_its_own_word(void **state)
{
	struct asker a = ask(*state, HEAD "Content-Length: 200000000\r\n\r\nhello", PEER_ANSWERS);

	assert_int_equal(a.failure, HTTP_OUT_TOO_LARGE);
}

static void too_long_as_it_comes(void **state)
{
	struct asker a = ask(*state,
	    HEAD "Transfer-Encoding: chunked\r\n\r\n"
		 "70\r\n0123456789012345678901234567890123456789012345678901234567890123456789"
		 "012345678901234567890123456789012345678901\r\n0\r\n\r\n",
	    PEER_ANSWERS);

	assert_int_equal(a.failure, HTTP_OUT_TOO_LARGE);
	assert_non_null(strstr(a.text, "100 bytes"));
}

static void a_head_without_end(void **state)
{
	struct bench *b = *state;
	size_t size = HTTP_OUT_HEAD_MAX + 8192;
	char *answer = malloc(size + 1);
	struct asker a;

	assert_non_null(answer);
	strcpy(answer, "HTTP/1.1 200 OK\r\n");
	for (size_t at = strlen(answer); at + 8 <= size; at += 8)
		strcpy(answer + at, "X: yyy\r\n");
	a = ask(b, answer, PEER_ANSWERS);
	free(answer);
	assert_int_equal(a.failure, HTTP_OUT_TOO_LARGE);
}

static void refusals(void **state)
{
	struct bench *b = *state;
	struct asker a = asker(b, 0);

	open_at(&a, world_refusing_port(b->world));
	get(&a, "/");
	run_until_log(b, "a");
	assert_int_equal(a.failure, HTTP_OUT_LINK);
	assert_int_equal(a.link, LINK_REFUSED);
	assert_true(*a.text);
	/* And it may be asked again. */
	get(&a, "/");
	run_until_log(b, "aa");
	assert_int_equal(a.link, LINK_REFUSED);
	http_out_close(a.out);
}

/* Turns of the loop until it is there. */
static void until_stage(struct asker *a, enum http_out_stage stage)
{
	timer_arm(a->b->safety, loop_now(a->b->loop) + 30000);
	while (http_out_stage(a->out) != stage) {
		loop_defer(a->b->loop, (defer_fn)loop_stop, a->b->loop);
		loop_run(a->b->loop);
	}
	timer_disarm(a->b->safety);
}

static void closing_at_every_stage(void **state)
{
	struct bench *b = *state;
	unsigned port = world_serve(b->world, HEAD "\r\nnever ends", PEER_ANSWERS);
	struct asker a = asker(b, 0);

	open_at(&a, port);
	http_out_close(a.out);
	open_at(&a, port);
	get(&a, "/");
	assert_int_equal(http_out_stage(a.out), HTTP_OUT_RESOLVING);
	http_out_close(a.out);
	open_at(&a, port);
	get(&a, "/");
	until_stage(&a, HTTP_OUT_WAITING);
	http_out_close(a.out);
	open_at(&a, port);
	get(&a, "/");
	until_stage(&a, HTTP_OUT_RECEIVING);
	http_out_close(a.out);
	assert_string_equal(b->log, "");
}

static void closing_inside_the_callback(void **state)
{
	struct bench *b = *state;
	struct asker a = asker(b, 0);

	a.close_inside = true;
	open_at(&a, world_serve(b->world, HEAD "Content-Length: 2\r\n\r\nhi", PEER_ANSWERS));
	get(&a, "/");
	run_until_log(b, "a");
	assert_null(a.out);
	while (!world_closed(b->world))
		run_once(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(whole_answers),
	    CASE(chunked_answers),
	    CASE(answers_count_as_memory),
	    CASE(answers_without_a_length),
	    CASE(no_content),
	    CASE(informational_answers_before),
	    CASE(faults_and_redirects_are_answers),
	    CASE(redirects_are_not_followed),
	    CASE(a_password_is_sent),
	    CASE(a_body_is_posted),
	    CASE(a_connection_is_kept),
	    CASE(a_kept_connection_that_died_is_replaced),
	    CASE(an_answer_that_says_close_is_obeyed),
	    CASE(cut_answers),
	    CASE(cut_chunks),
	    CASE(no_answer_at_all),
	    CASE(what_is_not_http),
	    CASE(bad_chunks),
	    CASE(too_long_by_its_own_word),
	    CASE(too_long_as_it_comes),
	    CASE(a_head_without_end),
	    CASE(refusals),
	    CASE(closing_at_every_stage),
	    CASE(closing_inside_the_callback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
