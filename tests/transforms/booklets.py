"""Invented booklets: the tables of budgets and performance goals with awkward names, units in headers, blank and merged cells."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

from tests.transforms.many_formats import LEFT, UP, Content, grid
from transforms.grid import Grid

_DEPARTMENTS = ("云山市审计局", "海曲县民政局", "青川区人民代表大会常务委员会办公室", "云山市公安局交通警察支队", "海曲县疾病预防控制中心（海曲县卫生监督所）")
_FUNCTIONS = (
    ("201", "一般公共服务支出", "20108", "审计事务", ("2010801", "行政运行"), ("2010804", "审计业务")),
    ("208", "社会保障和就业支出", "20805", "行政事业单位养老支出", ("2080505", "机关事业单位基本养老保险缴费支出"), ("2080501", "行政单位离退休")),
    ("210", "卫生健康支出", "21011", "行政事业单位医疗", ("2101101", "行政单位医疗"), ("2101103", "公务员医疗补助")),
    ("221", "住房保障支出", "22102", "住房改革支出", ("2210201", "住房公积金"), ("2210203", "购房补贴")),
)
_ECONOMIC = (
    ("301", "工资福利支出", ("30101", "基本工资"), ("30102", "津贴补贴"), ("30113", "住房公积金")),
    ("302", "商品和服务支出", ("30201", "办公费"), ("30231", "公务用车运行维护费"), ("30299", "其他商品和服务支出")),
    ("303", "对个人和家庭的补助", ("30305", "生活补助"), ("30399", "其他对个人和家庭的补助")),
)
_PROJECTS = (
    "会议费", "120急救指挥中心运转", "“一老一小”服务体系建设（2024—2026年）", "A类人员经费&绩效奖励", "5·12防灾减灾日宣传活动", "档案数字化（第Ⅲ期）",
    "办公楼维修，含电梯更换", "其他资金清算", "信访维稳\"零接待\"工作经费", "城乡居民养老保险（<60岁）补助", "XX镇－YY村道路工程", "2×100米监控网络租赁",
    "上年结转：乡村振兴衔接资金", "公务用车运行维护费（含驾驶员聘用、车辆保险、燃油、过路过桥及维修保养等各项支出）",
)
_GOALS = (
    "保障工作正常开展。", "1.完成年度审计项目30个；\n2.提出审计建议不少于50条；\n3.促进增收节支1,200万元。", "按时足额发放，覆盖率达到100%，群众满意度≥95%。",
    "建成“15分钟服务圈”，服务老人3.5万人次（其中：失能、半失能老人不少于0.8万人次）",
)
_INDICATORS = (
    ("产出指标", "数量指标", ("审计项目数量", "≥30个"), ("指标2：培训人次", "1200人次"), ("采购设备（台）", "＝12")),
    ("产出指标", "质量指标", ("验收合格率", "100%"), ("差错率", "≤3‰")),
    ("产出指标", "时效指标", ("完成时间", "2024年12月底前"), ("资金拨付及时率", "≥95%")),
    ("产出指标", "成本指标", ("人均培训成本", "≤450元/人·天"), ("项目总成本", "不超过28.65万元")),
    ("效益指标", "社会效益指标", ("群众知晓率", "85%-90%"), ("社会影响", "显著提升")),
    ("效益指标", "可持续影响指标", ("长效管理机制", "健全")),
    ("满意度指标", "服务对象满意度指标", ("服务对象满意度", "90%以上"), ("投诉率", "<1%")),
)


def booklet(seed: int, department: str | None = None) -> Content:
    """A booklet of five to eight tables, of some department or of this one; the same seed gives the same."""
    return _Writer(random.Random(seed), department).booklet()


class _Writer:
    """Writes one booklet."""

    def __init__(self, dice: random.Random, department: str | None) -> None:
        self.dice = dice
        self.year = dice.choice((2022, 2023, 2024))
        self.stage = dice.choice(("预算", "决算"))
        invented = dice.choice(_DEPARTMENTS)
        self.department = department or invented
        self.has_thousands = dice.random() < 0.5
        self.unit, self.most = dice.choice((("万元", 90_000), ("元", 900_000_000)))
        self.blank = dice.choice(("", "", "0.00", "-", "—"))

    def booklet(self) -> Content:
        """The blocks, cover first."""
        tables = [self.summary, self.functions, self.economic, self.three_public, self.projects, self.empty, self.goals]
        chosen = self.dice.sample(tables, self.dice.randint(3, 6))
        blocks: list[str | Grid] = [f"{self.department}{self.year}年部门{self.stage}", *(block for table in chosen for block in table())]
        return [*blocks, *(block for _ in range(self.dice.randint(1, 2)) for block in self.form())]

    def amount(self) -> Decimal:
        """An amount of some size, never zero."""
        return Decimal(self.dice.randint(1, self.most)) / (100 if self.dice.random() < 0.5 else 10) + Decimal("0.01")

    def shown(self, amount: Decimal | int | None) -> str:
        """An amount as this booklet prints it."""
        return self.blank if not amount else f"{amount:,.2f}" if self.has_thousands else f"{amount:.2f}"

    def head(self, title: str) -> Iterator[str]:
        """What stands above a table."""
        yield f"{self.dice.choice(('', f'{self.year}年', f'{self.department}{self.year}年'))}{title}"
        yield self.dice.choice((f"单位：{self.unit}", f"金额单位：{self.unit}", f"编制单位：{self.department}　　　　　单位：{self.unit}"))

    def summary(self) -> Iterator[str | Grid]:
        """Income on the left, expenditure on the right, with columns of unequal length."""
        income = [("一、财政拨款收入", self.amount()), ("二、事业收入", self.amount()), ("三、其他收入", None)]
        expenditure = [(f"{number}、{one[1]}", self.amount()) for number, one in zip("一二三四", _FUNCTIONS, strict=False)]
        total = sum(amount or 0 for _, amount in income)
        expenditure[-1] = expenditure[-1][0], total - sum(amount for _, amount in expenditure[:-1])
        if expenditure[-1][1] <= 0:
            return
        rows = [["收入", LEFT, "支出", LEFT], ["项目", f"{self.stage}数", "项目", f"{self.stage}数"]]
        for number, (label, amount) in enumerate(expenditure):
            left = (income[number][0], self.shown(income[number][1])) if number < len(income) else ("", "")
            rows.append([*left, label, self.shown(amount)])
        rows.append(["本年收入合计", self.shown(total), "本年支出合计", self.shown(total)])
        yield from self.head("部门收支总表")
        yield grid(rows)

    def functions(self) -> Iterator[str | Grid]:
        """Expenditure by function, in a code column or three, with the unit in the headers or not."""
        amounts, rows, grand = f"（{self.unit}）" if self.dice.random() < 0.3 else "", [], [Decimal(0)] * 2
        for code, name, sub_code, sub_name, *items in self.dice.sample(_FUNCTIONS, self.dice.randint(2, 4)):
            basic, project = self.amount(), self.amount() if self.dice.random() < 0.7 else Decimal(0)
            parts = [(basic, Decimal(0)), (Decimal(0), project)] if project else [(basic, Decimal(0))]
            below = [[item[0], item[1], *part] for item, part in zip(items, parts, strict=False)]
            rows += [[code, name, basic, project], [sub_code, sub_name, basic, project], *below]
            grand = [grand[0] + basic, grand[1] + project]
        shown = [[code, name, *map(self.shown, (basic + project, basic, project))] for code, name, basic, project in rows]
        heads = [f"{name}{amounts}" for name in ("合计", "基本支出", "项目支出")]
        total = list(map(self.shown, (sum(grand), *grand)))
        yield from self.head(self.dice.choice(("部门支出总表", "一般公共预算支出表")))
        match self.dice.randrange(3):
            case 0:
                yield grid([["科目编码", "科目名称", *heads], ["合计", LEFT, *total], *shown])
            case 1:
                yield grid([["功能分类科目", LEFT, f"{self.year}年{self.stage}数", LEFT, LEFT], ["编码", "名称", *heads], ["", "合计", *total], *shown])
            case _:
                split = [[code[:3], code[3:5], code[5:7], *rest] for code, *rest in shown]
                yield grid([
                    ["科目编码", LEFT, LEFT, "科目名称", "支出", LEFT, LEFT], ["类", "款", "项", UP, *heads], ["", "", "", "合计", *total], *split,
                ])

    def economic(self) -> Iterator[str | Grid]:
        """Basic expenditure by economic class."""
        rows, grand = [], [Decimal(0)] * 2
        for code, name, *items in _ECONOMIC:
            is_staff = self.dice.random() < 0.5
            parts = [self.amount() for _ in items]
            for_one = [(part, Decimal(0)) if is_staff else (Decimal(0), part) for part in parts]
            whole = [sum(column, Decimal(0)) for column in zip(*for_one, strict=True)]
            rows += [[code, name, *whole], *([item[0], item[1], *part] for item, part in zip(items, for_one, strict=True))]
            grand = [one + other for one, other in zip(grand, whole, strict=True)]
        shown = [[code, name, *map(self.shown, (staff + public, staff, public))] for code, name, staff, public in rows]
        yield from self.head("一般公共预算基本支出表")
        yield grid([
            ["经济分类科目", LEFT, "基本支出", LEFT, LEFT], ["科目编码", "科目名称", "合计", "人员经费", "公用经费"],
            ["合计", LEFT, *map(self.shown, (sum(grand), *grand))], *shown,
        ])

    def three_public(self) -> Iterator[str | Grid]:
        """The three public expenses in one row below a header of three rows."""
        abroad, buying, running, hosting = (self.amount() if self.dice.random() < 0.7 else Decimal(0) for _ in range(4))
        cars = buying + running
        yield from self.head("一般公共预算“三公”经费支出表")
        yield grid([
            ["合计", "因公出国（境）费", "公务用车购置及运行费", LEFT, LEFT, "公务接待费"],
            [UP, UP, "小计", "公务用车购置费", "公务用车运行费", UP],
            list(map(self.shown, (abroad + cars + hosting, abroad, cars, buying, running, hosting))),
        ])
        if self.dice.random() < 0.5:
            yield "注：本表反映部门“三公”经费支出情况。"

    def projects(self) -> Iterator[str | Grid]:
        """Projects with their sources, with or without numbers and a merged unit."""
        names = self.dice.sample(_PROJECTS, self.dice.randint(3, 9))
        parts = [(self.amount(), self.amount() if self.dice.random() < 0.4 else Decimal(0)) for _ in names]
        total = [sum(column, Decimal(0)) for column in zip(*parts, strict=True)]
        rows = [[name, *map(self.shown, (sum(part), *part))] for name, part in zip(names, parts, strict=True)]
        sums = list(map(self.shown, (sum(total), *total)))
        yield from self.head("项目支出表")
        match self.dice.randrange(3):
            case 0:
                yield grid([["项目名称", "合计", "财政拨款", "其他资金"], ["合计", *sums], *rows])
            case 1:
                numbered = [[str(number), *row] for number, row in enumerate(rows, start=1)]
                yield grid([["序号", "项目名称", "合计", "财政拨款", "其他资金"], *numbered, ["", "合计", *sums]])
            case _:
                merged = [[self.department if not number else UP, *row] for number, row in enumerate(rows)]
                yield grid([
                    ["单位名称", "项目名称", "合计", "资金来源", LEFT], [UP, UP, UP, "财政拨款", "其他资金"], ["合计", LEFT, *sums], *merged,
                ])

    def empty(self) -> Iterator[str | Grid]:
        """A table without amounts, and the note that says so."""
        yield from self.head("政府性基金预算支出表")
        yield grid([["科目编码", "科目名称", "合计", "基本支出", "项目支出"], [""] * 5, [""] * 5])
        yield "注：本部门无政府性基金预算支出，故本表为空表。"

    def goals(self) -> Iterator[str | Grid]:
        """A list of projects with goals and indicators in a cell each."""
        rows = []
        for name in self.dice.sample(_PROJECTS, self.dice.randint(2, 4)):
            level1, level2, *indicators = self.dice.choice(_INDICATORS)
            amount = self.amount()
            goal = self.dice.choice(_GOALS)
            for number, (indicator, target) in enumerate(indicators):
                row = [name, self.shown(amount), goal, level1, level2, indicator, target]
                rows.append(row if not number else [UP, UP, UP, UP, UP, indicator, target])
        yield from self.head("项目支出绩效目标表")
        yield grid([["项目名称", f"预算金额（{self.unit}）", "绩效目标", "一级指标", "二级指标", "三级指标", "指标值"], *rows])

    def form(self) -> Iterator[str | Grid]:
        """The form of one project."""
        appropriation, other = self.amount(), self.amount() if self.dice.random() < 0.5 else Decimal(0)
        rows = [
            ["项目名称", self.dice.choice(_PROJECTS), LEFT, LEFT, LEFT],
            ["主管部门", self.department, LEFT, "实施单位", self.department],
            [f"项目资金（{self.unit}）", "年度资金总额", LEFT, self.shown(appropriation + other), LEFT],
            [UP, "其中：财政拨款", LEFT, self.shown(appropriation), LEFT],
            [UP, "其他资金", LEFT, self.shown(other), LEFT],
            ["年度总体目标", self.dice.choice(_GOALS), LEFT, LEFT, LEFT],
            ["绩效指标", "一级指标", "二级指标", "三级指标", "指标值"],
        ]
        before = ["", ""]
        for level1, level2, *indicators in _INDICATORS:
            for indicator, target in self.dice.sample(indicators, self.dice.randint(1, len(indicators))):
                rows.append([UP, *(UP if now == then else now for now, then in zip((level1, level2), before, strict=True)), indicator, target])
                before = [level1, level2]
        yield f"项目支出绩效目标表（{self.year}年度）"
        yield grid(rows)
