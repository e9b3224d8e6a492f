"""An admin of a workspace who changes its data model in Twenty's settings, by the names that it has there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import httpx

from tests.consumers.reconcile.small_practice import KEY


def _address() -> str:
    return os.environ["CUTOVER_TWENTY__URL"]


@dataclass
class Admin:
    """Sends what Twenty's front end sends when its settings are changed."""

    key: str = KEY

    def objects(self) -> dict[str, dict[str, Any]]:
        """Return the objects by their singular names in Twenty."""
        answer = self._send("GET", "objects?limit=200")
        data = answer["data"]
        return {one["nameSingular"]: one for one in (data if isinstance(data, list) else data["objects"])}

    def field(self, object_name: str, name: str) -> dict[str, Any]:
        """Return a field by its name in Twenty."""
        return next(one for one in self.objects()[object_name]["fields"] if one["name"] == name)

    def names(self, object_name: str) -> set[str]:
        """Return the names of an object's fields."""
        return {one["name"] for one in self.objects()[object_name]["fields"]}

    def labels(self, object_name: str, name: str) -> list[str]:
        """Return the labels of a field's options."""
        return [one["label"] for one in self.field(object_name, name)["options"]]

    def change_field(self, object_name: str, field_name: str, /, **values: Any) -> None:
        """Change a field: its label, name, or whether it is active."""
        self._send("PATCH", f"fields/{self.field(object_name, field_name)['id']}", values)

    def change_object(self, object_name: str, **values: Any) -> None:
        """Change an object: its labels, names, or whether it is active."""
        self._send("PATCH", f"objects/{self.objects()[object_name]['id']}", values)

    def delete_field(self, object_name: str, name: str) -> None:
        """Delete a field with its values."""
        self._send("DELETE", f"fields/{self.field(object_name, name)['id']}")

    def delete_object(self, object_name: str) -> None:
        """Delete an object with its records."""
        self._send("DELETE", f"objects/{self.objects()[object_name]['id']}")

    def rename_option(self, object_name: str, name: str, label: str, new_label: str, value: str | None = None) -> None:
        """Give an option another label, and with `value` another value, as the form does while it follows the label."""
        options = self.field(object_name, name)["options"]
        for one in options:
            if one["label"] == label:
                one |= {"label": new_label} | ({"value": value} if value else {})
        self.change_field(object_name, name, options=options)

    def delete_option(self, object_name: str, name: str, label: str) -> None:
        """Delete an option: its records are emptied."""
        options = [one for one in self.field(object_name, name)["options"] if one["label"] != label]
        self.change_field(object_name, name, options=options)

    def records(self, plural: str) -> list[dict[str, Any]]:
        """Return the live records of an object, by its plural name in Twenty."""
        answer = httpx.get(f"{_address()}/rest/{plural}?limit=200", headers=self._headers, timeout=60)
        answer.raise_for_status()
        return list(answer.json()["data"][plural])

    def change(self, plural: str, identity: str, values: dict[str, Any]) -> None:
        """Change a record, as a person does."""
        address = f"{_address()}/rest/{plural}/{identity}"
        httpx.patch(address, json=values, headers=self._headers, timeout=60).raise_for_status()

    def destroy(self, plural: str, identity: str) -> None:
        """Remove a record for good, as a person does."""
        httpx.delete(f"{_address()}/rest/{plural}/{identity}", headers=self._headers, timeout=60).raise_for_status()

    def merge(self, plural: str, ids: list[str]) -> None:
        """Merge records into the first one, as a person does."""
        body = {"ids": ids, "conflictPriorityIndex": 0}
        httpx.patch(f"{_address()}/rest/{plural}/merge", json=body, headers=self._headers, timeout=60).raise_for_status()

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        answer = httpx.request(method, f"{_address()}/rest/metadata/{path}", json=body, headers=self._headers, timeout=60)
        assert answer.status_code < 300, answer.text
        return answer.json()
