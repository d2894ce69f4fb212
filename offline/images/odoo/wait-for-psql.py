#!/usr/bin/env python3
"""Waits until PostgreSQL lets a role in; exits 1 when it doesn't within the timeout.

What is no argument comes from the configuration file that ODOO_RC names, or from PostgreSQL's own environment.
"""

import argparse
import configparser
import os
import sys
import time

import psycopg2

parser = argparse.ArgumentParser()
for option in ("host", "port", "user", "password"):
    parser.add_argument(f"--db_{option}")
parser.add_argument("--timeout", type=int, default=5)
args = parser.parse_args()

config = configparser.RawConfigParser()
config.read(os.environ.get("ODOO_RC", "/etc/odoo/odoo.conf"))
given = {
    option: getattr(args, f"db_{option}") or config.get("options", f"db_{option}", fallback=None)
    for option in ("host", "port", "user", "password")
}
# Odoo writes False for an option that isn't set.
connection = {option: value for option, value in given.items() if value and value != "False"}

deadline = time.monotonic() + args.timeout
while True:
    try:
        psycopg2.connect(dbname="postgres", **connection).close()
        break
    except psycopg2.OperationalError as error:
        if time.monotonic() > deadline:
            sys.exit(f"Database connection failure: {error}")
        time.sleep(0.5)
