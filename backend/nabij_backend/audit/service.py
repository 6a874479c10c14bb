"""The audit of everything, as of one moment and page by page."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

from nabij_backend.audit import repository
from nabij_backend.audit.acts import person_findings
from nabij_backend.audit.findings import AuditFault, AuditFinding, Findings
from nabij_backend.audit.parts import WHOLE, AuditPart
from nabij_backend.audit.tree import Rebuilt, damaged_nodes
from nabij_backend.db import Connection
from nabij_backend.log import repository as log
from nabij_backend.log.documents import Checkpoint
from nabij_backend.log.repository import StoredCheckpoint
from nabij_backend.signing import PublicKeys
from nabij_consent import (
    InvalidNotice,
    Node,
    Notice,
    notice_digest,
    read_notice,
    root_nodes,
)

_PAGE = 1_000


async def audit(
    connection: Connection,
    keys: PublicKeys,
    kept: Sequence[Checkpoint],
    progress: Callable[[float], None],
    part: AuditPart = WHOLE,
) -> Findings:
    """Return all that is wrong in a part, read in one snapshot as the auditor.

    ``kept`` are checkpoints from elsewhere; ``progress`` hears how much is done, from 0 to 1.
    """
    findings = Findings()
    notices = await _notices(connection, findings)
    async for done in _persons(connection, part, notices, findings):
        progress(done / 2)
    await _strays(connection, part, findings)
    rebuilt = Rebuilt(await log.log_id(connection), await log.lineage(connection), keys)
    async for done in _tree(connection, rebuilt, part, kept, findings):
        progress((1 + done) / 2)
    totals = await repository.totals(connection)
    for found in rebuilt.end(totals, kept):
        findings.add(found)
    progress(1)
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
            findings.add(AuditFinding(AuditFault.EDITED_NOTICE, f"version {stored.version}"))
    return notices


async def _persons(
    connection: Connection, part: AuditPart, notices: dict[int, Notice], findings: Findings
) -> AsyncIterator[float]:
    after = None
    while page := await repository.persons(connection, part, after, _PAGE):
        acts = await repository.acts(connection, page)
        grants = await repository.grants(connection, page)
        for person in page:
            for found in person_findings(person, acts[person], grants[person], notices):
                findings.add(found)
        after = page[-1]
        yield part.persons_done(after)


async def _strays(connection: Connection, part: AuditPart, findings: Findings) -> None:
    for where in await repository.grants_of_nobody(connection, part):
        findings.add(AuditFinding(AuditFault.WRONG_GRANT, where))
    for where in await repository.uncovered(connection, part):
        findings.add(AuditFinding(AuditFault.UNCOVERED_STATUS, where))
    findings.settled = await repository.settled(connection)
    for where in await repository.unaccounted_pending(connection):
        findings.add(AuditFinding(AuditFault.DELETED_ACT, where))


async def _tree(
    connection: Connection,
    rebuilt: Rebuilt,
    part: AuditPart,
    kept: Sequence[Checkpoint],
    findings: Findings,
) -> AsyncIterator[float]:
    size = await log.leaf_count(connection)
    for first in part.blocks(size):
        last = min(first + part.block, size)
        page = await repository.leaves(connection, first, last)
        for where in await repository.unaccounted(connection, first, last):
            findings.add(AuditFinding(AuditFault.DELETED_ACT, where))
        if len(page) != last - first:
            findings.add(
                AuditFinding(AuditFault.DAMAGED_TREE, f"a leaf is missing behind leaf {first}")
            )
        elif not rebuilt.is_at(first, await log.nodes(connection, root_nodes(first))):
            findings.add(
                AuditFinding(AuditFault.DAMAGED_TREE, f"a node is missing before leaf {first}")
            )
        else:
            for found in await _block(connection, rebuilt, page, kept):
                findings.add(found)
        yield last / size


async def _block(
    connection: Connection, rebuilt: Rebuilt, leaves: Sequence[bytes], kept: Sequence[Checkpoint]
) -> list[AuditFinding]:
    first, last = rebuilt.tree.size, rebuilt.tree.size + len(leaves)
    heads = dict[int, list[StoredCheckpoint]]()
    for each in await repository.checkpoints(connection, first, last):
        heads.setdefault(each.tree_size, []).append(each)
    found: list[AuditFinding] = []
    completed: dict[Node, bytes] = {}
    ends = {each.tree_size for each in kept if first < each.tree_size < last}
    for size in sorted({last, *heads, *ends}):
        completed |= rebuilt.grow(leaves[rebuilt.tree.size - first : size - first])
        found += _judged(rebuilt, heads, kept)
    return [*found, *damaged_nodes(completed, await log.nodes(connection, list(completed)))]


def _judged(
    rebuilt: Rebuilt, heads: Mapping[int, Sequence[StoredCheckpoint]], kept: Sequence[Checkpoint]
) -> Iterator[AuditFinding]:
    size = rebuilt.tree.size
    for head in heads.get(size, ()):
        yield from rebuilt.judge(head)
    for each in kept:
        if each.tree_size == size:
            yield from rebuilt.compare(each)
