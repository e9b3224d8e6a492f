"""Icons: each object and field that we make has one that says what it holds, by a name that Twenty's icon set has."""

from events.vocabulary.custom_objects import of_name
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, CustomField, FieldType
from projections import icons
from projections.custom_objects import object_of
from projections.destination import destination, destination_fields
from projections.spec import names

IN_TWENTYS_SET = names(
    """
    IconBox IconBuildingSkyscraper IconCake IconCalendar IconCalendarCheck IconCalendarClock IconCalendarDollar
    IconCalendarEvent IconCalendarPlus IconCategory IconCheckbox IconCoins IconDental IconFileImport IconHeartbeat IconHistory
    IconId IconListDetails IconListNumbers IconMail IconMailCheck IconMap IconMessages IconNotes IconNumber123 IconPhone
    IconProgressCheck IconRelationOneToMany IconReportMoney IconShieldCheck IconSpeakerphone IconStethoscope IconTable IconTag
    IconToggleRight IconTypography IconUmbrella IconUser IconUserEdit
    """
)
"""Looked up in `AllIcons.ts` of Twenty 2.21."""

MAPPING = ColumnMapping(
    practice="riverside",
    custom_fields=tuple(CustomField(entity=Entity.PATIENT, name=f"own{t.value}", label=t.value, type=t) for t in FieldType),
)


def test_no_field_has_the_icon_of_none():
    fields = destination_fields(MAPPING, has_locations=True)
    assert [f"{f.object}.{f.name}" for f in fields if f.icon == icons.OTHERS] == []


def test_no_object_of_ours_has_the_icon_of_none():
    objects = [*destination().objects.values(), object_of(of_name("monthlyGoal"))]
    assert [one.singular for one in objects if one.icon == icons.OTHERS] == []


def test_every_icon_is_in_twentys_set():
    fields = destination_fields(MAPPING, has_locations=True)
    used = {f.icon for f in fields} | {f.back_icon for f in fields if f.back_icon}
    used |= {one.icon for one in destination().objects.values()}
    used |= {icons.icon_of_type(kind) for kind in ("EMAILS", "PHONES", "RELATION", "none of Twenty's")}
    assert used <= IN_TWENTYS_SET


def test_the_other_side_of_a_relation_has_the_icon_of_its_records():
    objects = destination().objects
    for field in destination_fields(MAPPING, has_locations=True):
        if field.type == "RELATION" and field.object not in ("company", "person"):
            assert field.back_icon == objects[field.object].icon
