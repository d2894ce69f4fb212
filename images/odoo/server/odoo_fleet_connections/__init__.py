"""Lets a request wait for a connection to the database where all of them are taken.

Odoo's own pool refuses it at once, and the visitor reads "Internal Server Error": a page with thirty pictures, asked for over one connection of
HTTP/2, was enough on a plan without workers, whose one process serves all requests and has twenty connections.
"""

import time

from psycopg2.pool import PoolError

from odoo.sql_db import ConnectionPool

# Seconds. Whoever holds a connection and waits for a second one, as all others may, isn't let wait for good.
PATIENCE = 30
PAUSE = 0.02

borrow = ConnectionPool.borrow


def borrow_patiently(pool, *args, **kwargs):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return borrow(pool, *args, **kwargs)
        except PoolError:
            if time.monotonic() > end:
                raise
        # Outside of the pool's lock, under which connections are given back.
        time.sleep(PAUSE)


ConnectionPool.borrow = borrow_patiently
