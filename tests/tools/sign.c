/* sign.c: signs one request as the player would, for tests/sign.t:
 *   sign SCHEME TIME NONCE METHOD URL TYPE BODY ARG...
 * TYPE and BODY may be empty; @FILE as an ARG is what the file holds. Prints the URL, the header lines that were added, an
 * empty line and the body. */
#include "os/os.h"
#include "provider/sign.h"

static char url_room[4096], body_room[16384], head_room[4096], file_room[SIGN_ARGS][8192];
static struct json json;

static void say(struct span s)
{
    os_write(1, s.p, s.n);
}

static struct span argument(const char *z, char *room)
{
    size_t n = 0;
    if (*z != '@')
        return span_z(z);
    return os_file_read(z + 1, room, sizeof file_room[0], &n) == OS_OK ? (struct span){room, n} : SPAN_NONE;
}

int app_main(int argc, char **argv)
{
    struct buf text = BUF(url_room), body = BUF(body_room), head = BUF(head_room);
    struct url url;
    struct signing s = {.text = &text, .url = &url, .body = &body, .head = &head, .json = &json};
    uint64_t wall;
    if (argc < 9 || argc > 8 + SIGN_ARGS || !span_u64(span_z(argv[2]), INT64_MAX, &wall))
        return 2;
    s.wall = (int64_t)wall;
    s.nonce = span_z(argv[3]);
    s.method = span_z(argv[4]);
    buf_z(&text, argv[5]);
    s.type = argv[6][0] ? span_z(argv[6]) : SPAN_NONE;
    buf_z(&body, argv[7]);
    for (int i = 8; i < argc; i++)
        s.args[i - 8] = argument(argv[i], file_room[i - 8]);
    if (!url_parse(buf_view(&text), &url) || !sign_request(span_z(argv[1]), &s) || s.why || text.over || body.over || head.over) {
        say(s.why ? span_z(s.why) : SPAN("cannot sign"));
        return 1;
    }
    say(buf_view(&text));
    say(SPAN("\n"));
    say(buf_view(&head));
    say(SPAN("\r\n"));
    say(buf_view(&body));
    return 0;
}
