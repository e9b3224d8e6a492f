"""The words an invented practice is made of: names, places, carriers, texts. All of it is invented."""

from __future__ import annotations

GROWN_UPS = (
    "Abigail", "Adrián", "Alma", "Amara", "Andre", "Astrid", "Beatriz", "Bruno", "Camille", "Cedric", "Dalia", "Damon", "Edith",
    "Elias", "Farah", "Felix", "Gianna", "Gordon", "Hanna", "Hector", "Ingrid", "Isaac", "Joan", "Jürgen", "Keiko", "Leif",
    "Lucía", "Malik", "Marta", "Nadia", "Noémie", "Oscar", "Paula", "Quentin", "Renée", "Rupert", "Selma", "Stellan", "Tamsin",
    "Tobias", "Ursula", "Viktor", "Wanda", "Xavier", "Yolanda", "Zachary",
)  # fmt: skip
CHILDREN = (
    "Ada", "Bea", "Caleb", "Dev", "Ellis", "Freya", "Gus", "Hugo", "Iris", "Jonah", "Kai", "Lena", "Milo", "Nina", "Otis",
    "Pia", "Remy", "Sasha", "Theo", "Uma", "Vera", "Wes", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Abernathy", "Bianchi", "Castellanos", "D’Amico", "Eriksen", "Fontaine", "Gonçalves", "Haddad", "Hübner", "Ibarra",
    "Jankowski", "Kowalczyk", "Lindqvist", "Mbeki", "McAllister", "Nakamura", "Núñez", "O’Rourke", "Pemberton", "Quintero",
    "Rasmussen", "Søndergaard", "St. Clair", "Takahashi", "Underhill", "Van der Berg", "Whitlock", "Yamada", "Zielinski",
)  # fmt: skip
STREETS = (
    "Aspen Ct", "Bighorn Trl", "Cottonwood Dr", "Dakota Ln", "Elk Run", "Foothill Blvd", "Granite Way", "Homestead Rd",
    "Juniper Pl", "Larkspur Ave", "Mesa Verde St", "Ponderosa Cir", "Quarry Rd", "Sagebrush Ln", "Tabor St",
)  # fmt: skip
TOWNS = (("Golden", "80401"), ("Lakewood", "80226"), ("Arvada", "80002"), ("Wheat Ridge", "80033"), ("Evergreen", "80439"))
AREA_CODES = ("303", "720", "719", "970")
MAIL_HOSTS = ("foothills.example", "mailbox.example", "peakpost.example")

CARRIERS = (
    "Delta Dental of Colorado", "Cigna DPPO", "MetLife PDP Plus", "Aetna (Dental)", "Guardian", "Principal", "Anthem BC/BS",
    "Humana",
)  # fmt: skip
HEARD = ("Google Search", "Friend or Family", "Drive-by", "Insurance Directory", "School Visit", "Mailer", "Dr. Voss (Ortho)")
PATIENT_STATUSES = ("Active", "Active", "Active", "Active", "Active", "Inactive", "New", "Transferred")
COORDINATORS = ("Bree Calloway", "Milan Petrov", "Tess Ondrejka", "Owen Farrow")
RECALLS = ("On Schedule", "Due Soon", "Past Due", "Declined Recall")
COMFORTS = ("Blanket", "Headphones", "Warm Towel", "No Chat")

REASONS = (
    "Adult Prophy", "Child Prophy", "Comp Exam", "Limited Exam", "Filling Visit", "Crown Prep", "Crown Delivery",
    "Scaling/Root Plane", "Extraction", "Emergency Visit", "Aligner Check",
)  # fmt: skip
CHAIRS = ("Op 1", "Op 2", "Op 3", "Hyg A", "Hyg B")
MEMOS = (
    "Needs premedication", "Prefers mornings; no Fridays", "Running late, call first", 'Ask about "the left side"',
    "Bring insurance card, photo ID", "Translator requested",
)  # fmt: skip

PROCEDURES = (
    ("D0120", "Periodic oral evaluation", "", "", 6200),
    ("D1110", "Prophylaxis, adult", "", "", 11800),
    ("D0274", "Bitewings, four films", "", "", 8450),
    ("D2140", "Amalgam, one surface", "tooth", "one", 18900),
    ("D2392", "Resin, two surfaces, posterior", "tooth", "two", 28350),
    ("D2393", "Resin, three surfaces, posterior", "tooth", "three", 33175),
    ("D2740", "Crown, porcelain/ceramic", "tooth", "", 130400),
    ("D2950", "Core buildup", "tooth", "", 31475),
    ("D3330", "Endodontic therapy, molar", "tooth", "", 119425),
    ("D4341", "Perio scaling, 4+ teeth", "", "quadrant", 27925),
    ("D6010", "Implant body", "tooth", "", 215000),
    ("D7140", "Extraction, erupted tooth", "tooth", "", 21550),
)
"""Code, description, whether it names a tooth, which surfaces it has, and its usual fee in cents."""
SURFACES = {
    "one": ("O", "B", "L"),
    "two": ("MO", "DO", "OB"),
    "three": ("MOD", "MOB", "DOL"),
    "quadrant": ("UR", "UL", "LL", "LR"),
}
CASES = ("Restorative phase", "Crown and core", "Perio program", "Implant #19", "Full mouth rehab", "Quick fix")
CASE_STATUSES = ("Presented", "Accepted", "In Progress", "Finished", "Declined")
LINE_STATUSES = ("Proposed", "Accepted", "Done", "Referred Out")

NOTE_KINDS = ("Progress", "Phone Call", "Medical Alert", "Account", "Lab")
NOTE_SENTENCES = (
    "Patient tolerated treatment well.",
    "Reviewed medical history; no changes since the last visit.",
    "Two carpules of lidocaine 2% w/ epi, 1:100,000.",
    "Discussed crown & buildup versus a large filling.",
    "Sensitive to cold on the upper right.",
    "Called about the open estimate, left a voicemail.",
    "Mother asked for a payment schedule over six months.",
    "Home care: brush twice, floss daily.",
    "Shade A2 sent to the lab; “please rush”.",
    "Next visit in six months – naïve about fluoride, brochure given.",
)
MESSAGE_TEXTS = {
    "Appt Reminder": "Hello {first}, we look forward to your visit at Juniper Ridge. Reply C to confirm.",
    "Recall Notice": "{first}, it has been a while! Call us to book your cleaning.",
    "Statement Notice": "A new statement is ready; you can pay on our website.",
    "Birthday Greeting": "Happy birthday, {first}, from all of us!",
    "Review Invite": "Thanks for coming in, {first}. How did we do?",
}
CHANNELS = ("Text", "Text", "E-mail", "Voice")
RESULTS = ("Delivered", "Delivered", "Delivered", "Opened", "Failed", "Replied")
DOCUMENT_NAMES = ("Intake form.pdf", "Bitewing left.png", "Consent.pdf", "Referral.txt", "Insurance card.png", "Phone memo.txt")
