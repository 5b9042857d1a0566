"""A command line to the programs that it starts, and how many processes of each.

- `context`: what a command runs in
- `start`: the way in; shells, scripts, wrappers and supervisors lead to programs
- `supervising`: supervisord and starters of Procfiles
- `merging`: several ways as one list of programs
- `ready`: images that start a program by themselves
- `uwsgi`: its flags and ini files
- `wrappers`: commands that run the rest of their line
- `options`: flags and positional words
- `servers`: programs that the catalogue describes
- `python`: `python -m`, scripts, migrations and other commands of a project
- `targets`: the module that a command line names
"""
