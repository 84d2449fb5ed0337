/* build.c: writes the request of a group. */
#include "base/codec.h"
#include "proto/http.h"
#include "provider/play.h"

/* ---- what went wrong */

static enum step bad_name(const struct player *p, const struct writer *w, struct fail *f)
{
    const struct recipe_line *let = NULL;
    for (unsigned phase = KEY_LOGIN; phase <= KEY_FINISH && !let; phase++)
        let = recipe_find(&p->recipe, phase, KEY_LET, w->bad);
    if (w->why)
        return fail_set(f, let ? FAIL_PROTO : FAIL_CONFIG, LAYER_PROVIDER, 0, SPAN("the value of "),
                        w->bad, SPAN(" "), span_z(w->why));
    if (let)
        return fail_set(f, FAIL_PROTO, LAYER_PROVIDER, 0, SPAN("the replies so far held no "),
                        w->bad);
    return fail_set(f, FAIL_CONFIG, LAYER_PROVIDER, 0, SPAN("set "), w->bad,
                    SPAN(" = …: this provider needs it here"));
}

/* ---- URL */

static bool loopback(struct span host)
{
    struct addr a;
    if (addr_parse(host, &a))
        return addr_classify(&a) == ADDR_LOOPBACK;
    return span_ieq(host, SPAN("localhost"));
}

/* Credentials go in the clear only where the recipe says so, or where they do not leave the
 * machine: a PowerDNS beside us, and the tests. */
bool build_may_send(const struct url *u)
{
    return u->tls || loopback(u->host);
}

static bool with_body(const struct recipe *r, unsigned phase)
{
    struct span target, method = recipe_method(r, phase, &target);
    return span_is(method, "POST") || span_is(method, "PUT") || span_is(method, "PATCH") ||
           template_body(r, phase).rest.p;
}

static bool params_in_body(const struct recipe *r, unsigned phase)
{
    return with_body(r, phase) && writer_place(template_body(r, phase).rest) == PLACE_FORM;
}

static struct span head_value(const struct recipe *r, unsigned key)
{
    const struct recipe_line *l = recipe_find(r, KEY_HEAD, key, SPAN_NONE);
    return l ? recipe_value(r, l) : SPAN_NONE;
}

static bool is_url(struct span target)
{
    return span_istarts(target, SPAN("https://")) || span_istarts(target, SPAN("http://"));
}

/* What stands before the target: the user's server, taken as it is, or the recipe's base. */
static void put_base(const struct player *p, struct writer *w, struct span server,
                     struct span target)
{
    if (!server.p) {
        writer_put(w, template_of(head_value(&p->recipe, KEY_BASE)));
        return;
    }
    if (span_ends(server, SPAN("/")) && span_starts(target, SPAN("/")))
        server.n--;
    writer_text(w, server);
}

/* A dot segment would leave the place the recipe wrote, whatever it was made of. */
static bool dot_segment(struct span path)
{
    struct span rest = span_cut(&path, '?');
    while (rest.p) {
        struct span segment = span_cut(&rest, '/');
        if (span_is(segment, ".") || span_is(segment, ".."))
            return true;
    }
    return false;
}

static enum step build_url(struct player *p, struct buf *b, struct span target, struct fail *f)
{
    struct scope scope = names_group(p);
    struct span params = head_value(&p->recipe, KEY_PARAMS);
    struct span server =
        is_url(target) ? SPAN_NONE : names_setting(p->setup.conf, p->setup.account, SPAN("server"));
    struct writer w;
    writer_init(&w, b, PLACE_HOST, &scope);
    if (!is_url(target))
        put_base(p, &w, server, target);
    writer_put(&w, template_of(target));
    if (params.p && !params_in_body(&p->recipe, p->phase)) {
        writer_text(&w, SPAN("?"));
        writer_put(&w, template_of(params));
    }
    if (w.bad.p)
        return bad_name(p, &w, f);
    if (b->over)
        return STEP_MORE;
    if (!url_parse(buf_view(b), &p->url) || dot_segment(p->url.path))
        return fail_set(f, FAIL_CONFIG, LAYER_PROVIDER, 0,
                        SPAN("no usable URL comes out: correct server, hosts or zone"));
    if (server.p && !build_may_send(&p->url))
        return fail_set(f, FAIL_CONFIG, LAYER_CONFIG, 0,
                        SPAN("server = http://… would send the credentials in the clear: "
                             "write https://"));
    return STEP_DONE;
}

/* METHOD host path, as the recipe has it: a log must not show values. */
static void describe(struct player *p, struct span method, struct span target)
{
    struct buf b = BUF(p->what);
    struct span url = is_url(target) ? target : head_value(&p->recipe, KEY_BASE), rest, host;
    bool server =
        !is_url(target) && names_setting(p->setup.conf, p->setup.account, SPAN("server")).p;
    long scheme = span_find(url, SPAN("://"));
    url = span_from(url, scheme < 0 ? 0 : (size_t)scheme + 3);
    rest = url;
    host = span_cut(&rest, '/');
    rest = is_url(target) ? span_from(url, host.n) : target;
    buf_all(&b, method, SPAN(" "));
    buf_safe(&b, server || scheme < 0 ? p->url.host : host, 64);
    rest = span_cut(&rest, '?');
    buf_z(&b, rest.n ? " " : "");
    buf_safe(&b, rest, 80);
    p->what_n = (uint8_t)b.n;
}

/* ---- body */

static const char *const types[] = {
    [PLACE_FORM] = "application/x-www-form-urlencoded",
    [PLACE_JSON] = "application/json",
    [PLACE_XML] = "application/xml",
};

static enum step build_body(struct player *p, struct buf *b, enum place *place, struct fail *f)
{
    struct template body = template_body(&p->recipe, p->phase);
    struct scope scope = names_group(p);
    struct span params = head_value(&p->recipe, KEY_PARAMS);
    struct writer w;
    *place = writer_place(body.rest);
    writer_init(&w, b, *place, &scope);
    if (body.rest.p)
        writer_put(&w, body);
    if (params.p && params_in_body(&p->recipe, p->phase)) {
        if (body.rest.p)
            writer_text(&w, SPAN("&"));
        writer_put(&w, template_of(params));
    }
    return w.bad.p ? bad_name(p, &w, f) : b->over ? STEP_MORE : STEP_DONE;
}

/* ---- head */

static enum step put_basic(struct player *p, const struct recipe_line *l, struct buf *out,
                           struct fail *f)
{
    char plain[400], coded[560];
    struct buf b = BUF(plain), c = BUF(coded);
    struct scope scope = names_group(p);
    struct writer w;
    buf_z(&c, "Basic ");
    writer_init(&w, &b, PLACE_BASIC, &scope);
    writer_put(&w, template_of(recipe_value(&p->recipe, l)));
    base64_put(&c, b.p, b.n);
    if (!w.bad.p && !b.over)
        http_header(out, SPAN("Authorization"), buf_view(&c));
    return w.bad.p ? bad_name(p, &w, f) : b.over ? STEP_MORE : STEP_DONE;
}

static enum step put_header(struct player *p, const struct recipe_line *l, struct buf *out,
                            struct fail *f)
{
    struct scope scope = names_group(p);
    struct writer w;
    size_t before = out->n;
    buf_all(out, recipe_name(&p->recipe, l), SPAN(": "));
    writer_init(&w, out, PLACE_HEADER, &scope);
    writer_put(&w, template_of(recipe_value(&p->recipe, l)));
    buf_z(out, "\r\n");
    if (w.bad.p && w.why)
        return bad_name(p, &w, f);
    if (w.bad.p)
        out->n = before; /* without its value the whole header is left out */
    return STEP_DONE;
}

static enum step put_headers(struct player *p, struct buf *out, struct fail *f)
{
    const struct recipe *r = &p->recipe;
    enum step step = STEP_DONE;
    for (const struct recipe_line *l = r->lines; l < r->lines + r->line_count && step == STEP_DONE;
         l++) {
        if (!recipe_in_force(r, l, p->phase))
            continue;
        if (l->key == KEY_HEADER)
            step = put_header(p, l, out, f);
        else if (l->key == KEY_BASIC)
            step = put_basic(p, l, out, f);
    }
    return step;
}

/* ---- the whole */

/* The body was written at the start of `out`; its length must be known before the head is. It waits
 * at the end. */
static void put_body(struct buf *out, struct span type, size_t n)
{
    char digits[24];
    struct buf length = BUF(digits);
    buf_u64(&length, n);
    if (n)
        http_header(out, SPAN("Content-Type"), type);
    http_header(out, SPAN("Content-Length"), buf_view(&length));
    http_body(out, SPAN_NONE, SPAN_NONE);
    if (!out->over)
        memmove(out->p + out->n, out->p + out->cap, n);
    out->n += n;
}

static enum step build_head(struct player *p, const struct signing *s, struct fail *f)
{
    struct buf out = {.p = p->out, .cap = sizeof p->out - s->body->n};
    enum step step;
    memmove(p->out + out.cap, p->out, s->body->n);
    http_request(&out, s->method, &p->url, p->url.path);
    step = put_headers(p, &out, f);
    if (step != STEP_DONE)
        return step;
    buf_span(&out, buf_view(s->head));
    if (with_body(&p->recipe, p->phase))
        put_body(&out, s->type, s->body->n);
    else
        http_body(&out, SPAN_NONE, SPAN_NONE);
    *s->body = out;
    return out.over ? STEP_MORE : STEP_DONE;
}

static enum step build_parts(struct player *p, struct signing *s, struct span target,
                             struct fail *f)
{
    enum place place;
    enum step step = build_url(p, s->text, target, f);
    if (step == STEP_DONE)
        step = build_body(p, s->body, &place, f);
    if (step != STEP_DONE)
        return step;
    s->type = s->body->n ? span_z(types[place]) : SPAN_NONE;
    step = build_sign(p, s, f);
    return step == STEP_DONE ? build_head(p, s, f) : step;
}

enum step build_request(struct player *p, struct request *rq, struct fail *f)
{
    /* The reply to the request before is done with: its room serves what signatures need. */
    struct buf text = BUF(p->url_text), body = BUF(p->out), head = BUF(p->reply.u.text);
    struct signing s = {
        .text = &text, .url = &p->url, .body = &body, .head = &head, .json = &p->reply.u.json};
    struct span target;
    enum step step;
    s.method = recipe_method(&p->recipe, p->phase, &target);
    step = build_parts(p, &s, target, f);
    if (step != STEP_DONE)
        return step;
    describe(p, s.method, target);
    *rq = (struct request){.carrier = p->url.tls ? CARRY_HTTPS : CARRY_HTTP,
                           .host = p->url.host,
                           .port = p->url.port,
                           .last = group_last(p),
                           .out = buf_view(&body),
                           .what = {p->what, p->what_n},
                           .bind = p->setup.account->bind,
                           .not_before = p->not_before};
    if (group_no_address(&p->recipe, p->phase))
        rq->family = p->items[p->group[0]].family;
    return STEP_DONE;
}
