"""The loops of multi-index hashing, compiled. `index/multihash.py` says what they are for.

No index that was read from a file is trusted here: numba does not check bounds, so each is compared
with the length of what it points into, and a wrong one raises ValueError.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Int = np.int64
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
Layout = tuple[I64, I64, I64, I64]  # bits of each table, its first bucket; changes, first of each k
Tables = tuple[U64, U32, U32, U32]  # filled, ranks, starts, ids
Repeats = tuple[U32, U32, U32]  # repeated, spans, same
Stored = tuple[U64, U32, U32]  # codes, owners, numbers of references that do not count
Bounds = tuple[int, int, int]  # radius, most hits of a code, most places that are looked at for it
Room = tuple[U64, U32, U64, I64]  # seen, met, hits, buckets

DISTANCE_BITS = 16  # below the row, in a hit
MOST_TRIED = 8  # codes of the same hash that a code is compared with
MIX = 0x9E3779B97F4A7C15
REACH, WITHIN, MET, HITS, LOOKED = range(5)  # what is kept of one search as it goes on
BROKEN = "tables of frame codes point beyond their end: the index is damaged"


@njit(cache=True, nogil=True)
def hashes(codes: U64, out: U64) -> None:
    """A number for each code, shape (n,): the same of equal ones, hardly ever of others."""
    for row in range(codes.shape[0]):
        mixed = np.uint64(0)
        for word in range(codes.shape[1]):
            mixed = (mixed ^ codes[row, word]) * np.uint64(MIX)
            mixed ^= mixed >> np.uint64(29)
        out[row] = mixed


@njit(cache=True, nogil=True)
def first_equal(codes: U64, hashed: U64, order: I64, first: U32) -> None:
    """The first row that holds the code of each row, shape (n,); `order` is by hash, then by row.
    Of many codes with one hash some may be taken for the first, which costs room alone."""
    begin = 0
    for i in range(len(order)):
        row = order[i]
        if hashed[row] != hashed[order[begin]]:
            begin = i
        first[row] = row
        for earlier in order[begin : min(i, begin + MOST_TRIED)]:
            if first[earlier] == earlier and _apart(codes, earlier, codes[row]) == 0:
                first[row] = earlier
                break


@njit(cache=True, nogil=True)
def keys(codes: U8, parts: U32, out: U32) -> None:
    """The bits of codes that belong to one table, as numbers, shape (n,); `parts`, shape (bytes,
    256), says what each byte adds."""
    for row in range(codes.shape[0]):
        out[row] = _key(codes, row, parts)


@njit(cache=True, nogil=True)
def count(codes: U8, first: U32, parts: U32, counts: U32) -> None:
    """Add to `counts` how many different codes have each key."""
    for row in range(codes.shape[0]):
        if first[row] == row:
            counts[_key(codes, row, parts)] += np.uint32(1)


@njit(cache=True, nogil=True)
def place(codes: U8, first: U32, parts: U32, free: U32, ids: U32) -> None:
    """Put the row of each different code where the next one of its key belongs, in order of row."""
    for row in range(codes.shape[0]):
        if first[row] == row:
            key = _key(codes, row, parts)
            ids[free[key]] = row
            free[key] += np.uint32(1)


@njit(cache=True, nogil=True)
def search(
    asked: U64,
    keyed: U32,
    layout: Layout,
    tables: Tables,
    repeats: Repeats,
    stored: Stored,
    bounds: Bounds,
) -> tuple[I64, U64, I64]:
    """Rows near each code that is asked for, of shape (n, words), whose keys are `keyed`, shape
    (n, tables).

    Returns how many hits each code has, (n,); the hits, row << 16 | distance, in no order; and up
    to which distance they are complete, (n,): -1 if not even equal ones could all be given.
    """
    count = stored[0].shape[0]
    capacity, buckets = min(count, bounds[2]) + 1, len(layout[2])
    room = (
        np.zeros((count >> 6) + 1, np.uint64),
        np.empty(capacity, np.uint32),
        np.empty(capacity, np.uint64),
        np.empty(2 * buckets, np.int64),
    )
    counts, reach = np.zeros(len(asked), np.int64), np.empty(len(asked), np.int64)
    found, total = np.empty(1024, np.uint64), 0
    for q in range(len(asked)):
        reach[q], kept = _near(asked[q], keyed[q], layout, tables, repeats, stored, bounds, room)
        given = _placed(room[2][:kept], reach[q], repeats, stored)
        counts[q] = len(given)
        found = _appended(found, total, given)
        total += len(given)
    return counts, found[:total].copy(), reach


@njit(cache=True, nogil=True)
def _near(
    code: U64,
    keyed: U32,
    layout: Layout,
    tables: Tables,
    repeats: Repeats,
    stored: Stored,
    bounds: Bounds,
    room: Room,
) -> tuple[Int, Int]:
    """The distance up to which the different codes that were put down among the hits of `room` are
    complete, and how many they are.

    Step k looks into table k % tables under keys that differ in k // tables bits. Whatever lies
    within k has been met by then: in some table up to this one it differs in so many bits at most,
    or in some later one in fewer, for else it would differ in more than k altogether.
    """
    order = _by_size(keyed, layout, tables)
    within = np.zeros(bounds[0] + 1, np.int64)
    state = np.array([bounds[0], 0, 0, 0, 0])
    done = -1
    while done < state[REACH]:
        level, turn = divmod(done + 1, len(order))
        buckets, size = _buckets(keyed, order[turn], level, layout, tables, room[3])
        state[LOOKED] += size
        if state[LOOKED] > bounds[2]:
            break
        met = state[MET]
        _meet(buckets, tables[3], stored[0].shape[0], room, state)
        _compare(code, room[1][met : state[MET]], repeats, stored, bounds[1], room, within, state)
        done += 1
    _forget(room, state[MET])
    return min(done, state[REACH]), state[HITS]


@njit(cache=True, nogil=True)
def _by_size(keyed: U32, layout: Layout, tables: Tables) -> I64:
    """The tables, those first in which fewest codes have the very key: the last are searched less
    deeply."""
    order, bucket = np.arange(len(keyed)), np.empty(2, np.int64)
    sizes = np.empty(len(keyed), np.int64)
    for table in range(len(keyed)):
        sizes[table] = _buckets(keyed, table, 0, layout, tables, bucket)[1]
    for last in range(1, len(order)):
        for i in range(last, 0, -1):
            if sizes[order[i - 1]] <= sizes[order[i]]:
                break
            order[i - 1], order[i] = order[i], order[i - 1]
    return order


@njit(cache=True, nogil=True)
def _buckets(
    keyed: U32, table: int, level: int, layout: Layout, tables: Tables, out: I64
) -> tuple[Int, Int]:
    """Where the codes lie whose key in a table differs in so many bits: how many buckets there are,
    put down as first and end, and how many codes in them."""
    _, _, starts, ids = tables
    number = _filled(keyed, table, level, layout, tables, out)
    size = Int(0)
    for i in range(number - 1, -1, -1):  # from the last, for what is read is written over
        rank = out[i]
        if rank + 1 >= len(starts):
            raise ValueError(BROKEN)
        first, end = Int(starts[rank]), Int(starts[rank + 1])
        if first > end or end > len(ids):
            raise ValueError(BROKEN)
        out[2 * i], out[2 * i + 1] = first, end
        size += end - first
    return number, size


@njit(cache=True, nogil=True)
def _filled(keyed: U32, table: int, level: int, layout: Layout, tables: Tables, out: I64) -> Int:
    """Which keys that differ in so many bits any code has, as positions among all such. This loop
    and the next ones wait for memory, and so take no turn that cannot be foreseen."""
    widths, bases, changes, firsts = layout
    filled, ranks, _, _ = tables
    number = Int(0)
    for change in changes[firsts[level] : firsts[level + 1]]:
        if change >> widths[table]:
            break
        which = bases[table] + (Int(keyed[table]) ^ change)
        word, bit = filled[which >> 6], np.uint64(which & 63)
        below = word & ((np.uint64(1) << bit) - np.uint64(1))
        out[number] = Int(ranks[which >> 6]) + Int(_ones(below))
        number += Int((word >> bit) & np.uint64(1))
    return number


@njit(cache=True, nogil=True)
def _meet(buckets: Int, ids: U32, count: int, room: Room, state: I64) -> None:
    """Put down the rows of some buckets that have not been met."""
    seen, met, _, spans = room
    number = state[MET]
    for bucket in range(buckets):
        for i in range(spans[2 * bucket], spans[2 * bucket + 1]):
            row = Int(ids[i])
            if row >= count:
                raise ValueError(BROKEN)
            bit = np.uint64(row & 63)
            word = seen[row >> 6]
            met[number] = row
            number += 1 - Int((word >> bit) & np.uint64(1))
            seen[row >> 6] = word | (np.uint64(1) << bit)
    state[MET] = number


@njit(cache=True, nogil=True)
def _compare(
    code: U64,
    rows: U32,
    repeats: Repeats,
    stored: Stored,
    most: int,
    room: Room,
    within: I64,
    state: I64,
) -> None:
    """Put down those of some rows that are near, and lower the reach when there are too many."""
    hits = room[2]
    for row in rows:
        distance = _apart(stored[0], row, code)
        if distance <= state[REACH]:
            hits[state[HITS]] = Int(row) << DISTANCE_BITS | distance
            state[HITS] += 1
            living = _living(row, repeats, stored)
            within[distance] += living
            state[WITHIN] += living
            while state[WITHIN] > most:
                state[WITHIN] -= within[state[REACH]]
                state[REACH] -= 1


@njit(cache=True, nogil=True)
def _forget(room: Room, met: int) -> None:
    """Let what was met be met again by the next code."""
    for i in range(met):
        room[0][room[1][i] >> 6] = 0


@njit(cache=True, nogil=True)
def _living(row: Int, repeats: Repeats, stored: Stored) -> Int:
    """How many places hold the code of a row, those of references that count."""
    first, end = _others(row, repeats)
    if len(stored[2]) == 0:
        return end - first + Int(1)
    living = _counts(row, stored)
    for i in range(first, end):
        living += _counts(repeats[2][i], stored)
    return living


@njit(cache=True, nogil=True)
def _others(row: Int, repeats: Repeats) -> tuple[Int, Int]:
    """Where the other rows with the code of a row lie, first and end."""
    repeated, spans, same = repeats
    at = _position(repeated, row)
    if at == len(repeated) or repeated[at] != row:
        return Int(0), Int(0)
    first, end = Int(spans[at]), Int(spans[at + 1])
    if first > end or end > len(same):
        raise ValueError(BROKEN)
    return first, end


@njit(cache=True, nogil=True)
def _position(numbers: U32, number: Int) -> Int:
    """Of the first of ascending numbers that is no smaller."""
    low, high = Int(0), Int(len(numbers))
    while low < high:
        middle = (low + high) // 2
        if Int(numbers[middle]) < number:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def _counts(row: Int, stored: Stored) -> Int:
    """1 if the reference of a row counts, else 0."""
    _, owners, gone = stored
    if row >= len(owners):
        raise ValueError(BROKEN)
    at = _position(gone, Int(owners[row]))
    return Int(1) if at == len(gone) or gone[at] != owners[row] else Int(0)


@njit(cache=True, nogil=True)
def _placed(hits: U64, reach: int, repeats: Repeats, stored: Stored) -> U64:
    """All places that hold what was hit within a distance, of references that count."""
    out, number = np.empty(_places(hits, reach, repeats, stored), np.uint64), 0
    for hit in hits:
        distance = hit & np.uint64((1 << DISTANCE_BITS) - 1)
        if Int(distance) > reach:
            continue
        row = Int(hit >> np.uint64(DISTANCE_BITS))
        first, end = _others(row, repeats)
        for i in range(first - 1, end):
            place = row if i < first else Int(repeats[2][i])
            if _counts(place, stored):
                out[number] = np.uint64(place << DISTANCE_BITS) | distance
                number += 1
    return out


@njit(cache=True, nogil=True)
def _places(hits: U64, reach: int, repeats: Repeats, stored: Stored) -> Int:
    """How many they are."""
    number = Int(0)
    for hit in hits:
        if Int(hit & np.uint64((1 << DISTANCE_BITS) - 1)) <= reach:
            number += _living(Int(hit >> np.uint64(DISTANCE_BITS)), repeats, stored)
    return number


@njit(cache=True, nogil=True)
def _appended(found: U64, total: int, given: U64) -> U64:
    """Hits and those of one more code, in an array that has room for more."""
    if total + len(given) > len(found):
        grown = np.empty(2 * (total + len(given)), np.uint64)
        grown[:total] = found[:total]
        found = grown
    found[total : total + len(given)] = given
    return found


@njit(cache=True, nogil=True)
def _key(codes: U8, row: int, parts: U32) -> np.uint32:
    key = np.uint32(0)
    for byte in range(codes.shape[1]):
        key |= parts[byte, codes[row, byte]]
    return key


@njit(cache=True, nogil=True)
def _apart(codes: U64, row: Int, code: U64) -> Int:
    """In how many bits a stored code differs from another."""
    apart = np.uint64(0)
    for word in range(len(code)):
        apart += _ones(codes[row, word] ^ code[word])
    return Int(apart)


@njit(cache=True, nogil=True)
def _ones(word: np.uint64) -> np.uint64:
    """How many bits are set; the compiler knows this for one instruction."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (word * np.uint64(0x0101010101010101)) >> np.uint64(56)
