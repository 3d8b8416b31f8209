package casework

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// ExportSet is one data set of GB/T 39046-2020 (政务服务平台基础数据规范) that cases fill.
type ExportSet string

// The sets. 事项 is the matter of package item.
const (
	SetApply     ExportSet = "apply"     // 申请信息
	SetAccept    ExportSet = "accept"    // 受理信息
	SetProcess   ExportSet = "process"   // 办理环节信息: one row an event
	SetProcedure ExportSet = "procedure" // 特别程序信息
	SetResult    ExportSet = "result"    // 办结信息
	SetRating    ExportSet = "rating"    // 待评价办件: what a rating is joined to
)

// ExportSets lists the sets.
func ExportSets() []org.Choice {
	return []org.Choice{{Value: string(SetApply), Label: "申请信息"}, {Value: string(SetAccept), Label: "受理信息"}, {Value: string(SetProcess), Label: "办理环节信息"}, {Value: string(SetProcedure), Label: "特别程序信息"},
		{Value: string(SetResult), Label: "办结信息"}, {Value: string(SetRating), Label: "待评价办件信息"}}
}

// ExportInput chooses what is exported: cases that came in on the days from From to To, both included.
type ExportInput struct {
	Set      ExportSet
	From, To clock.Date
}

// exportColumns are the fields of each set, in the names of the standard.
var exportColumns = map[ExportSet][]string{
	SetApply:     {"办件编号", "实施编码", "事项名称", "事项类型", "办件类型", "申请人名称", "申请人证件类型", "代理人姓名", "办理形式", "申请时间", "收件部门名称", "平台办件编号"},
	SetAccept:    {"办件编号", "实施编码", "事项名称", "受理部门名称", "受理结果", "受理方式", "受理时间", "受理文书编号", "不予受理原因", "补正告知次数", "承诺办结时间", "法定办结时间"},
	SetProcess:   {"办件编号", "实施编码", "环节序号", "环节名称", "环节状态", "办理人员姓名", "办理部门名称", "办理依据", "办理时间", "办理意见"},
	SetProcedure: {"办件编号", "实施编码", "特别程序种类", "特别程序名称", "特别程序依据", "开始日期", "结束日期", "预计结束日期", "告知日期"},
	SetResult:    {"办件编号", "实施编码", "事项名称", "办结部门名称", "办件结果", "办结方式", "决定时间", "办结时间", "结果名称", "结果编号", "承诺按期", "法定按期", "超期公开说明"},
	SetRating:    {"办件编号", "实施编码", "事项名称", "办理部门名称", "办结时间", "办理形式", "经办人姓名", "到现场次数"},
}

// ExportColumns lists the fields of a set; nil for none.
func ExportColumns(s ExportSet) []string { return slices.Clone(exportColumns[s]) }

// ErrExport refuses an export that cannot be made.
var ErrExport = errs.New(errs.Invalid, "casework.export", "请选择数据集和起止日期，止期不早于起期，最长三年。")

// Export gives the rows of a set in the fields and codes of GB/T 39046-2020, in the order of receipt. It is written into the audit log
// before the first row; names are masked, and nothing of it identifies a person.
func (m *Module) Export(ctx context.Context, in ExportInput, add func(cells []string) error) error {
	a := actor.From(ctx)
	if err := a.Require(PermExport); err != nil {
		return err
	}
	if exportColumns[in.Set] == nil || in.From.IsZero() || in.To < in.From || in.To-in.From > compareDays {
		return ErrExport
	}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "casework.export", Permission: PermExport, Kind: "case", Object: "list", Detail: map[string]any{"set": in.Set, "from": in.From.String(), "to": in.To.String()}})
	})
	at, id := in.From.Start(), CaseID("")
	for err == nil {
		var rows [][]string
		n := 0
		err = m.db.Read(ctx, func(tx *store.Tx) error {
			rows = nil
			list, err := store.Select[Case](tx, "SELECT "+caseColumns+` FROM casework_case WHERE centre_id = $1 AND received_at >= $2 AND received_at < $3 AND (received_at > $2 OR id > $4)
				ORDER BY received_at, id LIMIT 200`, a.CentreID, at, in.To.End(), id)
			if err != nil {
				return err
			}
			if n = len(list); n > 0 {
				at, id = list[n-1].ReceivedAt, list[n-1].ID
			}
			for i := range list {
				more, err := m.exportCase(tx, in.Set, &list[i])
				if err != nil {
					return err
				}
				rows = append(rows, more...)
			}
			return nil
		})
		for _, r := range rows {
			if err == nil {
				err = add(r)
			}
		}
		if n < 200 {
			break
		}
	}
	return err
}

// exportCase gives the rows of one case in a set.
func (m *Module) exportCase(tx *store.Tx, set ExportSet, c *Case) ([][]string, error) {
	terms, err := m.termsOf(tx, c.CentreID, c.VersionID)
	if err != nil {
		return nil, err
	}
	unit, err := m.org.UnitTx(tx, c.CentreID, c.UnitID)
	if err != nil {
		return nil, err
	}
	switch set {
	case SetApply:
		return m.exportApply(tx, c, &terms, unit.Name)
	case SetAccept:
		return exportAccept(tx, c, &terms, unit.Name)
	case SetProcess:
		return m.exportProcess(tx, c, &terms)
	case SetProcedure:
		return exportProcedures(tx, c, &terms)
	case SetResult:
		return exportResult(c, &terms, unit.Name, tx.Now()), nil
	}
	if c.ClosedAt == 0 || c.DecidedAt == 0 {
		return nil, nil
	}
	names, err := m.org.UserNamesTx(tx, c.CentreID, nonEmpty(or(c.Handler, or(c.Reviewer, c.CreatedBy))))
	return [][]string{{c.No, terms.Code, c.ItemName, unit.Name, exportTime(c.ClosedAt), channelCode(c.Channel), names[or(c.Handler, or(c.Reviewer, c.CreatedBy))], itoa(c.Trips)}}, err
}

func exportTime(at clock.Instant) string {
	if at == 0 {
		return ""
	}
	return at.Time().Format("2006-01-02 15:04:05")
}

// exportDay is the last day of a limit.
func exportDay(due clock.Instant) string {
	if due == 0 {
		return ""
	}
	return (due - 1).Date().String()
}

// channelCode is the code of a channel of application (办理形式): 1 窗口, 2 电脑端.
func channelCode(channel string) string {
	if channel == ChannelOnline {
		return "2"
	}
	return "1"
}

func (m *Module) exportApply(tx *store.Tx, c *Case, t *Terms, unit string) ([][]string, error) {
	who, err := m.masked(tx, c.CentreID, c.ApplicantID)
	if err != nil {
		return nil, err
	}
	agent := Person{}
	if c.AgentID != "" {
		if agent, err = m.masked(tx, c.CentreID, c.AgentID); err != nil {
			return nil, err
		}
	}
	return [][]string{{c.No, t.Code, c.ItemName, string(t.Kind), string(c.Kind), who.Name, who.IDType, agent.Name, channelCode(c.Channel), exportTime(c.ReceivedAt), unit, c.ExternalNo}}, nil
}

func exportAccept(tx *store.Tx, c *Case, t *Terms, unit string) ([][]string, error) {
	result, at, kind := "", c.AcceptedAt, VoucherAccepted
	switch {
	case c.AcceptedAt != 0:
		result = "1" // 受理
	case c.State == Refused || c.Ground != "":
		result, at, kind = "2", c.ClosedAt, VoucherRefused // 不予受理
	default:
		return nil, nil
	}
	nos, err := store.Select[string](tx, "SELECT no FROM casework_voucher WHERE centre_id = $1 AND case_id = $2 AND kind = $3 ORDER BY id", c.CentreID, c.ID, kind)
	return [][]string{{c.No, t.Code, c.ItemName, unit, result, c.Mode.Label(), exportTime(at), strings.Join(nos, "、"), GroundLabel(c.Ground), itoa(c.Notices), exportDay(c.PromiseDue), exportDay(c.StatutoryDue)}}, err
}

func (m *Module) exportProcess(tx *store.Tx, c *Case, t *Terms) ([][]string, error) {
	events, err := loadEvents(tx, c.CentreID, c.ID)
	if err != nil {
		return nil, err
	}
	var units []string
	for _, e := range events {
		units = append(units, e.UnitID)
	}
	names, err := m.org.UnitsTx(tx, c.CentreID, units)
	out := make([][]string, len(events))
	for i, e := range events {
		who := e.ActorName
		if e.ActorKind == string(actor.Citizen) {
			who = "申请人"
		}
		out[i] = []string{c.No, t.Code, strconv.FormatInt(e.Seq, 10), e.Action.Label(), e.State.Label(), who, names[e.UnitID].Name, e.Authority, exportTime(e.At), opinionOf(&e)}
	}
	return out, err
}

// opinionOf is what an event says where the standard asks for it: opinions of those who decide. What applicants wrote stays here.
func opinionOf(e *Event) string {
	switch e.Action {
	case ActReview, ActGrant, ActDeny, ActRefuse, ActRevoke, ActTerminate, ActExplain:
		return e.Text
	}
	return ""
}

// exportProcedures gives the special procedures of a case; the codes of their kinds (特别程序种类) are 1 延长审批, 2 除延长审批之外.
func exportProcedures(tx *store.Tx, c *Case, t *Terms) ([][]string, error) {
	clocks, err := store.Select[Clock](tx, clockQuery, c.CentreID, c.ID)
	if err != nil {
		return nil, err
	}
	day := func(d clock.Date) string {
		if d <= 0 {
			return ""
		}
		return d.String()
	}
	var out [][]string
	counted := false
	for i := range clocks {
		k := &clocks[i]
		if counted || k.Kind != ClockStatutory && k.Kind != ClockPromise { // a procedure stops both alike
			continue
		}
		counted = true
		if err := k.load(); err != nil {
			return nil, err
		}
		for _, s := range k.day.Suspensions {
			out = append(out, []string{c.No, t.Code, "2", ProcedureLabel(s.Type), s.Basis, day(s.Start), day(s.End), day(s.Expected), day(s.Notice)})
		}
	}
	granted, err := store.Select[Event](tx, "SELECT "+store.Columns[Event]("")+" FROM casework_event WHERE centre_id = $1 AND case_id = $2 AND action = $3 ORDER BY seq", c.CentreID, c.ID, ActExtend)
	for _, e := range granted {
		var data struct {
			End string `json:"new_due"`
		}
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
			return nil, err
		}
		out = append(out, []string{c.No, t.Code, "1", "延长审批", "《中华人民共和国行政许可法》第四十二条", e.At.Date().String(), data.End, "", e.At.Date().String()})
	}
	return out, err
}

func exportResult(c *Case, t *Terms, unit string, now clock.Instant) [][]string {
	if c.ClosedAt == 0 {
		return nil
	}
	yes := func(v Verdict) string {
		return map[Verdict]string{OnTime: "1", Late: "0"}[v]
	}
	promise, statutory := c.Verdicts(now)
	return [][]string{{c.No, t.Code, c.ItemName, unit, resultCode(c), or(c.CloseCode, c.State.Label()), exportTime(c.DecidedAt), exportTime(c.ClosedAt), t.Result.Name, c.ResultNo, yes(promise), yes(statutory), c.Overdue}}
}

// resultCode is the code of how a case ended (办件结果): 1 准予, 2 不予, 3 withdrawn or lapsed, 9 otherwise.
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

// Record is a row of an export as an object, whose members stand in the order of the standard.
type Record struct{ Names, Cells []string }

// MarshalJSON writes the members in their order.
func (o Record) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, name := range o.Names {
		if i > 0 {
			out = append(out, ',')
		}
		for j, s := range []string{name, o.Cells[i]} {
			b, err := json.Marshal(s)
			if err != nil {
				return nil, err
			}
			if out = append(out, b...); j == 0 {
				out = append(out, ':')
			}
		}
	}
	return append(out, '}'), nil
}
