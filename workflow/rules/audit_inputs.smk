# Which descriptors are audited, with which parameters and code.
from mechanist.audit.registry import entries

#: All descriptors that files in describe/ define.
DESCRIBED = entries()
#: Descriptors that this run audits: all but those it skips.
AUDITED = [
    entry for entry in DESCRIBED if entry.kind not in config["audit"].get("skip", [])
]


def audit_parameters(wildcards):
    """Parameters of a descriptor: those of the audit, or of the first model input of its kind."""
    named = config["audit"].get("parameters", {})
    if wildcards.kind in named:
        return named[wildcards.kind]
    used = config.get(wildcards.wing, {}).get("descriptors", {}).values()
    mine = [entry for entry in used if entry["kind"] == wildcards.kind]
    return next((entry["parameters"] for entry in mine if "parameters" in entry), {})


def audit_code(wildcards):
    """Hash of the auditor and of the descriptor's own file."""
    file = next(e.file for e in DESCRIBED if e[:2] == (wildcards.wing, wildcards.kind))
    return lib_hash("trust/audit_describe.py", f"describe/{file}")
