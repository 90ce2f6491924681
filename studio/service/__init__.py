"""Starting Studio with the session of its user: what systemd, launchd and the Task Scheduler want to be told."""
