"""What callers mean, told from what an ear makes of it, over the shipped questions.

`WRITTEN` are utterances as people may put them, with the homophones and near sounds that ears write; they
were written before the matching was tried on them. `WHISPER` is everything different, apart from nothing at
all, that Whisper base wrote down of 150 utterances by eight voices at two paces, each over a telephone line
and most of them once more beside a television 15 dB weaker: mistakes of a real ear, many of them beyond
repair. No old person has been heard yet.
"""

from collections import Counter

import pytest
from questions import QUESTIONS, utterances  # type: ignore[import-not-found]

from menus.answers import Chosen, Doubtful, NotUnderstood, match

WRITTEN = """
main 1 茶余额 我要查鱼鹅 请帮我查一下于额 查查余额 我想看看余额 麻烦你查一下鱼额 卡离还有多少钱
main 1 卡里还有多少前 我卡里头还有多少钱 卡里还有多少钱呐 帮我看看卡里还有多少钱好不好 医保卡里的前
main 1 一宝卡里的钱 我问一下医保卡理的钱 医保卡里面的钱 余鹅多少
main 2 查每月到帐 茶每月道账 每月到张 我要听每月到账 查到帐 这个月打了多少 这个月答了多少 这个月打了多少钱呀
main 2 这个越打了多少 每月反多少钱 每月返多少前 请问每个月返多少钱 到张没有 这个月的钱到账没有 到账了没有
main 2 到账末有 每月倒账
main 3 家人共用 家人公用 加人共用 我想办一下家人供用 我的卡给谁用了 给水用了 给谁佣了 接绑 我要解棒 解绑一下
main 3 接触绑定 解除绑订 请帮我解除帮定 姐除绑定 我要借出绑定
main 4 别的事 别的是 我还有别的事情 其它 骑他 政策和办事地点 正册和办事地点 我问政策 问一下证策 半事地点
main 4 办事地点在哪 办事弟点 在哪办呀 请问在那办 窗口电话 床口电话 窗口电化是多少
more 1 问政策 我想问一下政策 文政策 正策 我要了解政策
more 2 办事地点 办师地点 我要问办事地点 在哪儿办 窗口的电话 创口电话
more 3 查询密码 查寻密码 茶讯密码 我要查询秘码 丢卡 查询密码和丢卡 我丢卡了 查行密码
more 4 有人骗我 有人片我 又人骗我 好像有人在骗我 我被骗了 我备骗了 我被片了
cards 1 设密码 射密码 我要设个密码 改密码 该密码 我想改一下密码 帮我改秘马 查询密码
cards 2 丢卡 丢卡了 卡丢了 我的卡丢了 咖丢了 我的社保卡丢了
balance.told 1 每月到账 我听一下每月到帐 每月道章 到帐
balance.told 2 最近花的钱 最进花的钱 听最近画的钱 我最近花的前 罪近花的钱 最近发的钱
balance.told 3 发到手机短信 发短心 发到手机断信 花短信 给我发个短信 帮我发到收机短信 发到手机上短信
credit.told 1 前几个月 听前几个月 钱几个月 前即个月 我想听听前几个月的
credit.told 2 为什么是这个数 为什么是这个树 未什么 为什么呀 为甚么是这个数 位什么是这个书
family 1 听绑定了谁 绑定了水 我想听绑定了谁 榜定了谁 帮定了谁 给谁用了 给谁用啦
family 2 解除绑定 解出绑定 接触帮定 取消绑定 曲消绑定 我要取消绑订 不给他用了 不给她用了 步给他用了
family 2 我不想给他用了 解绑 我要接绑
family 3 换一个家人 换个家人 欢一个家人 我想换一个佳人 换个人用 换个人佣 范个人用
family 4 怎么绑定 怎么榜定 请问怎么帮定 怎么绑订啊 我不知道怎么绑定 怎么样绑定
bindings.told 1 解除绑定 我要接触绑定 解绑 解邦
bindings.told 2 换一个家人 换个家人 我想换一个加人
change.counter 1 发到手机 发到收机 请帮我发到手机 花到手机
policy.region 1 南宁 兰宁 我在南宁 南林 南宁市
policy.region 2 深圳 申圳 我是深圳的 森圳 深证
policy.region 3 北京 背景 在北京 北金 我是北京的
policy.region 4 海南 海蓝 我在海南 海男
policy.topics 1 哪些家人能用 那些家人能用 哪些加人能用 请问哪些家人可以用
policy.topics 1 能付哪些钱 能富哪些钱 我问能付那些钱 能副哪些前 能服哪些钱
policy.topics 2 怎么绑定 怎么榜定 请问怎么帮定 怎么绑订啊 我不知道怎么绑定 怎么样绑定
policy.topics 3 看病怎么用 看并怎么用 看病的时候怎么用 堪病怎么用 看病怎么拥
policy.topics 4 能不能取出来 钱能不能取出来 能不能去出来 能取出来吗 可不可以取出来 能不能曲出来
offices.nanning 1 青秀 清秀 青秀区 轻秀 亲秀
offices.nanning 2 西乡塘 西乡唐 西香糖 我在西乡塘 西乡塘区
offices.nanning 3 兴宁 新宁 兴宁区 兴林
offices.nanning 4 江南 将南 江南区 姜兰
offices.more 1 邕宁 拥宁 邕宁区 庸宁 雍林
offices.more 2 良庆 凉庆 良庆区 梁庆 两庆
offices.more 3 东盟 冬盟 东盟那里 东蒙
offices.more 4 各县 个县 武鸣 五鸣 我在武鸣 舞名
office.told 1 发到手机短信 发短信 发个短信给我 发到手机短新 花短信
"""

WHISPER = """
main 1 茶油 我要踩鱼 我想问一下我一包卡里的钱 绝 请帮我看看塔里还有多少钱 我想才一下娱乐 麻烦帮我踩一下鱼饿
main 1 卡利还有多少钱 我看里还有多少钱啊 一宝卡里的钱 它里还有多少钱 我卡里还有多少钱啊 一包卡里的铁 请你
main 1 我要抬于我 我想问一下我一宝卡里的钱 希望我看看卡利,还有多少钱 我想踩一下约合 马上帮我吵一吵一吵
main 2 这个越达了多少钱啊 每月反多少钱 全美越到这样 请问每月反多少钱 每月到照 到这样没有 道正
main 2 这个月的钱到张美诱 不要踩到枕 你帮我恰恰,每遇到场 这个业大了多少 早上 这个月的前道仗没有 我要查到这样
main 2 你帮我插家每月斗照 这个月大的多少 这个月打了多少钱啊 每月饭多少钱 产美预造场 请问每月繁多少钱
main 2 美裂到照
main 3 我要办家人共用 我想解除绑定谢谢 给水用了 我的菜给谁用了 接绑 我要解放 卸出绑定 下人共用 帮我解出绑定
main 3 接触榜定 家人共用 帮我解除把地 我要带家人共用 我想解除保病谢谢 我的卡机是用的
main 4 请问在哪办 别的事 窗口电话 我有别的事 告诉我长口电话 你许他 政策和班是地电 我问一下政策 发射箭
main 4 正测和半施地点 半世弟弟 请问在哪儿吧 双头电话 我要别的事 高速未成扣电话
more 1 文正策 真色 我想问政策 正确 问政策
more 2 我要听半世地点 再拿帮啊 窗口电话是多少 方式地点 这番是地点 我要请办师弟弟 在哪儿办啊 传扣电话丝躲上
more 3 参写密码 优化 拆寻密码,撕就砍 我要给查试你吗 开学密码和优弹 我要改叉行立马 参讯密码
more 4 有人骗我 好像有人骗我 对天了 我被骗了 姑娘,我对歇了 被天流 我被添了 姑娘,我被骗了
cards 1 我要改你吗 帮我是你吗 查询密码 神秘骂 请你嘛 设秘吗 应该是你吗 会要给你买 放我生命码 才学密码
cards 2 有盖 开钓了 我的看囂量 我的一包卡就了 我的卡丢了 我这一宝卡就呢 用简体字写 快掉了
balance.told 1 每月到长 我要听美越道章 绕长 每月到照 我要听每月到照 到场
balance.told 2 最近花的钱 轻轻最久花的钱 我最近画的钱 我最近花的钱 最尽花的钱 轻轻推击,挖着车
balance.told 3 给我发短信吧 麻烦发到手机短信 发到手机短信 发短信 发到手机软件 麻烦法刀数据断心
balance.text 1 优化
balance.text 2 步刷 用简体字写下来
credit.told 1 我想听前几个月的 先几个月 新前几个月 简体过月 请先几个月 我先进简体的日子
credit.told 2 为什么是这个数 微纯了 请问为什么是这个数案 微线码是这个数 用简体字写下来 请问为什么是这个图案
family 1 可以谁用了 我想知道给谁用了 请帮订了谁 放进了水 我绑定了谁啊 轻绑定了水 放冰了水 我绑地的谁啊
family 1 给水用吧
family 2 不计太用了 我不给他用了 写出绑定 我要解除榜定 写吧 许教绑定 我要取消绑定 谢宝 续销保险 我要取消保病
family 2 不给太用了 接触房地 我要解除榜病
family 3 换一个家人 我想换一个家人 环歌人用 我要换个人用 换个人用 欢迎一个家人
family 4 请问怎么帮你 怎么绑定啊 怎么绑定 请问怎么把地 什么宝地呢
bindings.told 1 写出绑定 是的 那就节奔吧 那就写帮帮 写出放电
bindings.told 2 换一个家人 帮我换一个家人 欢迎一个家人
change.counter 1 发到手机 心砸到手机 请发到手机
policy.region 1 那您 估计算了您 乱形的 那endyou 我再来听
policy.region 2 认真 是宣家 真正 是深圳
policy.region 3 拜计 我是北京的 再见
policy.region 4 海南 在海南教的 在哪儿 在海南椒的
policy.topics 1 那些家人能用 请问那些假人能用 请问哪些家人能用
policy.topics 1 我想知道能复哪些钱 能复哪些钱 我想知道能复买机器
policy.topics 2 请问怎么帮你 怎么绑定啊 怎么绑定 请问怎么把地 什么宝地呢
policy.topics 3 看定怎么用 看病的时候怎么用 看兵的时候这么用
policy.topics 4 能不能写出来 简能不能取出来 卡利里前能不能去出来 卡里的签能不能取出来 能不能取出来
offices.nanning 1 行秀区 新秀 请试试
offices.nanning 2 西阳堂 我在西江堂 继将逃 我在喜祥堂
offices.nanning 3 请先凝 相邮曲 用简体字写下来
offices.nanning 4 相难 箱南区的 简满曲的
offices.more 1 悠名曲 用简 用您 拥寧事
offices.more 2 良性 凉心那边 阳性 阳形大片
offices.more 3 一次都忙 许多忙
offices.more 4 我在误名 故事 哦,没有 误明 和在无名
office.told 1 发到手机短信 发短信 你伤短心给我吧 法刀受尽断心 发锻性
"""


def outcomes(table: str) -> Counter[str]:
    """Return how many utterances were right, doubted rightly, left, or taken for something else."""
    counted: Counter[str] = Counter()
    for menu, answer, words in utterances(table):
        match match(QUESTIONS[menu], words):
            case Chosen(chosen):
                counted["right" if chosen == answer else "wrong"] += 1
            case Doubtful(asked):
                counted["asked" if asked == answer else "asked wrongly"] += 1
            case NotUnderstood():
                counted["left"] += 1
    return counted


def test_what_ears_make_of_phrases_is_chosen() -> None:
    counted = outcomes(WRITTEN)
    assert counted.total() >= 120
    assert counted["right"] >= 0.98 * counted.total(), counted
    assert counted["wrong"] <= 0.005 * counted.total(), counted


def test_a_poor_ear_never_makes_a_wrong_choice() -> None:
    counted = outcomes(WHISPER)
    assert counted.total() >= 200
    assert counted["wrong"] + counted["asked wrongly"] == 0, counted
    assert counted["right"] >= 0.6 * counted.total(), counted
    assert counted["right"] + counted["asked"] >= 0.7 * counted.total(), counted


@pytest.mark.parametrize("menu", QUESTIONS)
def test_every_shipped_phrase_chooses_its_answer(menu: str) -> None:
    for answer, phrases in QUESTIONS[menu].items():
        for phrase in phrases:
            for words in (phrase, f"请问{phrase}吧", f"嗯,我想{phrase}一下,谢谢"):
                if len(phrase) > 1:
                    assert match(QUESTIONS[menu], words) == Chosen(answer), words
