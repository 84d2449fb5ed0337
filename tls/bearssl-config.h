/* bearssl-config.h: BearSSL's build options, included before each of its files (see its src/config.h). */

/* Entropy and time come from src/os through the adapter, never behind its back. RDRAND stays off
 * because 0.6 takes the constant that a broken AMD family 22 returns after resume for random. */
#define BR_RDRAND         0
#define BR_USE_URANDOM    0
#define BR_USE_WIN32_RAND 0
#define BR_USE_UNIX_TIME  0
#define BR_USE_WIN32_TIME 0

/* The 32-bit Windows exe must run on an i586: no SSE2, no AES-NI anywhere in it. */
#ifdef __i386__
#define BR_SSE2      0
#define BR_AES_X86NI 0
#endif
