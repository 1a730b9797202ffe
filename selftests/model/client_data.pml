/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The client-data protocol: allocation, look-up, references, removal.
 *
 * One client on NDEV devices.  A process for each device adds it, removes it
 * and adds it again; one registers and unregisters the client; users look data
 * up, allocate, hold, and let go.  The inline functions with ib_ in front bear the
 * names of the functions of core/ whose steps they take; what each step stands
 * for is in Documentation/client-data-protocol.rst.  001-model.sh verifies it.
 *
 * A step is one access to memory that others see without a lock, or one
 * critical section of a slot's lock.  Memory is sequentially consistent.
 *
 * Set with -D: NDEV devices, NLIFE slots that each of them gets one after the
 * other, SLEEPERS users that allocate, ATOMICS users that only look up, as
 * interrupts do, CYCLES times that the client is registered, MORE_GETS for
 * users that take a second reference, LOOK the slot whose removal has to end.
 * Faults, each of which must be found:
 * NO_GRACE_PERIOD, FREE_BEFORE_WAIT, LOOKUP_NOT_STOPPED, NO_ATTEMPT_WAIT,
 * NO_COMPLETE, NO_WAKE.
 */
#ifdef NO_WAKE
#define WOKEN		(answer[me] != PENDING)
#else
#define WOKEN		(answer[me] != PENDING || state[slot] == REMOVING)
#endif
#ifndef NDEV
#define NDEV		2
#endif
#ifndef NLIFE
#define NLIFE		2
#endif
#ifndef SLEEPERS
#define SLEEPERS	2
#endif
#ifndef ATOMICS
#define ATOMICS		1
#endif
#ifndef CYCLES
#define CYCLES		2
#endif
#ifndef LOOK
#define LOOK		0
#endif
#define NSLOT		(NDEV * NLIFE)
#define NUSER		(SLEEPERS + ATOMICS)
#define NONE		15

/* Sets of slots, or of users: a bit each. */
#define HAS(set, n)	(((set) >> (n)) & 1)
#define ADD(set, n)	set = (set) | (1 << (n))
#define DEL(set, n)	set = (set) & ~(1 << (n))

/* ib_core: who is there. */
byte present;			/* devices that clients are given */
byte generation[NDEV];		/* which device it is, 0: not yet one */
bit registered;			/* new devices are given to the client */
byte context[NDEV];		/* ABSENT, ADDED, LEAVING: device with client */
#define ABSENT		0
#define ADDED		1
#define LEAVING		2
byte life[NDEV];		/* slots that the device had */

/* core: the client and its slots.  The data of slot s are data s. */
byte slots[NDEV] = NONE;	/* thunk->slots */
byte state[NSLOT];		/* slot->state */
#define EMPTY		0
#define ALLOCATING	1
#define LIVE		2
#define REMOVING	3
byte published;			/* slot->data is not NULL */
byte attempt;			/* slot->attempt is not NULL */
byte idle;			/* slot->idle is complete */
byte slot_ref[NSLOT];		/* slot->ref */
byte slot_of[NSLOT];		/* slot->device: its generation */
byte kref[NSLOT];		/* data->kref */
byte waits[NUSER] = NONE;	/* slot whose attempt the user waits for */
byte answer[NUSER];		/* what the attempt gave it */
#define PENDING		0
#define SUCCESS		1
#define FAILURE		2

/* RCU: who is in a read-side section, and who was when a wait began. */
byte readers;
byte remover_waits[NSLOT];
byte kfree_waits[NSLOT];

/* What is true, whatever core thinks. */
byte slot_memory;		/* not freed */
byte slot_kfree;		/* given to kfree_rcu() */
byte device_valid;		/* the slot's device is there */
byte data_made;			/* alloc_client_data() returned data */
byte data_memory;		/* and they are not freed */
byte fenced;			/* removal has begun */
byte ended;			/* removal is over */

#define VALID(s)	(HAS(data_memory, s) && HAS(device_valid, s))

/*
 * Sections begin with their first load and end with their last access, in one
 * step with it: the shortest they can be, which leaves removers most freedom.
 */
inline rcu_read_lock()
{
	ADD(readers, me)
}

/* A grace period is over with the last of the sections that it waits for. */
inline rcu_read_unlock()
{
	DEL(readers, me);
	i = 0;
	do
	:: i < NSLOT ->
		DEL(remover_waits[i], me);
		DEL(kfree_waits[i], me);
		if
		:: HAS(slot_kfree, i) && !kfree_waits[i] -> DEL(slot_memory, i)
		:: else
		fi;
		i++
	:: else -> break
	od;
	i = 0
}

/* Freed at once when nobody reads: the earliest that RCU allows. */
inline kfree_rcu(s)
{
	assert(!HAS(slot_kfree, s));
	ADD(slot_kfree, s);
	kfree_waits[s] = readers;
	if
	:: !readers -> DEL(slot_memory, s)
	:: else
	fi
}

inline ib_client_data_slot_put(s)
{
	assert(HAS(slot_memory, s) && slot_ref[s] > 0);
	slot_ref[s]--;
	if
	:: slot_ref[s] == 0 -> kfree_rcu(s)
	:: else
	fi
}

inline kref_get(s)
{
	assert(HAS(data_memory, s));
	assert(kref[s] > 0);
	kref[s]++
}

/* The last one completes slot->idle, for which it reads data->slot. */
inline kref_put(s)
{
	d_step {
		assert(HAS(data_memory, s) && kref[s] > 0);
		kref[s]--;
		last = (kref[s] == 0)
	};
	if
	:: last ->
		d_step {
			assert(HAS(data_memory, s) && HAS(slot_memory, s));
#ifndef NO_COMPLETE
			ADD(idle, s);
#endif
			last = 0
		}
	:: else
	fi
}

/* Begins a read-side section and finds the slot; NONE ends it again. */
inline ib_client_data_slot_lookup()
{
	slot = slots[d];
	if
	:: slot != NONE -> rcu_read_lock()
	:: else
	fi
}

/*
 * A caller picks a device by a pointer, maybe to one that is long gone, and
 * looks.  What was fenced before that, it must not get.
 */
inline begin_call()
{
	if
	:: generation[0] -> d = 0
#if NDEV > 1
	:: generation[1] -> d = 1
#endif
	fi;
	mine = generation[d];
#if NLIFE > 1
	if
	:: mine > 1 -> mine--
	:: true
	fi;
#endif
	before = fenced & (((1 << NLIFE) - 1) << (d * NLIFE));
	ib_client_data_slot_lookup()
}

/* The end of ib_client_data_slot_lookup(): the slot is there, and tells whose. */
inline check_slot()
{
	assert(HAS(slot_memory, slot));
	if
	:: slot_of[slot] != mine -> slot = NONE
	:: else
	fi
}

inline ib_get_client_data()
{
	if
	:: slot != NONE ->
		d_step {
			check_slot();
			if
			:: slot != NONE && !HAS(published, slot) -> slot = NONE
			:: else
			fi;
			if
			:: slot == NONE -> rcu_read_unlock()
			:: else
			fi
		};
		if
		:: slot != NONE ->
			d_step {
				kref_get(slot);
				assert(!HAS(before, slot));
				rcu_read_unlock()
			}
		:: else
		fi
	:: else
	fi
}

/*
 * Under slot->lock: tells those who wait, and the slot may take the next attempt.
 * The wake_up_all() of ib_client_data_attempt_end() is in this step.
 */
inline ib_client_data_attempt_done(s, result)
{
	DEL(attempt, s);
	i = 0;
	do
	:: i < NUSER ->
		if
#ifndef NO_WAKE
		:: waits[i] == s -> answer[i] = result; waits[i] = NONE
#endif
		:: else
		fi;
		i++
	:: else -> break
	od;
	i = 0
}

/* free_client_data(); how many references may be left is the caller's. */
inline free_client_data(s)
{
	assert(VALID(s));
	DEL(data_memory, s);
	kref[s] = 0
}

/* alloc_client_data() takes its time. */
inline ib_client_data_call_alloc(s)
{
	assert(HAS(device_valid, s));
	if
	:: d_step {
		assert(HAS(device_valid, s) && !HAS(data_made, s));
		ADD(data_made, s);
		ADD(data_memory, s);
		kref[s] = 1;	/* core's */
		result = SUCCESS
	   }
	:: result = FAILURE
	fi
}

/* The user's own attempt: result says whether it has a reference. */
inline ib_client_data_attempt_end(s)
{
	d_step {	/* its kref_get(), then ib_client_data_publish() */
		assert(HAS(slot_memory, s) && HAS(attempt, s));
		if
		:: result == SUCCESS -> kref_get(s)
		:: else
		fi;
		if
		:: state[s] == REMOVING -> late = 1
		:: else ->
			assert(state[s] == ALLOCATING);
			if
			:: result == SUCCESS ->
				state[s] = LIVE;
				ADD(published, s)
			:: else ->
				state[s] = EMPTY
			fi;
			ib_client_data_attempt_done(s, result)
		fi
	};
	if
	:: late ->
		if
		:: d_step { result == SUCCESS -> free_client_data(s) }
		:: else
		fi;
		d_step {
			assert(HAS(slot_memory, s) && HAS(device_valid, s));
			ib_client_data_attempt_done(s, FAILURE);
			result = FAILURE;
			late = 0
		}
	:: else
	fi
}

/* slot becomes NONE unless the caller has a reference to its data. */
inline ib_client_data_slot_alloc()
{
	do
	:: atomic { result == PENDING ->	/* ib_client_data_attempt_begin() */
		assert(HAS(slot_memory, slot));
		if
		:: state[slot] == LIVE ->
			assert(!HAS(before, slot));
			kref_get(slot);
			result = SUCCESS
		:: state[slot] == REMOVING ->
			result = FAILURE
		:: state[slot] == EMPTY ->
			assert(!HAS(attempt, slot) && !HAS(before, slot));
			ADD(attempt, slot);
			state[slot] = ALLOCATING;
			starts = 1
		:: state[slot] == ALLOCATING ->
			waits[me] = slot
		fi
	   };
		if
		:: starts ->
			starts = 0;
			ib_client_data_call_alloc(slot);
			ib_client_data_attempt_end(slot)
		:: !starts && result == PENDING ->
			/* ib_client_data_attempt_wait() */
			d_step {
				WOKEN ->
				assert(HAS(slot_memory, slot));
				if
				:: state[slot] == REMOVING ||
				   answer[me] == FAILURE -> result = FAILURE
				:: else
				fi;
				waits[me] = NONE;
				answer[me] = PENDING
			}
		:: else
		fi
	:: result != PENDING -> break
	od
}

/* Its first attempt at ib_get_client_data() is not repeated here. */
inline ib_alloc_or_get_client_data()
{
	if
	:: slot != NONE ->
		d_step {
			check_slot();
			if
			:: slot != NONE && slot_ref[slot] > 0 ->
				slot_ref[slot]++
			:: else -> slot = NONE
			fi;
			rcu_read_unlock()
		};
		if
		:: slot != NONE ->
			ib_client_data_slot_alloc();
			atomic {
				ib_client_data_slot_put(slot);
				if
				:: result != SUCCESS -> slot = NONE
				:: else
				fi;
				result = PENDING
			}
		:: else
		fi
	:: else
	fi
}

proctype user(byte me; bit sleeps)
{
	byte d, mine, before, slot, result, i;
	bit last, late, starts, allocates;

end:	do
	:: atomic {
		generation[0] || generation[NDEV - 1] ->
		begin_call();
		if
		:: true
		:: sleeps -> allocates = 1
		fi
	   };
		if
		:: allocates ->
			allocates = 0;
			ib_alloc_or_get_client_data()
		:: else -> ib_get_client_data()
		fi;
		before = 0;
		if
		:: slot != NONE ->
			assert(VALID(slot) && slot_of[slot] == mine);
			mine = 0;
#ifdef MORE_GETS
			if
			:: d_step {	/* ib_client_data_get() */
				assert(VALID(slot));
				kref_get(slot)
			   };
				d_step {
					assert(VALID(slot));
					kref[slot]--;
					assert(kref[slot] > 0)
				}
			:: skip
			fi;
#endif
			assert(VALID(slot));
			kref_put(slot)
		:: else
		fi;
		d_step { d = 0; mine = 0; slot = 0 }
	od
}

/* ib_core has given the device to the client: within its locks. */
inline ib_client_data_slot_create(d)
{
	if
	:: life[d] < NLIFE ->
		slot = d * NLIFE + life[d];
		life[d]++;
		ADD(slot_memory, slot);
		ADD(device_valid, slot);
		slot_ref[slot] = 1;
		slot_of[slot] = generation[d];
		slots[d] = slot;
		context[d] = ADDED;
		slot = 0
	:: else
	fi
}

/*
 * The steps of a removal.  Each ends with what others can see or wait for; what
 * comes before it touches nothing that they do.
 */
inline ib_client_data_slot_remove(d)
{
	d_step {	/* begins with ib_client_data_unpublish() */
		context[d] == ADDED ->
		context[d] = LEAVING;
		slot = slots[d];
		assert(HAS(slot_memory, slot));
		had = (state[slot] == LIVE);
		ADD(fenced, slot);
#ifndef LOOKUP_NOT_STOPPED
		state[slot] = REMOVING;
		DEL(published, slot)
#endif
	};
	d_step {	/* start_poll_synchronize_rcu(), and remove() is called */
#ifndef LOOKUP_NOT_STOPPED
		slots[d] = NONE;
#endif
		remover_waits[slot] = readers;
		assert(!had || (VALID(slot) && kref[slot] > 0))
	};
	if
	:: had ->
#ifdef FREE_BEFORE_WAIT
		d_step { free_client_data(slot) };
#endif
#ifndef NO_GRACE_PERIOD
		/* cond_synchronize_rcu() */
		remover_waits[slot] == 0;
#endif
		kref_put(slot);		/* ib_client_data_drop() */
		d_step {	/* ib_client_data_wait(), _forget() */
			HAS(idle, slot) ->
#ifndef FREE_BEFORE_WAIT
			assert(kref[slot] == 0);
			free_client_data(slot);
#endif
			had = 0
		}
	:: else ->
#ifdef NO_ATTEMPT_WAIT
		skip
#else
		/* ib_client_data_wait() */
		!HAS(attempt, slot)
#endif
	fi;
	d_step {
		assert(!HAS(data_memory, slot));
#ifdef LOOKUP_NOT_STOPPED
		state[slot] = REMOVING;
		slots[d] = NONE;
#endif
		remover_waits[slot] = 0;
		ib_client_data_slot_put(slot);
		ADD(ended, slot);
		slot = 0;
		context[d] = ABSENT
	}
}

proctype device(byte me)
{
	byte slot, i;
	bit had, last;

	do
	:: generation[me] < NLIFE ->
		atomic {	/* ib_register_device() */
			ADD(present, me);
			generation[me]++;
			if
			:: registered -> ib_client_data_slot_create(me)
			:: else
			fi
		};
		DEL(present, me);	/* ib_unregister_device() */
		if
		:: ib_client_data_slot_remove(me)
		:: context[me] != ADDED
		fi;
		d_step {
			context[me] == ABSENT ->
			i = 0;
			do
			:: i < NLIFE ->
				assert(!HAS(data_memory, me * NLIFE + i));
				DEL(device_valid, me * NLIFE + i);
				i++
			:: else -> break
			od;
			i = 0
		}
	:: break
	od
}

proctype client()
{
	byte slot, n, d;
	bit had, last;

	do
	:: n < CYCLES ->
		atomic {	/* ib_client_data_register_client() */
			n++;
			registered = 1;
			do
			:: d < NDEV ->
				if
				:: HAS(present, d) ->
					ib_client_data_slot_create(d)
				:: else
				fi;
				d++
			:: else -> break
			od;
			d = 0
		};
		registered = 0;	/* ib_client_data_unregister_client() */
		do
		:: d < NDEV ->
			if
			:: ib_client_data_slot_remove(d)
			:: context[d] != ADDED
			fi;
			d++
		:: else -> break
		od;
		d = 0;
		d_step {
			context[0] == ABSENT && context[NDEV - 1] == ABSENT ->
			assert(!data_memory)
		}
	:: break
	od
}

init
{
	byte i;

	atomic {
		do
		:: i < NDEV -> run device(i); i++
		:: else -> break
		od;
		run client();
		i = 0;
		do
		:: i < NUSER -> run user(i, i < SLEEPERS); i++
		:: else -> break
		od
	}
}

/*
 * Once the users have let go, which fairness makes them do, removal ends: of each
 * slot, since 001-model.sh verifies it of each that there is.
 */
ltl removal_ends {
	[] (HAS(fenced, LOOK) -> <> HAS(ended, LOOK))
}

/*
 * Who waits for somebody else's allocation does not wait forever.  User 0 stands
 * for all that allocate: they are equal but for their numbers, which are names of
 * bits only, so to every run belongs one in which two of them have changed places.
 */
ltl waiting_ends {
	[] (waits[0] != NONE -> <> (waits[0] == NONE))
}
