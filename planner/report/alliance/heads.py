"""Heads of the alliance's tables: column of what was found -> what it is called."""

from __future__ import annotations

from planner.words.language import mark

HEADS = {
    "coalitions": {
        "coalition": mark("Coalition"),
        "cost_musd": mark("Cost, M USD"),
        "lower_bound_musd": mark("At least, M USD"),
        "gap": mark("Gap"),
        "saving_musd": mark("Saves, M USD"),
        "unserved_work_musd": mark("Of its cost, work not served"),
        "status": mark("Status"),
    },
    "pools": {
        "pool": mark("Pool"),
        "saving_alone_musd": mark("As the only pool, M USD"),
        "saving_last_musd": mark("On top of the others, M USD"),
        "saving_share_musd": mark("Share by Shapley, M USD"),
        "uncertain_musd": mark("+/-"),
    },
    "net": {
        "member": mark("Member"),
        "borne_musd": mark("Stands there, M USD"),
        "hosting_musd": mark("Pays for hosting, less what it gets"),
        "own_work_musd": mark("Cost of its own work"),
        "side_payment_musd": mark("Side payment"),
        "due_musd": mark("Bears in the end"),
    },
    "in_all": {
        "payer": mark("Pays"),
        "receiver": mark("To"),
        "musd": mark("In all, M USD (present value)"),
    },
    "netted": {
        "stage": mark("Each year from"),
        "payer": mark("Pays"),
        "receiver": mark("To"),
        "musd_per_year": mark("M USD a year"),
    },
    "schedule": {
        "year": mark("Year"),
        "payer": mark("Pays"),
        "receiver": mark("To"),
        "musd": mark("M USD"),
        "KRW_billion": mark("Billion KRW"),
        "JPY_billion": mark("Billion JPY"),
        "present_musd": mark("Present value, M USD"),
    },
    "payments": {
        "stage": mark("Each year from"),
        "payer": mark("Pays"),
        "receiver": mark("To"),
        "hosting at cost": mark("For hosting, at cost, M USD/y"),
        "share of the saving": mark("Side payment, M USD/y"),
    },
    "prices": {
        "payer": mark("Pays"),
        "receiver": mark("To"),
        "musd": mark("M USD"),
        "form": mark("As a change of"),
        "change": mark("Change"),
        "price": mark("Price in the plan"),
        "unit": mark("Unit"),
        "carries": mark("Can carry it"),
    },
    "withdrawal": {
        "leaves": mark("Leaves"),
        "stage": mark("After"),
        "leaver_loses_musd": mark("It loses, M USD"),
        "leaver_misplaced_musd": mark("of that, built for the alliance"),
        "leaver_uncertain_musd": mark("+/-"),
        "others_lose_musd": mark("The others lose, M USD"),
        "others_misplaced_musd": mark("of the others' loss, built for the alliance"),
        "others_uncertain_musd": mark("+/- of it"),
    },
    "facilities": {
        "facility": mark("Facility"),
        "member": mark("Member"),
        "alone_musd": mark("Its own would cost, M USD"),
        "fee_musd": mark("Fee, M USD"),
    },
    "flows": {
        "stage": mark("Year"),
        "what": mark("What"),
        "from": mark("From"),
        "to": mark("To"),
        "amount": mark("Amount"),
        "unit": mark("Unit"),
    },
    "side_by_side": {
        "country": mark("Country"),
        "stage": mark("Year"),
        "quantity": mark("Quantity"),
        "unit": mark("Unit"),
        "alone": mark("Alone"),
        "joint": mark("Together"),
        "change": mark("Change"),
    },
}
