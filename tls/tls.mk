# Included by the Makefile: what is fetched, built or generated before our own sources compile.

# Packages first, then the cross targets' libc.
$(B)/ready: tests/env/need tls/musl.sh tls/fetch.sh tls/common.sh
	$(Q)tests/env/need $(GROUP)
	$(Q)mkdir -p $(@D)$(if $(filter $(B)/musl/%,$(LIBDIR)), && CC="$(CC)" tls/musl.sh $(B)/musl)
	$(Q)touch $@

$(B)/bearssl/libbearssl.a: tls/bearssl.sh tls/bearssl-config.h $(B)/ready
	$(Q)CC="$(CC)" CFLAGS="$(SMALL)" INC="$(SYSINC)" AR=$(CROSS)gcc-ar tls/bearssl.sh $(@D)
	$(Q)touch $@

# Roots that have expired at the build's epoch are left out of them.
$(BUILD)/gen/anchors.c: tls/anchors.sh $(wildcard tls/host/*.c tls/ca.c tls/trust.[ch] tls/cert.[ch] \
		/usr/share/ca-certificates/mozilla) $(BUILD)/gen/epoch | $(B)/ready
	$(Q)tls/anchors.sh $@ $(EPOCH)
$(BUILD)/gen/epoch: FORCE
	$(Q)mkdir -p $(@D) && { echo $(EPOCH) | cmp -s - $@ || echo $(EPOCH) > $@; }

# The recipes without comments, indents and empty lines; then packed, as C.
$(B)/gen/recipes.txt: $(wildcard src/provider/recipes src/provider/recipes/*.txt) tls/tls.mk
	$(Q)mkdir -p $(@D)
	$(Q)for f in $(sort $(filter %.txt,$^)); do cat $$f; echo; done | \
	sed 's/^[[:blank:]]*//; s/[[:space:]]*$$//; /^#/d; /^$$/d' > $@
$(B)/gen/pack: $(addprefix src/provider/,recipes/pack.c recipe.h unpack.h)
	$(Q)mkdir -p $(@D) && $${HOSTCC:-cc} -std=c11 -O2 $(WARN) -DBASE_NO_BAN -iquote src -o $@ $<
$(B)/gen/recipes.c: $(B)/gen/recipes.txt $(B)/gen/pack
	$(Q)$(B)/gen/pack < $< > $@

# The facts of this build. The epoch is the last commit's, so that the same commit gives the same bytes.
$(B)/gen/build.h: $(BUILD)/gen/anchors.c FORCE
	$(Q)mkdir -p $(@D)
	$(Q){ echo '#define BUILD_VERSION "$(VERSION)"'; \
	echo "#define BUILD_NUMBERS $$(echo $(VERSION).0.0.0 | sed 's/-g.*//; s/[-.]/,/g' | cut -d, -f1-4)"; \
	echo '#define BUILD_EPOCH $(EPOCH)'; \
	echo '#define BUILD_TARGET "$(TARGET)"'; \
	echo '#define BUILD_RECIPES "$(B)/gen/recipes.txt"'; \
	echo '#define BUILD_BEARSSL "0.6"'; \
	echo "#define BUILD_ANCHORS_DATE \"$$(cat $(BUILD)/gen/anchors.date)\""; } > $@.new
	$(Q)cmp -s $@.new $@ && rm $@.new || mv $@.new $@
