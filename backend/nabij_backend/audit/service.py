"""Reading everything, as of one moment and page by page, and telling what is wrong."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

from nabij_backend.audit import repository
from nabij_backend.audit.acts import person_findings
from nabij_backend.audit.findings import Fault, Finding, Findings
from nabij_backend.audit.tree import Rebuilt, damaged_nodes
from nabij_backend.db import Connection
from nabij_backend.log import repository as log
from nabij_backend.log.documents import Checkpoint
from nabij_backend.log.repository import StoredCheckpoint
from nabij_backend.signing import PublicKeys
from nabij_consent import InvalidNotice, Node, Notice, notice_digest, read_notice

_PAGE = 1_000


async def audit(
    connection: Connection,
    keys: PublicKeys,
    kept: Sequence[Checkpoint],
    progress: Callable[[float], None],
) -> Findings:
    """All that is wrong, read in one snapshot as the auditor.

    ``kept`` are checkpoints from elsewhere; ``progress`` hears how much is done, from 0 to 1.
    """
    findings = Findings()
    totals = await repository.totals(connection)
    whole = max(totals.persons + totals.leaves, 1)
    notices = await _notices(connection, findings)
    async for done in _persons(connection, notices, findings):
        progress(done / whole)
    await _strays(connection, findings)
    rebuilt = Rebuilt(await log.log_id(connection), await log.lineage(connection), keys)
    async for done in _tree(connection, rebuilt, kept, findings):
        progress((totals.persons + done) / whole)
    signed_size = await repository.largest_checkpoint(connection)
    for found in rebuilt.end(signed_size=signed_size, stored_nodes=totals.nodes, kept=kept):
        findings.add(found)
    return findings


async def _notices(connection: Connection, findings: Findings) -> dict[int, Notice]:
    notices: dict[int, Notice] = {}
    for stored in await repository.notices(connection):
        try:
            notice = read_notice(stored.document)
        except InvalidNotice:
            notice = None
        if notice is not None:
            notices[stored.version] = notice
        if notice is None or notice_digest(notice) != stored.digest:
            findings.add(Finding(Fault.EDITED_NOTICE, f"version {stored.version}"))
    return notices


async def _persons(
    connection: Connection, notices: dict[int, Notice], findings: Findings
) -> AsyncIterator[int]:
    done, last = 0, None
    while page := await repository.persons(connection, last, _PAGE):
        acts = await repository.acts(connection, page)
        grants = await repository.grants(connection, page)
        for person in page:
            for found in person_findings(person, acts[person], grants[person], notices):
                findings.add(found)
        done, last = done + len(page), page[-1]
        yield done


async def _strays(connection: Connection, findings: Findings) -> None:
    for where in await repository.grants_of_nobody(connection):
        findings.add(Finding(Fault.WRONG_GRANT, where))
    for where in await repository.uncovered(connection):
        findings.add(Finding(Fault.UNCOVERED_STATUS, where))
    findings.settled = await repository.settled(connection)
    for where in await repository.unaccounted(connection):
        findings.add(Finding(Fault.DELETED_ACT, where))


async def _tree(
    connection: Connection, rebuilt: Rebuilt, kept: Sequence[Checkpoint], findings: Findings
) -> AsyncIterator[int]:
    while page := await repository.leaves(connection, rebuilt.tree.size, _PAGE):
        first, last = rebuilt.tree.size, rebuilt.tree.size + len(page)
        if list(page) != list(range(first, last)):
            findings.add(Finding(Fault.DAMAGED_TREE, f"a leaf is missing behind leaf {first}"))
            return
        stored = await repository.checkpoints(connection, first, last)
        heads = dict[int, list[StoredCheckpoint]]()
        for each in stored:
            heads.setdefault(each.tree_size, []).append(each)
        completed: dict[Node, bytes] = {}
        leaves = list(page.values())
        ends = {each.tree_size for each in kept if first < each.tree_size < last}
        for size in sorted({last, *heads, *ends}):
            completed |= rebuilt.grow(leaves[rebuilt.tree.size - first : size - first])
            for found in _judged(rebuilt, heads, kept):
                findings.add(found)
        for found in damaged_nodes(completed, await log.nodes(connection, list(completed))):
            findings.add(found)
        yield last


def _judged(
    rebuilt: Rebuilt, heads: Mapping[int, Sequence[StoredCheckpoint]], kept: Sequence[Checkpoint]
) -> Iterator[Finding]:
    size = rebuilt.tree.size
    for head in heads.get(size, ()):
        yield from rebuilt.judge(head)
    for each in kept:
        if each.tree_size == size:
            yield from rebuilt.compare(each)
