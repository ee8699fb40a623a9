"""Who lives in the demo: people who cannot exist, chosen so that every branch of the menus has somebody.

Their identity numbers have a county code and a sequence that are never given out, their mobiles a prefix that
no carrier has (and one number kept for examples).
"""

from collections.abc import Mapping
from dataclasses import dataclass

NANNING, SHENZHEN, BEIJING, HAINAN = "450100", "440300", "110000", "460000"
_FAMILY_MOBILE = "+8610000000015"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A demo person. Money is fen; `balance` None means no account.

    mobile_days   days since the mobile was registered
    credits       what comes in each month; `late` if nothing has come this month
    spent         (days ago, kind, fen, key of whom it was spent on)
    locked        what is set aside for the family
    shows         what one can try as this person; who has no such sentence only belongs to somebody else
    calls_from    the telephone at hand, where it is not the mobile
    """

    name: str
    identity_number: str
    region: str = NANNING
    member_type: str = "employed"
    mobile: str = ""
    pin: str = ""
    shows: str = ""
    agency: str = ""
    status: str = "active"
    special_scheme: str = "none"
    card: str = ""
    mobile_days: int = 900
    balance: int | None = None
    credits: int = 0
    late: bool = False
    spent: tuple[tuple[int, str, int, str], ...] = ()
    locked: int = 0
    calls_from: str = ""


@dataclass(frozen=True, slots=True)
class DemoBinding:
    """The account of `authoriser` pays for `beneficiary`; `days` since it was bound, `quota` in fen."""

    authoriser: str
    beneficiary: str
    relation: str
    days: int
    priority: int | None = None
    quota: int | None = None


PEOPLE: Mapping[str, DemoPerson] = {
    "huang": DemoPerson(
        name="黄建国",
        identity_number="450199196803129974",
        mobile="+8613800138000",
        pin="258036",
        agency="青秀",
        card="N20001234561",
        balance=102251,
        credits=8520,
        spent=(
            (3, "spend_own", 3650, ""),
            (16, "spend_family", 12800, "wei"),
            (40, "spend_own", 5590, ""),
            (75, "spend_family", 20640, "defu"),
            (110, "premium", 40000, "xiaojun"),
            (200, "spend_own", 9935, ""),
        ),
        shows="什么都有:查余额、每月到账、绑了三个家人。可以试试解除绑定,再到短信里看验证码。",
    ),
    "wei": DemoPerson(
        name="韦秀英",
        identity_number="450199197009259987",
        member_type="resident",
        mobile="+8610000000002",
        agency="青秀",
        shows="交的是居民医保,没有个人账户,用的是爱人的钱。没设密码,按星号改用短信。",
    ),
    "defu": DemoPerson(
        name="黄德福",
        identity_number="450199194105089996",
        member_type="retired",
        mobile="+8610000000003",
        pin="123456",
        agency="西乡塘",
        balance=38640,
        credits=11000,
        spent=((9, "spend_own", 68200, ""), (45, "spend_own", 41235, "")),
        shows="密码还是最初的那个,太好猜,不顶用。按星号改用短信,进去以后换一个密码。",
    ),
    "xiaojun": DemoPerson(
        name="黄小军",
        identity_number="450199201510209974",
        member_type="resident",
        calls_from="+8613800138000",
        shows="还是个孩子,电话里不给查。听到的话跟打错了一样。",
    ),
    "li": DemoPerson(
        name="李桂兰",
        identity_number="450199195503179983",
        member_type="retired",
        mobile="+8610000000004",
        agency="兴宁",
        card="A30001234567",
        balance=523000,
        credits=13250,
        spent=((20, "spend_own", 8800, ""),),
        shows="没设过密码,按星号收短信。也可以不按身份证号,按卡号30001234567,再按井号。",
    ),
    "qin": DemoPerson(
        name="覃志强",
        identity_number="450199196208019973",
        mobile="+8610000000005",
        pin="470195",
        agency="江南",
        balance=286000,
        credits=9400,
        locked=50000,
        spent=((12, "spend_own", 4520, ""),),
        shows="给爱人划出去五百块,查余额能听到还剩多少能用。解除绑定,没用完的会退回来。",
    ),
    "qin_wife": DemoPerson("梁小梅", "450199196007289985", member_type="retired", balance=1200),
    "wang": DemoPerson(
        name="王海生",
        identity_number="460199197101019996",
        region=HAINAN,
        member_type="flexible",
        mobile="+8610000000006",
        pin="836402",
        shows="在海南自己交钱参保,没有个人账户。可以问海南的政策。",
    ),
    "liang": DemoPerson(
        name="梁玉珍",
        identity_number="450199195906149981",
        member_type="retired",
        mobile="+8610000000007",
        pin="691537",
        agency="良庆",
        balance=0,
        credits=6000,
        spent=((5, "spend_own", 46000, ""), (90, "spend_own", 30000, "")),
        shows="账户里的钱刚好用完了,听听余额是零怎么说。",
    ),
    "chen": DemoPerson(
        name="陈小英",
        identity_number="440399198805209984",
        region=SHENZHEN,
        member_type="resident",
        mobile="+8610000000008",
        pin="753914",
        shows="在深圳,父亲和爱人都把钱给她用。听听先用谁的:余额多的在前面,不说是多少。",
    ),
    "chen_father": DemoPerson(
        "陈伟明", "440399196003069992", SHENZHEN, "retired", balance=810000, credits=25000
    ),
    "chen_husband": DemoPerson("林志豪", "440399196208159975", SHENZHEN, balance=265030, credits=25000),
    "zhao": DemoPerson(
        name="赵玉芬",
        identity_number="110199195606309981",
        region=BEIJING,
        member_type="retired",
        mobile="+8610000000009",
        pin="915826",
        balance=64200,
        credits=11000,
        spent=((8, "spend_own", 15600, ""),),
        shows="七十岁,在北京退休,儿女都给她用。先用谁的,是绑定时排好的。",
    ),
    "zhao_son": DemoPerson("孙立军", "110199198201189997", BEIJING, balance=920000, credits=10000),
    "zhao_daughter": DemoPerson("孙丽华", "110199198412099983", BEIJING, balance=310000, credits=10000),
    "he": DemoPerson(
        name="何福贵",
        identity_number="450199194802299999",
        member_type="retired",
        pin="382947",
        agency="邕宁",
        balance=156080,
        credits=10400,
        spent=((30, "spend_own", 2300, ""),),
        calls_from="+8610000000010",
        shows="没登记手机,凭密码能查。要解除绑定,收不到验证码,得去窗口。",
    ),
    "he_wife": DemoPerson("何秀莲", "450199195106079962", member_type="resident"),
    "mo": DemoPerson(
        name="莫春梅",
        identity_number="45019919650222998X",
        mobile="+8610000000011",
        mobile_days=3,
        pin="604173",
        agency="青秀",
        balance=98750,
        credits=7800,
        spent=((25, "spend_family", 6400, "mo_daughter"),),
        shows="三天前换了手机号。什么都能查,就是这几天不能解除绑定,怕是别人换的。",
    ),
    "mo_daughter": DemoPerson("莫晓琳", "450199199012039984", member_type="resident"),
    "nong": DemoPerson(
        name="农大勇",
        identity_number="450199197307119990",
        mobile="+8610000000012",
        pin="517280",
        agency="江南",
        special_scheme="disabled_soldier_1_6",
        balance=430015,
        credits=15000,
        shows="一到六级伤残军人,另有保障。试试解除绑定,会听到为什么不归这项办法管。",
    ),
    "nong_mother": DemoPerson("农月娥", "450199194901199985", member_type="resident"),
    "lu": DemoPerson(
        name="陆永福",
        identity_number="450199194609039976",
        member_type="retired",
        status="deceased",
        mobile="+8610000000013",
        pin="869351",
        balance=77700,
        credits=9000,
        late=True,
        shows="人已经过世,密码对也查不了。家人要带材料到窗口办。",
    ),
    "tan": DemoPerson(
        name="谭国强",
        identity_number="450199195404129999",
        member_type="retired",
        mobile=_FAMILY_MOBILE,
        pin="246795",
        balance=68430,
        credits=9900,
        shows="和老伴共用女儿的手机。打电话能查;发短信说余额,会请您打电话,怕弄错人。",
    ),
    "tan_wife": DemoPerson(
        name="方玉兰",
        identity_number="450199195609189987",
        member_type="retired",
        mobile=_FAMILY_MOBILE,
        pin="135864",
        balance=41275,
        credits=8800,
        shows="和老伴共用女儿的手机。一个人查错了,不耽误另一个人。",
    ),
    "su": DemoPerson(
        name="苏文斌",
        identity_number="450199196604309972",
        mobile="+8610000000016",
        pin="792615",
        agency="东盟",
        balance=1860240,
        credits=16400,
        spent=((6, "spend_family", 25000, "su_father"), (33, "spend_family", 7350, "su_wife")),
        shows="绑了六个家人,选人的时候要听第二页。一天最多解除两个,第三个要等明天。",
    ),
    "su_wife": DemoPerson("罗素芬", "450199196809199981", member_type="resident"),
    "su_father": DemoPerson("苏启明", "450199194211119976", member_type="resident"),
    "su_mother": DemoPerson("周玉莲", "45019919440815998X", member_type="resident"),
    "su_father_in_law": DemoPerson("罗国安", "450199194710209976", member_type="resident"),
    "su_son": DemoPerson("苏晓东", "450199199306069994", member_type="resident"),
    "su_daughter": DemoPerson("苏晓燕", "450199199306069986", member_type="resident"),
    "lu_xiufang": DemoPerson(
        name="卢秀芳",
        identity_number="450199197202149982",
        status="suspended",
        mobile="+8610000000017",
        pin="640829",
        agency="武鸣",
        balance=15220,
        credits=5600,
        late=True,
        shows="单位这个月还没交钱,听听这个月没到账怎么说。没绑家人,也没花过钱。",
    ),
    "tang": DemoPerson(
        name="唐明远",
        identity_number="450199195703039993",
        member_type="retired",
        mobile="+8610000000018",
        pin="308571",
        balance=20000,
        credits=9000,
        locked=50000,
        shows="账上的数对不上。电话不会乱报,说现在查不了,请找人工。",
    ),
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
