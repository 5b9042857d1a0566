"""What vendors document, as data, and the typed questions one can ask of it.

Each folder holds TOML files, one per vendor or product; a record there names its sources, and
a source names the day it was read. `loader` turns tables into frozen records and refuses what
the record does not declare; the other modules ask the questions:

- `vendors`: idle timeouts of the hops on the way, and single documented numbers
- `hosts`: which provider and pooler a host name belongs to
- `servers`: container images of database servers
- `limits`: how many connections a database accepts, and how many of them are reserved
- `pgbouncer`, `poolers`: settings, defaults, images, operators
- `session_state`: statements that a transaction pooler does not keep
- `drivers`, `pools`, `prepared`: URL keys and arguments, pool classes, the truth table
- `programs`: processes, threads and work at once of servers and task queues
- `platforms`: what orchestrators do when nothing is configured

Nothing is read before the first question.
"""
