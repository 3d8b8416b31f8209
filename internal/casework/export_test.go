package casework_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// The sets hold the fields of the standard's tables, each once, and fields of our own stand last.
func TestTheSetsHaveTheFieldsOfTheStandard(t *testing.T) {
	counted := map[string]int{}
	for _, d := range casework.DataSets() {
		own := false
		for _, f := range d.Fields {
			if own = own || f.Own; !f.Own {
				counted[d.Table]++
			}
			if own != f.Own {
				t.Errorf("%s: %s of the standard stands behind our own", d.Label, f.Name)
			}
			if !regexp.MustCompile(`^(an?|n)(\.\.)?\d+(,\d)?$|^ul$|^YYYYMMDD(T?hhmmss)?$`).MatchString(f.Format) {
				t.Errorf("%s %s: format %q", d.Label, f.Name, f.Format)
			}
		}
	}
	// Numbers of rows of the tables 4 to 16. Table 7 has 21, and its second half names the case anew.
	for table, n := range map[string]int{"表4": 64, "表5": 26, "表6": 13, "表7": 21 + 1, "表8": 11, "表9": 9, "表10": 30, "表11": 11, "表14": 7, "表15": 13, "表16": 9} {
		if counted[table] != n {
			t.Errorf("%s has %d fields, the standard %d", table, counted[table], n)
		}
	}
}

// exported writes a set as CSV, reads it back and gives its rows by the names of their fields; every cell keeps to its format.
func exported(t *testing.T, w *caseworktest.World, ctx context.Context, in casework.ExportInput) []map[string]string {
	t.Helper()
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	_ = out.Write(casework.ExportColumns(in.Set))
	if in.From == 0 {
		in.From, in.To = day("2025-09-01"), day("2025-12-31")
	}
	if err := w.Casework.Export(ctx, in, out.Write); err != nil {
		t.Fatal(in.Set, err)
	}
	out.Flush()
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(in.Set, err)
	}
	set, _ := casework.DataSetOf(in.Set)
	var rows []map[string]string
	for _, cells := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = cells[i]
			if why := offFormat(set.Fields[i].Format, cells[i]); why != "" {
				t.Errorf("%s %s: %q is no %s", set.Label, name, cells[i], set.Fields[i].Format)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// offFormat checks a cell against the standard's notation, by a reader of its own.
func offFormat(format, cell string) string {
	if cell == "" || format == "ul" {
		return ""
	}
	digits := strings.NewReplacer("YYYYMMDD", `\d{8}`, "hhmmss", `\d{6}`).Replace(format)
	var most, least int
	switch {
	case strings.HasPrefix(format, "YYYY"):
	case strings.HasPrefix(format, "n..16,2"):
		digits = `\d{1,14}\.\d\d`
	case strings.Contains(format, ".."):
		_, _ = fmt.Sscanf(format[strings.Index(format, "..")+2:], "%d", &most)
		digits = fmt.Sprintf(`[\s\S]{1,%d}`, most)
		if strings.HasPrefix(format, "n..") {
			digits = fmt.Sprintf(`\d{1,%d}`, most)
		}
	default:
		_, _ = fmt.Sscanf(strings.TrimLeft(format, "an"), "%d", &least)
		digits = fmt.Sprintf(`\d{%d}`, least)
	}
	if !regexp.MustCompile("^" + digits + "$").MatchString(cell) {
		return digits
	}
	return ""
}

// want compares fields of a row.
func want(t *testing.T, row map[string]string, fields map[string]string) {
	t.Helper()
	for name, value := range fields {
		if got, ok := row[name]; !ok || got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
}

// posted takes a case with a fee that came by post through two special procedures to the delivery by courier.
func posted(t *testing.T, w *caseworktest.World, it item.Item) casework.Case {
	t.Helper()
	m := w.Casework
	in := caseworktest.Input(it, "M1", "M2", "M3")
	in.Channel = casework.ChannelPost
	got, err := m.Receive(w.Window(t), in)
	if err != nil {
		t.Fatal(err)
	}
	c := got.Cases[0]
	step := func(f func() (casework.Case, error), later string) {
		t.Helper()
		if _, err := f(); err != nil {
			t.Fatal(err)
		}
		w.Set(later)
	}
	k := cmd(c)
	step(func() (casework.Case, error) { return m.Accept(w.Window(t), k, casework.NormalMode) }, "2025-09-28 10:00")
	step(func() (casework.Case, error) {
		return m.ProposeSuspension(w.Chief(t), k, casework.ProcedureInput{Type: "testing", Start: day("2025-09-28"), Expected: day("2025-10-15"), Notice: day("2025-09-28"), Reason: "需要检测"})
	}, "2025-09-28 11:00")
	step(func() (casework.Case, error) { return m.Suspend(w.Approver(t, 1), k) }, "2025-10-09 09:00")
	step(func() (casework.Case, error) { return m.Resume(w.Chief(t), k, "检测合格") }, "2025-10-09 10:00")
	step(func() (casework.Case, error) { return m.ProposeExtension(w.Chief(t), k, "情况复杂") }, "2025-10-09 11:00")
	step(func() (casework.Case, error) { return m.Extend(w.Head(t), k, casework.ExtendInput{}) }, "2025-10-10 09:00")
	step(func() (casework.Case, error) { return m.Review(w.Chief(t), k, "符合条件") }, "2025-10-10 10:00")
	step(func() (casework.Case, error) {
		return m.Grant(w.Approver(t, 2), k, casework.DecideInput{Opinion: "准予"})
	}, "2025-10-10 11:00")
	step(func() (casework.Case, error) {
		return m.Issue(w.Window(t), k, casework.IssueInput{Number: "许字第 1 号"})
	}, "2025-10-10 12:00")
	step(func() (casework.Case, error) {
		return m.SettleFee(w.Window(t), k, casework.Payment{Receipt: "票-0001", Amount: 12050})
	}, "2025-10-11 09:00")
	step(func() (casework.Case, error) {
		return m.Deliver(w.Window(t), k, casework.DeliverInput{Way: casework.Ways[1], Courier: "EMS123"})
	}, "2025-10-11 10:00")
	return w.Get(t, c.ID).Case
}

// Every set of cases says of a case what happened to it, in the codes and formats of the standard; people are masked.
func TestExportedRowsSayWhatHappened(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	w.Set("2025-09-26 15:00")
	it := w.Ready(t, func(c *item.Content) {
		c.BaseCode, c.OrganCode, c.Result.Validity = "0116500100", "11622901MB1234567X", "三年"
		c.Fees = []item.FeeItem{{Name: "证照工本费", Basis: "发改价格〔2020〕1号", Fen: 12050}}
	})
	c := posted(t, w, it)
	refused := w.Receive(t, it)
	if _, err := w.Casework.Refuse(w.Chief(t), cmd(refused), casework.RefuseInput{Ground: casework.NotEligible, Basis: "第一条", Reason: "不符合"}); err != nil {
		t.Fatal(err)
	}
	who := w.As(t, org.RoleSupervisor)
	rows := func(s casework.ExportSet) []map[string]string {
		return exported(t, w, who, casework.ExportInput{Set: s})
	}
	list := rows(casework.SetApply)
	if len(list) != 2 {
		t.Fatalf("%d applications", len(list))
	}
	want(t, list[0], map[string]string{"办件编号": c.No, "实施编码": "TEST1001", "事项名称": "劳务派遣经营许可", "办件类型": "承诺件", "办件类型代码": "2", "申请者名称": "马**", "申请者证件类型代码": "111", "申请者证件号码": "62**************39", "联系人手机号码": "139****1234",
		"申报来源代码": "4", "申请时间": "20250926T150000", "行政区划": "622901", "邮政编码": "", "事项类型代码": "01", "收件部门名称": "市人社局", "办件状态": "办结"})
	want(t, list[1], map[string]string{"办件编号": refused.No, "申报来源代码": "1", "办件状态": casework.Refused.Label()})
	list = rows(casework.SetMaterial)
	if len(list) != 6 {
		t.Fatalf("%d materials", len(list))
	}
	want(t, list[1], map[string]string{"办件编号": c.No, "材料名称": "办公场所使用证明", "是否收取": "1", "收取方式": "已收", "收取数量": "1", "收取时间": "20250926T150000", "附件实体": ""})
	want(t, list[4], map[string]string{"办件编号": refused.No, "是否收取": "0", "收取数量": "", "收取时间": ""})
	list = rows(casework.SetAccept)
	want(t, list[0], map[string]string{"办件编号": c.No, "基本编码": "0116500100", "受理单位名称": "市人社局", "受理单位统一社会信用代码": "11622901MB1234567X", "受理时间": "20250926T150000", "承诺办结时间": "20251021", "法定办结时间": "20251118", "受理结果代码": "1", "补正告知次数": "0", "不予受理原因": ""})
	want(t, list[1], map[string]string{"受理结果代码": "2", "承诺办结时间": "", "受理时间": "20251011T100000"})
	if list[0]["受理文书编号"] == "" || list[0]["受理人员"] == "" {
		t.Errorf("%v", list[0])
	}
	list = rows(casework.SetProcedure)
	if len(list) != 2 {
		t.Fatalf("%d procedures", len(list))
	}
	want(t, list[0], map[string]string{"特别程序种类名称": "检测", "特别程序种类代码": "2", "特别程序开始时间": "20250928T000000", "特别程序结束时间": "20251009T000000", "特别程序结果": "", "预计结束日期": "20251015", "告知日期": "20250928"})
	want(t, list[1], map[string]string{"特别程序种类名称": "延长审批", "特别程序种类代码": "1", "特别程序开始时间": "20251009T110000", "特别程序结束时间": "20251118T000000"})
	both := orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: w.Unit.ID, Site: w.Hall.ID}, org.RoleSupervisor, org.RoleWindow)
	want(t, exported(t, w, both.Ctx, casework.ExportInput{Set: casework.SetProcedure, Personal: true})[0], map[string]string{"特别程序结果": "检测合格"}) // what was written goes with the personal data
	list = rows(casework.SetResult)
	want(t, list[0], map[string]string{"办结时间": "20251011090000", "结果证照名称": "劳务派遣经营许可证", "结果证照编号": "许字第 1 号", "证照有效期限": "三年", "是否快递寄送结果": "1", "是否收费": "1", "办件结果代码": "1", "承诺按期": "1", "法定按期": "1", "到现场次数": "0", "发证/盖章单位": "市人社局"})
	want(t, list[1], map[string]string{"结果证照名称": "", "办件结果代码": "9", "是否快递寄送结果": "0", "到现场次数": "1"})
	list = rows(casework.SetPayment)
	if len(list) != 1 {
		t.Fatalf("%d payments", len(list))
	}
	want(t, list[0], map[string]string{"缴款单号": "票-0001", "收费金额": "120.50", "收费时间": "20251010120000", "缴款人": "马**"})
	list = rows(casework.SetDelivery)
	if len(list) != 1 {
		t.Fatalf("%d deliveries", len(list))
	}
	want(t, list[0], map[string]string{"物流单号": "EMS123", "寄送日期": "20251011", "寄送单位": "市人社局", "接收人": "马**"})
	steps(t, w, c, rows(casework.SetProcess))
	list = rows(casework.SetItem)
	want(t, list[0], map[string]string{"事项名称": "劳务派遣经营许可", "基本编码": "0116500100", "实施编码": "TEST1001", "事项类型": "行政许可", "事项类型代码": "01", "行使层级代码": "4", "实施主体": "市人社局", "实施主体代码": "11622901MB1234567X", "设定依据": "劳动合同法第五十七条",
		"法定办结时限": "20", "法定办结时限单位": "工作日", "承诺办结时限": "10", "办理流程": "受理→决定", "是否收费": "1", "服务对象代码": "2", "办理形式代码": "1", "是否网办": "0", "行政管辖代码": "622901", "咨询电话": "0930-6210000", "监督电话": "0930-12345", "权限划分": ""})
	list = rows(casework.SetItemPaper)
	if len(list) != 3 {
		t.Fatalf("%d materials of items", len(list))
	}
	want(t, list[0], map[string]string{"材料名称": "劳务派遣经营许可申请书", "原件份数": "1", "复印件份数": "0", "是否必备材料": "1", "实施编码": "TEST1001"})
}

// steps compares the process of a case with its events: one row an event, in their order, each beginning where the one before ended.
func steps(t *testing.T, w *caseworktest.World, c casework.Case, list []map[string]string) {
	t.Helper()
	begun, n := c.ReceivedAt, 0
	for _, e := range w.Get(t, c.ID).Events {
		row := list[n]
		n++
		want(t, row, map[string]string{"办件编号": c.No, "环节名称": e.Action.Label(), "环节办理状态代码": "2", "环节开始时间": begun.Time().Format("20060102T150405"), "环节结束时间": e.At.Time().Format("20060102T150405"), "环节序号": fmt.Sprint(e.Seq), "办理依据": e.Authority, "环节处理人": e.ActorName})
		begun = e.At
	}
	if list[n]["办件编号"] == c.No {
		t.Error("a closed case waits for somebody")
	}
}

// Only who may read applicants gets them in the clear, only of the rows that he may read, and the log says that he did.
func TestPersonalDataOfAnExport(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	it := w.Ready(t)
	open := w.Accepted(t, it)
	in := casework.ExportInput{Set: casework.SetApply, From: day("2025-09-01"), To: day("2025-09-30"), Personal: true}
	wantCode(t, w.Casework.Export(w.As(t, org.RoleInfo), in, nil), "FORBIDDEN")
	wantCode(t, w.Casework.Export(w.Window(t), in, nil), "FORBIDDEN")
	both := orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: w.Unit.ID, Site: w.Hall.ID}, org.RoleSupervisor, org.RoleWindow)
	row := exported(t, w, both.Ctx, in)[0]
	want(t, row, map[string]string{"办件编号": open.No, "申请者名称": "马建国", "申请者证件号码": "622901199003071239", "联系人手机号码": "13993001234"})
	elsewhere := orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: w.Section.ID}, org.RoleSupervisor, org.RoleWindow) // a window of no site
	want(t, exported(t, w, elsewhere.Ctx, in)[0], map[string]string{"申请者名称": "马**", "申请者证件号码": "62**************39"})
	list := exported(t, w, both.Ctx, casework.ExportInput{Set: casework.SetProcess})
	if n := len(list); list[n-1]["环节办理状态代码"] != "1" || list[n-1]["环节名称"] != casework.Accepted.Label() {
		t.Errorf("the step that is owed: %v", list[n-1])
	}
	var lines []string
	if err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
		lines, err = store.Select[string](tx, "SELECT detail FROM audit_log WHERE centre_id = $1 AND action = 'casework.export' AND detail <> '' ORDER BY id", w.Centre)
		return err
	}); err != nil || len(lines) != 3 || !strings.Contains(lines[0], `"personal":true`) {
		t.Errorf("%v %v", lines, err)
	}
	for _, bad := range []casework.ExportInput{{Set: "x", From: 20000, To: 20001}, {Set: casework.SetRating, From: 20000, To: 20001}, {Set: casework.SetApply, From: 20001, To: 20000}} {
		wantCode(t, w.Casework.Export(w.As(t, org.RoleInfo), bad, nil), "EXPORT")
	}
}

// What one centre exports another takes in as cases of its platform, field by field.
func TestAnExportIsImportedAgain(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	w.Set("2025-09-26 15:00")
	it := w.Ready(t)
	for _, channel := range append(casework.IntakeChannels(), "") {
		in := caseworktest.Input(it, "M1", "M2", "M3")
		in.Channel = channel
		if _, err := w.Casework.Receive(w.Window(t), in); err != nil {
			t.Fatal(err)
		}
		w.Clock.Set(w.Clock.Now() + clock.Instant(3_600_000))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	rows := exported(t, w, w.As(t, org.RoleInfo), casework.ExportInput{Set: casework.SetApply})
	for _, r := range rows {
		_ = e.Encode(r)
	}
	there := orgtest.Centre(t, w.Org)
	info := orgtest.User(t, w.Org, there, orgtest.Where{}, org.RoleInfo).Ctx
	im, err := w.Casework.StartImport(info, casework.PlatformFile{Name: "a.jsonl", Content: b.Bytes()})
	if err != nil || im.Report.Refused != 0 || im.Report.New != len(rows) {
		t.Fatalf("%+v %v", im.Report, err)
	}
	if _, err := w.Casework.ApplyImport(info, im.ID); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		list, _, err := w.Casework.PlatformCases(info, casework.PlatformFilter{No: r["办件编号"]})
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		p := list[0]
		want(t, r, map[string]string{"实施编码": p.ItemCode, "事项名称": p.ItemName, "收件部门名称": p.UnitName, "办件类型代码": string(p.Kind), "办件状态": p.State.Label(), "申请时间": p.OriginalTime.Time().Format("20060102T150405"), "申请者名称": p.Applicant})
		if code := map[string]string{"窗口": "1", "邮寄": "4", "其他": "9"}[p.Channel]; code != r["申报来源代码"] {
			t.Errorf("channel %s of %s", p.Channel, r["申报来源代码"])
		}
	}
}
