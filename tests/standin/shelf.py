# SPDX-License-Identifier: MIT
"""Rows in the order of their creation, with pages in both directions."""
import bisect
import itertools


class Shelf:
    """Rows have `id`, `created` (ms) and the attributes that are named here, by which pages can be narrowed."""

    def __init__(self, *indexed):
        self.rows = {}
        self.indexed = indexed
        # Kept when a row goes: a cursor to it still works.
        self.places = {}
        self.keys = []
        self.narrow = {}
        self.numbers = itertools.count()

    def __len__(self):
        return len(self.rows)

    def add(self, row):
        self.add_all([row])

    def add_all(self, rows):
        touched = {}
        for row in rows:
            assert row.id not in self.places, row.id
            key = (row.created, next(self.numbers), row.id)
            self.rows[row.id] = row
            self.places[row.id] = key
            for keys in [self.keys, *(self.narrow.setdefault((name, getattr(row, name)), []) for name in self.indexed)]:
                if keys and key < keys[-1]:
                    touched[id(keys)] = keys
                keys.append(key)
        for keys in touched.values():
            keys.sort()

    def change(self, row, **fields):
        for name, value in fields.items():
            if name in self.indexed and getattr(row, name) != value:
                self._take(self.narrow[name, getattr(row, name)], row.id)
                bisect.insort(self.narrow.setdefault((name, value), []), self.places[row.id])
            setattr(row, name, value)

    def remove(self, row_id):
        row = self.rows.pop(row_id)
        self._take(self.keys, row_id)
        for name in self.indexed:
            self._take(self.narrow[name, getattr(row, name)], row_id)

    def _take(self, keys, row_id):
        del keys[bisect.bisect_left(keys, self.places[row_id])]

    def with_value(self, name, value):
        return [self.rows[key[2]] for key in self.narrow.get((name, value), [])]

    def page(self, limit, after=None, before=None, newest_first=True, floor=0, where=None):
        """(rows as they are listed, whether there are more in this direction); nothing made before `floor`."""
        where = where or {}
        lists = [self.narrow.get(item, []) for item in where.items()]
        keys = min(lists, key=len) if lists else self.keys
        low, high = bisect.bisect_left(keys, (floor,)), len(keys)
        towards_older = newest_first == (before is None)
        cursor = after if before is None else before
        if cursor is not None:
            place = self.places[cursor]
            if towards_older:
                high = bisect.bisect_left(keys, place)
            else:
                low = max(low, bisect.bisect_right(keys, place))
        walk = range(high - 1, low - 1, -1) if towards_older else range(low, high)
        fitting = (row for row in (self.rows[keys[i][2]] for i in walk)
                   if all(getattr(row, name) == value for name, value in where.items()))
        found = list(itertools.islice(fitting, limit + 1))
        has_more = len(found) > limit
        found = found[:limit]
        if before is not None:
            found.reverse()
        return found, has_more
