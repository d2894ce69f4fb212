# Loaded as a server-wide module: it works for every database and is installed in none.
{"name": "Odoo Fleet: connections", "version": "1.0", "author": "Odoo Fleet", "license": "LGPL-3", "depends": ["base"], "installable": False}
