# Bookly Realtime. `make help` lists the targets. Everything built goes to .build/, everything that
# a running stack keeps to STATE. Paths are relative: make cannot hold blanks, the shell can.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

# PORT, PUSH_PORT, STATE, FRONT and BIND reach the scripts through the environment
export PORT PUSH_PORT STATE FRONT BIND
STACK := bash apache/stack
PACKAGES := $(STACK)/packages.sh
PREFIX ?= /usr/local
DESTDIR ?=

# --- what is built: SANITIZE=1 makes the same programs with ASan and UBSan ---------------------
CC := gcc
BUILD := .build
OPTIMIZE := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong
HARDEN := -Wl,-z,relro,-z,now
ifdef SANITIZE
BUILD := .build/sanitize
OPTIMIZE := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
endif
# INSTRUMENT=fuzz for libFuzzer, INSTRUMENT=coverage for llvm-cov: tests/fuzz/run
ifneq ($(INSTRUMENT),)
CC := clang
BUILD := .build/$(INSTRUMENT)
HARDEN :=
endif
ifeq ($(INSTRUMENT),fuzz)
OPTIMIZE := -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
endif
ifeq ($(INSTRUMENT),coverage)
OPTIMIZE := -O0 -fprofile-instr-generate -fcoverage-mapping
endif
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
CFLAGS ?= -g
# asked of pkg-config only where something is compiled
PKG = $(shell pkg-config $(1) libwebsockets libpq libjwt libcjson libcurl openssl libseccomp)
# hidden: jansson inside libjwt would otherwise call our json_string and json_integer
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -fvisibility=hidden -I. -I$(BUILD)/generated $(WARNINGS) $(OPTIMIZE) $(CFLAGS) $(PKG_CFLAGS)
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(call PKG,--cflags))$(PKG_CFLAGS)
SHARED_LIBS = $(eval SHARED_LIBS := $$(call PKG,--libs-only-L) -lpq -ljwt -lcjson -lssl -lcrypto -lseccomp -lm)$(SHARED_LIBS)

find = $(sort $(shell find $(1) -name '*.c' -not -path '*/tools/*' 2>/dev/null))
SHARED_SOURCES := $(call find,shared)
FCGI_SOURCES := $(filter-out fcgi/main.c,$(call find,fcgi))
PUSHD_SOURCES := $(filter-out pushd/main.c,$(call find,pushd))
CONFORMANCE_SOURCES := $(call find,tests/conformance)
UNIT_SOURCES := $(filter %_test.c,$(call find,tests/unit))
UNIT_SUPPORT := $(filter-out %_test.c,$(call find,tests/unit))
SQL_TEST_SOURCES := $(wildcard tests/sql/*.c)
PRELOAD_SOURCES := $(wildcard tests/preload/*.c)
BENCH_LOAD_SOURCES := $(filter-out %/main.c,$(wildcard tests/bench/load/*.c))
BENCH_FLOOR_SOURCES := $(wildcard tests/bench/floor/*.c)
FUZZ_SOURCES := $(wildcard tests/fuzz/*_fuzz.c)
FUZZ_SUPPORT := $(filter-out %_fuzz.c,$(wildcard tests/fuzz/*.c)) tests/unit/fcgi/fake_source.c \
	tests/unit/shared/auth/token_maker.c
ifeq ($(INSTRUMENT),fuzz) # libFuzzer brings a main
FUZZ_SUPPORT := $(filter-out %/replay.c,$(FUZZ_SUPPORT))
FUZZ_MAIN := -fsanitize=fuzzer
endif

objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
LIB := $(BUILD)/libbookly.a
FCGI_LIB := $(BUILD)/libfcgi-side.a
PUSHD_LIB := $(BUILD)/libpushd-side.a
PROGRAMS := $(BUILD)/bookly-pushd $(BUILD)/bookly.fcgi $(BUILD)/bookly-token
REFERENCE := $(BUILD)/settings.defaults $(BUILD)/bookly.conf.5
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(UNIT_SOURCES))
SQL_TESTS := $(patsubst %.c,$(BUILD)/%,$(SQL_TEST_SOURCES))
PRELOADS := $(patsubst %.c,$(BUILD)/%.so,$(PRELOAD_SOURCES))
BENCH_LOAD_LIB := $(BUILD)/libbench-load.a
BENCH_PROGRAMS := $(BUILD)/tests/bench/bench_load \
	$(patsubst tests/bench/floor/%.c,$(BUILD)/tests/bench/%,$(BENCH_FLOOR_SOURCES))
FUZZ_TESTS := $(patsubst %.c,$(BUILD)/%,$(FUZZ_SOURCES))
PUSHD_LIBS = -lwebsockets -lev

.PHONY: help run up down demo test fuzz fuzz-programs screenshots soak bench token env install conformance-server build programs \
	test-programs bench-programs sanitize clean lint docs vendor deps deb

help:
	@sed -n 's/^#: *//p' Makefile

#: make run                  the stack in the foreground; Ctrl-C stops it
run: deps
	@$(MAKE) --no-print-directory -s programs
	@$(STACK)/run.sh

#: make up, make down        the same in the background
up: deps
	@$(MAKE) --no-print-directory -s programs
	@$(STACK)/up.sh background

down:
	@$(STACK)/down.sh

#: make demo [RATE=5]        a Bookly day beside a running stack, so many steps a second, until Ctrl-C
demo:
	@bash apache/demo/run.sh "$(or $(RATE),5)" $(STEPS)

#: make test [PARTS="..."]   the whole test suite, or some of its parts
test:
	@bash tests/run $(PARTS)

#: make fuzz [TIME=] [TARGETS=""]   each decoder of outside bytes for so many seconds (60); COVERAGE=1: what the corpora reach
fuzz:
	@$(PACKAGES) build test fuzz
	@COVERAGE="$(COVERAGE)" bash tests/fuzz/run "$(or $(TIME),60)" $(TARGETS)

#: make screenshots          the README's pictures of the pages, of a day that is played (20 minutes)
screenshots:
	@bash tests/run screenshots

#: make soak DURATION= SEED=  random faults for so many seconds (600), then a storm of clients
soak: deps
	@$(PACKAGES) lighttpd test node
	@$(MAKE) --no-print-directory -s programs $(BUILD)/tests/bench/bench_load
	@bash tests/node_modules.sh
	@bash tests/fault/run "$(or $(DURATION),600)" "$(SEED)"

#: make bench [SCENARIOS="..."]   measures it beside others and beside the floor (20 minutes; QUICK=1: two)
bench:
	@bash tests/bench/run $(SCENARIOS)

#: make token USER= ROLES= TTL=   a token that the running stack accepts
token: ROLES ?= GENERAL_ADMIN
token: TTL ?= 3600
token:
	@[ -x $(BUILD)/bookly-token ] || $(MAKE) --no-print-directory -s deps build >&2
	@$(STACK)/token.sh "$(or $(USER),admin)" "$(ROLES)" "$(TTL)"

#: make env                  export lines: BOOKLY_URL, BOOKLY_PUSH_URL, BOOKLY_ADMIN_URL, DATABASE_URL …
env:
	@$(STACK)/env.sh

#: make conformance-server PORT=   the protocol code alone, for independent protocol suites
conformance-server:
	@$(PACKAGES) build
	@$(MAKE) --no-print-directory -s $(BUILD)/bookly-conformance
	@exec $(BUILD)/bookly-conformance --port "$(or $(PORT),3000)"

#: make build, make sanitize the programs, plain or with ASan and UBSan
build:
	@$(PACKAGES) build
	@$(MAKE) --no-print-directory programs

sanitize:
	@$(PACKAGES) build
	@$(MAKE) --no-print-directory SANITIZE=1 programs

#: make lint                 format, layering, sizes, banned calls, scripts
lint:
	@$(PACKAGES) build lint test node
	@$(MAKE) --no-print-directory -s $(BUILD)/tests/reference/reference
	@bash tests/lint/run

#: make docs                 the reference tables of README.md and apache/docs/*.json, from the tables in the code
docs:
	@$(PACKAGES) build node
	@$(MAKE) --no-print-directory -s $(BUILD)/tests/reference/reference
	@bash tests/lint/reference.sh write
	@node tests/reference/documents.mjs write

#: make install DESTDIR= PREFIX=   programs, SQL, site files, systemd unit, man pages
install: build
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" BUILD="$(BUILD)" $(STACK)/install.sh

#: make deb [VERSION=]       the Debian package bookly-realtime, into .build/
deb:
	@$(PACKAGES) build package
	@bash apache/stack/deb.sh "$(VERSION)"

#: make vendor               the libraries of the pages, from apache/vendor/package-lock.json
vendor:
	@$(PACKAGES) node
	@bash apache/vendor/copy.sh

#: make clean                what was built; a stack's STATE stays
clean:
	rm -rf .build

deps:
	@$(PACKAGES) build run $(if $(filter lighttpd,$(FRONT)),lighttpd)

programs: $(PROGRAMS) $(REFERENCE)
fuzz-programs: $(FUZZ_TESTS)
test-programs: programs $(BUILD)/tests/reference/reference $(UNIT_TESTS) $(SQL_TESTS) \
	$(FUZZ_TESTS) $(BENCH_PROGRAMS) $(PRELOADS) \
	$(if $(CONFORMANCE_SOURCES),$(BUILD)/bookly-conformance)

bench-programs: programs $(BENCH_PROGRAMS)

# --- how ---------------------------------------------------------------------------------------
$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

define archive
@rm -f $@
@ar rcs $@ $^
endef
$(LIB): $(call objects,$(SHARED_SOURCES)); $(archive)
$(FCGI_LIB): $(call objects,$(FCGI_SOURCES)); $(archive)
$(PUSHD_LIB): $(call objects,$(PUSHD_SOURCES)); $(archive)
$(BENCH_LOAD_LIB): $(call objects,$(BENCH_LOAD_SOURCES)); $(archive)

LINK = $(CC) $(OPTIMIZE) $(HARDEN) $(LDFLAGS) -o $@ $^
$(BUILD)/bookly-pushd: $(call objects,pushd/main.c) $(PUSHD_LIB) $(LIB)
	$(LINK) $(PUSHD_LIBS) $(SHARED_LIBS)
$(BUILD)/bookly.fcgi: $(call objects,fcgi/main.c) $(FCGI_LIB) $(LIB)
	$(LINK) -lfcgi $(SHARED_LIBS)
$(BUILD)/bookly-token: $(call objects,shared/tools/token.c) $(LIB)
	$(LINK) $(SHARED_LIBS)
$(BUILD)/bookly-settings: $(call objects,shared/tools/settings.c)
	$(LINK)
$(BUILD)/settings.defaults: $(BUILD)/bookly-settings
	$< defaults >$@
$(BUILD)/bookly.conf.5: $(BUILD)/bookly-settings apache/man/bookly.conf.5.in
	{ sed '/@SETTINGS@/,$$d' $(word 2,$^); $< man; sed '1,/@SETTINGS@/d' $(word 2,$^); } >$@
$(BUILD)/bookly-conformance: $(call objects,$(CONFORMANCE_SOURCES)) $(PUSHD_LIB) $(LIB)
	$(LINK) $(PUSHD_LIBS) $(SHARED_LIBS)
$(BUILD)/tests/unit/%_test: $(BUILD)/tests/unit/%_test.o $(call objects,$(UNIT_SUPPORT)) \
		$(FCGI_LIB) $(PUSHD_LIB) $(BENCH_LOAD_LIB) $(LIB)
	$(LINK) -lcmocka -lfcgi $(PUSHD_LIBS) $(SHARED_LIBS)
$(BUILD)/tests/fuzz/%_fuzz: $(BUILD)/tests/fuzz/%_fuzz.o $(call objects,$(FUZZ_SUPPORT)) \
		$(FCGI_LIB) $(PUSHD_LIB) $(LIB)
	$(LINK) $(FUZZ_MAIN) -lcmocka -lfcgi $(PUSHD_LIBS) $(SHARED_LIBS)
$(BUILD)/tests/preload/%.so: tests/preload/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fPIC -shared -fvisibility=default -o $@ $<
$(BUILD)/tests/reference/reference: $(BUILD)/tests/reference/reference.o
	$(LINK)
$(BUILD)/tests/bench/bench_load: $(call objects,tests/bench/load/main.c) $(BENCH_LOAD_LIB)
	$(LINK)
$(BUILD)/tests/bench/floor_%: $(BUILD)/tests/bench/floor/floor_%.o
	$(LINK) -lfcgi -lcrypto
$(BUILD)/tests/sql/%: $(BUILD)/tests/sql/%.o $(LIB)
	$(LINK) -lpthread $(SHARED_LIBS)

.SECONDARY:
-include $(shell find $(BUILD) -path $(BUILD)/deb -prune -o -name '*.d' -print 2>/dev/null)
