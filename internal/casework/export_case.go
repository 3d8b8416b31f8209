package casework

import (
	"encoding/json"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// exporter makes the rows of the sets of cases. Versions of items and units are read once.
type exporter struct {
	m     *Module
	in    ExportInput
	a     *actor.Actor
	area  string // 行政区划
	terms map[string]*Terms
	units map[string]org.Unit
}

// subject is one case with what its rows are made of.
type subject struct {
	*Case
	terms *Terms
	unit  string
	// events are those of the sets that need them.
	events []Event
}

// rows gives the rows of a page of cases.
func (x *exporter) rows(tx *store.Tx, list []Case) ([]Facts, error) {
	if x.area == "" {
		c, err := x.m.org.CentreTx(tx, x.a.CentreID)
		if err != nil {
			return nil, err
		}
		x.area = c.Division
	}
	events, err := x.events(tx, list)
	if err != nil {
		return nil, err
	}
	var out []Facts
	for i := range list {
		s := subject{Case: &list[i], events: events[list[i].ID]}
		if s.terms, err = x.termsOf(tx, s.VersionID); err != nil {
			return nil, err
		}
		if s.unit, err = x.unitName(tx, s.UnitID); err != nil {
			return nil, err
		}
		more, err := x.of(tx, &s)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// of gives the rows of one case.
func (x *exporter) of(tx *store.Tx, s *subject) ([]Facts, error) {
	switch x.in.Set {
	case SetApply:
		return x.apply(tx, s)
	case SetMaterial:
		return x.materials(tx, s)
	case SetAccept:
		return x.accept(tx, s)
	case SetProcess:
		return x.process(tx, s)
	case SetProcedure:
		return x.procedures(tx, s)
	case SetResult:
		return x.result(tx, s)
	case SetPayment:
		return x.payments(tx, s)
	}
	return x.deliveries(tx, s)
}

// eventsFor are the actions whose events a set is made of; nil for none, and none named for all.
var eventsFor = map[ExportSet][]Action{
	SetAccept: {ActAccept, ActDeem, ActRefuse, ActRedirect}, SetProcess: {}, SetProcedure: {ActAskSuspend, ActSuspend, ActResume, ActAskExtend, ActExtend},
	SetResult: {ActGrant, ActDeny, ActDeliver}, SetPayment: {ActFee}, SetDelivery: {ActDeliver},
}

// events reads the events of a page of cases that the set needs, in one statement.
func (x *exporter) events(tx *store.Tx, list []Case) (map[CaseID][]Event, error) {
	actions, needed := eventsFor[x.in.Set]
	if !needed || len(list) == 0 {
		return nil, nil
	}
	ids := make([]CaseID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	w := (&store.Where{}).And("centre_id = ?", x.a.CentreID)
	store.In(w, "case_id", ids)
	if len(actions) > 0 {
		store.In(w, "action", actions)
	}
	found, err := store.Select[Event](tx, "SELECT "+store.Columns[Event]("")+" FROM casework_event"+w.SQL()+" ORDER BY case_id, seq", w.Args...)
	out := map[CaseID][]Event{}
	for _, e := range found {
		out[e.CaseID] = append(out[e.CaseID], e)
	}
	return out, err
}

func (x *exporter) termsOf(tx *store.Tx, version string) (*Terms, error) {
	if t := x.terms[version]; t != nil {
		return t, nil
	}
	t, err := x.m.termsOf(tx, x.a.CentreID, version)
	x.terms[version] = &t
	return &t, err
}

func (x *exporter) unitName(tx *store.Tx, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	if u, ok := x.units[id]; ok {
		return u.Name, nil
	}
	u, err := x.m.org.UnitTx(tx, x.a.CentreID, id)
	x.units[id] = u
	return u.Name, err
}

// person opens somebody of a case: in the clear for whoever asked for it and may read it of this case, else masked.
func (x *exporter) person(tx *store.Tx, c *Case, id string) (party.Applicant, error) {
	if id == "" {
		return party.Applicant{}, nil
	}
	p, err := x.m.party.OpenApplicant(tx, c.CentreID, id)
	if !x.in.Personal || !org.Sees(x.a, PermReadPersonal, c.row()) {
		p = p.Masked()
	}
	return p, err
}

// paperCode is the code of a type of paper (GA/T 2000.156): 111 居民身份证, 990 其他. A credit code (统一社会信用代码) is no paper of a
// person and has none.
func paperCode(kind string) string {
	return map[string]string{party.ResidentCard: "111", party.OtherPaper: "990"}[kind]
}

// channelCode is the code of a channel of application (办理形式, A.5).
func channelCode(channel string) string {
	if code := map[string]string{ChannelWindow: "1", ChannelOnline: "2", ChannelMobile: "3", ChannelPost: "4"}[channel]; code != "" {
		return code
	}
	return "9"
}

func (x *exporter) apply(tx *store.Tx, s *subject) ([]Facts, error) {
	who, err := x.person(tx, s.Case, s.ApplicantID)
	if err != nil {
		return nil, err
	}
	agent, err := x.person(tx, s.Case, s.AgentID)
	phone := who.Phone
	if agent.Phone != "" {
		phone = agent.Phone
	}
	return []Facts{{"办件编号": s.No, "实施编码": s.terms.Code, "事项名称": s.ItemName, "办件类型": s.Kind.Label(), "办件类型代码": string(s.Kind), "申请者名称": who.Name, "申请者证件类型代码": paperCode(who.IDType), "申请者证件号码": who.IDNo,
		"联系人/代理人姓名": agent.Name, "联系人/代理人证件类型代码": paperCode(agent.IDType), "联系人/代理人证件号码": agent.IDNo, "联系人手机号码": phone, "申报来源代码": channelCode(s.Channel), "申请时间": s.ReceivedAt, "行政区划": x.area,
		"事项类型代码": string(s.terms.Kind), "收件部门名称": s.unit, "办件状态": s.State.Label(), "对应平台编号": s.ExternalNo}}, err
}

// materials are the materials of the version with whether they were taken. What the platform's own files are stays here (附件实体).
func (x *exporter) materials(tx *store.Tx, s *subject) ([]Facts, error) {
	list, err := store.Select[CaseMaterial](tx, "SELECT "+store.Columns[CaseMaterial]("")+" FROM casework_material WHERE centre_id = $1 AND case_id = $2 ORDER BY material_id", s.CentreID, s.ID)
	var out []Facts
	for _, r := range list {
		f := Facts{"办件编号": s.No, "材料名称": r.Name, "是否收取": r.State == MaterialHad, "收取方式": MaterialLabel(r.State), "收取时间": r.At}
		if i := slices.IndexFunc(s.terms.Materials, func(t item.Material) bool { return t.Code == r.MaterialID }); i >= 0 && r.State == MaterialHad {
			if n := s.terms.Materials[i].Originals + s.terms.Materials[i].Copies; n > 0 {
				f["收取数量"] = n
			}
		}
		out = append(out, f)
	}
	return out, err
}

func (x *exporter) accept(tx *store.Tx, s *subject) ([]Facts, error) {
	result, at, kind := "1", s.AcceptedAt, VoucherAccepted // 1 受理
	if s.AcceptedAt == 0 {
		if s.Ground == "" {
			return nil, nil
		}
		result, at, kind = "2", s.ClosedAt, VoucherRefused // 2 不予受理
	}
	nos, err := store.Select[string](tx, "SELECT no FROM casework_voucher WHERE centre_id = $1 AND case_id = $2 AND kind = $3 ORDER BY id", s.CentreID, s.ID, kind)
	by := ""
	if len(s.events) > 0 {
		by = s.events[len(s.events)-1].ActorName
	}
	return []Facts{{"办件编号": s.No, "基本编码": s.terms.BaseCode, "实施编码": s.terms.Code, "事项名称": s.ItemName, "受理单位名称": s.unit, "受理单位统一社会信用代码": s.terms.OrganCode, "受理人员": by, "受理时间": at, "受理文书编号": strings.Join(nos, "、"),
		"承诺办结时间": lastDay(s.PromiseDue), "办件类型": s.Kind.Label(), "办件类型代码": string(s.Kind), "行政区划": x.area, "受理结果代码": result, "受理方式": s.Mode.Label(), "不予受理原因": GroundLabel(s.Ground), "补正告知次数": s.Notices, "法定办结时间": lastDay(s.StatutoryDue)}}, err
}

// lastDay is the last day of a limit.
func lastDay(due clock.Instant) clock.Date {
	if due == 0 {
		return clock.NoDate
	}
	return calendar.LastDay(due)
}

func (x *exporter) result(tx *store.Tx, s *subject) ([]Facts, error) {
	if s.ClosedAt == 0 {
		return nil, nil
	}
	by, posted := "", false
	for _, e := range s.events {
		if e.Action == ActDeliver {
			var data struct {
				Way string `json:"way"`
			}
			if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
				return nil, err
			}
			posted = posted || data.Way == Ways[1]
			continue
		}
		by = e.ActorName
	}
	promise, statutory := s.Verdicts(tx.Now())
	f := Facts{"办件编号": s.No, "办理人姓名": by, "办结时间": s.ClosedAt, "结果证照编号": s.ResultNo, "办件结果描述": or(s.CloseCode, s.State.Label()), "发证/盖章单位": s.unit, "行政区划": x.area, "是否快递寄送结果": posted, "是否收费": s.Fee != NoFee,
		"办件结果代码": resultCode(s.Case), "决定时间": s.DecidedAt, "承诺按期": keptCode(promise), "法定按期": keptCode(statutory), "超期公开说明": s.Overdue, "到现场次数": s.Trips}
	if s.Decision == Granted {
		f["结果证照名称"], f["证照有效期限"] = s.terms.Result.Name, s.terms.Result.Validity
	}
	return []Facts{f}, nil
}

// keptCode is 1 for a limit that was kept, 0 for one that was not, "" for none.
func keptCode(v Verdict) string { return map[Verdict]string{OnTime: "1", Late: "0"}[v] }

// resultCode is our code of how a case ended (办件结果代码): 1 准予, 2 不予, 3 withdrawn or lapsed, 9 otherwise.
func resultCode(c *Case) string {
	switch {
	case c.Decision == Granted:
		return "1"
	case c.Decision == Denied:
		return "2"
	case c.State == Withdrawn || c.State == Lapsed:
		return "3"
	}
	return "9"
}

// payments are the fees that were paid or waived.
func (x *exporter) payments(tx *store.Tx, s *subject) ([]Facts, error) {
	if len(s.events) == 0 {
		return nil, nil
	}
	who, err := x.person(tx, s.Case, s.ApplicantID)
	var out []Facts
	for _, e := range s.events {
		var data struct {
			Fee    FeeState  `json:"fee"`
			Amount money.Fen `json:"amount"`
		}
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
			return nil, err
		}
		f := Facts{"办件编号": s.No, "收费单位": s.unit, "收费人员": e.ActorName, "收费时间": e.At, "缴款人": who.Name}
		switch {
		case data.Fee == FeeWaived:
			f["减免依据"] = e.Text
		case data.Amount > 0:
			f["缴款单号"], f["收费金额"] = e.Text, data.Amount.Yuan()
		default:
			f["缴款单号"] = e.Text // the amount was not written down
		}
		out = append(out, f)
	}
	return out, err
}

// deliveries are the results that were sent by post.
func (x *exporter) deliveries(tx *store.Tx, s *subject) ([]Facts, error) {
	var out []Facts
	for _, e := range s.events {
		var data struct {
			Way     string `json:"way"`
			Courier string `json:"courier"`
		}
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
			return nil, err
		}
		if data.Way != Ways[1] {
			continue
		}
		who, err := x.person(tx, s.Case, s.ApplicantID)
		if err != nil {
			return nil, err
		}
		out = append(out, Facts{"办件编号": s.No, "物流单号": data.Courier, "寄送单位": s.unit, "寄送日期": e.At, "寄送人": e.ActorName, "接收人": who.Name})
	}
	return out, nil
}
