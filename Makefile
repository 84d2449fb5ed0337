# ddns, built with GNU make:  make [TARGET=…] [V=1]  gives build/$(TARGET)/ddns
#
#   all (default)  tests  run  test  sim  bench  fuzz  lint  size  dist  install  clean
#   TARGET = native win32 win64 winarm64 arm armhf arm64 mips mipsel, or asan (native, sanitizers)
#
# tests/env/need installs the Debian packages that are missing. BearSSL and musl are fetched and
# built once by tls/*.sh and kept in ~/.cache/ddns (or DDNS_CACHE), outside the clone.
TARGET ?= native
BUILD  ?= build
PREFIX ?= /usr/local
TARGETS      := native win32 win64 arm armhf arm64 mips mipsel
TEST_TARGETS ?= native asan win32 win64 armhf mips
ifeq ($(filter $(TARGET),$(TARGETS) asan),)
$(error TARGET=$(TARGET) is none of $(TARGETS) asan (winarm64 comes with a later version))
endif

# --- The target: compiler prefix and ABI flags -------------------------------------------------
CROSS_win32  := i686-w64-mingw32-
CROSS_win64  := x86_64-w64-mingw32-
CROSS_arm    := arm-linux-gnueabi-
CROSS_armhf  := arm-linux-gnueabihf-
CROSS_arm64  := aarch64-linux-gnu-
CROSS_mips   := mips-linux-gnu-
CROSS_mipsel := mipsel-linux-gnu-
# i586: neither cmov nor SSE, for the PCs that XP ran on; without SSE a 4-byte stack will do.
ABI_win32    := -march=i586 -mpreferred-stack-boundary=2
ABI_arm      := -march=armv5te -mfloat-abi=soft
ABI_armhf    := -mthumb
ABI_mips     := -mips32r2 -msoft-float
ABI_mipsel   := $(ABI_mips)
B     := $(BUILD)/$(TARGET)
CROSS := $(CROSS_$(TARGET))
CC    := $(CROSS)gcc $(ABI_$(TARGET))
OS    := $(if $(filter win%,$(TARGET)),win,posix)
EXE   := $(if $(filter win%,$(TARGET)),.exe)
GROUP := build-native $(addprefix build-,$(foreach g,win mips arm,$(findstring $g,$(TARGET))))

# --- Flags: SMALL for BearSSL and us, CFLAGS for us --------------------------------------------
WARN  := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wcast-qual \
         -Wimplicit-fallthrough -Werror
FRAME := -Wframe-larger-than=2048
# No LTO: it saves 2 to 4 %, and would optimise across BearSSL's constant-time boundaries.
SMALL := -Os -ffunction-sections -fno-ident

ifeq ($(TARGET),asan)
  SMALL   := -O1 -g -fno-omit-frame-pointer -fsanitize=address
  CFLAGS  := $(SMALL) -fsanitize=undefined -fno-sanitize-recover=all
  FRAME   :=
  LDFLAGS := -fsanitize=address,undefined
else ifeq ($(OS),win)
  # No C run-time, as Debian's holds cmov, malloc and stdio: src/os/win has the entry point.
  ENTRY_win32  := -Wl,-e,_start,--subsystem,console:5.1
  ENTRY_win64  := -Wl,-e,start,--subsystem,console:5.2
  # No -fdata-sections: MinGW would put zeroed arrays into .data$x, and so megabytes into the file.
  SMALL   += -fno-asynchronous-unwind-tables
  CFLAGS  := $(SMALL)
  LDFLAGS := -nostartfiles -nostdlib -Wl,--gc-sections,--tsaware,--no-seh,--stack,262144 \
             $(ENTRY_$(TARGET))
  LIBS    := -lgcc -lkernel32 -ladvapi32 -lws2_32
  RES     := $(B)/obj/src/os/win/ddns.res.o
else
  # musl, linked by hand: Debian's musl-gcc turns -static-pie into a dynamic exe.
  ifeq ($(TARGET),native)
    HOST    := $(shell $(CC) -dumpmachine)
    LIBDIR  := /usr/lib/$(HOST:%-gnu=%-musl)
    INC     := /usr/include/$(HOST:%-gnu=%-musl)
    KERNEL  := -idirafter /usr/include/$(HOST) -idirafter /usr/include
    PIE     := -fPIE
    LDFLAGS := -static-pie -Wl,-z,relro,-z,now $(LIBDIR)/rcrt1.o
  else
    # Debian's libgcc for MIPS is hard-float, and ld warns of it. What is linked from it is integer
    # code only, which tests/build.t proves by disassembly.
    LD_mips := -Wl,--no-warn-mismatch
    LIBDIR  := $(B)/musl/lib
    INC     := $(B)/musl/include
    KERNEL  := -idirafter /usr/$(CROSS:%-=%)/include
    PIE     := -fno-pie
    LDFLAGS := -static -no-pie $(LD_$(TARGET:el=)) $(LIBDIR)/crt1.o
  endif
  SMALL   += -fdata-sections $(PIE) -fno-asynchronous-unwind-tables
  # Every function with a char array is guarded; -strong would cost 7 KB more on armhf.
  CFLAGS  := $(SMALL) -fstack-protector --param=ssp-buffer-size=4
  LDFLAGS += -nostartfiles -nostdlib -Wl,--gc-sections,-z,noexecstack $(LIBDIR)/crti.o
  LIBS     = $(LIBDIR)/libc.a $(shell $(CC) -print-libgcc-file-name) $(LIBDIR)/crtn.o
  SYSINC   = -nostdinc -isystem $(INC) -isystem $(shell $(CC) -print-file-name=include) $(KERNEL)
endif

# --- Files -------------------------------------------------------------------------------------
FOLDERS := $(addprefix src/,base config address decide provider proto net report os/$(OS)) tls
OBJ   := $(patsubst %.c,$(B)/obj/%.o,$(sort $(wildcard $(FOLDERS:%=%/*.c)))) \
         $(B)/obj/gen/recipes.o $(B)/obj/gen/anchors.o
TLIB  := $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/lib/*.c))
UNITS := $(patsubst tests/unit/%.c,$(B)/tests/%$(EXE),$(wildcard tests/unit/t_*.c))
TOOLS := $(patsubst %.c,$(B)/%,$(if $(filter native,$(TARGET)),$(wildcard tests/peer.c tests/tools/*.c)) \
           $(if $(filter native asan,$(TARGET)),$(wildcard tests/sim.c)))
PEER  := $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/peer/*.c))
SIM   := $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/sim/*.c))
LINK   = $(CC) $(LDFLAGS) -o $@ $(1) -Wl,--start-group $(B)/libddns.a $(B)/bearssl/libbearssl.a \
           $(LIBS) -Wl,--end-group
GIT     := git --git-dir=.git
VERSION := $(or $(patsubst v%,%,$(shell $(GIT) describe --tags --match 'v*' 2> /dev/null)),0.1.0)
EPOCH   := $(or $(SOURCE_DATE_EPOCH),$(shell $(GIT) log -1 --format=%ct 2> /dev/null),1767225600)
# ld and strip put it into Windows exes instead of the time.
export SOURCE_DATE_EPOCH := $(EPOCH)
export LC_ALL := C
Q       := $(if $(V),,@)
SAY      = $(if $(V),,@echo '  $(1)  $(@:$(BUILD)/%=%)')

.PHONY: all tests run test sim wine bench fuzz lint size dist install clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:
all: $(B)/ddns$(EXE)
tests: all $(UNITS) $(TOOLS)

$(B)/ddns$(EXE): $(B)/ddns.debug
	$(Q)$(CROSS)strip -s -o $@ $<
$(B)/ddns.debug: $(B)/obj/src/main.o $(B)/libddns.a $(RES)
	$(call SAY,LINK)
	$(Q)$(call LINK,$(B)/obj/src/main.o $(RES))
$(B)/libddns.a: $(OBJ)
	$(Q)rm -f $@ && $(CROSS)gcc-ar rcsD $@ $(OBJ)
$(UNITS): $(B)/tests/%$(EXE): $(B)/obj/tests/unit/%.o $(TLIB) $(B)/libddns.a
	$(call SAY,LINK)
	$(Q)mkdir -p $(@D) && $(call LINK,$< $(TLIB))
$(B)/tests/peer: $(PEER)
$(B)/tests/sim: $(SIM)
$(TOOLS): $(B)/%: $(B)/obj/%.o $(B)/libddns.a
	$(call SAY,LINK)
	$(Q)mkdir -p $(@D) && $(call LINK,$(filter %.o,$^))

# Only tls/ and the tests see BearSSL. The flag for src/os/win keeps gcc from turning the loop of
# our own memset() into a call of memset().
$(B)/obj/%: FLAGS = $(FRAME)
$(B)/obj/tls/%: FLAGS = $(FRAME) -I$(B)/bearssl/inc
$(B)/obj/gen/%: FLAGS = -I$(B)/bearssl/inc
$(B)/obj/tests/%: FLAGS = -iquote tests -I$(B)/bearssl/inc
$(B)/obj/src/os/win/%: FLAGS = $(FRAME) -fno-tree-loop-distribute-patterns
define COMPILE
	$(call SAY,CC  )
	$(Q)mkdir -p $(@D) && $(CC) -std=c11 $(CFLAGS) $(WARN) $(FLAGS) -iquote src -iquote tls -iquote $(B)/gen \
		$(SYSINC) -ffile-prefix-map=$(CURDIR)/= -MMD -MP -c -o $@ $<
endef
READY := Makefile | $(B)/ready $(B)/gen/build.h $(B)/bearssl/libbearssl.a
$(B)/obj/%.o: %.c $(READY)
	$(COMPILE)
$(B)/obj/gen/%.o: $(B)/gen/%.c $(READY)
	$(COMPILE)
$(B)/obj/gen/anchors.o: $(BUILD)/gen/anchors.c $(READY)
	$(COMPILE)
$(RES): src/os/win/ddns.rc src/os/win/ddns.manifest $(B)/gen/build.h | $(B)/ready
	$(Q)mkdir -p $(@D) && $(CROSS)windres -Isrc/os/win -I$(B)/gen -o $@ $<
include tls/tls.mk
-include $(shell find $(B)/obj -name '*.d' 2> /dev/null)

# --- Using it ----------------------------------------------------------------------------------
run: all $(B)/tests/peer
	tests/run.sh

# Both cores at work: every target's exe and test programs, and Wine's first start beside them.
test:
	$(Q)tests/env/need build-native build-win build-arm build-mips wine qemu servers peers test
	$(Q)$(MAKE) --no-print-directory $(BUILD)/gen/anchors.c
	$(Q)$(MAKE) --no-print-directory -j$(shell nproc) wine \
		$(filter-out $(TEST_TARGETS:%=all-%),$(TARGETS:%=all-%)) $(TEST_TARGETS:%=tests-%)
	$(Q)BUILD=$(BUILD) TEST_TARGETS="$(TEST_TARGETS)" tests/env/prove
wine:
	$(Q)tests/env/wine
$(TARGETS:%=all-%) $(TEST_TARGETS:%=tests-%): FORCE
	$(Q)$(MAKE) --no-print-directory TARGET=$(lastword $(subst -, ,$@)) $(firstword $(subst -, ,$@))

# Device-years in the simulator (tests/sim): make sim YEARS=10 SEED=1
sim: $(B)/tests/sim
	$< days=61 seed=$(or $(SEED),1) seeds=$(or $(YEARS),1)

bench fuzz: tests
	tests/$@.sh
lint:
	$(Q)tests/env/need lint
	shellcheck -x -S warning $(wildcard tls/*.sh tests/*.sh tests/*.t tests/env/* .ci/run)
	cppcheck -q --std=c11 --enable=warning,portability --inline-suppr --error-exitcode=1 -Isrc \
		--suppress=missingIncludeSystem --suppress=internalAstError $(wildcard $(FOLDERS:%=%/*.c) src/main.c)

# Bytes of each exe built so far, beside the budget of the whole; fails when one has grown beyond `now`.
size:
	$(Q)wc -c /dev/null $(wildcard $(foreach t,$(TARGETS),$(BUILD)/$t/ddns $(BUILD)/$t/ddns.exe)) | \
	awk 'BEGIN { max["armhf"] = 262144; max["win32"] = 327680; now["armhf"] = 294912; now["win32"] = 380928 } \
	/ddns/ { n = split($$2, part, "/"); t = part[n - 1]; n = $$1; fails += t in now && n > now[t]; \
	printf "%-8s %7d%s%s\n", t, n, t in max ? " of " max[t] : "", (t in max && n > max[t]) ? "  OVER its budget" : "" } \
	END { exit fails != 0 }'


# Archives of every target with their checksums; the same commit gives the same bytes.
D := $(BUILD)/dist
dist: $(TARGETS:%=all-%)
	$(Q)tests/env/need dist
	$(Q)rm -rf $(D) && mkdir -p $(D)
	$(Q)for t in $(TARGETS); do n=ddns-$(VERSION)-$$t; mkdir $(D)/$$n; \
	cp $(BUILD)/$$t/ddns $(BUILD)/$$t/ddns.exe ddns.cfg README.md $(D)/$$n 2> /dev/null; \
	find $(D)/$$n -exec touch -d @$(EPOCH) {} +; (cd $(D); case $$t in \
	win*) find $$n -type f | sort | TZ=UTC zip -qX9 $$n.zip -@ ;; \
	*) tar --sort=name --owner=0 --group=0 --numeric-owner -cf - $$n | gzip -9n > $$n.tar.gz ;; \
	esac; rm -r $$n); done; cd $(D) && sha256sum * > SHA256SUMS && cat SHA256SUMS

install: all
	install -D -m 755 $(B)/ddns $(DESTDIR)$(PREFIX)/bin/ddns
	install -D -m 644 ddns.cfg $(DESTDIR)$(PREFIX)/share/doc/ddns/ddns.cfg

clean: ; rm -rf $(BUILD)
