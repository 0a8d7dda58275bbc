#!/usr/bin/python
# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: database_schema
version_added: 0.2.0
short_description: Create the tables of the stream managers' database once
description:
  - Compares the tables that the schema file creates with those of the database, and runs the file only if all of them are missing. If
    some of them are missing, it runs the file only if that does no harm.
  - Connects as the stream manager does, with C(config.dbHost), C(config.dbPort), C(config.dbUser) and C(config.dbPass) of its
    properties, and with the C(mysql) client of the host. The password is in no command line, environment or file.
author:
  - streamops.red5pro contributors (@streamops)
options:
  properties:
    description: The properties file of the stream manager.
    type: path
    required: true
  database:
    description: The name of the database. It must exist.
    type: str
    default: cluster
  src:
    description: The schema file on the host, such as C(webapps/streammanager/WEB-INF/sql/cluster.sql).
    type: path
    required: true
  load:
    description: Whether to create missing tables. Otherwise, the module fails if tables are missing.
    type: bool
    default: false
extends_documentation_fragment:
  - streamops.red5pro.attributes
"""

EXAMPLES = r"""
- name: Create the tables of the stream managers
  streamops.red5pro.database_schema:
    properties: /usr/local/red5pro/webapps/streammanager/WEB-INF/red5-web.properties
    src: /usr/local/red5pro/webapps/streammanager/WEB-INF/sql/cluster.sql
    load: true
"""

RETURN = r"""
missing:
  description: The tables that were missing, in alphabetical order.
  returned: success
  type: list
  elements: str
  sample: [nodes]
"""

import os
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.streamops.red5pro.plugins.module_utils import _mysql, _properties

_TIMEOUT = 10  # seconds


def _run(module: AnsibleModule, connection: _mysql.Connection, statements: str) -> str:
    """The output of the client; its options come through a pipe that only it reads."""
    reading, writing = os.pipe()
    try:
        os.write(writing, connection.options().encode())
        os.close(writing)
        command = [module.get_bin_path("mysql", required=True), f"--defaults-extra-file=/dev/fd/{reading}"]
        more = [f"--connect-timeout={_TIMEOUT}", "--batch", "--skip-column-names", module.params["database"]]
        code, output, errors = module.run_command([*command, *more], data=statements, pass_fds=[reading])
    finally:
        os.close(reading)
    if code:
        module.fail_json(msg=f"Failed to use the database {module.params['database']} on {connection}: {_mysql.reason(errors)}")
    return str(output)


def main() -> None:
    """Compare the tables, and run the file if it is needed."""
    module = AnsibleModule(
        argument_spec={
            "properties": {"type": "path", "required": True},
            "database": {"type": "str", "default": "cluster"},
            "src": {"type": "path", "required": True},
            "load": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    params, database = module.params, module.params["database"]
    try:
        sql = Path(params["src"]).read_text(encoding="utf-8")
        connection = _mysql.connection(_properties.read(Path(params["properties"]).read_bytes().decode("latin-1")))
    except (OSError, ValueError) as error:
        module.fail_json(msg=f"Failed to read how to connect to the database: {error}")
    wanted = _mysql.tables(sql)
    name = database.replace("'", "''")
    found = _run(module, connection, f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{name}'")
    current = set(found.lower().split())
    missing = sorted(table for table in wanted if table.lower() not in current)  # some servers have all names in lower case
    some = f"The database {database} on {connection} lacks tables of {params['src']}: {', '.join(missing)}"
    if missing and not params["load"]:
        module.fail_json(msg=f"{some}. Load the file, or set red5pro_load_schema=true.", missing=missing)
    if missing and len(missing) < len(wanted) and not _mysql.repeatable(sql):
        module.fail_json(msg=f"{some}. The file cannot be run on a database that has some of them. Empty the database.", missing=missing)
    if missing and not module.check_mode:
        _run(module, connection, sql)
    after = "".join(f"table {table}\n" for table in missing)
    module.exit_json(changed=bool(missing), missing=missing, diff={"before": "", "after": after})


if __name__ == "__main__":
    main()
