package hotlinehttp_test

import (
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/org"
)

func TestSupervisionThroughThePages(t *testing.T) {
	w := newTown(t)
	w.Set("2026-05-08 16:30")
	o := w.Ticket(t, hotline.Handling)
	lead, head, agent := w.browse(org.RoleShiftLead), w.browse("head"), w.browse(org.RoleAgent)
	agent.Get("/hotline/supervisions/new?no=" + o.No).Want(403)
	lead.Get("/hotline/supervisions/new?no="+o.No).Want(200).Has("督办哪个单位", "市住建局", "日常督办", "逾期未办结")
	lead.Post("/hotline/supervisions/new", "no", o.No, "level", "1", "cause", "", "demand", "").Want(422).Has("请选择督办情形")
	lead.Post("/hotline/supervisions/new", "no", o.No, "level", "2", "cause", "逾期未办结", "demand", "请办结").Want(403)
	list, _, err := w.Desk.Supervisions(w.As(t, org.RoleShiftLead), desk.SupervisionFilter{})
	if err != nil || len(list) != 0 {
		t.Fatalf("%d supervisions, %v", len(list), err)
	}
	lead.Post("/hotline/supervisions/new", "no", o.No, "level", "1", "cause", "逾期未办结", "demand", "请三日内办结", "key", "k1")
	if list, _, err = w.Desk.Supervisions(w.As(t, org.RoleShiftLead), desk.SupervisionFilter{}); err != nil || len(list) != 1 {
		t.Fatalf("%d supervisions, %v", len(list), err)
	}
	path := "/hotline/supervisions/" + string(list[0].ID)
	lead.Get("/hotline/tickets/" + o.No).Want(200).Has("督办中")
	lead.Get("/hotline/supervisions?no=" + o.No).Want(200).Has(list[0].No)
	head.Get("/hotline/supervisions").Want(200).Has(list[0].No, "待答复")
	w.browse("head2").Get("/hotline/supervisions").Want(200).Lacks(list[0].No)
	w.browse("head2").Get(path).Want(404)
	head.Get(path).Want(200).Has("督办答复", "请三日内办结").Lacks("同意办结")
	lead.Get(path).Want(200).Lacks("同意办结")
	head.Post(path+"/reply", "reply", "").Want(422).Has("请填写督办答复")
	head.Post(path+"/reply", "reply", "今日办结", "key", "k2").Goes(path)
	head.Post(path+"/close", "finding", "同意").Want(403)
	lead.Get(path).Want(200).Has("同意办结", "今日办结")
	lead.Get(path+"/print").Want(200).Has("督办通知书", "今日办结", "单位主要负责人")
	lead.Post(path+"/close", "finding", "同意办结", "key", "k3").Goes(path)
	lead.Get("/hotline/supervisions?show=done").Want(200).Has(list[0].No, "已办结")
}

func TestNoticeIsAnsweredAndLiftedThroughThePages(t *testing.T) {
	w := newTown(t)
	w.Set("2026-05-08 16:30")
	o := w.Ticket(t, hotline.Handling)
	w.Set("2026-05-15 08:30")
	w.RunJobs(t)
	list, _, err := w.Desk.Notices(w.As(t, org.RoleSupervisor), desk.NoticeFilter{Kind: hotline.NoticeDemand})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d demands, %v", len(list), err)
	}
	path := "/hotline/notices/" + list[0].ID
	head, supervisor := w.browse("head"), w.browse(org.RoleSupervisor)
	head.Get(path).Want(200).Has("承办单位说明", o.No).Lacks("解除理由")
	head.Post(path+"/lift", "reason", "自己解除").Want(403)
	w.browse("head2").Get(path).Want(404)
	head.Post(path+"/answer", "answer", "停电半天").Goes(path)
	head.Get("/hotline/notices?show=all").Want(200).Has("已说明")
	supervisor.Get(path+"/print").Want(200).Has("催办通知书", "停电半天", "抄送")
	supervisor.Post(path+"/lift", "reason", "停电属实").Goes(path)
	supervisor.Get(path).Want(200).Has("已经解除", "停电属实")
	supervisor.Get("/hotline/overdue").Want(200).Has(o.No, "市住建局")
	w.browse("head2").Get("/hotline/overdue").Want(200).Has(o.No).Lacks("小区暖气不热")
}

func TestParametersThroughThePages(t *testing.T) {
	w := newTown(t)
	admin, lead := w.browse(org.RoleAdmin), w.browse(org.RoleShiftLead)
	lead.Get("/hotline/parameters").Want(200).Has("延期次数", "程序预置", "未确认").Lacks("确认或修改")
	admin.Get("/hotline/parameters").Want(200).Has("确认或修改")
	admin.Get("/hotline/parameters/nothing").Want(404)
	lead.Get("/hotline/parameters/rework_max").Want(403)
	path := "/hotline/parameters/rework_max"
	admin.Get(path).Want(200).Has("确认现在的数值：2 次", "可填 0 至 5")
	admin.Post(path, "value", "x").Want(422).Has("请填写整数")
	admin.Post(path, "value", "9").Want(422).Has("应为 0 至 5")
	admin.Post(path, "value", "3", "confirmed", "1").Want(422).Has("须填写依据文件")
	admin.Post(path+"/confirm", "document", "").Want(422).Has("请填写依据文件")
	admin.Post(path+"/confirm", "document", "临市政办发〔2026〕12号 第八条").Goes("/hotline/parameters")
	admin.Post(path, "value", "1", "basis", "试行").Goes("/hotline/parameters")
	admin.Get("/hotline/parameters").Want(200).Has("临市政办发〔2026〕12号 第八条", "试行")
}

func TestDutyRosterThroughThePages(t *testing.T) {
	w := newTown(t)
	w.Set("2026-05-08 16:30")
	leader := w.Person(t, "", org.RoleLeader)
	lead := w.browse(org.RoleShiftLead)
	lead.Get("/hotline/duty").Want(200).Has("今天没有安排值班领导", leader.DisplayName)
	lead.Post("/hotline/duty", "day", "2026-05-08", "who", leader.Username).Goes("/hotline/duty?month=2026-05")
	lead.Get("/hotline/duty?month=2026-05").Want(200).Lacks("今天没有安排值班领导")
	lead.Upload("/hotline/duty/import", upload("值班.csv", "日期,值班领导,备注\n2026-05-09,"+leader.Username+",带班\n2026-05-10,查无此人,\n")).Want(422).Has("没有叫“查无此人”的中心领导账号", "整张表都没有保存")
	lead.Upload("/hotline/duty/import", upload("值班.csv", "日期,值班领导,备注\n2026-05-09,"+leader.Username+",带班\n")).Goes("/hotline/duty?month=2026-05")
	lead.Get("/hotline/duty?month=2026-05").Want(200).Has("带班")
	w.browse(org.RoleAgent).Post("/hotline/duty", "day", "2026-05-08", "who", leader.Username).Want(403)
}

func TestCallDesk(t *testing.T) {
	w := newTown(t)
	w.Set("2026-05-13 09:00")
	o := w.Ticket(t, hotline.Callback)
	desk, colleague := w.browse(org.RoleCallbacker), w.browse(org.RoleShiftLead)
	at := "/hotline/callback?open=" + o.No
	desk.Post("/hotline/callback/next").Goes(at)
	colleague.Get("/hotline/callback").Want(200).Has("正在打")
	colleague.Get(at).Want(200).Has("正在回访这位来电人")
	colleague.Post("/hotline/tickets/" + o.No + "/reveal").Want(409)
	desk.Post("/hotline/callback/"+o.No, "result", "未接通").Goes("/hotline/callback")
	desk.Get(at).Want(200).Has("已在 1 天里拨打 1 次", "1 次未接通")
	desk.Post("/hotline/callback/next").Goes("/hotline/callback") // nobody can be called now
	w.Set("2026-05-13 14:30")
	desk = w.browse(org.RoleCallbacker)
	desk.Post("/hotline/callback/"+o.No, "result", "未接通")
	w.Set("2026-05-14 08:30")
	desk = w.browse(org.RoleCallbacker)
	desk.Post("/hotline/callback/"+o.No, "result", "未接通")
	desk.Get(at).Want(200).Has("按无法回访办结").Lacks("不满意、评价不一致")
	desk.Post("/hotline/tickets/"+o.No+"/close", "back", "/hotline/callback").Goes("/hotline/callback")
	if d := w.Get(t, o.ID); d.CloseKind != hotline.CloseUnreachable {
		t.Errorf("closed as %q", d.CloseKind)
	}
}

func TestRatingLinkPage(t *testing.T) {
	w := newTown(t)
	o := w.Ticket(t, hotline.Callback)
	token := w.Hotline.RatingToken(w.Centre, o.ID, w.Clock.Now()+86_400_000)
	citizen := w.browse("")
	citizen.Get("/12345/r/"+token).Want(200).Has(o.No, "您满意吗", "阀门故障").Lacks("13800000001", "张三")
	citizen.Get("/12345/r/" + token + "x").Want(404).Has("评价链接不对或已过期")
	citizen.Post("/12345/r/"+token, "result", "不满意").Want(422).Has("请选择不满意的原因")
	citizen.Post("/12345/r/"+token, "result", "满意", "attitude", "满意", "key", "k").Want(200).Has("谢谢您的评价")
	citizen.Get("/12345/r/" + token).Want(200).Has("不需要评价")
}
