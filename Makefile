# CampusPass. `make help` lists the targets.
#
# Variables: PORT, DATA, DEMO=0, WORKERS, TESTHOOKS=1, SANITIZE=1, COVERAGE=1,
# DESTDIR, PREFIX, V=1. Everything built is in build/, run-time data in var/.

# Neither make nor lighttpd can quote a path.
ifneq ($(words $(CURDIR)),1)
$(error The path of this folder must have no blanks: $(CURDIR))
endif

VERSION := 0.1.0
PORT ?= 8080
DATA ?= var
DEMO ?= 1
WORKERS ?= 2
PREFIX ?= /usr/local

# A build with test hooks, and one with sanitizers, have folders of their own.
TESTHOOKS ?= 0
SANITIZE ?= 0
# One with COVERAGE=1 counts what its programs run; `make coverage` makes it.
COVERAGE ?= 0
MODE := $(if $(filter 1,$(SANITIZE)),asan,$(if $(filter 1,$(COVERAGE)),coverage,$(if \
	$(filter 1,$(TESTHOOKS)),hooks,plain)))
B := build/$(MODE)

CC := gcc
# `make V=1` shows the commands.
Q := $(if $(V),,@)
WARNINGS := -Wall -Wextra -Wformat=2 -Wconversion -Wshadow \
	-Wstrict-prototypes -Wvla -Wno-missing-field-initializers \
	-Wcast-qual -Wcast-align=strict -Wlogical-op -Wduplicated-cond \
	-Wduplicated-branches -Wnull-dereference -Wwrite-strings -Wundef \
	-Wmissing-prototypes -Wold-style-definition -Wredundant-decls \
	-Wnested-externs -Wpointer-arith -Wjump-misses-init \
	-Wdouble-promotion -Wformat-signedness -Wunused-macros \
	-Wunused-const-variable=2 -Wimplicit-fallthrough=5 -Wdate-time \
	-Walloca -Wtrampolines -Werror
HARDENING := -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
	-fstack-clash-protection -ftrivial-auto-var-init=zero \
	-fno-delete-null-pointer-checks -fno-strict-overflow \
	-fno-strict-aliasing -fPIE
ifeq ($(shell uname -m),x86_64)
HARDENING += -fcf-protection=full
endif
CFLAGS := -std=gnu17 -O2 -g -D_GNU_SOURCE -Ilib -Idb $(WARNINGS)
# Of the libraries a program loads those alone that it uses.
LDFLAGS := -pie -Wl,--as-needed -Wl,-z,relro,-z,now,-z,noexecstack
ifeq ($(SANITIZE),1)
CFLAGS += -DTESTHOOKS -fsanitize=address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS += -fsanitize=address,undefined
else ifeq ($(COVERAGE),1)
CFLAGS := $(filter-out -O2,$(CFLAGS)) -O0 --coverage -fPIE
COUNTS := $(B)/tests/coverage/counts.o
LDFLAGS += --coverage $(COUNTS) -Wl,--wrap=_exit -Wl,--wrap=abort \
	-Wl,--wrap=signal -Wl,--wrap=syscall
else
CFLAGS += $(HARDENING)
endif
ifeq ($(TESTHOOKS),1)
CFLAGS += -DTESTHOOKS
endif
LDLIBS := -lfcgi -lsqlite3 -lsodium -lcmark -ljansson -lcurl -lhpdf -lfribidi -lpng \
	-ljpeg -lqrcodegen -lm

PACKAGES := gcc make pkgconf libc6-dev libfcgi-dev libsqlite3-dev \
	libsodium-dev libcmark-dev libjansson-dev libcurl4-openssl-dev lighttpd \
	lighttpd-mod-deflate tzdata libhpdf-dev libfribidi-dev libpng-dev libjpeg-dev libqrcodegen-dev \
	fonts-dejavu-core ca-certificates
TEST_PACKAGES := bats man-db bats-support bats-assert bats-file parallel curl \
	sqlite3 procps libxml2-utils clang libclang-rt-dev clang-format \
	python3 wrk gojq poppler-utils zbar-tools librsvg2-bin python3-icalendar \
	python3-aiosmtpd msmtp python3-jsonschema binutils apache2-bin \
	libapache2-mod-fcgid apache2-suexec-pristine dpkg-dev python3-yaml systemd \
	openssl gcovr logrotate

DEB_PACKAGES := dpkg-dev
BUNDLE_PACKAGES := dpkg-dev libssl-dev zlib1g-dev libzstd-dev

LINT_PACKAGES := clang-tidy cppcheck shellcheck valgrind

# For the browser tests; these may be there from another source.
BROWSER_PACKAGES = $(shell command -v node >/dev/null || echo nodejs; \
	command -v npm >/dev/null || echo npm; \
	command -v chromium-headless-shell >/dev/null || \
	command -v chromium >/dev/null || echo chromium-headless-shell; \
	command -v java >/dev/null || echo default-jre-headless)

PROGRAMS := list book checkout tickets account admin door api
VIEWS := $(wildcard lib/views/*.html lib/views/*.txt)
VIEW_C := $(patsubst lib/views/%,$(B)/views/%.c,$(VIEWS))
VIEWC_C := $(wildcard lib/views/viewc*.c) lib/views/place.c
LIB_C := $(filter-out $(VIEWC_C),$(wildcard lib/*/*.c))
LIB_O := $(LIB_C:%.c=$(B)/%.o) $(VIEW_C:.c=.o)
LIB := $(B)/libcampuspass.a
TOOL_O := $(patsubst %.c,$(B)/%.o,$(wildcard db/*.c))

# A hash that pages carry: browsers fetch a changed style sheet.
hash = $(shell cat $(1) | cksum | cut -d' ' -f1)
STYLES := www/style.css www/office.css
STYLE_VERSION := $(call hash,$(STYLES))

.PHONY: help all build run test unit asan coverage fuzz race histories torture bench \
	noguard layers screenshots format format-check \
	deps test-deps bundle-deps deb-deps install clean bundle bundle-test deb container-test
.DELETE_ON_ERROR:
.SECONDARY:

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | \
		sed -E 's/^([a-z-]+):.*## ?(.*)/  \1\t\2/' | expand -t 18

all: build
build: ## compile everything
build: $(PROGRAMS:%=$(B)/cgi-bin/%) $(B)/campuspass \
	$(B)/campuspass.fcgi
	@ln -sfn $(MODE)/cgi-bin build/cgi-bin
	@ln -sfn $(MODE)/campuspass build/campuspass

# ---- compiling ----

$(B)/viewc $(LIB): | $(COUNTS)
$(B)/tests/coverage/counts.o: CFLAGS += -DCOUNTS_FOLDER='"$(CURDIR)/$(B)"'

$(B)/viewc: $(VIEWC_C) lib/views/place.h lib/views/viewc_parts.h
	@mkdir -p $(@D)
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(VIEWC_C)

$(B)/views/%.c: lib/views/% $(B)/viewc
	@mkdir -p $(@D)
	$Q$(B)/viewc $< $@

$(B)/views/%.o: $(B)/views/%.c
	@echo '  cc $<'
	$Q$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/lib/web/page.o: CFLAGS += -DSTYLE_VERSION='"$(STYLE_VERSION)"'
$(B)/lib/web/page.o: $(STYLES)
$(B)/db/campuspass.o: CFLAGS += -DCAMPUSPASS_VERSION='"$(VERSION)"'
$(B)/db/schema.o: $(wildcard db/schema/*.sql)
$(B)/cgi-bin/api_openapi.o: cgi-bin/api_schemas.json

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo '  cc $<'
	$Q$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(LIB_O)
	@rm -f $@
	$Qar rcs $@ $^

# A program is NAME.c with its NAME_*.c, and a main.o with its name. It prints its routes once it is
# built, or ends with an error when one does not say who may call it; the tests
# walk what is printed.
program_o = $(patsubst %.c,$(B)/%.o,cgi-bin/$(1).c $(wildcard cgi-bin/$(1)_*.c)) \
	$(B)/main/$(1).o
$(PROGRAMS:%=$(B)/main/%.o): $(B)/main/%.o: cgi-bin/main.c Makefile
	@mkdir -p $(@D)
	$Q$(CC) $(CFLAGS) -DPROGRAM=$*_program -MMD -MP -c -o $@ $<
define PROGRAM_RULE
$$(B)/cgi-bin/$(1): $$(call program_o,$(1)) $$(LIB)
	@mkdir -p $$(@D)
	@echo '  ld $$@'
	$$Q$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
	@mkdir -p $(B)/routes
	$$QCAMPUSPASS_ROUTES=yes $$@ >$(B)/routes/$(1).tsv
endef
$(foreach name,$(PROGRAMS),$(eval $(call PROGRAM_RULE,$(name))))

# All programs in one executable, for hosts where files are uploaded.
ONE_O := $(patsubst %.c,$(B)/%.o,$(filter-out cgi-bin/main.c, \
	$(wildcard cgi-bin/*.c))) $(B)/db/schema.o
$(B)/campuspass.fcgi: $(ONE_O) $(LIB)
	@echo '  ld $@'
	$Q$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
	$QCAMPUSPASS_ROUTES=yes $@ >/dev/null

# The same without any library of the host. What OpenSSL stands on differs
# between Debian's versions.
STATIC_LIBS = -Lbuild/static/lib $(LDLIBS) \
	$(shell pkgconf --static --libs libssl libcrypto) -lz -lm -ldl -lpthread
STATIC_O := $(ONE_O) $(B)/static/http_client.o
$(B)/static/http_client.o: lib/payment/http_client.c Makefile
	@mkdir -p $(@D)
	$Q$(CC) $(CFLAGS) -DIS_STATIC -MMD -MP -c -o $@ $<
$(B)/static/campuspass.fcgi: $(STATIC_O) $(LIB) build/static/complete
	@echo '  ld $@'
	$Q$(CC) $(LDFLAGS) -static-pie -s -Wl,--wrap=OPENSSL_cpuid_setup \
		-o $@ $(STATIC_O) $(LIB) $(STATIC_LIBS) 2>$@.log || { cat $@.log >&2; exit 1; }

BUNDLE := campuspass-$(VERSION)
bundle-deps: deps
	$(call install-missing,$(BUNDLE_PACKAGES))
bundle: bundle-deps ## build/campuspass-VERSION.tar.gz: to be uploaded to a shared host
	@$(MAKE) --no-print-directory TESTHOOKS=0 SANITIZE=0 \
		build/plain/static/campuspass.fcgi
	@.packaging/bundle.sh build/plain/static/campuspass.fcgi build/$(BUNDLE)
	@tar -C build --owner=0 --group=0 -czf build/$(BUNDLE).tar.gz $(BUNDLE)
	@ls -l build/$(BUNDLE).tar.gz
# `make test` tries these with the program that has the host's libraries.
bundle-test: test-deps bundle ## the static program behind Apache and lighttpd
	@$(MAKE) -s --no-print-directory TESTHOOKS=1 build
	@ONE=$$PWD/build/plain/static/campuspass.fcgi BUILD=$$PWD/build/hooks \
		bats tests/apache.bats tests/upload.bats tests/bundle.bats
build/static/complete: .packaging/static-libs.sh
	@echo '  libcurl and libhpdf from their sources (build/static.log)'
	$Q.packaging/static-libs.sh build/static >build/static.log 2>&1

$(B)/campuspass: $(TOOL_O) $(LIB)
	@echo '  ld $@'
	$Q$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# ---- running ----

# Debian packages that are missing are installed; nothing is asked when all
# are there.
missing = $(shell for p in $(1); do \
	dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' \
	|| echo $$p; done)
define install-missing
	@missing="$(call missing,$(1))"; [ -z "$$missing" ] || { \
		sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
		$$sudo apt-get update -q && DEBIAN_FRONTEND=noninteractive \
		$$sudo apt-get install -q -y --no-install-recommends $$missing; }
endef

deps: ## install the Debian packages for building and running
	$(call install-missing,$(PACKAGES))

test-deps: deps
	$(call install-missing,$(TEST_PACKAGES) $(BROWSER_PACKAGES))

# Whether somebody listens on PORT is asked before anything is made.
LISTENS = grep -qs ":$$(printf %04X $(PORT)) .* 0A " /proc/net/tcp /proc/net/tcp6
run: deps ## build, create the data, serve on PORT (8080) from DATA (var)
	@! $(LISTENS) || { echo "Port $(PORT) is taken by another program." \
		"Try: make run PORT=$$(($(PORT) + 1))" >&2; exit 1; }
	@$(MAKE) --no-print-directory -j$(shell nproc) build
	@mkdir -p "$$(dirname "$(DATA)")"
	@if [ -f "$(DATA)/campuspass.db" ]; then \
		$(B)/campuspass --data "$(DATA)" migrate; else \
		$(B)/campuspass --data "$(DATA)" init && \
		{ [ "$(DEMO)" = 0 ] || $(B)/campuspass --data "$(DATA)" demo; }; fi
	@mkdir -p "$(DATA)/run"
	@echo "CampusPass is at http://localhost:$(PORT)/ - Ctrl-C ends it"
	@CAMPUSPASS_PORT=$(PORT) CAMPUSPASS_DATA="$$(realpath "$(DATA)")" \
		CAMPUSPASS_PROGRAMS="$$(realpath $(B)/cgi-bin)" \
		CAMPUSPASS_WORKERS=$(WORKERS) \
		PATH="$$PATH:/usr/sbin" exec lighttpd -D -f lighttpd.conf

# ---- proving ----

UNIT := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))

$(B)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	@echo '  cc $<'
	$Q$(CC) $(CFLAGS) -Itests/unit $(LDFLAGS) -MMD -MP -o $@ $< \
		$(wildcard db/schema.c) $(WHOLE) $(LIB) $(LDLIBS)
# Every statement of the library is looked at, used or not.
$(B)/unit/test_statements: WHOLE := -Wl,--whole-archive $(LIB) \
	-Wl,--no-whole-archive

# Writes documents that the tests read with other programs.
$(B)/documents/samples: tests/documents/samples.c $(LIB)
	@mkdir -p $(@D)
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(LIB) $(LDLIBS)

# Each view with sample data, as files.
$(B)/views/preview: tests/views/preview.c $(LIB)
	@mkdir -p $(@D)
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(LIB) $(LDLIBS)

unit-programs: $(UNIT:%=$(B)/unit/%) $(B)/viewc $(B)/documents/samples \
	$(B)/views/preview \
	$(B)/race/direct $(B)/torture/shim.so noguard

test: test-deps ## everything: unit, end to end, layers, layout; N passed, N failed
	@tests/run.sh

unit: ## the unit tests alone
	@$(MAKE) --no-print-directory TESTHOOKS=1 build unit-programs
	@for t in $(UNIT); do build/hooks/unit/$$t || exit 1; done

asan: test-deps ## the whole suite under AddressSanitizer and UBSan
	@SANITIZE=1 tests/run.sh

coverage: test-deps ## what the tests run: a table; build/coverage/report
	@tests/coverage/run.sh

FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
RUNS ?= 1000000
# Each program ends after so many seconds, too.
LONGEST ?= 600
FUZZ_CFLAGS := -std=gnu17 -O2 -g -D_GNU_SOURCE -Ilib -Ilib/views -Idb -Icgi-bin \
	-DSTYLE_VERSION='""' -DCAMPUSPASS_VERSION='""' \
	-fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_O := $(LIB_C:%.c=build/fuzz/lib/%.o) \
	$(VIEW_C:$(B)/views/%.c=build/fuzz/views/%.o)
# What some of them take beside the library: of pages, or of the operator's
# command.
FUZZ_REST_C := $(filter-out cgi-bin/main.c cgi-bin/one.c db/campuspass.c, \
	$(wildcard cgi-bin/*.c db/*.c))
HEADERS := $(wildcard lib/*/*.h cgi-bin/*.h db/*.h)

build/fuzz/lib/%.o: %.c $(HEADERS)
	@mkdir -p $(@D)
	$Qclang $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<
build/fuzz/lib/db/schema.o: $(wildcard db/schema/*.sql)
build/fuzz/lib/cgi-bin/api_openapi.o: cgi-bin/api_schemas.json

build/fuzz/views/%.o: $(B)/views/%.c $(HEADERS)
	@mkdir -p $(@D)
	$Qclang $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<

build/fuzz/campuspass.a: $(FUZZ_O) $(FUZZ_REST_C:%.c=build/fuzz/lib/%.o)
	@rm -f $@
	$Qar rcs $@ $^

build/fuzz/%: tests/fuzz/fuzz_%.c tests/fuzz/fuzz.h tests/fuzz/world.h \
		build/fuzz/campuspass.a $(VIEWC_C) $(wildcard cgi-bin/*.c db/*.c)
	$Qclang $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $< build/fuzz/campuspass.a \
		$(LDLIBS)

.PHONY: fuzz-programs fuzz-link
fuzz-programs: $(FUZZERS:%=build/fuzz/%)
# What `make test` looks at: they still fit the functions that they try. Without
# libFuzzer they have no main(), and are not to be run.
fuzz-link: $(FUZZERS:%=$(B)/fuzz/%)
$(B)/fuzz/rest.a: $(FUZZ_REST_C:%.c=$(B)/%.o)
	@mkdir -p $(@D) && rm -f $@
	$Qar rcs $@ $^
$(B)/fuzz/%: tests/fuzz/fuzz_%.c $(B)/fuzz/rest.a $(LIB) $(HEADERS)
	@mkdir -p $(@D)
	$Q$(CC) $(LINT_FLAGS) $(WARNINGS) $(LDFLAGS) \
		-Wl,--defsym=main=LLVMFuzzerTestOneInput -o $@ $< $(B)/fuzz/rest.a $(LIB) $(LDLIBS)

fuzz: test-deps ## each fuzzer for RUNS (1,000,000) runs, at most LONGEST (600) s
	@$(MAKE) --no-print-directory -j$(shell nproc) fuzz-programs
	@RUNS=$(RUNS) LONGEST=$(LONGEST) tests/fuzz/run.sh $(FUZZERS)

# The same programs without what keeps them from overselling, so that the race
# can prove that it would see it. They stay in the build's folder.
UNGUARDED := lib/store/stock_store lib/store/seat_store lib/store/db_sqlite \
	lib/booking/basket
UNGUARDED_O := $(UNGUARDED:%=$(B)/noguard/%.o)
$(B)/noguard/%.o: %.c Makefile
	@mkdir -p $(@D)
	$Q$(CC) $(CFLAGS) -DWITHOUT_GUARD -Wno-unused-parameter -MMD -MP \
		-c -o $@ $<

# Their objects come first, so the library's own are not taken.
define UNGUARDED_RULE
$$(B)/noguard/cgi-bin/$(1): $$(call program_o,$(1)) $$(UNGUARDED_O) $$(LIB)
	@mkdir -p $$(@D)
	$$Q$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach name,$(PROGRAMS),$(eval $(call UNGUARDED_RULE,$(name))))
noguard: $(PROGRAMS:%=$(B)/noguard/cgi-bin/%) $(B)/noguard/race/direct

# A buyer that is no web server's: the library alone.
$(B)/race/direct: tests/race/direct.c $(LIB)
	@mkdir -p $(@D)
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(LIB) $(LDLIBS)
$(B)/noguard/race/direct: tests/race/direct.c $(UNGUARDED_O) $(LIB)
	@mkdir -p $(@D)
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(UNGUARDED_O) $(LIB) $(LDLIBS)

BUYERS ?= 200
ROUNDS ?= 20
RACE := python3 tests/race/race.py --build $(B) --buyers $(BUYERS)
race: test-deps ## many buyers at once: BUYERS (200), ROUNDS (20)
	@$(MAKE) --no-print-directory build $(B)/race/direct noguard
	@echo '== all at once'
	@$(RACE) --rounds $(ROUNDS)
	@echo '== and workers are killed meanwhile'
	@$(RACE) --rounds $(ROUNDS) --kill
	@echo '== the control: without the guard it must be caught'
	@$(RACE) --rounds 1 --programs $(B)/noguard/cgi-bin --must-oversell

# Stands before the C library; see its head.
$(B)/torture/shim.so: tests/torture/shim.c
	@mkdir -p $(@D)
	$Q$(CC) -std=gnu17 -O2 -D_GNU_SOURCE $(WARNINGS) -fno-builtin -fPIC \
		-shared -o $@ $<

histories: SECONDS ?= 120
histories: test-deps ## people, staff and clock in any order: SECONDS (120), SEED
	@$(MAKE) --no-print-directory TESTHOOKS=1 build
	@python3 tests/histories/histories.py --build build/hooks \
		--seconds $(SECONDS) $(SEED:%=--seed %)

torture: SECONDS ?= 240
torture: test-deps ## kill -9, full disk, power cuts, failing calls: SECONDS (240)
	@$(MAKE) --no-print-directory TESTHOOKS=1 build/hooks/torture/shim.so build
	@python3 tests/torture/torture.py --build build/hooks --seconds $(SECONDS)

BENCHED := static minimal minimal-in-turn raw empty
$(B)/bench/%: tests/bench/%.c tests/bench/sale.h
	@mkdir -p $(@D)
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -lfcgi -lsqlite3
$(B)/bench/minimal-in-turn: tests/bench/minimal.c tests/bench/sale.h
	$Q$(CC) $(CFLAGS) -DIN_TURN $(LDFLAGS) -o $@ $< -lfcgi -lsqlite3
$(B)/bench/empty: LDFLAGS := -static

bench: test-deps ## speed beside the least that does the same: a table
	@$(MAKE) --no-print-directory build $(BENCHED:%=$(B)/bench/%) \
		$(B)/static/campuspass.fcgi
	@python3 tests/bench/bench.py --build $(B)

# What tools find in the sources without running them. A file that has not
# changed since it was found clean is not looked at again.
LINT_C := $(LIB_C) $(VIEWC_C) $(wildcard cgi-bin/*.c db/*.c tests/unit/*.c \
	tests/bench/*.c tests/documents/*.c tests/fuzz/*.c tests/race/*.c \
	tests/torture/*.c tests/views/*.c)
LINT_FLAGS := -std=gnu17 -D_GNU_SOURCE -Ilib -Idb -Itests/unit -Ilib/views \
	-DTESTHOOKS -DPROGRAM=list_program -DSTYLE_VERSION='""' \
	-DCAMPUSPASS_VERSION='""'
ANALYSE := -fanalyzer
ANALYSED := $(LINT_C:%.c=build/lint/%.analysed)
TIDIED := $(LINT_C:%.c=build/lint/%.tidied)

build/lint/%.analysed: %.c
	@mkdir -p $(@D)
	$Q$(CC) $(LINT_FLAGS) -O2 $(WARNINGS) $(ANALYSE) -MMD -MP -MF $@.d \
		-MT $@ -c -o /dev/null $<
	@touch $@
# gcc 12 takes a struct that a function of another file returns for unset.
build/lint/tests/unit/test_sendmail.analysed: \
	ANALYSE += -Wno-analyzer-use-of-uninitialized-value
# clang-tidy counts on standard error what it says on standard output.
build/lint/%.tidied: %.c build/lint/%.analysed .clang-tidy tests/.clang-tidy
	$Qclang-tidy --quiet $< -- $(LINT_FLAGS) 2>$@.log || \
		{ cat $@.log >&2; exit 1; }
	@touch $@
-include $(wildcard build/lint/*/*.d build/lint/*/*/*.d)

.PHONY: lint lint-deps analyse tidy cppcheck shellcheck valgrind
lint-deps: deps
	$(call install-missing,$(LINT_PACKAGES))
lint: lint-deps ## gcc -fanalyzer, clang-tidy, cppcheck and shellcheck find nothing
	@$(MAKE) --no-print-directory -k -j$(shell nproc) \
		analyse tidy cppcheck shellcheck
analyse: $(ANALYSED)
	@echo "gcc -fanalyzer: $(words $(ANALYSED)) files, nothing found"
tidy: $(TIDIED)
	@echo "clang-tidy: $(words $(TIDIED)) files, nothing found"
cppcheck:
	@mkdir -p build/lint/cppcheck
	@cppcheck -q --language=c --std=c11 --error-exitcode=1 --inline-suppr \
		--enable=warning,performance,portability,style \
		--suppressions-list=.cppcheck --cppcheck-build-dir=build/lint/cppcheck \
		$(filter-out -std=%,$(LINT_FLAGS)) $(LINT_C)
	@echo "cppcheck: $(words $(LINT_C)) files, nothing found"

# Lines of tests that cannot fail: bats passes over `! command`, unless it is a
# test's last line.
shellcheck:
	@shellcheck --include=SC1008,SC2314,SC2315 tests/*.bats
	@echo "shellcheck: $(words $(wildcard tests/*.bats)) files, nothing found"

# What is wrong with memory shows on standard error and in the exit status.
valgrind: lint-deps ## unit tests, and all pages as plain CGI, under valgrind
	@$(MAKE) --no-print-directory TESTHOOKS=1 build unit-programs
	@tests/valgrind.sh build/hooks

screenshots: test-deps ## the README's pictures and its table of pages, anew
	$(call install-missing,webp)
	@$(MAKE) --no-print-directory TESTHOOKS=1 build
	@tests/browser/screenshots.sh

container-test: ## the image, built and run by podman (skips without)
	@tests/container.sh

layers: ## includes point downwards only
	@tests/layers.sh

SOURCES := $(wildcard lib/*/*.c lib/*/*.h cgi-bin/*.c cgi-bin/*.h db/*.c \
	db/*.h tests/*/*.c tests/*/*.h)
format: ## lay out the C sources
	clang-format -i $(SOURCES)
# Another version lays out otherwise: then there is nothing to say.
format-check: ## is the layout that of clang-format 14?
	@case "$$(clang-format --version)" in \
	*" version 14."*) clang-format --dry-run -Werror $(SOURCES) ;; \
	*) echo "this is not clang-format 14: the layout was not looked at" ;; \
	esac

# ---- installing ----

SHARE := $(DESTDIR)$(PREFIX)/share/campuspass
LIBEXEC := $(DESTDIR)$(PREFIX)/lib/campuspass/cgi-bin

install: ## copy to DESTDIR/PREFIX; never with test hooks
	@$(MAKE) --no-print-directory -j$(shell nproc) TESTHOOKS=0 SANITIZE=0 build
	install -d $(LIBEXEC) $(SHARE) $(DESTDIR)$(PREFIX)/bin \
		$(foreach n,1 5 7,$(DESTDIR)$(PREFIX)/share/man/man$(n))
	install -m 755 $(PROGRAMS:%=build/plain/cgi-bin/%) $(LIBEXEC)
	install -m 755 build/plain/campuspass $(DESTDIR)$(PREFIX)/bin
	install -m 644 db/campuspass.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 db/campuspass.conf.5 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 db/campuspass.7 $(DESTDIR)$(PREFIX)/share/man/man7
	install -m 644 lighttpd.conf $(SHARE)
	cp -R www $(SHARE)
	chmod -R u=rwX,go=rX $(SHARE)/www

DEB := build/campuspass_$(VERSION)_$(shell dpkg --print-architecture \
	2>/dev/null).deb
deb-deps: deps
	$(call install-missing,$(DEB_PACKAGES))
deb: deb-deps ## build/campuspass_VERSION_ARCH.deb: for a server of one's own
	@rm -rf build/deb
	@$(MAKE) -s --no-print-directory install DESTDIR=build/deb PREFIX=/usr
	@.packaging/deb.sh $(VERSION) build/deb $(DEB)
	@ls -l $(DEB)

clean: ## remove what was built (not the data)
	rm -rf build
