"""Abbreviations in the headers of practice software, and the words that they may stand for."""

from __future__ import annotations

from collections.abc import Mapping


def _table(text: str) -> dict[str, str]:
    """Return entries `long form = short forms`, separated by `|` or the end of a line, turned round."""
    entries = (entry.partition("=") for line in text.strip().splitlines() for entry in line.split("|"))
    return {short: long.strip() for long, _, shorts in entries for short in shorts.split()}


LONG_FORMS: Mapping[str, str] = _table(
    """
account = acct | active = actv | actual = act | address = ad addr addrs addrss adr adrs | adjustment = adj adjust
amount = amt | appointment = ap apmt appmt appt appts apt aptmt apts | arrangement = arr | attention = attn
author = auth | automatic = auto | balance = bal | billed = billd bld | birth = brth
birth date = bdate bday bdt birthdate birthday dob | business = biz bus | carrier = carr | category = cat ctgry
changed = chg | channel = chan chnl chnnl | city = cty | claim = clm clms | code = cd cde | comment = cmnt cmt
comments = cmts | communication = comm | communication log = commlog | company = co | completed = cmplt
coordinator = coord | country = ctry | coverage = cov | created = cre crt crtd | current = cur curr | date = dt dte
delivery = deliv dlv dlvr dlvry | dentist = dds dmd | description = desc descn descr descript dsc | doctor = dr
document = doc | duration = dur | email = eml | email address = emailaddress | emergency = emerg | entered = ent
estimated = est | family = fam | file name = filename | file path = filepath | first = frst fst
first name = firstname fn fname | flag = flg | guarantor = grntr gtor guar guarantr | guardian = guard | history = hist
home = hm | home phone = homephone hphone | house = hse | household = hsehld | identifier = ident | image = img imgs
initial = init | initials = inits | insurance = ins insur | insurance company = insco | last = lst
last name = lastname ln lname
length = len | license = lic | location = loc | message = msg msgs | method = meth | middle initial = mi | middle name = mname
minutes = min mins | mobile = cel cell mbl mob wireless | mobile phone = cellphone cphone mobilephone mphone
modified = mod | name = nam nm nme | note = nt nte | number = nbr no num | office = ofc | opened = opnd
operatory = oper | original = org orig | outstanding = oustd outst outstd | paid = pd | path name = pathnm
patient = pat pt | patient first name = pfname | patient last name = plname | patient name = pname
patient number = patnum | payment = pay pmt pmts | phone = ph phn tel tele teleph telephone phones telephones | plan = pl pln tp
practice = prac | preferred = pref prefd | preferred name = prefname | primary = pri prim pr | procedure = prc prcd proc
progress = prog | provider = prov provdr prv prvdr | provider number = provnum | reason = reas rsn | recall = rcl
referred = refd refrd | registration = reg regis
received = rcvd recd recv | record = rec | referral = ref | remark = rmk | remarks = rmks | residence = res
responsible = resp respons | result = rslt | scheduled = schd sched | secondary = scnd sc
security = sec | sent = snt | sequence = seq
service = srv srvc svc | service date = dos | source = src | start = strt | state = st | status = stat sts
submitted = sbmt sub subm submt | subscriber = sbr | suffix = sfx | surface = srf srfc surf | template = tmpl tmplt
text = txt | time = tm tme | tooth = tth | total = tot ttl | transaction = tran trans trn txn
treatment = treat trmt trt trtmt tx
treatment plan = txplan | trigger = trig | type = typ | updated = upd updt updtd | user = usr | visit = vst | work = wk
work phone = wphone | write off = woff wrtoff | zip = zp | zip code = zipcode
"""
)
"""Short form → the words that it usually stands for."""

ALSO: Mapping[str, tuple[str, ...]] = {
    "act": ("active",),
    "bill": ("billed",),
    "chg": ("charge",),
    "comm": ("comment",),
    "cont": ("contact", "content"),
    "doc": ("doctor",),
    "emp": ("employer",),
    "fn": ("file name",),
    "ln": ("line",),
    "org": ("organization",),
    "prov": ("province",),
    "rec": ("received",),
    "ref": ("reference",),
    "res": ("result",),
    "sec": ("secondary",),
    "sta": ("state",),
    "st": ("status", "street"),
    "sub": ("subscriber",),
}
"""Short forms that now and then stand for something else: the values decide which it is."""
