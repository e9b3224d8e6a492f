"""Rules of a simulation: what can happen, and how often it does."""

from __future__ import annotations

from collections.abc import Mapping

from tests.simulation import joining, model_turns, office_turns, people_turns, renaming_turns
from tests.simulation.simulation import NO_RULES, Simulation, Turn

RULES: Mapping[Turn, int] = {
    office_turns.work_in_the_office: 16,
    office_turns.new_word: 2,
    office_turns.new_column: 1,
    office_turns.renamed_column: 1,
    office_turns.turn_the_object_on: 3,
    Simulation.full_extract: 10,
    Simulation.partial_extract: 10,
    Simulation.retry: 2,
    Simulation.replay_a_range: 3,
    Simulation.roll_back_a_run: 3,
    Simulation.roll_back_to_a_position: 2,
    Simulation.roll_back_a_record: 2,
    Simulation.roll_back_everything: 1,
    Simulation.restart: 3,
    Simulation.die_in_the_next_command: 7,
    Simulation.answers_get_lost: 3,
    Simulation.lose_the_state: 2,
    joining.a_worker_joins: 4,
    people_turns.edit_a_migrated_field: 14,
    people_turns.edit_another_field: 3,
    people_turns.work_on_a_record_that_leaves_pbn: 3,
    people_turns.take_an_edit_back: 3,
    people_turns.put_in_the_bin: 3,
    people_turns.destroy_a_record: 2,
    people_turns.add_a_note: 3,
    people_turns.add_a_stranger: 3,
    people_turns.merge_people: 2,
    people_turns.empty_the_bin: 1,
    people_turns.link_a_task_to_somebody_else: 1,
    renaming_turns.rename_a_field: 1,
    renaming_turns.rename_an_object: 1,
    renaming_turns.rename_an_option: 2,
}

ADMIN: Mapping[Turn, int] = {
    model_turns.switch_a_field_off: 3,
    model_turns.switch_a_field_on: 3,
    model_turns.switch_an_object_off: 1,
    model_turns.switch_an_object_on: 1,
    model_turns.delete_a_field: 3,
    model_turns.delete_an_option: 4,
    model_turns.delete_an_object: 1,
    model_turns.remove_a_view: 1,
    model_turns.take_a_side: 8,
    model_turns.list_what_is_missing: 2,
    model_turns.apply_the_data_model: 1,
}
"""Turns between the steps, in seeds that have an admin at work."""


def admin_of(seed: int) -> Mapping[Turn, int]:
    """Return the rules of the admin in this seed; none in most."""
    return ADMIN if model_turns.has_admin(seed) else NO_RULES
