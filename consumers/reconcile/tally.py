"""Counting one object of Twenty while its records are compared, page by page."""

from __future__ import annotations

from collections.abc import Mapping

from consumers.reconcile.comparing import Compared
from consumers.reconcile.population import Population
from consumers.reconcile.reconciliation import LISTED, Discrepancies, Discrepancy, ObjectReconciliation
from consumers.twenty.images import Image
from projections.desired import Desired


class Listed:
    """Discrepancies of one kind as they are collected: all are counted, the first `LISTED` are kept."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[Discrepancy] = []

    def add(self, *found: Discrepancy) -> None:
        """Take some more."""
        self.count += len(found)
        self._kept += found[: LISTED - len(self._kept)]

    def all(self) -> Discrepancies:
        """Return what was collected."""
        return Discrepancies(self.count, tuple(self._kept))


class ObjectTally:
    """One object's counts. `kinds` are the Twenty types of its columns (empty: the workspace does not have the object),
    `population` counts its fields. `known` is the number of wanted live records that carry a pbnId of ours.
    """

    def __init__(self, kinds: Mapping[str, str], population: Population) -> None:
        self.kinds = kinds
        self.population = population
        self.source = self.live = self.known = 0
        self.missing, self.extra, self.different, self.edited, self.waiting = Listed(), Listed(), Listed(), Listed(), Listed()
        self.automated, self.merged = Listed(), Listed()

    def absent(self, desired: Desired, fields: tuple[str, ...] = ()) -> None:
        """Count a wanted record is not in Twenty, or (with `deletedAt` as its field) soft-deleted there."""
        self.source += 1
        self.missing.add(Discrepancy(pbn_id=desired.pbn_id, twenty_id=str(desired.id), fields=fields))

    def lost_to_merge(self, desired: Desired) -> None:
        """Count a wanted record that is not in Twenty, as people merged it into another one."""
        self.source += 1
        self.merged.add(Discrepancy(pbn_id=desired.pbn_id, twenty_id=str(desired.id)))

    def present(self, desired: Desired, image: Image, compared: Compared, *, known: bool) -> None:
        """Count a wanted record is live in Twenty, and this is how it compares."""
        self.source += 1
        self.live += 1
        self.known += known
        self.population.count(desired.values, image)
        if compared.different:
            self.different.add(Discrepancy(pbn_id=desired.pbn_id, twenty_id=str(desired.id), fields=compared.different))
        if compared.edited:
            self.edited.add(Discrepancy(pbn_id=desired.pbn_id, twenty_id=str(desired.id), fields=compared.edited))
        if compared.automated:
            self.automated.add(Discrepancy(pbn_id=desired.pbn_id, twenty_id=str(desired.id), fields=compared.automated))

    def result(self, plural: str, twenty: int) -> ObjectReconciliation | None:
        """Return the object's reconciliation, `twenty` migrated records being live; None where there are no records at all."""
        if not (self.source or twenty or self.waiting.count):
            return None
        return ObjectReconciliation(
            object=plural,
            source=self.source,
            twenty=twenty,
            missing=self.missing.all(),
            extra=self.extra.all(),
            different=self.different.all(),
            edited=self.edited.all(),
            automated=self.automated.all(),
            merged=self.merged.all(),
            waiting=self.waiting.all(),
            population=self.population.rates(),
            source_population=self.population.wanted_rates(),
        )
