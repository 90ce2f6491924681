"""Programs: what of an AI developer's tools is on this machine. Answers workbench: tools, scan."""
