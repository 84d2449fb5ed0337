/* t_hash.c: hashes by the examples of RFC 1321, RFC 3174 and FIPS 180-4, HMAC by those of RFC 2202
 * and RFC 4231. */
#include "base/hash.h"
#include "tap.h"

#define LONG SPAN("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
#define HI SPAN("Hi There")
#define WHAT SPAN("what do ya want for nothing?")
#define LARGE SPAN("Test Using Larger Than Block-Size Key - Hash Key First")

static char key_aa[131], key_0b[20], data_dd[50];

static const struct {
    enum hash_kind kind;
    struct span text;
    const char *want;
} hashes[] = {
    {HASH_MD5, SPAN(""),
     "d41d8cd98f00b204e9800998ecf8427e"},
    {HASH_MD5, SPAN("abc"),
     "900150983cd24fb0d6963f7d28e17f72"},
    {HASH_MD5, LONG,
     "8215ef0796a20bcaaae116d3876c664a"},
    {HASH_SHA1, SPAN(""),
     "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {HASH_SHA1, SPAN("abc"),
     "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {HASH_SHA1, LONG,
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
    {HASH_SHA224, SPAN(""),
     "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f"},
    {HASH_SHA224, SPAN("abc"),
     "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
    {HASH_SHA224, LONG,
     "75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525"},
    {HASH_SHA256, SPAN(""),
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {HASH_SHA256, SPAN("abc"),
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {HASH_SHA256, LONG,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {HASH_SHA384, SPAN(""),
     "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
     "274edebfe76f65fbd51ad2f14898b95b"},
    {HASH_SHA384, SPAN("abc"),
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
     "8086072ba1e7cc2358baeca134c825a7"},
    {HASH_SHA384, LONG,
     "3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05abfe8f450de5f36bc6"
     "b0455a8520bc4e6f5fe95b1fe3c8452b"},
    {HASH_SHA512, SPAN(""),
     "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
     "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
    {HASH_SHA512, SPAN("abc"),
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {HASH_SHA512, LONG,
     "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c335"
     "96fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445"},
};

static const struct {
    enum hash_kind kind;
    struct span key, text;
    const char *want;
} hmacs[] = {
    {HASH_MD5, {key_0b, 16}, HI,
     "9294727a3638bb1c13f48ef8158bfc9d"},
    {HASH_SHA1, {key_0b, 20}, HI,
     "b617318655057264e28bc0b6fb378c8ef146be00"},
    {HASH_SHA224, {key_0b, 20}, HI,
     "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22"},
    {HASH_SHA256, {key_0b, 20}, HI,
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {HASH_SHA384, {key_0b, 20}, HI,
     "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c"
     "faea9ea9076ede7f4af152e8b2fa9cb6"},
    {HASH_SHA512, {key_0b, 20}, HI,
     "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
     "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
    {HASH_MD5, {key_aa, 80}, LARGE,
     "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"},
    {HASH_SHA1, {key_aa, 80}, LARGE,
     "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
    {HASH_SHA224, {key_aa, 131}, LARGE,
     "95e9a0db962095adaebe9b2d6f0dbce2d499f112f2d2b7273fa6870e"},
    {HASH_SHA256, {key_aa, 131}, LARGE,
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {HASH_SHA384, {key_aa, 131}, LARGE,
     "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c6"
     "0c2ef6ab4030fe8296248df163f44952"},
    {HASH_SHA512, {key_aa, 131}, LARGE,
     "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
     "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"},
    {HASH_MD5, {key_aa, 16}, {data_dd, 50},
     "56be34521d144c88dbb8c733f0e8b3f6"},
    {HASH_SHA1, {key_aa, 20}, {data_dd, 50},
     "125d7342b9ac11cd91a39af48aa17b4f63f175d3"},
    {HASH_SHA224, {key_aa, 20}, {data_dd, 50},
     "7fb3cb3588c6c1f6ffa9694d7d6ad2649365b0c1f65d69d1ec8333ea"},
    {HASH_SHA256, {key_aa, 20}, {data_dd, 50},
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {HASH_SHA384, {key_aa, 20}, {data_dd, 50},
     "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b"
     "2a5ab39dc13814b94e3ab6e101a34f27"},
    {HASH_SHA512, {key_aa, 20}, {data_dd, 50},
     "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
     "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"},
    {HASH_MD5, {"Jefe", 4}, WHAT,
     "750c783e6ab0b503eaa86e310a5db738"},
    {HASH_SHA1, {"Jefe", 4}, WHAT,
     "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
    {HASH_SHA224, {"Jefe", 4}, WHAT,
     "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"},
    {HASH_SHA256, {"Jefe", 4}, WHAT,
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {HASH_SHA384, {"Jefe", 4}, WHAT,
     "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
     "8e2240ca5e69e2c78b3239ecfab21649"},
    {HASH_SHA512, {"Jefe", 4}, WHAT,
     "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
     "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
};

static const uint8_t sizes[HASH_KIND_MAX] = {16, 20, 28, 32, 48, 64};

static struct span hex(const uint8_t *p, size_t n)
{
    static char text[2 * HASH_SIZE_MAX];
    struct buf b = BUF(text);
    buf_hex(&b, p, n);
    return buf_view(&b);
}

/* Every way to cut the text into three parts gives the same. */
static bool same_in_parts(enum hash_kind kind, struct span key, struct span text,
                          const uint8_t *want)
{
    uint8_t got[HASH_SIZE_MAX];
    for (size_t i = 0; i <= text.n; i++)
        for (size_t j = i; j <= text.n; j++) {
            struct span a = span_upto(text, i), b = span_from(span_upto(text, j), i),
                        c = span_from(text, j);
            size_t n = key.p ? hmac_of(kind, key, HASH_PARTS(a, b, c), got)
                             : hash_of(kind, HASH_PARTS(a, b, c), got);
            if (n != sizes[kind] || memcmp(got, want, n) != 0)
                return false;
        }
    return true;
}

int app_main(int argc, char **argv)
{
    uint8_t out[HASH_SIZE_MAX], million[HASH_SIZE_MAX];
    static char a[1000000];
    (void)argc, (void)argv;
    memset(key_aa, 0xaa, sizeof key_aa);
    memset(key_0b, 0x0b, sizeof key_0b);
    memset(data_dd, 0xdd, sizeof data_dd);
    memset(a, 'a', sizeof a);
    for (size_t i = 0; i < COUNT(hashes); i++) {
        size_t n = hash_of(hashes[i].kind, HASH_PARTS(hashes[i].text), out);
        is_str(hex(out, n), hashes[i].want, "hash");
        ok(same_in_parts(hashes[i].kind, SPAN_NONE, hashes[i].text, out), "in parts");
    }
    for (size_t i = 0; i < COUNT(hmacs); i++) {
        size_t n = hmac_of(hmacs[i].kind, hmacs[i].key, HASH_PARTS(hmacs[i].text), out);
        is_str(hex(out, n), hmacs[i].want, "hmac");
        ok(same_in_parts(hmacs[i].kind, hmacs[i].key, hmacs[i].text, out), "in parts");
    }
    hash_of(HASH_SHA256, HASH_PARTS((struct span){a, sizeof a}), million);
    is_str(hex(million, 32), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
           "a million times a");
    hmac_of(HASH_SHA256, SPAN(""), HASH_PARTS(SPAN("")), out);
    is_str(hex(out, 32), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad",
           "hmac of nothing");
    return done();
}
