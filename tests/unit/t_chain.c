/* t_chain.c: chains of certificates judged by anchors looked up in rows: a small built-in set of
 * this test's own, which takes the place of Mozilla's, and the `ca` setting. All are valid from
 * 2026 to 2056. */
#include <bearssl.h>

#include "machine.h"
#include "reason.h"
#include "trust.h"
#include "base/codec.h"
#include "tap.h"

/* Made by tls/host/anchors.c. */
const unsigned char anchors_blob[] = {
    /* P-256, and */
    0x9d, 0x46, 0x98, 0x99, 0x17, 0x00, 0x41, 0x04, 0x8a, 0x9a, 0x7b, 0x0f, 0xea, 0x83, 0x61,
    0xb3, 0x97, 0x29, 0x6d, 0x27, 0x4e, 0x2d, 0x0e, 0x22, 0x43, 0xec, 0x5f, 0x22, 0xab, 0xc6,
    0x27, 0xec, 0xd4, 0xba, 0x1e, 0x27, 0x67, 0x65, 0x88, 0xb9, 0x2e, 0x32, 0x01, 0x77, 0x53,
    0x9d, 0x03, 0x46, 0xa2, 0x6d, 0xb4, 0x3a, 0x23, 0x88, 0x4a, 0xfc, 0x10, 0x58, 0xeb, 0xae,
    0x41, 0x35, 0x25, 0xce, 0x57, 0x09, 0xa5, 0x6a, 0xb3, 0x32, 0x16, 0x80,
    /* P-384, both called "two roots" */
    0x9d, 0x46, 0x98, 0x99, 0x18, 0x00, 0x61, 0x04, 0x51, 0x5c, 0x1e, 0xcf, 0x53, 0x73, 0xb9,
    0xfc, 0xb3, 0x74, 0xa4, 0xb2, 0x02, 0x13, 0x5d, 0x3d, 0xf1, 0x06, 0x2b, 0x4a, 0x45, 0x2a,
    0x95, 0x76, 0xd1, 0xc3, 0xc6, 0x6f, 0x6b, 0xb7, 0xf0, 0xa1, 0x51, 0x71, 0x07, 0x95, 0x6d,
    0x04, 0xc4, 0xc9, 0xdc, 0x7f, 0xf2, 0x44, 0x34, 0xf8, 0x1a, 0x65, 0x0e, 0x98, 0xdd, 0x43,
    0x76, 0xcd, 0xd3, 0x60, 0xf7, 0x5d, 0xfe, 0x41, 0x93, 0xc2, 0xd8, 0x52, 0x57, 0xcf, 0xed,
    0xff, 0x7a, 0x7f, 0x55, 0x97, 0xd6, 0x86, 0x4c, 0x36, 0x08, 0x0f, 0x4d, 0x34, 0x20, 0x02,
    0x83, 0x52, 0x31, 0x31, 0x9e, 0x66, 0x17, 0xd8, 0x0a, 0x97, 0xd8, 0x03, 0x1b, 0x4e,
    /* RSA with exponent 3: "rsa root" */
    0x18, 0x29, 0xd5, 0x4f, 0x40, 0x01, 0x04, 0xc2, 0x2c, 0xe3, 0xdf, 0x86, 0xaa, 0x1d, 0x51,
    0x73, 0xb5, 0xa1, 0xf5, 0x9b, 0x03, 0xaf, 0xba, 0x87, 0x22, 0xe9, 0x2c, 0xdc, 0x48, 0xf7,
    0x8d, 0xa2, 0xed, 0x72, 0xfe, 0xc5, 0x9c, 0xea, 0x6d, 0x89, 0xbf, 0x06, 0x01, 0xf1, 0xbc,
    0x96, 0x21, 0x0d, 0xd7, 0xc1, 0x77, 0xb8, 0x92, 0x6e, 0x97, 0xa8, 0xf1, 0x1d, 0xe0, 0x85,
    0x75, 0x3c, 0xff, 0x8c, 0x55, 0x39, 0xd7, 0x8f, 0x75, 0xf5, 0x61, 0x37, 0xc1, 0xc3, 0xe2,
    0x9a, 0x61, 0x7a, 0x13, 0x80, 0x80, 0x03, 0x52, 0x10, 0x51, 0xac, 0x9f, 0x4c, 0xe7, 0x23,
    0x86, 0xb8, 0x34, 0x79, 0x7c, 0x80, 0x20, 0xfb, 0x37, 0xc2, 0x79, 0x6b, 0x50, 0x0c, 0xf4,
    0x73, 0xce, 0xa2, 0x25, 0x94, 0x8b, 0x17, 0x7f, 0xa7, 0x29, 0x08, 0x4d, 0xee, 0x1a, 0x2b,
    0xc9, 0x85, 0xaf, 0xf0, 0x8d, 0x8a, 0x38, 0x49, 0xd5, 0xf9, 0x83, 0x47, 0xd2, 0xb4, 0xbd,
    0x01, 0xec, 0xbc, 0xa4, 0x4b, 0x83, 0x05, 0x6d, 0xcc, 0x2d, 0xbd, 0x93, 0x46, 0xfa, 0xde,
    0x57, 0x5f, 0xdb, 0x0c, 0xfa, 0x88, 0x13, 0xdb, 0x5f, 0x99, 0x27, 0xac, 0xa7, 0x81, 0x14,
    0x38, 0x16, 0x34, 0xfc, 0x0a, 0x32, 0x53, 0xad, 0xfe, 0xf3, 0xfc, 0xd1, 0x31, 0x4e, 0xe4,
    0x5a, 0x30, 0xb5, 0xf9, 0xe5, 0xe5, 0xbd, 0x11, 0x56, 0xaf, 0xfb, 0x19, 0x23, 0x5f, 0xa4,
    0x08, 0xa7, 0xdb, 0x88, 0x15, 0x1d, 0x6f, 0x4e, 0xab, 0x17, 0x03, 0x8f, 0x24, 0xd6, 0x7f,
    0xf8, 0x22, 0x7e, 0xa4, 0xc6, 0x59, 0x80, 0x68, 0x0d, 0x5e, 0x27, 0xee, 0x2d, 0x8c, 0x4a,
    0xfe, 0x30, 0x6f, 0x15, 0x9f, 0x14, 0xfa, 0x99, 0xc6, 0x6f, 0x47, 0xcb, 0x8a, 0x5a, 0xb7,
    0x6e, 0x89, 0x53, 0x01, 0x6e, 0x61, 0x00, 0x5b, 0x1a, 0xc7, 0x26, 0xd4, 0x26, 0x66, 0x73,
    0xc6, 0x70, 0x20, 0xc7, 0xac, 0xba, 0xe1, 0x61, 0x00, 0x00, 0x00, 0x03,
};
const unsigned int anchors_size = sizeof anchors_blob;

/* ---- Roots */
static const char root_a[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBXzCCAQSgAwIBAgIUUjt9vkM5RFJo0RaZEiUXlTYDrIcwCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJdHdvIHJvb3RzMCAXDTI2MDEwMTAwMDAwMFoYDzIwNTYwMTAx\n"
    "MDAwMDAwWjAUMRIwEAYDVQQDDAl0d28gcm9vdHMwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAASKmnsP6oNhs5cpbSdOLQ4iQ+xfIqvGJ+zUuh4nZ2WIuS4yAXdTnQNG\n"
    "om20OiOISvwQWOuuQTUlzlcJpWqzMhaAozIwMDAPBgNVHRMBAf8EBTADAQH/MB0G\n"
    "A1UdDgQWBBQBTKfz1T89Ju7ONS1858gtH1at4zAKBggqhkjOPQQDAgNJADBGAiEA\n"
    "q07WZDnuGjX61r7Nku0TWxnXEyhYF1NhQpgGWTdCJ8ICIQDjLnYsyA5JYTpE3rHR\n"
    "5nm/T7lqnFXd3s6BRx0FCEUN1Q==\n"
    "-----END CERTIFICATE-----\n";
static const char root_b[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBmzCCASGgAwIBAgIUK0JL/w6mLKa1zCX/1ggJSYsTvM0wCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJdHdvIHJvb3RzMCAXDTI2MDEwMTAwMDAwMFoYDzIwNTYwMTAx\n"
    "MDAwMDAwWjAUMRIwEAYDVQQDDAl0d28gcm9vdHMwdjAQBgcqhkjOPQIBBgUrgQQA\n"
    "IgNiAARRXB7PU3O5/LN0pLICE1098QYrSkUqlXbRw8Zva7fwoVFxB5VtBMTJ3H/y\n"
    "RDT4GmUOmN1Dds3TYPdd/kGTwthSV8/t/3p/VZfWhkw2CA9NNCACg1IxMZ5mF9gK\n"
    "l9gDG06jMjAwMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFANAwjixnEXr9+MK\n"
    "1U0z64kruvgyMAoGCCqGSM49BAMCA2gAMGUCMQD7kP9shkaPc8HpQtDfCHBOZobI\n"
    "e3yw4ScUPqR6jwBMzWhKKD9yVwZafBjgPjejlccCMEbuypFXX7kWqkENZ8GN2Lyc\n"
    "8wfCfkMmTSctRV8JqPhDuE+nMQeIYX4my54z7aRifw==\n"
    "-----END CERTIFICATE-----\n";
static const char root_s[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBXDCCAQKgAwIBAgIUCqlMJgWLIbbGWT4FfYVtDKa4f/gwCgYIKoZIzj0EAwIw\n"
    "EzERMA8GA1UEAwwIc3RyYW5nZXIwIBcNMjYwMTAxMDAwMDAwWhgPMjA1NjAxMDEw\n"
    "MDAwMDBaMBMxETAPBgNVBAMMCHN0cmFuZ2VyMFkwEwYHKoZIzj0CAQYIKoZIzj0D\n"
    "AQcDQgAEffgNxpZJTCMQ21nd3fEalAyQeLTYz/5mFnyu0mW1tAk8CwJE3shl9dZ8\n"
    "/mJXDgqMWr4h7y1zalIS/R9697NT/qMyMDAwDwYDVR0TAQH/BAUwAwEB/zAdBgNV\n"
    "HQ4EFgQUCJv8/ct3H6Xljq0SQodquCPD5P4wCgYIKoZIzj0EAwIDSAAwRQIhAIQw\n"
    "oIKRhuIaffCHgfEXEjOceTJVzHWCIi+eRStqG0C8AiB5IQHH5OXuzI9gGRhMhA4z\n"
    "+6cWmxt8kXkxslA2UoAViQ==\n"
    "-----END CERTIFICATE-----\n";

/* The stranger's name and key, issued by the first of the two roots. */
static const char cross[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBfjCCASSgAwIBAgIUC1KXS6euW+7KomBwb21hGHLLPUYwCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJdHdvIHJvb3RzMCAXDTI2MDEwMTAwMDAwMFoYDzIwNTYwMTAx\n"
    "MDAwMDAwWjATMREwDwYDVQQDDAhzdHJhbmdlcjBZMBMGByqGSM49AgEGCCqGSM49\n"
    "AwEHA0IABH34DcaWSUwjENtZ3d3xGpQMkHi02M/+ZhZ8rtJltbQJPAsCRN7IZfXW\n"
    "fP5iVw4KjFq+Ie8tc2pSEv0fevezU/6jUzBRMA8GA1UdEwEB/wQFMAMBAf8wHQYD\n"
    "VR0OBBYEFAib/P3Ldx+l5Y6tEkKHargjw+T+MB8GA1UdIwQYMBaAFAFMp/PVPz0m\n"
    "7s41LXznyC0fVq3jMAoGCCqGSM49BAMCA0gAMEUCIFbgmQ6w3pK7qs0BeaZPczg1\n"
    "j87KCzC/wRF3/F1Ji6tDAiEAhtfN+dl5zAJdmGcV+9awHGOBAJb9h+btW1w0nMaI\n"
    "zMg=\n"
    "-----END CERTIFICATE-----\n";

/* ---- Certificates for www.example.com, by the root of that letter */
static const char leaf_a[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBhjCCAS2gAwIBAgIUTiiMNhtz4239mdlJ+T52Biijai0wCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJdHdvIHJvb3RzMCAXDTI2MDEwMTAwMDAwMFoYDzIwNTYwMTAx\n"
    "MDAwMDAwWjARMQ8wDQYDVQQDDAZsZWFmIGEwWTATBgcqhkjOPQIBBggqhkjOPQMB\n"
    "BwNCAASA+xn/uSSt0FioEc5lqMM2WYt87Lkukeyf7qRTXHQUm9LkUcxeXdF2vijM\n"
    "E1MRrSuH5l/l0DJXGmpqoqamoThPo14wXDAaBgNVHREEEzARgg93d3cuZXhhbXBs\n"
    "ZS5jb20wHQYDVR0OBBYEFPsUndBhQ7tEbaf72OG3PYwuUhUXMB8GA1UdIwQYMBaA\n"
    "FAFMp/PVPz0m7s41LXznyC0fVq3jMAoGCCqGSM49BAMCA0cAMEQCIAesLbydl3SD\n"
    "o2IeIC+B/dThnQI+SIiIzT8g5+5DO3JZAiB0ZgtBIWFNJe30VFEGu6EtXz/HKZkS\n"
    "DxcfScXbdD5T4A==\n"
    "-----END CERTIFICATE-----\n";
static const char leaf_b[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBpjCCAS2gAwIBAgIUWxhDg44hFw9PmlJSvFUYPzZaP50wCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJdHdvIHJvb3RzMCAXDTI2MDEwMTAwMDAwMFoYDzIwNTYwMTAx\n"
    "MDAwMDAwWjARMQ8wDQYDVQQDDAZsZWFmIGIwWTATBgcqhkjOPQIBBggqhkjOPQMB\n"
    "BwNCAATgEZl+FnOwG9tS2rJPifqIlEagFqa2nnECaUT/2WOIdIAisPuF/X7imxxY\n"
    "kBUuiY3lj2M/iaJ4QzDyWXJrWQZRo14wXDAaBgNVHREEEzARgg93d3cuZXhhbXBs\n"
    "ZS5jb20wHQYDVR0OBBYEFL3/RNQvA/qC0vztr8yrXY+4Q5CLMB8GA1UdIwQYMBaA\n"
    "FANAwjixnEXr9+MK1U0z64kruvgyMAoGCCqGSM49BAMCA2cAMGQCMGui71eEsowh\n"
    "O/VTZFsbHvAP/cfMXK0WwrOM4h+FQ107uMPFSKpkySkSzOkOTU6QYwIwHyUgICh3\n"
    "9/B4hAaRi0audtLEASzLFlkHGldIheijMXw42+fWI9vUfADN70SRWwvX\n"
    "-----END CERTIFICATE-----\n";
static const char leaf_r[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIICRzCCAS+gAwIBAgIUCl5lfahAEHpZMkQB9v5h44B0hR0wDQYJKoZIhvcNAQEL\n"
    "BQAwEzERMA8GA1UEAwwIcnNhIHJvb3QwIBcNMjYwMTAxMDAwMDAwWhgPMjA1NjAx\n"
    "MDEwMDAwMDBaMBExDzANBgNVBAMMBmxlYWYgcjBZMBMGByqGSM49AgEGCCqGSM49\n"
    "AwEHA0IABGKFsTr19LrpcGKEcL/U65+G0zo7JRrG0xvukBCu3djbiAXiklTojnZS\n"
    "xMSMOZbjAO9C+WiHoIkJcPqLrG2ZurGjXjBcMBoGA1UdEQQTMBGCD3d3dy5leGFt\n"
    "cGxlLmNvbTAdBgNVHQ4EFgQUquQ6IZMC52CcyZdwqfEOS8VQTzswHwYDVR0jBBgw\n"
    "FoAUgRqDTIN+D5cuDufuX8q/htIRliAwDQYJKoZIhvcNAQELBQADggEBAJp/v1/h\n"
    "iwVLLktB52sMXlPxMKWprvgZiohteN9OCiGcNyIzU2zNqvVEOUSE6/sJiFAp00lL\n"
    "vAQet1d31fFIyX8kafAJ4gaQNWNfAOT9c2UzNIoPxbYBdTQTHh2yZpDsbgez6xuV\n"
    "vU2wNBBHKwR5GAb9wo19q95sNXd7YXGSa5DGU10AxrL7ejVIoE81cM2obUX6UvWu\n"
    "YG6j08UMQo7c62K5cv8cWbjMmHvUO7SUll+4pmk/kdnDQ3LthOnuGKl5cW6jdqsa\n"
    "pZMzc2HJfglyijrD+4UjEZXsQFfhtZfl3+Cy+2HYHzrLWQP3VW6oGmqj3RKGbFpC\n"
    "gwcT8MoEE8xJtR8=\n"
    "-----END CERTIFICATE-----\n";
static const char leaf_s[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBhzCCASygAwIBAgIUKNLI1bEBxQAPPh7XhHQ6a6LC4xMwCgYIKoZIzj0EAwIw\n"
    "EzERMA8GA1UEAwwIc3RyYW5nZXIwIBcNMjYwMTAxMDAwMDAwWhgPMjA1NjAxMDEw\n"
    "MDAwMDBaMBExDzANBgNVBAMMBmxlYWYgczBZMBMGByqGSM49AgEGCCqGSM49AwEH\n"
    "A0IABEOMJ1mx8z2cl1KEdZHlftcLa9LZSmb38805lUgjMgyG7xIeMaVL5b5idUWL\n"
    "RtVJHgbDjT6PKDTu857R1eN94fSjXjBcMBoGA1UdEQQTMBGCD3d3dy5leGFtcGxl\n"
    "LmNvbTAdBgNVHQ4EFgQULByCIFloRJmdFUAiC0MlzbUogfYwHwYDVR0jBBgwFoAU\n"
    "CJv8/ct3H6Xljq0SQodquCPD5P4wCgYIKoZIzj0EAwIDSQAwRgIhANe0ironRJNI\n"
    "ozUuRZ6waFb8CEC817IZg5Sjigni3VXhAiEA6QyWNECAbPj//f+FwOS6EnpYkO1b\n"
    "B6iNFOHYo347+lI=\n"
    "-----END CERTIFICATE-----\n";

/* By the stranger, put into `ca` to stand for itself. */
static const char self[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBhDCCASqgAwIBAgIUdRgKTQ8tnRENV1R0qq0bzcqmunEwCgYIKoZIzj0EAwIw\n"
    "EzERMA8GA1UEAwwIc3RyYW5nZXIwIBcNMjYwMTAxMDAwMDAwWhgPMjA1NjAxMDEw\n"
    "MDAwMDBaMA8xDTALBgNVBAMMBHNlbGYwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
    "AAQlT+Ju0WC5egb9U9TBnnjOqqHpCLILOiaaWIINnjE585NTaloa634W5e6dciMk\n"
    "RvGKW8QyP386utf54U2YiUMYo14wXDAaBgNVHREEEzARgg93d3cuZXhhbXBsZS5j\n"
    "b20wHQYDVR0OBBYEFOPTRN9kPIBGzGks1LUuCMFCJzWJMB8GA1UdIwQYMBaAFAib\n"
    "/P3Ldx+l5Y6tEkKHargjw+T+MAoGCCqGSM49BAMCA0gAMEUCIQDn7gBu7cbPdIWC\n"
    "H9414zYnjbE60CsK30IoIPodnZuITQIgK/6iAFCwiV0cPScG143fBzuxnWxojF9v\n"
    "P0FSSp0HjRs=\n"
    "-----END CERTIFICATE-----\n";

static struct tls_trust none, trust;

static void add(const char *pem)
{
    struct fail f = {0};
    is_i64(tls_trust_add(&trust, span_z(pem), &f), STEP_DONE, "an anchor is read");
}

static struct span der_of(const char *pem, uint8_t *room, size_t cap)
{
    struct span s = span_from(span_z(pem), sizeof "-----BEGIN CERTIFICATE-----" - 1);
    long n = base64_read(span_upto(s, (size_t)span_find(s, SPAN("-----"))), room, cap);
    return (struct span){(const char *)room, n < 0 ? 0 : (size_t)n};
}

/* BearSSL's or our reason, 0 when all is well. Each certificate comes in pieces of `step`. */
static unsigned judge(const struct tls_trust *t, const char *const *pems, size_t step)
{
    static br_ssl_client_context client;
    static struct chain c;
    static uint8_t room[2048];
    profile_set(&client, &c, t);
    c.wall = 1800000000;
    c.vtable->start_chain(&c.vtable, "www.example.com");
    for (; *pems; pems++) {
        struct span der = der_of(*pems, room, sizeof room);
        c.vtable->start_cert(&c.vtable, (uint32_t)der.n);
        for (size_t n; der.n; der = span_from(der, n)) {
            n = der.n < step ? der.n : step;
            c.vtable->append(&c.vtable, (const uint8_t *)der.p, n);
        }
        c.vtable->end_cert(&c.vtable);
    }
    return c.vtable->end_chain(&c.vtable);
}
#define CHAIN(...) ((const char *const[]){__VA_ARGS__, 0})

static void judged(const char *name, const struct tls_trust *t, const char *const *pems,
                   unsigned want)
{
    is_i64(judge(t, pems, 4096), want, name);
    is_i64(judge(t, pems, 256), want, "the same in pieces of 256 bytes, as the engine has them");
    is_i64(judge(t, pems, CHAIN_HEAD), want, "and in small ones");
}

static void test_built_in(void)
{
    enum { UNKNOWN = BR_ERR_X509_NOT_TRUSTED };
    is_i64((int64_t)tls_roots(), 3, "three roots are built in");
    judged("P-256", NULL, CHAIN(leaf_a), 0);
    judged("P-384, of the same name", NULL, CHAIN(leaf_b), 0);
    judged("RSA with exponent 3", NULL, CHAIN(leaf_r), 0);
    judged("an unknown issuer", NULL, CHAIN(leaf_s), UNKNOWN);
    judged("no `ca` added", &none, CHAIN(leaf_a), 0);
    judged("the root is sent, too", NULL, CHAIN(leaf_a, root_a), 0);
    judged("an unknown one is", NULL, CHAIN(leaf_s, root_s), UNKNOWN);
    judged("cross-signed by a known one", NULL, CHAIN(leaf_s, cross), 0);
    judged("and the root sent, too", NULL, CHAIN(leaf_s, cross, root_a), 0);
    judged("the wrong root of the same name", NULL, CHAIN(leaf_a, root_b), 0);
    judged("a root alone is no server", NULL, CHAIN(root_a), TLS_NO_NAMES);
}

static void test_added(void)
{
    enum { UNKNOWN = BR_ERR_X509_NOT_TRUSTED };
    const struct trust *rows = (const void *)&trust;
    add(root_s);
    judged("built in", &trust, CHAIN(leaf_a), 0);
    judged("added", &trust, CHAIN(leaf_s), 0);
    judged("cross-signed, and the issuer is known anyway", &trust, CHAIN(leaf_s, cross), 0);
    judged("not to another table", &none, CHAIN(leaf_s), UNKNOWN);
    memset(&trust, 0, sizeof trust);
    judged("one that will stand for itself", &trust, CHAIN(self), UNKNOWN);
    add(self);
    judged("does", &trust, CHAIN(self), 0);
    judged("with its issuer behind it", &trust, CHAIN(self, root_s), 0);
    judged("not for others of its issuer", &trust, CHAIN(leaf_s), UNKNOWN);
    add(root_a);
    is_i64(rows->used, 4 + 1 + 2 + 65, "what is built in is not added");
}

/* The locator finds, the key proves: none of its bits may be wrong. */
static void test_wrong_key(void)
{
    unsigned trusted = 0;
    struct trust *t = (void *)&trust;
    memset(&trust, 0, sizeof trust);
    add(root_s);
    for (uint32_t i = 0; i < t->used; i++) {
        t->rows[i] ^= (char)(1 << i % 8);
        if (i != 5 && i != 6) /* the length */
            trusted += judge(&trust, CHAIN(leaf_s), 4096) == 0;
        t->rows[i] ^= (char)(1 << i % 8);
    }
    is_i64(trusted, 0, "a bit wrong in any byte of a row");
    is_i64(judge(&trust, CHAIN(leaf_s), 4096), 0, "and none wrong");
    memcpy(t->rows, anchors_blob, 4);
    is_i64(judge(&trust, CHAIN(leaf_s), 4096), BR_ERR_X509_NOT_TRUSTED,
           "the key under another name");
    is_i64(judge(&trust, CHAIN(leaf_a), 4096), 0, "which does not hide that one's own");
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    test_built_in();
    test_added();
    test_wrong_key();
    return done();
}
