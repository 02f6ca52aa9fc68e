"""One job of an import in a process of its own, to be killed.   python -m tests.support.import_process stage|write BATCH"""

import sys

import django


def main() -> None:
    """Run the job to its end, telling when it is under way."""
    action, batch = sys.argv[1], int(sys.argv[2])
    django.setup()
    from orgs.services.imports import staging, writing  # noqa: PLC0415 - models come after setup
    from tests.support.sheets import SilentJob  # noqa: PLC0415 - as above

    staging.PART = writing.PART = 100
    if action == "stage":
        staging.stage_import(batch_id=batch, job=SilentJob())
    else:
        writing.write_import(batch_id=batch, job=SilentJob())


if __name__ == "__main__":
    main()
