"""Identity, bill, confirmation, sheet: four pages, each left by Enter."""

from collections.abc import Mapping
from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huibao.app.access import Noun, Verb, must
from huibao.app.hospital import counter
from huibao.app.hospital.counter import Bill
from huibao.app.hospital.discharge import Discharge
from huibao.app.hospital.fees import PARTS
from huibao.app.meanwhile import About
from huibao.kernel.fen import parse_yuan
from huibao.kernel.problem import Refused
from huibao.store.trail import acts_about
from huibao.web.cashier.window import at_the_hospital, fresh_key, layers_of, payers
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, day_field, read_form
from huibao.web.meanwhile import told
from huibao.web.people import NUMBER


def _amount(name: str, zh: str, en: str, *, needed: bool = False) -> Field:
    asks = (f"请输入{zh}，没有的填 0。", f"Enter an amount, 0 for none: {en}.")
    hints = ("", "") if needed else ("没有的可以不填。", "Leave empty where there is none.")
    return Field(
        name, zh, en, *asks, hint_zh=hints[0], hint_en=hints[1], inputmode="decimal", width=10, most=20, needed=needed
    )


KEY: Final = Field("key", "", "", "", "", kind="hidden", most=40)
PAID: Final = (
    _amount("hifp_pay", "基本医保已付（元）", "Paid by basic insurance, yuan", needed=True),
    _amount("hifmi_pay", "大病保险已付（元）", "Paid by critical-illness insurance, yuan", needed=True),
    _amount("maf_pay", "医疗救助已付（元）", "Paid by medical assistance, yuan", needed=True),
    _amount("hosp_part_amt", "医院减免（元）", "Borne by the hospital, yuan"),
)
"""What the others paid, from the basic insurance's own slip."""
DEDUCTIBLE: Final = _amount("act_pay_dedc", "本次起付线（元）", "Deductible applied, yuan")
ACCOUNT: Final = _amount("acct_pay", "个人账户支付（元）", "From the personal account, yuan")
TOTAL: Final = _amount("bill_total", "医疗费总额（元）", "The whole bill, yuan", needed=True)
SPLIT: Final = (
    _amount("out_of_catalogue", "全自费（元）", "Outside the catalogue, yuan", needed=True),
    _amount("over_limit", "超限价自费（元）", "Above price limits, yuan", needed=True),
    _amount("first_self_pay", "先行自付（元）", "First self-payment, yuan", needed=True),
    _amount("in_policy", "政策范围内（元）", "Within the policy, yuan", needed=True),
)


FIRST: Final = day_field("first", "入院日期", "Admitted on")
LAST: Final = day_field("last", "出院日期", "Discharged on")
IPT_NO: Final = Field(
    "ipt_no", "住院号", "In-patient number", "请输入住院号。", "Enter the in-patient number.", width=20, most=30
)
COMING_IN: Final = (NUMBER, FIRST, LAST, IPT_NO)
AT_FIELD: Final = {"HOSP-040": "number", "HOSP-043": "number", "HOSP-046": "number"}


@require_http_methods(["GET", "POST"])
def look_up(request: DeskRequest) -> HttpResponse:
    """Whose bill; one that waits alone is opened at once."""
    desk = request.desk
    form, found = Form((NUMBER,), desk.lang), None
    try:
        hospital = at_the_hospital(desk)
        if request.method == "POST":
            form = read_form(request, (NUMBER,), desk.lang)
            if not form.wrong:
                try:
                    found = counter.look_up(desk.who, hospital, form.values["number"], desk.where.source)
                except Refused as refused:
                    form.refuse(refused.problems, "number")
    except Refused as refused:
        return refused_page(request, refused)
    if found is not None and len(found.waiting) == 1 and not found.settled:
        return HttpResponseRedirect(reverse("console:cashier-bill", args=[found.waiting[0].id]))
    shown = {"form": form, "found": found, "hospital": hospital.institution.name}
    return render(request, "cashier/counter.html", shown, status=422 if form.wrong else 200)


@require_http_methods(["GET", "POST"])
def come_in(request: DeskRequest) -> HttpResponse:
    """Put a stay on record that the hospital's software could not report."""
    desk = request.desk
    form = Form(COMING_IN, desk.lang)
    try:
        hospital = at_the_hospital(desk, fresh_key())
    except Refused as refused:
        return refused_page(request, refused)
    if request.method == "POST":
        form = read_form(request, COMING_IN, desk.lang)
        first, last = form.day("first"), form.day("last")
        if not form.wrong and first is not None and last is not None:
            said = form.values
            try:
                stay = counter.come_in(
                    desk.who, hospital, said["number"], first, last, said["ipt_no"], desk.where.source
                )
            except Refused as refused:
                for problem in refused.problems:
                    form.refuse([problem], AT_FIELD.get(problem.code, ""))
            else:
                return HttpResponseRedirect(reverse("console:cashier-bill", args=[stay.id]))
    shown = {"form": form, "hospital": hospital.institution.name}
    return render(request, "cashier/new.html", shown, status=422 if form.wrong else 200)


@require_http_methods(["GET", "POST"])
def bill(request: DeskRequest, stay_id: int) -> HttpResponse:
    """The bill: what the others paid is typed, unless they are asked from here; then who bears what."""
    desk = request.desk
    try:
        hospital = at_the_hospital(desk)
        found = counter.bill_of(hospital, stay_id)
    except Refused as refused:
        return refused_page(request, refused)
    asked = _fields(found)
    form = Form(asked, desk.lang)
    if request.method == "POST" or not asked:
        form = read_form(request, asked, desk.lang) if asked else form
        amounts = _amounts(request, form)
        if not form.wrong:
            try:
                answer = counter.reckon(hospital, _discharge(found, amounts), payers(desk))
            except Refused as refused:
                form.refuse(refused.problems)
            else:
                shown = {
                    "bill": found,
                    "answer": answer,
                    "layers": layers_of(desk, dict(answer.figures.money)),
                    "due_fen": answer.figures.money["psn_cash_pay"],
                    "typed": {name: text for name, text in form.values.items() if text},
                    "key": fresh_key(),
                    "form": form,
                }
                return render(request, "cashier/confirm.html", shown)
    shown = {"form": form, "bill": found, "names": [one.name for one in asked]}
    return render(request, "cashier/bill.html", shown, status=422 if form.wrong else 200)


@require_POST
def settle(request: DeskRequest, stay_id: int) -> HttpResponse:
    """Settle as it was shown. Sent twice, it is done once."""
    desk = request.desk
    try:
        must(desk.who, Verb.SETTLE, Noun.BILL)
        hospital = at_the_hospital(desk, request.POST.get("key", "")[:40])
        earlier = counter.settled_under(hospital, stay_id)
        if earlier:
            return HttpResponseRedirect(reverse("console:cashier-settled", args=[earlier]))
        found = counter.bill_of(hospital, stay_id)
        form = read_form(request, (*_fields(found), KEY), desk.lang)
        amounts = _amounts(request, form)
        if form.wrong:
            shown = {"form": form, "bill": found, "names": [one.name for one in _fields(found)]}
            return render(request, "cashier/bill.html", shown, status=422)
        asked = _discharge(found, amounts)
        setl_id = counter.settle_bill(desk.who, hospital, asked, payers(desk), desk.where.source)
    except Refused as refused:
        return refused_page(request, refused, _about(desk, stay_id), (TOTAL, *SPLIT, *PAID, DEDUCTIBLE, ACCOUNT))
    return HttpResponseRedirect(reverse("console:cashier-settled", args=[setl_id]))


@require_GET
def settled(request: DeskRequest, setl_id: str) -> HttpResponse:
    """Done: what the person pays, the sheet to print, and the way back."""
    desk = request.desk
    try:
        found = counter.settled_here(at_the_hospital(desk), setl_id)
    except Refused as refused:
        return refused_page(request, refused)
    money = {name: fen for name, fen in found.money.items() if isinstance(fen, int)}
    shown = {
        "found": found,
        "layers": layers_of(desk, money) if not found.reverses else (),
        "due_fen": money["psn_cash_pay"],
        "debt_fen": int(found.money.get("debt", 0)),
        "by": told(desk, next(iter(acts_about(Noun.BILL.value, found.reverses or setl_id, 1)), None)),
    }
    return render(request, "cashier/settled.html", shown)


@require_GET
def sheet(request: DeskRequest, setl_id: str) -> HttpResponse:
    """The one-stop settlement sheet."""
    from huibao.app.hospital.sheet import settlement_sheet

    desk = request.desk
    try:
        counter.settled_here(at_the_hospital(desk), setl_id)
        made = settlement_sheet(setl_id)
    except Refused as refused:
        return refused_page(request, refused)
    name = f"{setl_id}.pdf"
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@require_http_methods(["GET", "POST"])
def undo(request: DeskRequest, setl_id: str) -> HttpResponse:
    """Ask once more, then undo a settlement in full."""
    desk = request.desk
    try:
        hospital = at_the_hospital(desk, fresh_key())
        found = counter.settled_here(hospital, setl_id)
        if request.method == "GET":
            return render(request, "cashier/undo.html", {"found": found, "total_fen": found.money["medfee_sumamt"]})
        reversal = counter.undo_bill(desk.who, hospital, setl_id, desk.where.source)
    except Refused as refused:
        return refused_page(request, refused)
    return HttpResponseRedirect(reverse("console:cashier-settled", args=[reversal]))


def _about(desk: Desk, stay_id: int) -> tuple[About, ...]:
    """What stands of a stay's settlements, as the record of acts names it."""
    try:
        return tuple((Noun.BILL, one) for one in counter.settlements_of(at_the_hospital(desk), stay_id))
    except Refused:
        return ()


def _fields(found: Bill) -> tuple[Field, ...]:
    """What has to be typed of a bill: nothing where the fee lines say all and the payers are asked from here."""
    asked: list[Field] = []
    if not found.has_lines:
        asked.append(TOTAL)
    if found.split is None:
        asked += SPLIT
    if not found.asks_payers:
        asked += [*PAID, DEDUCTIBLE, ACCOUNT]
    return tuple(asked)


def _amounts(request: DeskRequest, form: Form) -> dict[str, int]:
    """The amounts typed, fen; what cannot be read or is below zero is said at its field."""
    read: dict[str, int] = {}
    for one in form.fields:
        text = form.values.get(one.name, "")
        if one.kind == "hidden" or not text:
            continue
        try:
            read[one.name] = parse_yuan(text)
        except ValueError as error:
            said = str(error).split(" / ")
            form.faults[one.name] = request.desk.pick(f"“{one.zh}”{said[0]}。", f"{one.en}: {said[-1]}.")
            continue
        if read[one.name] < 0:
            form.faults[one.name] = request.desk.pick(
                f"“{one.zh}”不能小于零。", f"{one.en}: an amount cannot be below zero."
            )
    return read


def _discharge(found: Bill, amounts: Mapping[str, int]) -> Discharge:
    """The bill as the settlement takes it."""
    split = {part: amounts[part] for part in PARTS if part in amounts} if found.split is None else dict(found.split)
    return Discharge(
        mdtrt_id=found.stay.number,
        psn_no=counter.number_of(found.stay),
        total_fen=found.total_fen if found.has_lines else amounts["bill_total"],
        split=split,
        reported={one.name: amounts[one.name] for one in PAID if one.name in amounts},
        acct_pay_fen=amounts.get("acct_pay", 0),
        deductible_fen=amounts.get("act_pay_dedc", 0),
        discharged_on=None,
    )
