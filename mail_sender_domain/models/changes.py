# Copyright 2026 mail_sender_domain contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writing what differs, records that change together, and defaults of clients."""

from __future__ import annotations

import json


def get_changes(record, vals):
    """What of ``vals`` differs from what a record says.

    :param record: one record
    :param vals: values as of ``write``
    :return: the part of ``vals`` that is worth writing
    """
    return {
        name: value
        for name, value in vals.items()
        if record._fields[name].convert_to_write(record[name], record)
        != (value or False)
    }


def write_changes(record, vals):
    """Write what differs, if anything does: writing what is there already runs all
    that overrides do for a change, such as emptying the caches of all workers.

    :param record: one record
    :param vals: values as of ``write``
    """
    if changes := get_changes(record, vals):
        record.write(changes)


def group_changes(records, vals_list):
    """Group records that change in the same way, so that they are written together.

    :param records: a recordset
    :param vals_list: what to write on each of them, in the same order
    :return: list of pairs: values, and the records that need them
    """
    groups = {}
    for record, vals in zip(records, vals_list, strict=True):
        if changes := get_changes(record, vals):
            key = json.dumps(changes, sort_keys=True, default=str)
            groups.setdefault(key, (changes, []))[1].append(record.id)
    return [(changes, records.browse(ids)) for changes, ids in groups.values()]


def without_defaults(records, names):
    """Believe no default that the context has for these fields.

    Clients set defaults in the context as well, and keywords cannot remove them.

    :param names: a set of names of fields
    :return: ``records`` in an environment without
    """
    env = records.env
    return records.with_env(
        env(
            context={
                key: value
                for key, value in env.context.items()
                if key.removeprefix("default_") not in names
            }
        )
    )
