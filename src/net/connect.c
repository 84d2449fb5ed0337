/* connect.c: TCP to the first address that answers: the next one is started when the last one failed or was silent for
 * STAGGER_MS (RFC 8305 in the small: two at once). */
#include "net/inner.h"

static void trouble_at(struct exchange *x, const struct endpoint *to, const struct fail *why)
{
    char at[ADDR_TEXT_MAX + 8];
    struct buf b = BUF(at);
    endpoint_put(&b, to);
    fail_set(&x->trouble, FAIL_RETRY, LAYER_TCP, why->code, SPAN("cannot connect to "), x->rq.host, SPAN(" ("), buf_view(&b),
             SPAN("): "), fail_text(why));
}

static bool start_one(struct exchange *x, struct now now)
{
    for (unsigned i = 0; i < COUNT(x->link); i++) {
        if (x->link[i].state != LINK_NONE || x->next_address >= x->lookup.count)
            continue;
        exchange_open(x, i, true, &x->lookup.found[x->next_address++]);
        x->stagger = now.tick + STAGGER_MS;
        return true;
    }
    x->stagger = UINT64_MAX;
    return false;
}

static bool any_open(const struct exchange *x)
{
    return x->link[0].state != LINK_NONE || x->link[1].state != LINK_NONE;
}

void connect_begin(struct exchange *x, struct now now)
{
    x->phase = X_CONNECT;
    x->next_address = 0;
    x->deadline = now.tick + CONNECT_MS;
    x->stagger = now.tick;
}

void connect_tick(struct exchange *x, struct now now)
{
    if (now.tick >= x->deadline) {
        struct fail late = {0};
        fail_set(&late, FAIL_RETRY, LAYER_TCP, 0, SPAN("no answer within 10 s"));
        trouble_at(x, &x->lookup.found[0], &late);
        exchange_give_up(x, now);
    } else if (now.tick >= x->stagger && !start_one(x, now) && !any_open(x)) {
        exchange_give_up(x, now);
    }
}

void connect_up(struct exchange *x, unsigned link, struct now now)
{
    x->live = (uint8_t)link;
    exchange_close(x, !link);
    talk_begin(x, now);
}

void connect_down(struct exchange *x, unsigned link, const struct fail *why, struct now now)
{
    trouble_at(x, &x->link[link].to, why);
    x->stagger = now.tick; /* the next address at once */
}
