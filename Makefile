# SPDX-License-Identifier: GPL-2.0
# What a person types; "make help" lists it. What is built from what stands in
# Kbuild.

# With KERNEL=6.1 or 6.12: Debian's kernel of that series, prepared below
# build/. Without: the guest targets use 6.1, the others the running kernel.
GUEST_KERNEL := $(or $(KERNEL),6.1)
TARGET_KERNEL := $(or $(KERNEL),$(shell uname -r))
ALL_KERNELS ?= 6.1 6.12 uml
ULP ?= nvme-host

MAKEFLAGS += --no-print-directory
export YES CACHE INSTALL_MOD_PATH RETRY CYCLES

.DEFAULT_GOAL := modules
.PHONY: help modules install uninstall demo check check-all check-debug \
	check-races coverage mutations shell bench-io bench-uverbs \
	port-diff prepare guest clean

help:
	@sed -n 's/^#: \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

#: Targets
#:   modules      build the modules (default target)
#:   install      put them into updates/ of that kernel, where modprobe
#:                prefers them over the stock ones
#:   uninstall    take them out again: back to stock
#:   port-diff    show what a port changes: make port-diff ULP=nvme-host
#:
#: Targets that boot a guest (QEMU; nothing happens to this machine)
#:   demo         see it: NVMe-oF, iSER, SRP and programs lose their device
#:   check        every test in selftests/, as TAP, totals as the last line
#:   check-all    the same on every supported kernel, then check-debug: hours
#:   bench-io     speed of I/O, stock modules against ours (ROUNDS=5)
#:   bench-uverbs how fast user objects come and go, stock against ours
#:   check-debug  the same on a debug kernel: KASAN, lockdep, kmemleak, failures
#:                injected; 10 to 20 minutes more for the first time: it is built
#:   check-races  the tests about races on one with two processors, emulated and
#:                slow; it is built likewise
#:   mutations    break core on purpose, several ways: torture has to find each
#:   coverage     what check-debug executed, by file: lines and branches
#:   shell        a shell in the booted guest with the modules loaded
#:
#: Checks and documents without a guest
#:   lint         every static check: checkpatch, sparse, W=1, clang, kernel-doc,
#:                shellcheck, our own rules (CHECKER=rules: only this one)
#:   docs         Documentation/ as HTML in build/docs/html
#:
#: Others
#:   guest        make everything a guest needs, boot none
#:   clean        remove build/ (downloads in CACHE outside of it stay)
#:
#: Variables
#:   KERNEL=6.1|6.12   Debian's kernel of that series. Without it, guests run
#:                     6.1; modules and install are for the running kernel.
#:   KERNEL=uml        the debug kernel (KASAN, lockdep): see scripts/kernel-debug
#:   RUN=              for coverage: of the last check-debug, without another one
#:   TESTS='core/00*'  only these tests; GROUP=core: only this group
#:   KERNEL=debug      the one of check-races
#:   CYCLES=N          how often tests repeat a removal (50, of programs' devices
#:                     200, a tenth on debug kernels)
#:   SECONDS_EACH=N    how long uverbs/001 (3) and 011 (60) storm, bench-io
#:                     measures (4)
#:   TIMES=N           fail/*: how many of an operation's failure points are tried
#:                     on debug kernels, first, last and between (60, 24); 0: all
#:   TORTURE_SECONDS=  how long torture lasts (30); TORTURE_SEED=, TORTURE_READERS=
#:   PATIENCE=N        the time limits of tests (timeout:) N times as long
#:   CLOCK=instructions  bench: one processor whose clock counts its instructions:
#:                     slow, but the same on a busy machine
#:   WAITS=1           bench-uverbs: not time, but how often two threads wait for
#:                     spinlocks
#:   JOBS=N            check: so many guests side by side (one for two processors)
#:   RETRY=1           check: a second attempt where only the test complained
#:   VERBOSE=1         check: show what tests say that pass
#:   SCENES=, PROTOCOLS=  demo, bench-io: only these: SCENES='nvme srp'
#:   YES=1             install missing Debian packages without asking
#:   CACHE=DIR         where downloads are kept (build/cache)
#:   ULP=NAME          for port-diff: a folder of ulps/
#:   W=1 C=1 V=1       warnings, sparse, commands: as in the kernel

ifdef KERNEL
prepare_modules = scripts/kernel $(KERNEL)
else
prepare_modules = scripts/kernel --host
endif

modules:
	@scripts/setup build $(if $(C),check)
	@$(prepare_modules)
	+@scripts/modules $(TARGET_KERNEL)

install:
	@scripts/install $(TARGET_KERNEL)

uninstall:
	@scripts/install -u $(TARGET_KERNEL)

port-diff:
	@scripts/setup build
	@$(if $(KERNEL),scripts/kernel $(KERNEL),$(prepare_modules)) >&2
	@scripts/port --diff --kernel-source build/$(TARGET_KERNEL)/source \
		ulps/$(ULP)

kselftest = tools/testing/selftests

# Everything a guest of GUEST_KERNEL needs. Modules are built by a make of its
# own, so that KERNEL is set there.
guest:
	@scripts/setup build guest
	@scripts/kernel $(GUEST_KERNEL)
	+@scripts/modules $(GUEST_KERNEL)
	@$(MAKE) -C selftests \
		KSELFTEST=$(CURDIR)/build/$(GUEST_KERNEL)/source/$(kselftest)
	@selftests/guest/image $(GUEST_KERNEL)

demo: guest
	@selftests/guest/run --kernel $(GUEST_KERNEL) --timeout 900 -- \
		/selftests/demo/play $(SCENES)

check: guest
	@scripts/setup model
	@selftests/guest/check --kernel $(GUEST_KERNEL) \
		$(if $(GROUP),--group '$(GROUP)') $(TESTS:%='%')

check-all:
	@selftests/guest/check-all $(ALL_KERNELS)

# An hour, and what more rounds or longer ones than the usual take.
bench_limit = $$((3600 + $(or $(ROUNDS),5) * $(or $(SECONDS_EACH),4) * 30))
bench_run = selftests/guest/run --kernel $(GUEST_KERNEL) --timeout $(bench_limit) \
	$(if $(filter instructions,$(CLOCK)),--instructions)

bench-io: guest
	@$(bench_run) -- \
		env ROUNDS='$(ROUNDS)' PROTOCOLS='$(PROTOCOLS)' \
		SECONDS_EACH='$(SECONDS_EACH)' \
		/selftests/bench/io

bench-uverbs: guest
	@$(bench_run) -- \
		env ROUNDS='$(ROUNDS)' WAITS='$(WAITS)' /selftests/uverbs/bench

check-debug:
	@$(MAKE) check KERNEL=uml

check-races:
	@$(MAKE) check KERNEL=debug

# With RUN= empty, of the last check-debug.
RUN ?= check-debug
coverage:
	@rc=0; $(if $(RUN),$(MAKE) $(RUN) || rc=1;) scripts/coverage uml && exit $$rc

mutations: guest
	@scripts/setup mutations
	@selftests/torture/mutate --kernel $(GUEST_KERNEL)

shell: guest
	@selftests/guest/shell $(GUEST_KERNEL)

.PHONY: lint docs

# Compiles the modules once as they are, and once more to be looked at.
lint:
	@scripts/setup build check
	@scripts/kernel $(GUEST_KERNEL)
	+@scripts/modules $(GUEST_KERNEL)
	+@scripts/lint $(GUEST_KERNEL) $(CHECKER)

docs:
	@scripts/setup build docs
	@scripts/kernel $(GUEST_KERNEL)
	@scripts/docs $(GUEST_KERNEL)

clean:
	rm -rf build
