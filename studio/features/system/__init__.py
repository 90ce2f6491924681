"""System: this machine and this program. Answers workbench: info · agents: health probes, docs · teamwork: health."""
