"""What one customer's consent left on this device, on disk or in memory alone.

Rules:

1. what waits hangs on the live grant that allows it, and SQLite itself deletes it with the grant;
   places, too, need a grant for gps;
2. what was deleted is overwritten (``secure_delete``) and the rollback journal, which held it while
   it was deleted, is gone when the transaction is. A write-ahead log would go on holding it, and a
   forked child that closed it would write; readers beside the writer, its gain, there are none;
3. an act that ended permission is kept until the service knows: in the database and, written
   first, in a small file beside it. If one of the two is lost, the other ends the permission again;
4. one process has the folder; a second is refused, and so is a child that was forked;
5. a file that cannot be read is set aside, to be deleted with the next withdrawal, and the device
   starts afresh, knowing nothing;
6. who opens the store for one person deletes what is there of any other, except that it still has
   to be told that they withdrew;
7. a store that fails once permits nothing any more.
"""

from nabij._store.folder import open_store
from nabij._store.shelf import Shelf
from nabij._store.store import Loaded, Store

__all__ = ["Loaded", "Shelf", "Store", "open_store"]
