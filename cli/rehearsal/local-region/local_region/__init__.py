"""One AWS region on this machine: a MiniStack process, plus what several regions need of each other.

MiniStack emulates the services of one region well. This package runs it as a process of its own for each
region and adds, through the few private functions that `guards` names and checks, what crosses regions:
event bus targets, global table replicas, global services.
"""
