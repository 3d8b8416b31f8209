package demo

import (
	"time"

	"yichuang/internal/hotline"
)

// refusals are requests that are not taken up, each with its ground and what the caller was told.
var refusals = []struct {
	ground               int
	kind, category       string
	title, content, told string
}{
	{1, hotline.Complaint, "11", "对劳动仲裁裁决不服", "去年和公司的劳动争议已经裁决，只支持了一半的加班费，要求市里出面让公司把另一半也补上。", "裁决不服的，可自收到裁决书之日起十五日内向人民法院起诉。"},
	{1, hotline.Consult, "1501", "要求公开征地补偿文件", "想要一份我们村前年征地的补偿安置方案和发放明细，请给我寄一份。", "请向市自然资源局提出政府信息公开申请，二十个工作日内答复。"},
	{2, hotline.Complaint, "0105", "拆迁安置面积问题再次反映", "老院子拆迁时少算了两间房，已经到信访局登记过，还是想让热线再催一催。", ""},
	{4, hotline.Complaint, "0701", "同一家饭馆排烟管第五次反映", "还是楼下饭馆的排烟管，上次说检测达标，我不认可，要求再派人重测。", ""},
	{5, hotline.Complaint, "0605", "在邻省高速上被多收过路费", "上周从邻省回来，在对方收费站多扣了四十六块钱，请给退回来。", ""},
	{5, hotline.Consult, "1001", "外省户籍孩子的医保查询", "孩子户口在外省老家，医保也在那边交，想查一下今年交上没有。", ""},
	{6, hotline.Complaint, "14", "对法院执行进度不满", "判决都下来八个月了，被执行人名下有车，法院一直没有执行到位。", ""},
	{7, hotline.Help, "1501", "要求接线员讲笑话解闷", "来电人长时间占线闲聊，没有具体诉求，经劝导后仍不挂机。", ""},
}

// emergencies are handed over at once; to is the number.
var emergencies = []struct{ to, title, content string }{
	{"119", "单元楼下煤棚冒浓烟", "院子里的煤棚正在往外冒浓烟，能看见火苗，旁边停着好几辆电动车。"},
	{"120", "工地有人从架子上摔下来", "路边工地刚才有个工人从二层架子上掉下来，人还清醒，腿动不了。"},
	{"122", "十字路口两车相撞有人受伤", "十字路口一辆面包车和摩托车撞了，骑摩托的人头上流血，路堵死了。"},
}

func special(p *plan, fate string, i int) {
	if fate == "紧急移交" {
		e := emergencies[i%len(emergencies)]
		p.in = hotline.RegisterInput{Kind: hotline.Help, Urgency: hotline.Critical, Category: "14", Area: urban[i%len(urban)].code, Title: e.title, Content: e.content}
		p.reply = e.to
		return
	}
	r := refusals[i%len(refusals)]
	p.in = hotline.RegisterInput{Kind: r.kind, Category: r.category, Area: urban[i%len(urban)].code, Title: r.title, Content: r.content}
	p.ground, p.reply = r.ground, r.told
}

// burst is one evening on which a main broke, in the words of eight neighbours.
var burst = []struct{ title, content string }{
	{"滨河家园停水", "滨河家园一号楼刚才突然没水了，正洗着衣服，楼下路口往外冒水，是不是主管道爆了？"},
	{"小区门口水管爆裂", "我在滨河家园门口，马路中间的水喷起来一人多高，把半条滨河南路都淹了，赶紧来关阀门。"},
	{"滨河南路积水断水", "滨河南路往东的方向全是水，车走不动，我们楼上一滴水都没有，家里有坐月子的。"},
	{"全楼没有水做晚饭", "晚上七点多整栋楼断水，物业群里说是外面管子破了，几点能修好？要不要找地方接水？"},
	{"商铺进水", "我在滨河家园底商开小超市，门口的水漫进来了，货都泡了，找谁赔？先把水停下来。"},
	{"停水影响透析病人", "我母亲在家做腹膜透析，没有干净水洗手换袋，滨河家园什么时候来水，能不能先送一桶？"},
	{"要求安排送水车", "滨河家园六栋楼都停了，老人多下不了楼，请派送水车到三号楼和五号楼门口。"},
	{"询问恢复供水时间", "下班回来看到好多人围着抢修，问施工的师傅说不准时间，请发个通知，明早学生要上学。"},
}

// burstMain plans the eight calls of that evening, three working days before now, one after the other within two hours.
func (s *stage) burstMain(t *teller) []*plan {
	day := s.now.Date()
	for range 3 {
		day = s.cal.PrevWorkday(day)
	}
	var out []*plan
	for i, b := range burst {
		p := &plan{nth: i + 1, fate: "爆管", round: 1, reply: "滨河南路主管道焊口开裂，抢修人员连夜更换管段，次日凌晨四时恢复供水，其间安排送水车两辆；商铺损失已登记，按程序理赔。"}
		p.in = hotline.RegisterInput{Channel: t.channel(), Kind: hotline.Help, Urgency: hotline.Urgent, Category: "0301", Area: "622901001", Title: b.title, Content: b.content,
			Address: "滨河南路 滨河家园", Name: fullName(i + 1), Phone: phone(i + 1)}
		l := &life{s: s, p: p, at: day.Clock(19, 5).Add(time.Duration(i*13+s.rnd.IntN(9)) * time.Minute)}
		switch {
		case i < 4:
			l.closed(hotline.Satisfied)
		case i < 6:
			l.toCallback()
		default: // the last two were recognized as the same matter
			l.toTriage()
			l.wait(1, 3)
			l.then("merge", mergeInto(out[5]))
		}
		for k, st := range p.steps {
			if st.at > s.now {
				p.steps = p.steps[:k]
				break
			}
		}
		out = append(out, p)
	}
	return out
}
