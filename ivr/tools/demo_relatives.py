"""The relatives of the demo's callers, and who pays for whom."""

from collections.abc import Mapping

from ivr.tools.demo_person import BEIJING, SHENZHEN, DemoBinding, DemoPerson

RELATIVES: Mapping[str, DemoPerson] = {
    "qin_wife": DemoPerson("梁小梅", "450199196007289985", member_type="resident"),
    "chen_father": DemoPerson(
        "陈伟明", "440399196003069992", SHENZHEN, "retired", balance=810000, credits=25000
    ),
    "chen_husband": DemoPerson("林志豪", "440399196208159975", SHENZHEN, balance=265030, credits=18000),
    "zhao_son": DemoPerson("孙立军", "110199198201189997", BEIJING, balance=920000, credits=10000),
    "zhao_daughter": DemoPerson("孙丽华", "110199198412099983", BEIJING, balance=310000, credits=10000),
    "he_wife": DemoPerson("何秀莲", "450199195106079962", member_type="resident"),
    "mo_daughter": DemoPerson("莫晓琳", "450199199012039984", member_type="resident"),
    "nong_mother": DemoPerson("农月娥", "450199194901199985", member_type="resident"),
    "su_wife": DemoPerson("罗素芬", "450199196809199981", member_type="resident"),
    "su_father": DemoPerson("苏启明", "450199194211119976", member_type="resident"),
    "su_mother": DemoPerson("周玉莲", "45019919440815998X", member_type="resident"),
    "su_father_in_law": DemoPerson("罗国安", "450199194710209976", member_type="resident"),
    "su_son": DemoPerson("苏晓东", "450199199306069994", member_type="resident"),
    "su_daughter": DemoPerson("苏晓燕", "450199199306069986", member_type="resident"),
}

BINDINGS = (
    DemoBinding("huang", "wei", "spouse", 420),
    DemoBinding("huang", "defu", "parent", 380),
    DemoBinding("huang", "xiaojun", "child", 150),
    DemoBinding("qin", "qin_wife", "spouse", 240, quota=50000),
    DemoBinding("chen_husband", "chen", "spouse", 500),
    DemoBinding("chen_father", "chen", "child", 310),
    DemoBinding("zhao_son", "zhao", "parent", 290, priority=2),
    DemoBinding("zhao_daughter", "zhao", "parent", 120, priority=1),
    DemoBinding("he", "he_wife", "spouse", 600),
    DemoBinding("mo", "mo_daughter", "child", 330),
    DemoBinding("nong", "nong_mother", "parent", 700),
    DemoBinding("su", "su_wife", "spouse", 800),
    DemoBinding("su", "su_father", "parent", 780),
    DemoBinding("su", "su_mother", "parent", 780),
    DemoBinding("su", "su_father_in_law", "parent_in_law", 400),
    DemoBinding("su", "su_son", "child", 100),
    DemoBinding("su", "su_daughter", "child", 99),
)
