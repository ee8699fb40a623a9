"""One Hanzi for every sound a name can have: for the ear, 英, 鹰 and 瑛 are the same clip.

>>> sounding_like("瑛"), sounding_like("子"), sounding_like("英")
('英', '紫', '英')

Each Hanzi of the table is common, harmless and read in one way wherever it stands, or nearly always so.
Sounds that no name has (坏, 死, 贼) are left out.
"""

from pypinyin import Style, lazy_pinyin

from speech.spoken import UnspeakableError

# In alphabetical order of their sounds, one paragraph for each initial letter.
SOUNDS = (
    "阿埃皑矮爱安铵案昂盎凹敖袄奥"
    "八拔靶爸白百稗般板半邦榜棒包薄保报杯北备奔本笨绷甭泵鼻比必边贬变标表别宾摈兵秉并波博补步"
    "擦猜才彩菜餐蚕灿仓藏操曹草策岑层蹭插察诧钗柴搀蝉产颤昌常厂唱超潮炒车撤郴晨趁撑成逞秤吃持齿赤充崇"
    "宠抽筹瞅出除楚触揣踹穿船喘串窗床闯创吹垂春纯戳绰词此次聪从凑粗促蹿窜崔璀翠村存寸磋措"
    "搭达打大傣代丹胆旦当党荡刀导稻德登等邓低笛底第颠点电雕钓爹叠丁顶定东董动兜抖豆督犊堵杜端短段堆对"
    "吨顿多夺朵舵"
    "婀娥鄂诶恩儿尔二"
    "发筏法珐翻凡反范芳防访放非肥翡费芬汾粉份峰冯讽凤否夫福府富"
    "噶该改概甘感赣刚港高搞告哥革舸各给根亘耕梗更工拱共沟狗构姑古故瓜挂乖拐怪关管贯光广逛规轨桂辊棍郭"
    "国果过"
    "哈嗨孩海亥酣含罕汉航蒿毫郝浩呵河赫黑痕很亨衡轰红哄猴后乎湖虎护花滑化怀欢环缓换慌黄恍挥回悔慧婚魂"
    "活火或"
    "基吉己记加颊甲架坚检建江讲匠焦脚叫接洁姐界金仅进京景静炯究九就居局举具娟卷眷撅决军俊"
    "喀卡开凯刊坎瞰康抗考靠科壳渴克肯坑空孔控抠口扣窟苦库夸跨蒯快宽款匡狂况盔魁跬馈昆捆括"
    "拉喇腊来睐兰览廊朗浪捞劳老酪乐勒雷蕾类楞冷哩梨里立俩莲脸练良两亮撩疗蓼料列拎林凛赁玲领另溜流柳六"
    "龙垄楼篓镂卢鲁路挛卵抡轮论罗洛驴旅律略"
    "妈麻马埋买卖蛮满慢忙莽猫毛卯贸梅美妹门闷盟猛梦迷米密棉免面喵苗秒庙民敏明命摸摹抹末谋某母目"
    "拿哪纳乃耐囡男囊挠脑淖讷馁内嫩能妮尼你昵拈年碾念娘酿鸟捏涅您凝泞妞牛纽农弄驽努暖挪诺女"
    "欧偶"
    "啪爬怕拍牌派攀盘判乓旁胖抛袍跑炮胚培配喷盆烹鹏捧碰批皮匹僻偏骈片飘瓢票撇拼频品聘乒平坡婆魄剖扑葡"
    "普铺"
    "七旗起汽掐恰千前浅倩枪墙抢敲桥巧窍且惬侵琴寝沁清情请庆琼秋求趋渠取去圈泉犬劝鹊逡群"
    "然染瓤壤让饶扰绕惹热人忍认扔仍日容冗柔肉如辱入软蕤蕊瑞润若"
    "仨洒萨腮赛三伞散桑嗓搔嫂瑟森僧纱啥霎筛晒山闪善商赏尚梢勺少绍奢蛇舍设身神审甚生绳省胜师时使世收手"
    "受书赎属树刷耍摔甩帅拴涮双爽谁水睡吮顺说硕司四松耸送搜叟嗽苏俗速酸算虽随髓岁孙损梭所"
    "他塔蹋胎抬太滩谈坦探汤堂躺趟涛桃讨套特腾梯题体替天田舔挑条窕跳贴铁听婷艇通童统头透突图土兔湍团推"
    "腿退吞屯托陀妥拓"
    "蛙娃佤袜崴外歪湾完晚腕汪王网旺微维伟味温文稳问翁蓊瓮窝我握屋吴武悟"
    "西席喜细虾霞下先闲显现香祥想向消淆小笑些鞋写谢新信星形醒杏兄雄修朽秀需徐许旭宣悬选眩薛学雪勋寻训"
    "鸭牙雅亚烟言眼艳央阳养样腰摇咬药椰爷也业衣宜以艺音银引印英营影硬拥勇用优由友又淤于语玉渊原远院曰"
    "月氲云允运"
    "匝杂咋栽宰再簪咱攒赞臧凿早造则仄怎增赠楂闸眨榨斋宅窄寨瞻展站张掌障招找照遮哲者这珍诊镇征整政枝直"
    "指制钟踵众州轴肘宙朱逐主住抓专转撰装状追缀谆准桌卓资紫自宗总纵邹走奏租族组钻纂嘴最尊昨左做"
)

# Read otherwise in a name than where most readers meet them; here stands a Hanzi read as in the name.
_IN_NAMES = dict(zip("子长为茸焘珩莘莞裳卜玚铤甸芎澎", "紫常维容涛衡新晚常补阳艇电兄鹏", strict=True))


def _sound(hanzi: str) -> str:
    """Return the pinyin with its tone as a figure; what is no Hanzi comes back as it is."""
    return lazy_pinyin(hanzi, style=Style.TONE3, neutral_tone_with_five=True)[0]


_BY_SOUND = {_sound(hanzi): hanzi for hanzi in SOUNDS}


def sounding_like(hanzi: str) -> str:
    """Return the Hanzi of SOUNDS that sounds like this one, or in another tone where there is none.

    UnspeakableError if nothing sounds like it.
    """
    sound = _sound(_IN_NAMES.get(hanzi, hanzi))
    for tone in (sound[-1], *"1234"):
        if found := _BY_SOUND.get(sound[:-1] + tone):
            return found
    raise UnspeakableError("no clip sounds like a character of this name")
