"""Rules of a simulation: what can happen, and how often it does."""

from __future__ import annotations

from collections.abc import Mapping

from tests.simulation import joining, office_turns, people_turns, renaming_turns
from tests.simulation.simulation import Simulation, Turn

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
