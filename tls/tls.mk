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

# The recipes as one C string: comments, indents and empty lines left out, every byte as \ooo.
$(B)/gen/recipes.c: $(wildcard src/provider/recipes src/provider/recipes/*.txt) tls/tls.mk
	$(Q)mkdir -p $(@D)
	$(Q)for f in $(sort $(filter %.txt,$^)); do cat $$f; echo; done | \
	sed 's/^[[:blank:]]*//; s/[[:space:]]*$$//; /^#/d; /^$$/d' | od -An -v -to1 | awk \
	'BEGIN { print "extern const char recipes_text[];\nextern const unsigned int recipes_size;"; \
		printf "const char recipes_text[] =\n\"" } \
	{ for (i = 1; i <= NF; i++) printf "\\%s%s", $$i, $$i == "012" ? "\"\n\"" : "" } \
	END { print "\";\nconst unsigned int recipes_size = sizeof recipes_text - 1;" }' > $@

# The facts of this build. The epoch is the last commit's, so that the same commit gives the same bytes.
$(B)/gen/build.h: $(BUILD)/gen/anchors.c FORCE
	$(Q)mkdir -p $(@D)
	$(Q){ echo '#define BUILD_VERSION "$(VERSION)"'; \
	echo "#define BUILD_NUMBERS $$(echo $(VERSION).0.0.0 | sed 's/-g.*//; s/[-.]/,/g' | cut -d, -f1-4)"; \
	echo '#define BUILD_EPOCH $(EPOCH)'; \
	echo '#define BUILD_TARGET "$(TARGET)"'; \
	echo '#define BUILD_BEARSSL "0.6"'; \
	echo "#define BUILD_ANCHORS_DATE \"$$(cat $(BUILD)/gen/anchors.date)\""; } > $@.new
	$(Q)cmp -s $@.new $@ && rm $@.new || mv $@.new $@
