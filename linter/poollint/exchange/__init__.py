"""Facts of other repositories: what `poollint inspect --output-format json` said there, joined with ours.

Documents form a set: in which order and in which groups they are merged makes no difference. The services of
several repositories that lead to one database get one budget.
"""

from poollint.exchange.documents import Document, merged, read_document
from poollint.exchange.joining import joined
from poollint.exchange.nodes import ExchangeError
from poollint.exchange.telling import told_here

__all__ = ["Document", "ExchangeError", "joined", "merged", "read_document", "told_here"]
