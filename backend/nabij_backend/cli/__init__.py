"""The command line ``nabij``.

Every command takes ``--json``, says in its errors what to do, and exits with 0 (done), 1 (not
done; something must be mended first) or 2 (the call's words are off).
"""

import typer

from nabij_backend.cli import (
    database,
    demo,
    doctor,
    fsck,
    keys,
    log,
    mandates,
    notice,
    operators,
    register,
    reports,
    requests,
    restore,
    retention,
    serve,
    sources,
    subject,
    token,
    verify,
    witness,
    work,
)

app = typer.Typer(
    help="Nabij: community energy near you, without knowing where you are.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.command)
app.command("serve")(serve.command)
app.command("migrate")(database.command)
app.command("token")(token.command)
app.command("doctor")(doctor.command)
app.command("register")(register.command)
app.command("work")(work.command)
app.command("verify")(verify.verify)
app.command("verify-log")(verify.verify_log)
app.command("witness")(witness.command)
app.command("fsck")(fsck.command)
app.command("restore-check")(restore.command)
app.add_typer(sources.app, name="sources")
app.add_typer(notice.app, name="notice")
app.add_typer(keys.app, name="keys")
app.add_typer(log.app, name="log")
app.add_typer(retention.app, name="retention")
app.add_typer(operators.app, name="operators")
app.add_typer(requests.app, name="requests")
app.add_typer(reports.app, name="reports")
app.add_typer(mandates.app, name="mandates")
app.add_typer(subject.subject_app, name="subject")
app.add_typer(subject.consent_app, name="consent")
