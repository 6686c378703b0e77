"""Every number the made-up people, bills and accidents are drawn by, with where it comes from.

A figure has a published source, or says in words that it is an assumption; docs/SYNTHETIC.md is written from here.
County and province, demonstration, benchmarks and tests draw by these and by no others.
"""

from dataclasses import dataclass
from typing import Final

ASSUMPTION_ZH: Final = "假设，无公开出处"
ASSUMPTION_EN: Final = "assumption, no published source"

YIYUAN: Final = "沂源县扶贫特惠保险，公开报道 toudeng.cc/archives/29727"
YIYUAN_SUM: Final = f"只有合计有出处：{YIYUAN}"
YANZHOU: Final = "兖州贫困人口基本医保，济宁日报 jn001.com content_513526"
SURVEY: Final = "第二次全国残疾人抽样调查主要数据（2006-12-01 公布），政府网站转载 scl.jinhua.gov.cn art_1229441493_146"
YEAR_2010: Final = "中国残联：2010年末全国残疾人总数及各类、不同残疾等级人数"
JINXIANG: Final = "金乡县残疾人意外险，公开报道（2020 年 42 件赔案，参保约 1.8 万人）"
SHANDONG_CRITICAL: Final = (
    "山东居民大病保险，公开报道（2015 年封顶 30 万元；2017 年贫困人口起付 6,000 元，新华社 2017-04-25）"
)
YAAN: Final = "雅安贫困人口一站式结算办法（公开报道）"
DISASTER: Final = "灾害民生综合保险，滨州 2024 年公开报道（每人 15 万元）"
JRT: Final = "JR/T 0083—2013：伤残分 1 至 10 级"


@dataclass(frozen=True, slots=True)
class Figure:
    """One distribution: its numbers, what each stands for, and where they come from."""

    zh: str
    en: str
    unit: str
    values: tuple[int, ...]
    labels: tuple[str, ...] = ()
    source: str = ""
    """Document and figure; empty: an assumption."""
    note_zh: str = ""
    note_en: str = ""

    @property
    def value(self) -> int:
        """The only number of a figure that has one."""
        (only,) = self.values
        return only


def _one(zh: str, en: str, unit: str, value: int, source: str = "", note_zh: str = "", note_en: str = "") -> Figure:
    return Figure(zh, en, unit, (value,), (), source, note_zh, note_en)


PER_MILLE: Final = "‰"
PER_10_000: Final = "/10,000"
PER_LAKH: Final = "/100,000"
WEIGHT: Final = "权重 weight"
YUAN: Final = "元 yuan"
AGE_BANDS: Final = ((3, 16), (19, 39), (40, 64), (65, 92))
"""Youngest and oldest of each band. No ages 17 and 18: who comes of age in the year is a fault that is planted."""
BAND_LABELS: Final = ("3–16", "19–39", "40–64", "65–92")
LEVEL_LABELS: Final = ("一级 primary", "二级 secondary", "三级 tertiary")

# --- people -----------------------------------------------------------------------------------------------------------
HEADS = _one(
    "开立一户的人（其余属于前一人的户）",
    "people who open a household, the others belong to the one before",
    PER_10_000,
    5_996,
    YIYUAN,
    "2019 年 39,836 人、23,885 户",
    "39,836 people in 23,885 households in 2019",
)
WOMEN = _one("女性", "women", PER_MILLE, 500)
AGES_OF_HEADS = Figure("户主年龄段", "age bands of heads", WEIGHT, (0, 100, 433, 467), BAND_LABELS)
AGES_OF_OTHERS = Figure("其他成员年龄段", "age bands of the others", WEIGHT, (200, 200, 300, 300), BAND_LABELS)
CATEGORIES = Figure(
    "残疾类别",
    "disability categories",
    PER_10_000,
    (1_486, 2_416, 153, 2_907, 668, 740, 1_630),
    ("视力", "听力", "言语", "肢体", "智力", "精神", "多重"),
    SURVEY,
    "全体残疾人；持证人的构成未见公布",
    "all disabled people; holders of certificates are not published apart",
)
SEVERE = _one(
    "重度（一、二级）占残疾人",
    "severe (grades 1 and 2) among disabled people",
    PER_MILLE,
    296,
    YEAR_2010,
    "2,518 万／8,502 万",
    "25.18 of 85.02 million",
)
GRADES_OF_SEVERE = Figure("重度中一、二级", "grades 1 and 2 of the severe", WEIGHT, (40, 60), ("1", "2"))
GRADES_OF_OTHERS = Figure("其余三、四级", "grades 3 and 4 of the others", WEIGHT, (48, 52), ("3", "4"))
DISABLED_RELIEF = Figure(
    "脱贫人口中的残疾人，按年龄段",
    "disabled people of relief, by age band",
    PER_MILLE,
    (64, 112, 160, 192),
    BAND_LABELS,
)
HARDSHIP_RELIEF = _one("困难户（扶贫口径的县）", "households in hardship, relief counties", PER_MILLE, 350)
HARDSHIP_HOLDERS = _one("困难户（残联口径的县）", "households in hardship, counties of holders", PER_MILLE, 460)
HARDSHIP_KINDS = Figure("困难类别", "kinds of hardship", WEIGHT, (3, 1, 1, 1), ("低保", "特困", "低保边缘", "低收入"))
RELIEF_STATUS = Figure(
    "扶贫身份（按户）",
    "relief status, by household",
    PER_MILLE,
    (780, 180, 12, 28),
    ("脱贫享受政策", "脱贫不享受政策", "即时帮扶", "无"),
)
REHABILITATION = _one("残疾儿童在康复机构", "disabled children in rehabilitation", PER_MILLE, 300)
CARE = _one("残疾成人在托养机构", "disabled adults in care", PER_MILLE, 25)
ATHLETES = _one("19–39 岁残疾人中的运动员", "athletes among disabled people of 19 to 39", PER_MILLE, 24)
LEAVING = Figure(
    "年内离开名册",
    "leaving the roster in the year",
    PER_MILLE,
    (20, 6, 8, 966),
    ("死亡 died", "迁出 moved", "不再符合 left the group", "未离开 stayed"),
)
COUNTY_SIZES = Figure(
    "县（乡镇）人口的相对大小", "relative sizes of counties and towns", WEIGHT, (4, 16), ("least", "most")
)
NO_TOWN = _one("不知乡镇的户", "households of no known township", PER_MILLE, 5)
SHORT_NAMES = _one("单名", "given names of one character", PER_MILLE, 150)
DOTTED_NAMES = _one("带间隔号的姓名", "names with a middle dot", PER_MILLE, 20)

# --- bills ------------------------------------------------------------------------------------------------------------
CLAIMANTS = Figure(
    "一年内有账单的人，按年龄段",
    "people with a bill in the year, by age band",
    PER_10_000,
    (1_300, 1_516, 2_166, 2_590),
    BAND_LABELS,
    YIYUAN_SUM,
    "合计 21.7%：2019 年 39,956 人中 8,656 人；各年龄段的比例是假设",
    "21.7 % in all: 8,656 of 39,956 people in 2019; how it differs by age is an assumption",
)
CHRONIC = Figure(
    "有账单者中的慢病多次就诊者",
    "chronic people among those with a bill",
    PER_MILLE,
    (294, 450),
    ("其他 others", "重度残疾 severe"),
)
VISITS_BANDS: Final = ((5, 7), (8, 10), (11, 13), (14, 16), (17, 20), (21, 27), (28, 32))
"""Fewest and most visits of each band of the chronic; all between are equally likely."""
VISITS_FEW = Figure(
    "次数：非慢病",
    "visits: the others",
    WEIGHT,
    (45, 28, 14, 8, 5),
    ("1", "2", "3", "4", "5"),
    "",
    "与下一行合起来平均约 6.0 次",
    "with the next row about 6.0 on average",
)
VISITS_MANY = Figure(
    "次数：慢病",
    "visits: chronic",
    WEIGHT,
    (10, 15, 25, 15, 12, 15, 8),
    tuple(f"{least}–{most}" for least, most in VISITS_BANDS),
    YIYUAN_SUM,
    "合计平均 6.01 次：8,656 人、52,044 人次；分布形状是假设",
    "6.01 on average in all: 52,044 visits of 8,656 people; the shape is an assumption",
)
OUTPATIENT = Figure("门诊占比", "out-patient share", PER_MILLE, (300, 850), ("非慢病 others", "慢病 chronic"))
LEVELS_STAY = Figure("住院的医院级别", "hospital levels of stays", WEIGHT, (35, 45, 20), LEVEL_LABELS)
LEVELS_VISIT = Figure("门诊的医院级别", "hospital levels of visits", WEIGHT, (60, 30, 10), LEVEL_LABELS)
COST_MEDIANS = Figure(
    "一次费用的中位数（对数正态）",
    "median cost of one (log-normal)",
    YUAN,
    (260, 2_200, 5_200, 14_000, 400_000),
    ("门诊 visit", "住院一级 primary", "住院二级 secondary", "住院三级 tertiary", "特重 grave"),
)
COST_SIGMAS = Figure("同上，1000σ", "the same, 1,000 sigma", "1/1000", (800, 600, 700, 800, 600), COST_MEDIANS.labels)
GRAVE = _one(
    "特重病人（一年多次大额住院，使年度封顶起作用）",
    "gravely ill people, with several dear stays: for them yearly caps bind",
    PER_LAKH,
    10,
)
GRAVE_STAYS = Figure("特重病人的住院次数", "stays of the gravely ill", "", (3, 7), ("least", "most"))
IN_POLICY_LEAST = Figure(
    "政策范围内占比：下限，按级别", "in-policy share: least, by level", PER_MILLE, (850, 780, 680), LEVEL_LABELS
)
IN_POLICY_MOST = Figure(
    "政策范围内占比：上限，按级别", "in-policy share: most, by level", PER_MILLE, (1_000, 980, 950), LEVEL_LABELS
)
OUTSIDE_PARTS = Figure(
    "政策范围外：全自费占比（自、至），超限价占比",
    "out of policy: share out of catalogue (from, to), share above price limits",
    PER_MILLE,
    (300, 800, 100),
)
BASIC_DEDUCTIBLE = Figure(
    "基本医保起付线，按级别", "deductible of basic insurance, by level", YUAN, (100, 300, 500), LEVEL_LABELS, YANZHOU
)
BASIC_RATE = Figure(
    "基本医保报销比例，按级别", "rate of basic insurance, by level", PER_MILLE, (900, 800, 650), LEVEL_LABELS, YANZHOU
)
BASIC_LESS = _one(
    "基本医保少付部分（目录、比例差异），至多",
    "what basic insurance pays less, by lists and rates, at most",
    PER_MILLE,
    80,
)
BASIC_MOST = _one("基本医保每次至多", "most that basic insurance pays for one", YUAN, 100_000)
CRITICAL_FROM = _one("大病保险起付线", "deductible of critical illness insurance", YUAN, 6_000, SHANDONG_CRITICAL)
CRITICAL_RATE = _one("大病保险比例", "rate of critical illness insurance", PER_MILLE, 600)
CRITICAL_MOST = _one("大病保险封顶", "most that critical illness insurance pays", YUAN, 300_000, SHANDONG_CRITICAL)
ASSISTED = _one("享受医疗救助的户", "households with medical assistance", PER_MILLE, 400)
ASSISTANCE_RATE = _one(
    "医疗救助付政策内自付的比例", "share of in-policy self-payment borne by assistance", PER_MILLE, 700, YAAN
)
ASSISTANCE_MOST = _one("医疗救助每次至多", "most that assistance pays for one", YUAN, 20_000)
REDUCED = _one("有医疗机构减免的账单", "bills with a hospital reduction", PER_MILLE, 100)
REDUCTION_RATE = _one("减免占其余政策内费用", "reduction as a share of what is left in policy", PER_MILLE, 50)
OTHER_PAID = _one("有其他支付方的账单，每个支付方", "bills another payer bears a part of, each payer", PER_MILLE, 20)
OTHER_RATE = _one("其他支付方付剩余部分的比例", "share of the rest another payer bears", PER_MILLE, 100)
STAY_DAYS = Figure("住院天数：中位数、1000σ、至多", "days in hospital: median, 1,000 sigma, most", "", (8, 700, 180))

# --- accidents --------------------------------------------------------------------------------------------------------
ACCIDENTS = _one("一年内有意外赔案的人", "people with an accident claim in the year", PER_10_000, 23, JINXIANG)
ACCIDENTS_EACH = Figure("每人次数", "claims each", WEIGHT, (95, 5), ("1", "2"))
ACCIDENT_COST = Figure(
    "意外医疗费用：中位数（元）、1000σ", "medical cost: median in yuan, 1,000 sigma", "", (2_400, 1_000)
)
DIED = _one("意外身故占赔案", "deaths among accident claims", PER_MILLE, 20)
GRADED = _one("评残占赔案", "claims with a disability grade", PER_MILLE, 120)
ACCIDENT_GRADES = Figure(
    "伤残等级",
    "disability grades of accidents",
    WEIGHT,
    (2, 2, 3, 4, 5, 6, 8, 15, 20, 35),
    tuple(map(str, range(1, 11))),
    "",
    f"等级出自 {JRT}；权重是假设",
    "the ten grades are those of JR/T 0083-2013, the weights an assumption",
)
INJURIES = Figure("最重等级的处数", "injuries of the worst grade", WEIGHT, (80, 15, 5), ("1", "2", "3"))
JOINED_EARLIER = _one("与前次伤残合并评定，占评残", "graded together with an earlier one", PER_MILLE, 30)
PRE_EXISTING_GRADE = _one("残疾人意外前已有评残等级", "disabled people graded before the accident", PER_MILLE, 200)
DISASTERS = _one("灾害民生综合保险先付的事故", "accidents the disaster insurance pays first", PER_MILLE, 40)
DISASTER_SUM = _one("灾害保险每人至多", "most that the disaster insurance pays a person", YUAN, 150_000, DISASTER)
DISASTER_PARTS = Figure(
    "先付占其保额", "its payment, as parts of that sum", WEIGHT, (60, 25, 10, 5), ("1/4", "2/4", "3/4", "4/4")
)

# --- flags and other inputs --------------------------------------------------------------------------------------------
FLAGS: Final[dict[str, Figure]] = {
    "outside_region": _one("异地就医", "treated outside the region", PER_MILLE, 80),
    "third_party_fault": _one("第三方责任", "third party at fault", PER_MILLE, 150),
    "pre_existing": _one("既往症", "pre-existing illness", PER_MILLE, 100),
    "listed_diagnosis": _one("列明病种", "listed diagnosis", PER_MILLE, 30),
    "necessary_certified": _one("必要性已证明", "certified as necessary", PER_MILLE, 500),
    "transport_accident": _one("交通意外", "transport accident", PER_MILLE, 200),
    "illness_death": _one("疾病身故", "death by illness", PER_MILLE, 30),
    "infectious_death": _one("法定传染病身故", "death by a notifiable disease", PER_MILLE, 2),
    "sudden_death": _one("猝死", "sudden death", PER_MILLE, 5),
    "category_added": _one("新增残疾类别", "category added", PER_MILLE, 20),
    "emergency": _one("急诊", "emergency", PER_MILLE, 200),
}
OTHER_FLAG = _one("方案自设的是否类输入", "a scheme's own yes-or-no inputs", PER_MILLE, 100)
CERTIFICATE_WORSE = _one("残疾证升级（变重一级）", "certificate one grade worse", PER_MILLE, 50)
RABIES = Figure(
    "狂犬疫苗：占比‰、费用下限、上限（元）", "rabies vaccine: share ‰, cost from, to, yuan", "", (60, 800, 1_500)
)
AMBULANCE = Figure(
    "救护车：占比‰、费用下限、上限（元）", "ambulance: share ‰, cost from, to, yuan", "", (150, 200, 800)
)
PROPERTY = Figure(
    "家庭财产损失：占比‰、中位数（元）、1000σ",
    "property loss: share ‰, median in yuan, 1,000 sigma",
    "",
    (50, 3_000, 900),
)
WAITED_DAYS = _one("距意外发生至多", "days since the accident, at most", "天 days", 240)
OWN_AMOUNT = Figure(
    "方案自设的金额：第一个的中位数（元）、1000σ；其后占第一个的比例‰（自、至）",
    "a scheme's own amounts: the first one's median in yuan, 1,000 sigma; later ones as a share ‰ of it, from, to",
    "",
    (8_000, 500, 300, 1_200),
)
LATE_DAYS = Figure("晚到账单迟到天数", "days by which a late claim is late", "天 days", (20, 150), ("least", "most"))

FIGURES: Final[dict[str, Figure]] = {
    name: value for name, value in tuple(globals().items()) if isinstance(value, Figure)
} | {f"FLAGS.{name}": value for name, value in FLAGS.items()}
"""Every figure by name, in the order they stand here."""
